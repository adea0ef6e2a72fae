"""What an approved change does to a studio: dated hosts and leaders, name, place, rights."""

from collections.abc import Mapping
from typing import Any

from applications.domain import claims, events, recoding
from applications.domain.effects import DecisionContext, effect
from applications.domain.endings import living_studio
from applications.domain.parties import partner_of
from applications.models import Application, Studio, StudioHost, StudioLeader
from applications.queries import last_submission, naming_values
from jurisdictions.engine.names import render_name
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


@effect("rename_unit")
def rename_unit(application: Application, item: Any, context: DecisionContext) -> dict[str, Any]:
    """The host goes on under its new name; the line under the old one ends that day."""
    answers = _answers(application)
    if answers.get("change.new_uscc"):
        # Everything of the unit in one order, before the studio that is changed.
        recoding.lock_unit(application.enterprise)
    studio = living_studio(application)
    name = str(answers.get("change.new_name") or "").strip()
    if not name:
        raise DomainError("申请中没有变更后的单位名称，不能执行决定。")
    mine = studio.hosts.filter(until__isnull=True, enterprise=application.enterprise)
    before = mine.get().name
    unit: Enterprise = application.enterprise
    coded: dict[str, Any] = {}
    if answers.get("change.new_uscc"):
        unit, coded = recoding.recode(unit, str(answers["change.new_uscc"]), by=context.by)
    left = _end(mine, context)
    row = StudioHost.objects.create(
        studio=studio, enterprise=unit, name=name[:200], since=context.on
    )
    text = f"单位名称由{before}变更为{name}"
    if coded:
        recoding.rights_follow(unit, coded["old_uscc"], application, by=context.by)
        text += f"，统一社会信用代码由{coded['old_uscc']}变更为{coded['new_uscc']}"
    _tell(application, studio, "unit_renamed", text, context)
    return {"studio": str(studio.public_id), "before": before, "name": name,
            "row": row.pk, "left": left, **coded}  # fmt: skip


@effect("move_studio")
def move_studio(application: Application, item: Any, context: DecisionContext) -> dict[str, Any]:
    """The studio works at its new address from now on."""
    studio, answers = living_studio(application), _answers(application)
    address = str(answers.get("change.new_address") or "").strip()
    if not address:
        raise DomainError("申请中没有变更后的工作地址，不能执行决定。")
    before, studio.address = studio.address, address[:200]
    text = f"工作地址由{before or '（未登记）'}变更为{address}"
    _tell(application, studio, "studio_moved", text, context)
    return {"studio": str(studio.public_id), "before": before, "address": studio.address}
