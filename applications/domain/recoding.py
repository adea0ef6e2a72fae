"""A unit that was merged bears another 统一社会信用代码: its filings, rights and bans follow."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from applications.domain import events, following
from applications.models import Application, Ban, DraftSection, Studio, Submission
from applications.queries import CODE_PATHS, all_ban_keys, ban_keys, open_with, primary_key_id
from portal.accounts.models import Enterprise
from portal.accounts.validators import clean_uscc
from portal.common.errors import DomainError
from portal.common.history import signed

UNIT = Ban.Subject.UNIT.value
#: What a filing answers that gives its unit another code.
NEW_CODE = "change.new_uscc"
TAKEN = (
    "变更后的统一社会信用代码已由其他单位在本平台注册，不能登记为本单位的代码；"
    "工作室转到该单位的，请按变更所在单位办理。"
)


def lock_together(applications: Iterable[Application]) -> None:
    """Lock filings before they are worked on, where one of them gives its unit another code.

    All open filings of the unit are locked with them, by key: two changes of one unit that each
    had their own filing first would wait for each other's.

    Args:
        applications: those in hand; their cases are locked.
    """
    mine = [row.pk for row in applications if row.studio_id]
    units = _recoded(mine)
    if units:
        rows = Application.objects.filter(Q(pk__in=mine) | Q(pk__in=open_with(*units).values("pk")))
        list(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk"))


def lock_studios(applications: Iterable[Application]) -> None:
    """Lock the studios that filings are about before any of them is decided, all by key.

    Two lists with filings on the same studios would wait for each other's, had each decided its
    own in its own order. All studios of a unit whose code changes are among them.

    Args:
        applications: those to be decided or told together; locked.
    """
    rows = [row for row in applications if row.studio_id]
    if not rows:
        return
    hosted = _hosted(*_recoded([row.pk for row in rows]))
    wanted = Studio.objects.filter(Q(pk__in=[row.studio_id for row in rows]) | Q(pk__in=hosted))
    list(wanted.order_by("pk").select_for_update(of=("self",)).values_list("pk"))


def _recoded(applications: list[int]) -> set[int]:
    """Units to which one of these filings gives another code."""
    if not applications:
        return set()
    said = Submission.objects.filter(application__in=applications, answers__has_key=NEW_CODE)
    return set(said.values_list("application__enterprise", flat=True))


def lock_unit(unit: Enterprise) -> None:
    """Lock open filings of a unit, then its living studios, each by key, before its code changes.

    A decision holds its filing before it asks for the studio: nobody may hold them the other way.
    """
    list(open_with(unit).order_by("pk").select_for_update(of=("self",)))
    _lock_hosted(unit)


def _lock_hosted(unit: Enterprise) -> None:
    list(Studio.objects.filter(pk__in=_hosted(unit)).order_by("pk").select_for_update(of=("self",)))


def _hosted(*units: Enterprise | int) -> Any:
    rows = Studio.objects.filter(hosts__enterprise__in=units, hosts__until=None, ended_on=None)
    return rows.values("pk")


def recode(unit: Enterprise, code: str, *, by: Any) -> tuple[Enterprise, dict[str, Any]]:
    """The unit bears a code from now on; it is never given to another unit that has it already.

    Args:
        unit: the host.
        code: as the filing says it.
        by: who decided.

    Returns:
        The unit, locked, and what an amendment must know to undo it; empty when nothing changes.

    Raises:
        DomainError: GB 32100 issues no such code, or another unit has it.
    """
    try:
        new = clean_uscc(code)
    except ValidationError as error:
        raise DomainError(error.messages[0]) from error
    locked = Enterprise.objects.select_for_update().get(pk=unit.pk)
    old = locked.uscc
    if new == old:
        return locked, {}
    give_code(locked, new, by=by, reason="合并重组，变更统一社会信用代码")
    return locked, {"old_uscc": old, "new_uscc": new, "bans": _bans_follow(old, new)}


def give_code(unit: Enterprise, code: str, *, by: Any, reason: str) -> None:
    """Keep a code of a unit, its history says from whom and why; open filings follow.

    Raises:
        DomainError: another unit has the code, or somebody else a right under it.
    """
    old, unit.uscc = unit.uscc, code
    taken = Enterprise.objects.filter(uscc=code).exclude(pk=unit.pk).exists()
    try:
        with transaction.atomic():
            if not taken:
                signed(unit, by=by, reason=reason).save(update_fields=["uscc"])
    except IntegrityError:
        # It was registered between the look and the write.
        taken = True
    if taken:
        unit.uscc = old
        raise DomainError(TAKEN)
    _filings_follow(unit, old)


def _filings_follow(unit: Enterprise, old: str) -> None:
    """What the unit has not ended yet says the present code, and is held under it."""
    rows = list(open_with(unit).select_related("enterprise").order_by("pk"))
    for section in DraftSection.objects.filter(application__in=rows).order_by("pk"):
        stale = [path for path in CODE_PATHS if section.answers.get(path) == old]
        if stale:
            section.answers = {**section.answers, **dict.fromkeys(stale, unit.uscc)}
            # A page opened before must not write the former code again.
            section.version += 1
            section.save()
    Application.objects.filter(pk__in=[row.pk for row in rows], enterprise=unit,
                               unit_uscc=old).update(unit_uscc=unit.uscc)  # fmt: skip
    for row in rows:
        following.follow_code(row)


def rights_follow(unit: Enterprise, old: str, change: Application, *, by: Any) -> None:
    """The rights of every living studio of a unit stand under its present code.

    Args:
        unit: the unit.
        old: the code it bore.
        change: the filing that changed the code, or whose result was amended.
        by: who decided.

    Raises:
        DomainError: somebody else holds one of them under the present code.
    """
    _lock_hosted(unit)
    for studio in Studio.objects.filter(pk__in=_hosted(unit)).order_by("pk"):
        if following.follow_unit(studio, unit, old) and studio.pk != change.studio_id:
            _tell(studio, old, unit.uscc, change, by)


def _tell(studio: Studio, old: str, new: str, change: Application, by: Any) -> None:
    """Each other studio that is touched says so, in its own record."""
    text = f"{studio.number}：所在单位的统一社会信用代码由{old}变更为{new}"
    signed(studio, by=by, reason=text[:100]).save()
    events.record(
        studio.founding_application or change, "unit_recoded", text, actor=by,
        applicant_text=text, data={"studio": str(studio.public_id)},
    )  # fmt: skip


def _bans_follow(old: str, new: str, but: tuple[int, ...] = ()) -> list[int]:
    """A ban is not shaken off by a new code: it is entered under that code as well."""
    running = Ban.objects.filter(
        subject=UNIT, key__in=all_ban_keys({"unit.uscc": old})[UNIT], lifted_at=None,
        ends_on__gte=timezone.localdate(),
    ).exclude(pk__in=but)  # fmt: skip
    made = []
    for ban in running:
        # Copies of copies too are known by the ban that was decided.
        ban.copy_of_id = ban.copy_of_id or ban.pk
        ban.pk, ban.key, ban.key_id = None, ban_keys({"unit.uscc": new})[UNIT], primary_key_id()
        ban.save()
        made.append(ban.pk)
    return made


def code_back(data: dict[str, Any], unit: Enterprise, *, by: Any) -> Enterprise | None:
    """Undo: the unit bears its former code, what followed goes back with it.

    Returns:
        The unit, or None where its code had not been changed.

    Raises:
        DomainError: its code has changed once more, or another unit has the former one.
    """
    if not data.get("new_uscc"):
        return None
    locked = Enterprise.objects.select_for_update().get(pk=unit.pk)
    old, new, copies = data["old_uscc"], data["new_uscc"], tuple(data.get("bans", ()))
    if locked.uscc != new:
        raise DomainError(f"{unit}的统一社会信用代码此后又有变更，请先更正以后的变更")
    if Enterprise.objects.filter(uscc=old).exists():
        raise DomainError("原统一社会信用代码已由其他单位注册，请核实处理")
    give_code(locked, old, by=by, reason="更正：恢复原统一社会信用代码")
    # What was decided under the later code stays with the unit; the copies are not needed.
    _bans_follow(new, old, copies)
    Ban.objects.filter(pk__in=copies, lifted_at=None).update(lifted_at=timezone.now())
    return locked
