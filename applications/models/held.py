"""What was decided and is not told yet."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from applications.models.application import Application
from applications.models.studio import Studio
from jurisdictions.models import Office


class HeldDecision(models.Model):
    """A decision that the unit was not told yet: what follows from it waits with it.

    The row is gone once the result is told and everything is carried out.
    """

    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="held", verbose_name="申报件"
    )
    studio = models.ForeignKey(
        Studio, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="工作室",
    )  # fmt: skip
    on = models.DateField("决定日期")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True,
        related_name="+", verbose_name="签署人",
    )  # fmt: skip
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="决定机构",
    )  # fmt: skip
    document_number = models.CharField("文号", max_length=80, blank=True)
    details = models.JSONField("说明", default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = "待告知的决定"
        verbose_name_plural = "待告知的决定"
        constraints = [
            models.UniqueConstraint(
                fields=["studio"],
                name="held_decision_once_per_studio",
                violation_error_message="该工作室已有一项尚未告知的决定，请先核发其结果文书。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.on}"
