"""领取: what one officer takes up for a while, so that two do not work on it side by side."""

from django.conf import settings
from django.db import models


class Claimable(models.Model):
    """Who has a case or a list, and until when; a claim that ran out counts no more."""

    #: How a sentence about it begins, and the way to what was filed, in a query.
    this = "该件"
    to_filings = "application__"

    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="领取人",
    )
    claimed_until = models.DateTimeField("领取到期", null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_claim_ends",
                condition=models.Q(claimed_by=None) | models.Q(claimed_until__isnull=False),
                violation_error_message="领取须有到期时间。",
            )
        ]
