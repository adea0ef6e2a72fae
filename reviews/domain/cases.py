"""Cases: opened when a filing is submitted, resumed after a correction, closed with it."""

from django.db import transaction

from applications.models import Application, Submission
from reviews.domain import closing, corrections, lapsing, lists, opening, road, settle
from reviews.domain.work import lock_case
from reviews.enums import CaseState, ItemState, RunState
from reviews.models import Case, ListItem, StageRun


@transaction.atomic
def open_case(application: Application, submission: Submission) -> Case:
    """Open the review of a filing, or resume it with a corrected submission.

    Raises:
        DomainError: no office fills the role of the first stage.
    """
    known = Case.objects.filter(application=application).first()
    if known is not None:
        return _resume(lock_case(known.pk), submission)
    case = Case(application=application, jurisdiction=application.jurisdiction)
    case.save()
    closing.advance_case(case, None, by=submission.submitted_by)
    return case


def _resume(case: Case, submission: Submission) -> Case:
    """Back to the stage that asked, or to an earlier one whose approval rested on what changed."""
    corrections.answered(case)
    returned = case.runs.filter(state=RunState.RETURNED).order_by("-pk").first()
    held = ListItem.objects.filter(case=case, state=ItemState.HELD).order_by("-pk").first()
    if held is None and (returned is None or case.state != CaseState.RETURNED):
        return case
    again = lapsing.resume_at(case, submission)
    if again is not None:
        lapsing.open_again(case, again)
    elif held is not None:
        lists.resume_held(case, held)
    elif returned is not None:
        application = case.application
        stage = road.stage_of(application.ruleset, application.procedure, returned.stage)
        lapsing.open_again(case, stage)
    return case


@transaction.atomic
def close_withdrawn(application: Application) -> None:
    """The unit took its filing back: end what is open and take it off its list."""
    known = Case.objects.filter(application=application).first()
    if known is None:
        return
    case = lock_case(known.pk)
    run = StageRun.objects.filter(
        case=case, state__in=[RunState.OPEN, RunState.SIGNING]
    ).first()  # fmt: skip
    if run is not None:
        opening.close_run(run, RunState.RECALLED)
    lists.take_off(case, "申报单位撤回")
    settle.close_case(case, by=None)
