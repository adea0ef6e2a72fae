"""A unit that was merged bears another 统一社会信用代码: unit, rights and bans follow."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from applications.domain import claims
from applications.models import Ban, Studio
from applications.queries import all_ban_keys, ban_keys, primary_key_id
from portal.accounts.models import Enterprise
from portal.accounts.validators import clean_uscc
from portal.common.errors import DomainError
from portal.common.history import signed

UNIT = Ban.Subject.UNIT.value


def unit_under(code: str, unit: Enterprise, *, by: Any) -> tuple[Enterprise, dict[str, Any]]:
    """The unit that bears a code from now on.

    A unit of the portal that has the code already takes the studio over; else the unit itself
    gets the new code.

    Args:
        code: as the filing says it.
        unit: the host so far.
        by: who decided.

    Returns:
        The unit, and what an amendment must know to undo it; empty when nothing changes.

    Raises:
        DomainError: GB 32100 issues no such code.
    """
    try:
        new = clean_uscc(code)
    except ValidationError as error:
        raise DomainError(error.messages[0]) from error
    locked = Enterprise.objects.select_for_update().get(pk=unit.pk)
    if new == locked.uscc:
        return locked, {}
    merged = Enterprise.objects.filter(uscc=new).first()
    kept = {"old_uscc": locked.uscc, "new_uscc": new, "merged": merged is not None}
    if merged is not None:
        return merged, kept
    bans = _bans_follow(locked.uscc, new)
    give_code(locked, new, by=by, reason="合并重组，变更统一社会信用代码")
    return locked, {**kept, "bans": bans}


def give_code(unit: Enterprise, code: str, *, by: Any, reason: str) -> None:
    """Keep a code of a unit, its history says from whom and why."""
    unit.uscc = code
    signed(unit, by=by, reason=reason).save(update_fields=["uscc"])


def rights_follow(unit: Enterprise) -> dict[str, list[int]]:
    """The rights of every living studio of a unit stand under its present code.

    Returns:
        Keys of the rights given back and of those taken.

    Raises:
        DomainError: somebody else holds one of them under that code.
    """
    hosted = Studio.objects.filter(hosts__enterprise=unit, hosts__until=None, ended_on=None)
    freed, taken = [], []
    for studio in hosted.distinct().order_by("pk"):
        gone, fresh = claims.follow_unit(studio)
        freed += gone
        taken += fresh
    return {"claims": freed, "taken": taken}


def _bans_follow(old: str, new: str) -> list[int]:
    """A ban is not shaken off by a new code: it is entered under that code as well."""
    running = Ban.objects.filter(
        subject=UNIT, key__in=all_ban_keys({"unit.uscc": old})[UNIT], lifted_at=None,
        ends_on__gte=timezone.localdate(),
    )  # fmt: skip
    made = []
    for ban in running:
        ban.pk, ban.key, ban.key_id = None, ban_keys({"unit.uscc": new})[UNIT], primary_key_id()
        ban.save()
        made.append(ban.pk)
    return made


def code_back(data: dict[str, Any], unit: Enterprise, *, by: Any) -> None:
    """Undo: the unit bears its former code, what followed goes back with it.

    Raises:
        DomainError: its code has changed once more, or another unit has the former one.
    """
    if not data.get("new_uscc") or data.get("merged"):
        return
    locked = Enterprise.objects.select_for_update().get(pk=unit.pk)
    if locked.uscc != data["new_uscc"]:
        raise DomainError(f"{unit}的统一社会信用代码此后又有变更，请先更正以后的变更")
    if Enterprise.objects.filter(uscc=data["old_uscc"]).exists():
        raise DomainError("原统一社会信用代码已由其他单位注册，请核实处理")
    give_code(locked, data["old_uscc"], by=by, reason="更正：恢复原统一社会信用代码")
    Ban.objects.filter(pk__in=data.get("bans", [])).update(lifted_at=timezone.now())
