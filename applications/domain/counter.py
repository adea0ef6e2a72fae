"""Counter-effects of what ``studios`` and ``endings`` do, and the day they keep."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone

from applications.domain import claims
from applications.domain.undoing import AmendContext, Undone, redate, undo
from applications.enums import Status, StudioStatus
from applications.models import Ban, Claim, EffectRun, Studio
from jurisdictions.engine.dates import period_end
from portal.common.errors import DomainError
from portal.common.history import signed

_UNDER_WAY = (Status.DRAFT, Status.SUBMITTED, Status.RETURNED)


def _studio(effect: EffectRun) -> Studio:
    """The studio an effect is about, locked.

    Raises:
        DomainError: the effect names none.
    """
    found = effect.application.studio
    if found is None:
        raise DomainError("找不到对应的工作室")
    return Studio.objects.select_for_update(of=("self",)).get(pk=found.pk)


@undo("found_studio")
def end_founded(effect: EffectRun, context: AmendContext) -> Undone:
    """The studio should not have been founded: it ends, its rights are given free."""
    studio = _studio(effect)
    others = studio.procedures.exclude(pk=effect.application_id)
    if others.filter(status__in=_UNDER_WAY).exists():
        raise DomainError(f"工作室“{studio.name}”还有办理中的事项，请先办结或撤回")
    if studio.status == StudioStatus.ENDED:
        raise DomainError(f"工作室“{studio.name}”已经终止，请核实后另行处理")
    studio.status, studio.ended_on = StudioStatus.ENDED, context.on
    signed(studio, by=context.by, reason=f"更正：{context.reason}"[:100]).save()
    freed = claims.release_studio(studio, "更正")
    # The filing leads to no studio any more; the studio still names the filing that founded it.
    effect.application.studio = None
    effect.application.save(update_fields=["studio"])
    return Undone(
        f"工作室终止：{studio.name}（{studio.number}）", data={"claims": freed},
        by_hand="通知依托单位停止使用工作室名称",
    )  # fmt: skip


@undo("award_title")
def take_title(effect: EffectRun, context: AmendContext) -> Undone:
    """The title is taken from the record; one given before stands again."""
    studio = _studio(effect)
    title, studio.title = studio.title, effect.data.get("before") or ""
    signed(studio, by=context.by, reason=f"更正：{context.reason}"[:100]).save()
    return Undone(f"取消称号：{title}", by_hand="证书已发出的，收回证书", data={"title": title})


@undo("issue_plaque")
def take_plaque(effect: EffectRun, context: AmendContext) -> Undone:
    """Text and number of the plaque are taken from the record; those of before stand again."""
    studio = _studio(effect)
    kept = {"text": studio.plaque_text, "number": studio.plaque_number}
    before = effect.data.get("before") or {}
    studio.plaque_text, studio.plaque_number = before.get("text", ""), before.get("number", "")
    signed(studio, by=context.by, reason=f"更正：{context.reason}"[:100]).save()
    return Undone(
        f"铭牌作废：{kept['number']}", by_hand=f"铭牌{kept['number']}已授予的，收回铭牌", data=kept
    )


@undo("revoke_studio")
def restore_studio(effect: EffectRun, context: AmendContext) -> Undone:
    """The studio should not have been ended: it is in the register again, with its rights."""
    studio = _studio(effect)
    if studio.status != StudioStatus.ENDED:
        raise DomainError(f"工作室“{studio.name}”不在终止状态，请核实")
    ended, studio.status, studio.ended_on = studio.ended_on, StudioStatus.ACTIVE, None
    signed(studio, by=context.by, reason=f"更正：{context.reason}"[:100]).save()
    count = claims.take_again(_freed(effect, studio.claims, "工作室终止"))
    return Undone(
        f"工作室恢复：{studio.name}（{studio.number}）"
        + (f"，恢复独占 {count} 项" if count else ""),
        data={"ended_on": ended.isoformat() if ended else ""},
        by_hand=_lapsed(studio, ended),
    )


def _lapsed(studio: Studio, ended: date | None) -> str:
    """What lapsed with the studio does not come back by itself: the unit begins it anew."""
    gone = studio.procedures.filter(status=Status.LAPSED)
    if ended is None or not gone.filter(status_changed_at__date__gte=ended).exists():
        return ""
    return "因终止而失效的变更等事项，告知单位重新发起；到期的考核由系统重新发起"


def _freed(effect: EffectRun, rows: Any, reason: str) -> list[Claim]:
    """The rights an effect gave back; rows of before were told apart by their reason alone."""
    keys = effect.data.get("claims")
    found = rows.filter(pk__in=keys) if keys is not None else rows.filter(release_reason=reason)
    return list(found.filter(released_at__isnull=False))


@undo("release_claims")
def take_claims(effect: EffectRun, context: AmendContext) -> Undone:
    """Rights that were given back are taken again."""
    count = claims.take_again(_freed(effect, effect.application.claims, "决定生效"))
    return Undone(f"恢复独占 {count} 项" if count else "没有须恢复的独占")


@undo("ban")
def lift_ban(effect: EffectRun, context: AmendContext) -> Undone:
    """The ban is lifted."""
    rows = _bans(effect).filter(lifted_at__isnull=True)
    labels = "、".join(row.label for row in rows.filter(copy_of=None).order_by("pk"))
    rows.update(lifted_at=timezone.now())
    return Undone(f"解除禁申：{labels}")


def _bans(effect: EffectRun) -> Any:
    """The bans of an effect, and what was entered of them under a later code of the unit."""
    application = effect.application
    keys = effect.data.get("bans")
    if keys is not None:
        return Ban.objects.filter(Q(pk__in=keys) | Q(copy_of__in=keys))
    ground = f"{application.number} {application.studio_name}"[:300]
    return Ban.objects.filter(jurisdiction=application.jurisdiction, ground=ground)


@redate("found_studio")
def move_founding(effect: EffectRun, entry: Any, on: date) -> str:
    """The term runs from the corrected day."""
    studio = _studio(effect)
    studio.founded_on = on
    months = getattr(entry, "term_months", None)
    if months:
        studio.term_until = period_end(on, months=months)
    signed(studio, by=None, reason="更正决定日期").save()
    until = f"，建设期满 {studio.term_until}" if studio.term_until else ""
    return f"命名日期改为 {on}{until}"


@redate("revoke_studio")
def move_ending(effect: EffectRun, entry: Any, on: date) -> str:
    """The studio ended on the corrected day."""
    studio = _studio(effect)
    studio.ended_on = on
    signed(studio, by=None, reason="更正决定日期").save()
    return f"终止日期改为 {on}"


@redate("ban")
def move_ban(effect: EffectRun, entry: Any, on: date) -> str:
    """The ban runs from the corrected day."""
    if entry is None:
        return ""
    until = period_end(on, years=entry.years)
    _bans(effect).update(starts_on=on, ends_on=until)
    return f"禁申期改为 {on} 至 {until}"
