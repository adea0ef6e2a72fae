"""申报截止 that binds the arrival: it is the last day of every stage before that one."""

from datetime import date
from typing import Any

from django.utils import timezone

from applications.domain import events
from applications.models import Application
from jurisdictions.engine.dates import format_date
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.rounds import in_time
from jurisdictions.models import Round
from jurisdictions.queries import closing_day, policy_of
from portal.common.history import signed
from reviews.domain import clock
from reviews.domain.work import open_work
from reviews.enums import RunState
from reviews.models import StageRun


def _deadline(policy: Policy, procedure: str) -> Any | None:
    rules = policy.procedure(procedure).rounds
    return rules.deadline if rules else None


def due_before(application: Application, stage: Any) -> date | None:
    """The closing day of the call, for a stage whose work must be done by then.

    Args:
        application: the filing.
        stage: what the ruleset says of the stage; one with a time limit of its own keeps that.

    Returns:
        None where the deadline binds the submit, or the stage comes at the arrival or after it.
    """
    policy, call = policy_of(application.ruleset), application.round
    deadline = _deadline(policy, application.procedure)
    if call is None or deadline is None or deadline.binds != "arrival" or stage.limit is not None:
        return None
    order = [row.id for row in policy.stages(application.procedure)]
    if order.index(stage.id) >= order.index(deadline.arrival_stage):
        return None
    return closing_day(policy, call.closes_at)


def late_at(application: Application, stage: Any) -> dict[str, Any]:
    """What a passage keeps of a filing that arrives after the closing moment; nothing in time."""
    policy, call = policy_of(application.ruleset), application.round
    deadline = _deadline(policy, application.procedure)
    if deadline is None or deadline.arrival_stage != stage.id or call is None:
        return {}
    now = timezone.now()
    submitted = application.submitted_at or now
    if in_time(policy, application.procedure, call.closes_at, submitted, now):
        return {}
    return {"late": deadline.late_says or "到达时申报截止时间已过"}


def follow(call: Round) -> int:
    """The closing moment of a call was moved: so is the day of what waits before the arrival.

    Args:
        call: locked.

    Returns:
        How many passages got another day.
    """
    deadline = _deadline(policy_of(call.ruleset), call.procedure)
    if deadline is None or deadline.binds != "arrival":
        return 0
    rows = StageRun.objects.filter(
        case__application__round=call, state__in=[RunState.OPEN, RunState.SIGNING]
    )
    return sum(_follow(run) for run in rows.order_by("case_id"))


def _follow(run: StageRun) -> bool:
    work = open_work(run, by=None)
    fresh, case = work.run, work.case
    if case is None or fresh.state not in (RunState.OPEN, RunState.SIGNING):
        return False
    day = due_before(case.application, work.stage)
    if day is None or day == fresh.due_on:
        return False
    clock.fix(fresh, day)
    case.due_on = day
    signed(fresh, by=None, reason="申报截止时间变动").save()
    signed(case, by=None, reason="申报截止时间变动").save()
    text = f"“{work.stage.applicant_label}”的办理期限随申报截止时间变为{format_date(day)}"
    events.record(case.application, "due_moved", text, office=fresh.office, applicant_text=text,
                  data={"stage": work.stage.id, "due": day.isoformat()})  # fmt: skip
    return True
