"""Background work of applications: id in, fetch, call."""

import logging

from celery import shared_task

from applications.domain import chain, outliving
from applications.interfaces.sheets import sheet_document
from applications.models import Submission
from jurisdictions.queries import bulky, policy_of

log = logging.getLogger(__name__)


@shared_task
def render_sheet(submission_id: int) -> None:
    """Draw the official sheet of a submission and keep it."""
    way = "application__ruleset"
    rows = Submission.objects.select_related(way).defer(*bulky(way))
    submission = rows.filter(pk=submission_id).first()
    if submission is None:
        log.warning("submission %s not found", submission_id)
        return
    application = submission.application
    if policy_of(application.ruleset).procedure(application.procedure).sheet is not None:
        sheet_document(submission)


@shared_task(name="applications.tasks.seal_events")
def seal_events() -> int:
    """Seal the new lines of the record to those before them."""
    return chain.seal_all()


@shared_task(name="applications.tasks.lapse_left")
def lapse_left(studio_id: int | None = None) -> int:
    """Let lapse what is under way on a studio that has ended, or on all of them."""
    return outliving.lapse_left(studio_id)
