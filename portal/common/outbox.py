"""Sends what the outbox holds."""

import datetime as dt
import logging

from django.db.models import F, Q
from django.utils import timezone

from portal.common.channels import channels
from portal.common.logs import scrub
from portal.common.models import OutboxMail

logger = logging.getLogger(__name__)
CLAIM = dt.timedelta(minutes=5)
LAST_ATTEMPT = 12


def waiting_ids(limit: int = 200) -> list[int]:
    """Return ids of unsent messages nobody is sending now, oldest first.

    Those of a channel that is switched off stay where they are.
    """
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=timezone.now())
    rows = OutboxMail.objects.filter(
        free, sent_at__isnull=True, attempts__lt=LAST_ATTEMPT, channel__in=list(channels())
    )
    return list(rows.order_by("created_at").values_list("pk", flat=True)[:limit])


def send_one(mail_id: int) -> bool:
    """Send one message unless it is sent or being sent; tell whether it went out."""
    now = timezone.now()
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now)
    claimed = OutboxMail.objects.filter(
        free, pk=mail_id, sent_at__isnull=True, channel__in=list(channels())
    ).update(claimed_until=now + CLAIM, attempts=F("attempts") + 1)
    if not claimed:
        return False
    mail = OutboxMail.objects.get(pk=mail_id)
    try:
        channels()[mail.channel].send(mail)
    except OSError as error:  # includes every smtplib and urllib error
        wait = dt.timedelta(minutes=2 ** min(mail.attempts, 8))
        OutboxMail.objects.filter(pk=mail_id).update(
            claimed_until=timezone.now() + wait, last_error=scrub(str(error))[:300]
        )
        logger.warning("mail %s not sent, attempt %s: %s", mail_id, mail.attempts, error)
        return False
    OutboxMail.objects.filter(pk=mail_id).update(
        sent_at=timezone.now(), claimed_until=None, last_error=""
    )
    return True
