"""Counter-effects of changes: leader, hosts, unit name and address are as they were before."""

from datetime import date
from typing import Any

from applications.domain import claims, recoding
from applications.domain.changing import area_text
from applications.domain.studios import decimal_of
from applications.domain.undoing import AmendContext, Undone, redate, undo
from applications.enums import Status, StudioStatus
from applications.models import Claim, EffectRun, Studio
from portal.common.errors import DomainError
from portal.common.history import signed

_UNDER_WAY = (Status.DRAFT, Status.SUBMITTED, Status.RETURNED)
_PLAQUE = "铭牌、证书已按变更后的内容制作的，收回并重新制作"


@undo("change_leader")
def former_leader(effect: EffectRun, context: AmendContext) -> Undone:
    """The former leader leads again; name, trade and rights of the studio are as before."""
    studio, data = _studio(effect), effect.data
    row = _still_there(effect, studio.leaders, "领办人")
    if (studio.name, studio.occupation) != (data["studio_name"], data["occupation"]):
        raise DomainError(f"工作室“{studio.name}”的名称或职业（工种）此后又有变动，请核实处理")
    kept = {"name": row.name, "since": row.since.isoformat(), "id_number": row.id_number}
    _back(row, studio.leaders, data)
    studio.name, studio.occupation = data["old_name"], data["old_occupation"]
    _keep(studio, context)
    _rights_back(effect, studio)
    return Undone(f"领办人恢复为{data['before']}", by_hand=_PLAQUE, data=kept)


@undo("end_leader")
def leader_stays(effect: EffectRun, context: AmendContext) -> Undone:
    """Whoever was noted as gone leads again, while nobody followed him."""
    studio, data = _studio(effect), effect.data
    if studio.leaders.filter(until__isnull=True).exists():
        raise DomainError("此后已有领办人接任，请先更正以后的变更，再更正本次变更")
    studio.leaders.filter(pk__in=data["left"]).update(until=None)
    _keep(studio, context)
    return Undone(f"领办人恢复为{data['before']}" if data["left"] else "没有登记领办人离任")


@undo("change_host")
def former_host(effect: EffectRun, context: AmendContext) -> Undone:
    """The studio is with its former unit again."""
    return _host_back(effect, context, f"所在单位恢复为{effect.data['before']}",
                      "通知双方单位办理场地、设备和资料交接")  # fmt: skip


@undo("add_host")
def without_partner(effect: EffectRun, context: AmendContext) -> Undone:
    """The second unit hosts the studio no more."""
    return _host_back(effect, context, f"取消合作共建单位：{effect.data['unit']}",
                      "通知双方单位停止合作共建")  # fmt: skip


@undo("rename_unit")
def former_name(effect: EffectRun, context: AmendContext) -> Undone:
    """The host bears its former name, and its former code, in the register."""
    data, unit = effect.data, effect.application.enterprise
    if data.get("row") is None:
        return Undone("单位名称没有变更")
    if data.get("new_uscc"):
        # In the order in which the change itself locks them.
        recoding.lock_unit(unit)
    _studio(effect)
    coded = recoding.code_back(data, unit, by=context.by)
    done = _host_back(effect, context, f"单位名称恢复为{data['before']}", "")
    if coded is not None:
        # By the register as it stands now: studios may have ended or changed since.
        recoding.rights_follow(coded, data["new_uscc"], effect.application, by=context.by)
    return done


@undo("move_studio")
def former_address(effect: EffectRun, context: AmendContext) -> Undone:
    """The studio is at its former address again."""
    data = effect.data
    if data["address"] is None:
        return Undone("工作地址没有变更")
    studio = _studio(effect)
    if studio.address != data["address"]:
        raise DomainError(f"工作室“{studio.name}”的工作地址此后又有变动，请先更正以后的变更")
    studio.address = data["before"]
    text = f"工作地址恢复为{data['before'] or '（未登记）'}"
    if data.get("area") != data.get("area_before"):
        text += f"，面积恢复为{_area_back(studio, data)}"
    _keep(studio, context)
    return Undone(text)


def _area_back(studio: Studio, data: dict[str, Any]) -> str:
    """The former area stands again; in words.

    Raises:
        DomainError: a later change has written another one.
    """
    if studio.area != decimal_of(data["area"]):
        raise DomainError(f"工作室“{studio.name}”的面积此后又有变动，请先更正以后的变更")
    studio.area = decimal_of(data["area_before"])
    return area_text(studio.area)


def _host_back(effect: EffectRun, context: AmendContext, text: str, by_hand: str) -> Undone:
    studio = _studio(effect)
    row = _still_there(effect, studio.hosts, "所在单位")
    kept = {"name": row.name, "since": row.since.isoformat(), "uscc": row.enterprise.uscc}
    _back(row, studio.hosts, effect.data)
    _keep(studio, context)
    _rights_back(effect, studio)
    return Undone(text, by_hand=by_hand, data=kept)


def _studio(effect: EffectRun) -> Studio:
    """The studio of a change, locked.

    Raises:
        DomainError: there is none, it has ended, or something begun after the change is under way.
    """
    found = effect.application.studio
    if found is None:
        raise DomainError("找不到对应的工作室")
    studio = Studio.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if studio.status == StudioStatus.ENDED:
        raise DomainError(f"工作室“{studio.name}”已于{studio.ended_on}终止，变更前的情况不能恢复")
    later = studio.procedures.filter(status__in=_UNDER_WAY).exclude(pk=effect.application_id)
    if effect.application.decided_at is not None:
        later = later.filter(created_at__gte=effect.application.decided_at)
    if later.exists():
        raise DomainError(f"工作室“{studio.name}”变更以后发起的事项还在办理，请先办结或由单位撤回")
    return studio


def _still_there(effect: EffectRun, rows: Any, what: str) -> Any:
    """The line a change wrote, while no later change rests on it.

    Raises:
        DomainError: a later change has ended it, or taken it out.
    """
    row = rows.filter(pk=effect.data.get("row")).first()
    if row is None or row.until is not None:
        raise DomainError(f"{what}此后又有变更，请先更正以后的变更，再更正本次变更")
    return row


def _back(row: Any, rows: Any, data: dict[str, Any]) -> None:
    """The line of the change goes, those it had ended go on."""
    row.delete()
    rows.filter(pk__in=data["left"]).update(until=None)


def _keep(studio: Studio, context: AmendContext) -> None:
    signed(studio, by=context.by, reason=f"更正：{context.reason}"[:100]).save()


def _rights_back(effect: EffectRun, studio: Studio) -> None:
    """Rights the change brought are the filing's own; those it freed are the studio's again."""
    claims.move_back(effect.application, studio)
    claims.take_again(Claim.objects.filter(pk__in=effect.data.get("claims", [])))


def _move_day(effect: EffectRun, rows: Any, on: date) -> str:
    """The old line ends and the new one begins on the corrected day."""
    rows.filter(pk=effect.data["row"]).update(since=on)
    rows.filter(pk__in=effect.data["left"]).update(until=on)
    return f"变更日期改为 {on}"


@redate("change_leader")
def move_leader(effect: EffectRun, entry: Any, on: date) -> str:
    """The new leader leads from the corrected day."""
    return _move_day(effect, _studio_of(effect).leaders, on)


def _studio_of(effect: EffectRun) -> Studio:
    if effect.application.studio is None:
        raise DomainError("找不到对应的工作室")
    return effect.application.studio


def _move_host(effect: EffectRun, entry: Any, on: date) -> str:
    """The new unit, or its new name, stands from the corrected day."""
    if effect.data["row"] is None:
        return ""
    return _move_day(effect, _studio_of(effect).hosts, on)


for _kind in ("change_host", "add_host", "rename_unit"):
    redate(_kind)(_move_host)
