"""Cases: opened when a filing is submitted, resumed after a correction, closed with it."""

from django.db import transaction
from django.utils import timezone

from applications.models import Application, Submission
from portal.common.history import signed
from reviews.domain import (
    claiming,
    closing,
    corrections,
    lapsing,
    leaving,
    opening,
    proposals,
    road,
    settle,
)
from reviews.domain.work import lock_case, lock_lists
from reviews.enums import CaseState, ItemState, RunState
from reviews.models import Case, List, ListItem, StageRun


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
        leaving.resume_held(case, held)
        leaving.tell_corrected(case, held)
    elif returned is not None:
        application = case.application
        stage = road.stage_of(application.ruleset, application.procedure, returned.stage)
        lapsing.open_again(case, stage)
    return case


@transaction.atomic
def close_withdrawn(application: Application) -> None:
    """The unit took its filing back: end what is open and take it off its list."""
    _close(application, "申报单位撤回")


def lock_for(application: Application) -> None:
    """Lock what is locked before a filing: the lists it is on, then its case.

    A list it was struck from counts as well: it ends with the filing when nothing else is on it.
    """
    open_ones = List.objects.filter(items__case__application=application, closed_at=None)
    lock_lists(open_ones.values_list("pk", flat=True).distinct())
    case = Case.objects.filter(application=application).first()
    if case is not None:
        lock_case(case.pk)


@transaction.atomic
def close_lapsed(application: Application, reason: str) -> None:
    """A filing lapsed: its case ends, and so does a list that has nothing left to decide."""
    _close(application, reason)
    emptied = List.objects.filter(items__case__application=application, closed_at=None)
    for listing in emptied:
        if not listing.items.exclude(state=ItemState.STRUCK).exists():
            _end_list(listing, reason)


def _end_list(listing: List, reason: str) -> None:
    run = listing.runs.filter(state__in=[RunState.OPEN, RunState.SIGNING]).first()
    if run is not None:
        run.publicities.filter(withdrawn_at=None).update(withdrawn_at=timezone.now())
        opening.close_run(run, RunState.RECALLED)
    proposals.lapse_returns(listing.items.all(), by=None)
    listing.closed_at, listing.due_on = timezone.now(), None
    claiming.drop(listing)
    listing.version += 1
    signed(listing, by=None, reason=reason[:100]).save()


def _close(application: Application, reason: str) -> None:
    known = Case.objects.filter(application=application).first()
    if known is None:
        return
    case = lock_case(known.pk)
    run = StageRun.objects.filter(
        case=case, state__in=[RunState.OPEN, RunState.SIGNING]
    ).first()  # fmt: skip
    if run is not None:
        opening.close_run(run, RunState.RECALLED)
    leaving.take_off(case, reason)
    settle.close_case(case, by=None)
