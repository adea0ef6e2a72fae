"""Sending work and mail out of a transaction: nothing leaves before the change is kept."""

import logging
from functools import partial
from typing import Any

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from portal.common.models import OutboxMail

logger = logging.getLogger(__name__)


def enqueue(task_name: str, **ids: Any) -> None:
    """Send a task once the present transaction is committed (at once outside one).

    Args:
        task_name: full dotted name, e.g. "portal.common.tasks.run_job".
        ids: plain values (ids, codes) for the task; never model objects.

    Raises:
        celery.exceptions.NotRegistered: no such task.
    """
    if task_name not in current_app.tasks:
        # Only workers import every tasks module by themselves; a web process does it here.
        current_app.loader.import_default_modules()
    task = current_app.tasks[task_name]
    transaction.on_commit(partial(_send, task, ids))


def _send(task: Any, ids: dict[str, Any]) -> None:
    """Hand the task to the broker; the change is kept already, so a dead broker is only logged.

    Mail and jobs are rows: their sweeps pick up what the broker never got.
    """
    try:
        task.delay(**ids)
    except (OperationalError, ConnectionError) as error:
        logger.error("broker does not answer, %s waits for its sweep: %s", task.name, error)


def post_mail(to: str, subject: str, body: str, *, key: str) -> OutboxMail:
    """Write a mail into the outbox, in the caller's transaction.

    Args:
        to: address; an empty one (a person with a mobile number only) writes no row to send.
        subject: one line.
        body: plain text.
        key: names the occasion, e.g. "submitted:<uuid>:1"; a second call with it changes nothing.

    Returns:
        The row; for an empty address an unsaved one.
    """
    if not to:
        return OutboxMail(key=key, to="", subject=subject, body=body)
    mail, created = OutboxMail.objects.get_or_create(
        key=key, defaults={"to": to, "subject": " ".join(subject.split())[:200], "body": body}
    )
    if created:
        enqueue("portal.common.tasks.send_mail_row", mail_id=mail.pk)
    return mail
