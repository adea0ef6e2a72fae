"""Work that leaves the request."""

from celery import shared_task

from portal.common.errors import DomainError
from reviews.domain import digest, noticepaper, reminding, replying, sweeping
from reviews.domain.letters import paper_of
from reviews.models import Letter, Publicity


@shared_task(name="reviews.tasks.render_letter", ignore_result=True)
def render_letter(letter_id: int) -> None:
    """Draw the paper of a letter; a missing glyph is told to whoever opens it."""
    letter = Letter.objects.select_related("run__submission", "case__application").get(pk=letter_id)
    try:
        paper_of(letter)
    except DomainError:
        return


@shared_task(name="reviews.tasks.render_notice", ignore_result=True)
def render_notice(notice_id: int) -> None:
    """Draw the paper of a notice; a missing glyph is told to the office when it opens the paper."""
    row = Publicity.objects.select_related("listing__ruleset", "run__office", "document")
    try:
        noticepaper.paper_of(row.get(pk=notice_id))
    except DomainError:
        return


@shared_task(name="reviews.tasks.remind_consultations", ignore_result=True)
def remind_consultations() -> None:
    """Remind offices that have not replied; each occasion is mailed once."""
    replying.remind()


@shared_task(name="reviews.tasks.remind_stages", ignore_result=True)
def remind_stages() -> None:
    """Remind of stages and corrections that are due or overdue; each occasion once."""
    reminding.remind()


@shared_task(name="reviews.tasks.set_clocks", ignore_result=True)
def set_clocks() -> None:
    """Stop and resume clocks, and tell last days that follow from the holidays as they stand."""
    sweeping.sweep()


@shared_task(name="reviews.tasks.set_clock", ignore_result=True)
def set_clock(run_id: int) -> None:
    """Stop or resume the clock of one passage at once; the sweep makes up for a lost call."""
    sweeping.follow_one(run_id)


@shared_task(name="reviews.tasks.send_digests", ignore_result=True)
def send_digests() -> None:
    """Send the digests of today that have not gone out yet."""
    digest.send_all()
