"""What an approved change does to a studio: dated hosts and leaders, name, place, rights."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from applications.domain import claims, events, recoding, shown
from applications.domain.effects import DecisionContext, effect
from applications.domain.endings import living_studio
from applications.domain.parties import partner_of
from applications.domain.studios import decimal_of
from applications.models import Application, Studio, StudioHost, StudioLeader
from applications.queries import last_submission, naming_values
from jurisdictions.engine.derived.changeparts import UPDATES, WHAT
from jurisdictions.engine.names import render_name
from jurisdictions.engine.scoring import plain
from jurisdictions.queries import policy_of
from portal.accounts.models import Enterprise
from portal.common.errors import DomainError
from portal.common.history import signed

LEADER_KEYS, UNIT_KEYS = "leader.", ("unit.", "change.unit")


def _answers(application: Application) -> Mapping[str, Any]:
    submission = last_submission(application)
    return submission.answers if submission else {}


def _tell(
    application: Application, studio: Studio, kind: str, text: str, context: DecisionContext
) -> None:
    shown.check_studio(studio)
    signed(studio, by=context.by, reason=text[:100]).save()
    events.record(
        application, kind, f"{studio.number}：{text}", actor=context.by, office=context.office,
        applicant_text=text, data={"studio": str(studio.public_id)},
    )  # fmt: skip


@effect("change_leader")
def change_leader(application: Application, item: Any, context: DecisionContext) -> dict[str, Any]:
    """The old leader's time ends on the day of the decision, the new one's begins."""
    studio, answers = living_studio(application), _answers(application)
    name = str(answers.get("leader.name") or "")
    if not name:
        raise DomainError("申请中没有新领办人的姓名，不能执行决定。")
    before = "、".join(row.name for row in studio.leaders.filter(until__isnull=True))
    left = _end(studio.leaders, context)
    row = StudioLeader.objects.create(
        studio=studio, name=name, id_number=answers.get("leader.id_number") or {}, since=context.on
    )
    trade = str(answers.get("leader.occupation") or studio.occupation)
    old_name, old_trade, studio.occupation = studio.name, studio.occupation, trade[:60]
    if item.name:
        values = naming_values(policy_of(application.ruleset), answers)
        studio.name = render_name(item.name, values)[:160]
    freed = claims.hand_over(application, studio, replacing=(LEADER_KEYS,))
    renamed = f"，工作室更名为{studio.name}" if studio.name != old_name else ""
    _tell(application, studio, "leader_changed", f"领办人由{before}变更为{name}{renamed}", context)
    return {"studio": str(studio.public_id), "before": before, "name": name,
            "old_name": old_name, "studio_name": studio.name, "old_occupation": old_trade,
            "occupation": studio.occupation, "row": row.pk, "left": left,
            "claims": freed}  # fmt: skip


@effect("end_leader")
def end_leader(application: Application, item: Any, context: DecisionContext) -> dict[str, Any]:
    """The leader's time ends on the day he left; the studio stays without one."""
    studio, answers = living_studio(application), _answers(application)
    told = str(answers.get("change.happened_on") or "")
    rows = list(studio.leaders.filter(until__isnull=True))
    for row in rows:
        row.until = max(date.fromisoformat(told) if told else context.on, row.since)
        row.save(update_fields=["until"])
    names = "、".join(row.name for row in rows)
    said = f"领办人{names}已离任，尚无接任" if rows else "没有在任的领办人"
    _tell(application, studio, "leader_left", said, context)
    return {"studio": str(studio.public_id), "before": names, "left": [row.pk for row in rows]}


def _partner(application: Application) -> Enterprise:
    party = partner_of(application)
    if party is None:
        raise DomainError("申请中没有新单位，不能执行决定。")
    return party.enterprise


def _end(rows: Any, context: DecisionContext) -> list[int]:
    """The time of those who are there ends; their keys, so that an amendment finds them again."""
    left = list(rows.filter(until__isnull=True).values_list("pk", flat=True))
    rows.filter(pk__in=left).update(until=context.on)
    return left


def _add_host(studio: Studio, unit: Enterprise, context: DecisionContext) -> StudioHost:
    if studio.hosts.filter(enterprise=unit, until__isnull=True).exists():
        raise DomainError(f"{unit}已是工作室的所在单位，不能重复登记。")
    return StudioHost.objects.create(
        studio=studio, enterprise=unit, name=unit.name, since=context.on
    )


@effect("change_host")
def change_host(application: Application, item: Any, context: DecisionContext) -> dict[str, Any]:
    """The studio goes over to the other unit; the old one's time ends that day."""
    studio, unit = living_studio(application), _partner(application)
    before = "、".join(row.name for row in studio.hosts.filter(until__isnull=True))
    leaving = list(studio.hosts.filter(until__isnull=True).values_list("pk", flat=True))
    row = _add_host(studio, unit, context)
    left = _end(studio.hosts.filter(pk__in=leaving), context)
    freed = claims.hand_over(application, studio, replacing=UNIT_KEYS)
    text = f"所在单位由{before}变更为{unit.name}"
    _tell(application, studio, "host_changed", text, context)
    return {"studio": str(studio.public_id), "before": before, "unit": unit.name,
            "row": row.pk, "left": left, "claims": freed}  # fmt: skip


@effect("add_host")
def add_host(application: Application, item: Any, context: DecisionContext) -> dict[str, Any]:
    """The other unit hosts the studio beside the first."""
    studio, unit = living_studio(application), _partner(application)
    row = _add_host(studio, unit, context)
    freed = claims.hand_over(application, studio, replacing=())
    _tell(application, studio, "host_added", f"与{unit.name}合作共建", context)
    return {"studio": str(studio.public_id), "unit": unit.name, "row": row.pk, "left": [],
            "claims": freed}  # fmt: skip


def _entered(answers: Mapping[str, Any], item: Any, update: str, path: str) -> str:
    """What a filing has entered anew; empty where nothing was ticked that asks for it."""
    ticked = not item.ticked or UPDATES[update] in (answers.get(WHAT) or ())
    return str(answers.get(path) or "").strip() if ticked else ""


@effect("rename_unit")
def rename_unit(application: Application, item: Any, context: DecisionContext) -> dict[str, Any]:
    """The host goes on under its new name; the line under the old one ends that day."""
    answers = _answers(application)
    name = _entered(answers, item, "name", "change.new_name")
    code = _entered(answers, item, "code", recoding.NEW_CODE)
    if item.ticked and not name and not code:
        return {"row": None}
    if code:
        # Everything of the unit in one order, before the studio that is changed.
        recoding.lock_unit(application.enterprise)
    studio = living_studio(application)
    if not name and not item.ticked:
        raise DomainError("申请中没有变更后的单位名称，不能执行决定。")
    mine = studio.hosts.filter(until__isnull=True, enterprise=application.enterprise)
    before = mine.get().name
    name = name or before
    unit: Enterprise = application.enterprise
    coded: dict[str, Any] = {}
    if code:
        unit, coded = recoding.recode(unit, code, by=context.by)
    left = _end(mine, context)
    row = StudioHost.objects.create(
        studio=studio, enterprise=unit, name=name[:200], since=context.on
    )
    said = [f"单位名称由{before}变更为{name}"] if name != before else []
    if coded:
        recoding.rights_follow(unit, coded["old_uscc"], application, by=context.by)
        said.append(f"统一社会信用代码由{coded['old_uscc']}变更为{coded['new_uscc']}")
    _tell(application, studio, "unit_renamed", "，".join(said) or "单位名称没有变动", context)
    return {"studio": str(studio.public_id), "before": before, "name": name,
            "row": row.pk, "left": left, **coded}  # fmt: skip


@effect("move_studio")
def move_studio(application: Application, item: Any, context: DecisionContext) -> dict[str, Any]:
    """The studio works at its new address from now on, with the area it has there."""
    answers = _answers(application)
    address = _entered(answers, item, "address", "change.new_address")
    if item.ticked and not address:
        return {"address": None}
    studio = living_studio(application)
    if not address:
        raise DomainError("申请中没有变更后的工作地址，不能执行决定。")
    before, studio.address = studio.address, address[:200]
    text = f"工作地址由{before or '（未登记）'}变更为{address}"
    had, area = studio.area, decimal_of(answers.get("change.new_area"))
    if area is not None and area != had:
        studio.area = area
        text += f"，面积由{area_text(had)}变更为{area_text(area)}"
    _tell(application, studio, "studio_moved", text, context)
    return {"studio": str(studio.public_id), "before": before, "address": studio.address,
            "area_before": _kept(had), "area": _kept(studio.area)}  # fmt: skip


def area_text(area: Decimal | None) -> str:
    """An area in words."""
    return "（未登记）" if area is None else f"{plain(area)}平方米"


def _kept(area: Decimal | None) -> str | None:
    return None if area is None else str(area)
