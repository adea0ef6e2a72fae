"""Background work of the shared ground: id in, fetch, call."""

from uuid import UUID

from celery import shared_task
from django.core.management import call_command

from portal.common import jobs, outbox, sealed


@shared_task
def send_mail_row(mail_id: int) -> None:
    """Send one mail of the outbox."""
    outbox.send_one(mail_id)


@shared_task
def send_outbox() -> None:
    """Send everything that waits: mails whose own task was lost or failed."""
    for mail_id in outbox.waiting_ids():
        outbox.send_one(mail_id)


@shared_task
def run_job(job_id: str) -> None:
    """Do, or go on with, one long job."""
    jobs.run(UUID(job_id))


@shared_task
def reclaim_jobs() -> None:
    """Give jobs whose worker died, or whose task was lost, to another worker."""
    for job_id in jobs.waiting_ids():
        run_job.delay(job_id=str(job_id))


@shared_task
def clear_old_rows() -> None:
    """Delete sessions that have expired, and results and inputs of jobs kept long enough."""
    call_command("clearsessions")
    jobs.delete_old_results()
    sealed.drop_old_work()
