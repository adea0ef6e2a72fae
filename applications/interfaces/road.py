"""The step bar: filing, then the stages of the workflow in the applicant's words."""

from typing import Any

from applications.enums import Status
from applications.interfaces import progress
from applications.interfaces.clauses_of import articles
from applications.interfaces.standing import Standing
from applications.queries import reach
from jurisdictions.engine.workflow import Step, road, whole_of

FILING, REPORTING, OPENING = "填报申请", "单位填报", "立案填报"
_ENDED = frozenset({Status.WITHDRAWN, Status.LAPSED})


def steps(standing: Standing) -> list[dict[str, Any]]:
    """Steps for ``components/steps.html``, stages of one whole drawn as one step."""
    grouped = _grouped(road(standing.policy, standing.application.procedure, standing.facts))
    place = progress.place_of(standing.application)
    at = _position(standing, grouped, place.stage if place else _stage_told(standing))
    held = bool(place and place.held)
    lines = [_filing_step(standing)]
    for whole, members in grouped:
        clauses = [clause for stage in members for clause in stage.clause]
        lines.append({"label": whole, "note": _note(standing, members, clauses)})
    for index, line in enumerate(lines):
        line["state"] = _state(standing, index, at, held=held)
    return lines


def _filing_step(standing: Standing) -> dict[str, Any]:
    clauses = standing.procedure.clause or standing.procedure.form.clause
    returned = standing.application.status == Status.RETURNED
    label = REPORTING if standing.procedure.subject == "studio" else FILING
    if returned or standing.by_office:
        label = "补正材料" if returned else OPENING
    return {"label": label, "note": articles(standing.policy, clauses)}


def _grouped(taken: list[Step]) -> list[tuple[str, list[Any]]]:
    """Neighbouring stages with the same words before the bracket become one step."""
    found: list[tuple[str, list[Any]]] = []
    for step in taken:
        if step.skipped:
            continue
        whole = whole_of(step.stage.applicant_label)
        if found and found[-1][0] == whole:
            found[-1][1].append(step.stage)
        else:
            found.append((whole, [step.stage]))
    return found


def _note(standing: Standing, members: list[Any], clauses: list[str]) -> str:
    """Clauses, and the length of a public notice."""
    notes = [articles(standing.policy, clauses)]
    for stage in members:
        period = getattr(stage, "period", None)
        if period is not None and period.days:
            unit = "个工作日" if period.unit == "working" else "天"
            notes.append(f"{period.days} {unit}")
    return " · ".join(note for note in notes if note)


def _stage_told(standing: Standing) -> str:
    """The stage in which the filing was refused, once the unit knows; empty for any other.

    Until a result is told, the stage the unit read of last: for it nothing has moved since.
    """
    if standing.application.result_waits:
        events = reach.public_events(standing.application)
        return next((row.data["stage"] for row in events if "stage" in row.data), "")
    told = standing.told_result
    return progress.refused_at(standing.application) if told and not told.favourable else ""


def _position(standing: Standing, grouped: list[tuple[str, list[Any]]], stage: str) -> int:
    """Index of the present step, or of the one that refused; past the last when all are done."""
    status = standing.application.status
    if status not in (Status.SUBMITTED, Status.DECIDED):
        return 0
    for index, (_, members) in enumerate(grouped, 1):
        if stage in [member.id for member in members]:
            return index
    told = status == Status.DECIDED and not standing.application.result_waits
    return len(grouped) + 1 if told else 1


def _state(standing: Standing, index: int, at: int, *, held: bool) -> str:
    if index < at:
        return "done"
    if index > at:
        return "future"
    if standing.application.status in _ENDED:
        return "ended"
    if standing.application.status == Status.DECIDED and not standing.application.result_waits:
        return "refused"
    return "held" if held else "now"
