"""What may be changed about a studio, on which paths, and the procedures it has."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone

from applications.domain.procedures import may_begin, ruleset_for
from applications.interfaces import progress
from applications.interfaces.stage_words import statement_awaited
from applications.models import Application, Studio
from applications.queries import procedures_of, studio_answers
from applications.queries.reach import offices_of
from assessments.queries.policies import living_policy
from jurisdictions.engine.derived.changes import SAME_GROUP, change_code, needs_partner
from jurisdictions.engine.derived.revocation import REQUEST
from jurisdictions.engine.policy import Policy
from jurisdictions.models import Office
from jurisdictions.queries import office_for, policy_of
from jurisdictions.schema.changes import ChangeEvent, ChangePath, Clock
from portal.common.errors import DomainError

#: What people call each effect that follows from a change.
FOLLOWS = {
    "change_leader": "登记新领办人，原领办人任期至决定之日止",
    "end_leader": "登记领办人离任，工作室列入风险提示",
    "change_host": "工作室改由新单位举办，原单位至决定之日止",
    "add_host": "新单位成为共建单位",
    "rename_unit": "登记新的单位名称",
    "move_studio": "登记新的工作地址",
    "revoke_studio": "工作室终止",
    "recall_plaque": "收回牌匾",
    "recall_permits": "收回工作证",
    "clawback": "追回资助",
    "ban": "在规定年限内不得申报",
    "file_with": "报有关部门备案",
}
_TONES = {"draft": "blue", "submitted": "blue", "returned": "gold", "decided": "green"}


class Deciders:
    """Who has which role on the roads of a studio's changes; each is asked once.

    Args:
        studio: the studio.
    """

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.policy = living_policy(studio, "changes")
        self._answers: dict[str, Any] | None = None
        self._known: dict[str, Office | None] = {}

    def first(self, path: ChangePath, offices: Sequence[Office]) -> Office | None:
        """The first of a person's offices that passes or decides a path for this studio."""
        roles = dict.fromkeys((*path.via, *path.decides))
        return next((found for role in roles if (found := self._of(role)) in offices), None)

    def _of(self, role: str) -> Office | None:
        if role not in self._known:
            self._known[role] = self._ask(role)
        return self._known[role]

    def _ask(self, role: str) -> Office | None:
        if self._answers is None:
            self._answers = studio_answers(self.studio)
        try:
            return office_for(self.policy, role, self._answers, self.studio.jurisdiction)
        except DomainError:
            # Nobody fills the role yet: nobody begins the change for it either.
            return None


def change_page(
    deciders: Deciders, initiator: str, chosen: str = "", offices: Sequence[Office] | None = None
) -> dict[str, Any]:
    """Everything the wizard shows.

    Args:
        deciders: of the studio.
        initiator: unit or office.
        chosen: code of the event whose paths are shown; all without it.
        offices: those of an officer, who begins only paths on whose road one of them is.
    """
    studio, policy = deciders.studio, deciders.policy
    events = policy.ruleset.changes.events
    known = [event for event in events if event.id == chosen] or list(events)
    address = reverse("assessments:change_new", args=[studio.public_id])
    return {
        "choices": [
            {"id": e.id, "label": e.label, "url": f"{address}?what={e.id}", "on": e.id == chosen}
            for e in events
        ],
        "all_url": address,
        "chosen": chosen if known != list(events) or len(known) == 1 else "",
        "events": [_event(deciders, event, initiator, offices) for event in known],
        "request_end": _request(studio, initiator),
    }


def _event(
    deciders: Deciders, event: ChangeEvent, initiator: str, offices: Sequence[Office] | None
) -> dict[str, Any]:
    studio, policy = deciders.studio, deciders.policy
    return {
        "id": event.id,
        "label": event.label,
        "reasons": event.reasons,
        "scope": SAME_GROUP[event.same_group] if event.same_group is not None else "",
        "clauses": clauses(policy, event.clause),
        # Where all of it is ours, each path says so already.
        "assumption": event.assumption if event.clause else "",
        "paths": [
            _path(studio, policy, event, path, initiator)
            | {"mine": offices is None or deciders.first(path, offices) is not None}
            for path in event.paths
        ],
    }


def _path(
    studio: Studio, policy: Policy, event: ChangeEvent, path: ChangePath, initiator: str
) -> dict[str, Any]:
    code = change_code(event.id, path.id)
    shape = policy_of(ruleset_for(studio, code)).procedure(code)
    good = next(result for result in shape.results.values() if result.favourable)
    kinds = [effect.kind for effect in good.effects]
    return {
        "code": code,
        "label": path.label,
        "may": path.may,
        "clauses": clauses(policy, path.clause),
        "assumption": path.assumption,
        "papers": [m.title for m in shape.materials if m.need == "required"],
        "road": [stage.applicant_label for stage in policy.stages(code)],
        "follows": [FOLLOWS[kind] for kind in kinds if kind in FOLLOWS],
        "clocks": [*_clock(policy, event.report), *_clock(policy, event.decide)],
        "partner": needs_partner(path),
        "blocked": blocked(studio, code, initiator),
    }


def office_for_change(deciders: Deciders, code: str, offices: Sequence[Office]) -> Office | None:
    """The office for which a person begins a change; None where it is not his to begin."""
    events = deciders.policy.ruleset.changes.events
    paths = {change_code(e.id, p.id): p for e in events for p in e.paths}
    path = paths.get(code)
    return deciders.first(path, offices) if path is not None else None


def begins_changes(studio: Studio, user: Any, deciders: Deciders | None = None) -> bool:
    """Whether a person's offices may begin some change of a living studio.

    Args:
        studio: the studio.
        user: the person.
        deciders: of the studio, where the page has asked already.
    """
    offices = offices_of(user)
    if studio.ended_on is not None or not offices:
        return False
    asked = deciders or Deciders(studio)
    paths = [path for event in asked.policy.ruleset.changes.events for path in event.paths]
    return any(asked.first(path, offices) for path in paths)


def _clock(policy: Policy, clock: Clock | None) -> list[str]:
    if clock is None:
        return []
    start = {"change": "变动之日", "receipt": "收到之日"}[clock.starts]
    who = policy.ruleset.offices[clock.by].label if clock.by in policy.ruleset.offices else "单位"
    verb = "报告" if clock.starts == "change" else "审定"
    return [f"{who}自{start}起 {clock.days} 日内{verb}"]


def _request(studio: Studio, initiator: str) -> dict[str, Any] | None:
    """The unit's own request to end its studio, where the text knows one."""
    policy = policy_of(ruleset_for(studio, REQUEST))
    shape = policy.procedures.get(REQUEST)
    if shape is None:
        return None
    return {
        "code": REQUEST,
        "label": shape.label,
        "clauses": clauses(policy, shape.clause),
        "follows": [FOLLOWS[e.kind] for e in shape.results["revoked"].effects
                    if e.kind in FOLLOWS],
        "blocked": blocked(studio, REQUEST, initiator),
    }  # fmt: skip


def blocked(studio: Studio, code: str, initiator: str) -> str:
    """Why a procedure cannot begin now; empty when it can."""
    try:
        may_begin(studio, policy_of(ruleset_for(studio, code)), code, initiator)
    except DomainError as error:
        return str(error.message)
    return ""


def clauses(policy: Policy, ids: Iterable[str]) -> list[dict[str, str]]:
    """Clause texts for the page."""
    found = [policy.inventory.clause(name) for name in ids]
    return [{"text": row.text} for row in found if row is not None]


def procedure_rows(studio: Studio, user: Any, *, desk: bool) -> list[dict[str, Any]]:
    """Procedures of a studio for its page; what an office keeps back is not there for the unit.

    An officer finds the cases he may read, and what his own office is writing.
    """
    found = list(procedures_of(studio, shown=not desk))
    if not desk:
        return [_row(row, _unit_page(row), for_unit=True) for row in found]
    cases = progress.addresses_of(found, user)
    mine = {office.pk for office in offices_of(user)}
    return [
        _row(row, cases.get(row.pk)
             or (_unit_page(row) if row.entered_by_office_id in mine else ""), for_unit=False)
        for row in found
    ]  # fmt: skip


def _unit_page(row: Application) -> str:
    page = "tasks" if row.status in ("draft", "returned") else "timeline"
    return reverse(f"applications:{page}", args=[row.public_id])


def _row(row: Application, url: str, *, for_unit: bool) -> dict[str, Any]:
    shape = policy_of(row.ruleset).procedure(row.procedure)
    result = shape.results.get(row.result) if row.result_released_at else None
    tag = row.status_words(for_unit=for_unit)
    tone = "blue" if row.result_waits else _TONES.get(row.status, "gray")
    if result is not None:
        tag, tone = result.applicant_label or result.label, tone if result.favourable else "red"
    if statement_awaited(row) is not None:
        tag, tone = "待陈述申辩", "gold"
    return {
        "label": shape.label,
        "number": row.number or "",
        "tag": tag,
        "tone": tone,
        "day": _day(row),
        "url": url,
        "hidden": not row.shown_to_unit,
    }


def _day(row: Application) -> dt.date:
    moment = row.decided_at or row.submitted_at or row.created_at
    return timezone.localdate(moment)
