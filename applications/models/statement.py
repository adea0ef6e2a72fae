"""陈述申辩: what a unit says before it is decided against."""

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from applications.models.application import Application


class Statement(models.Model):
    """The unit is told by a day until when it may state its view; one for each procedure."""

    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="statement", verbose_name="申报件"
    )
    office = models.ForeignKey(
        "jurisdictions.Office", on_delete=models.PROTECT, related_name="+", verbose_name="告知机构"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="告知人"
    )
    asked_on = models.DateField("告知日期")
    due_on = models.DateField("陈述期限")
    text = models.TextField("陈述申辩内容", blank=True)
    file = models.FileField("附件", max_length=300, blank=True)
    file_name = models.CharField("附件名", max_length=200, blank=True)
    sha256 = models.CharField("附件摘要", max_length=64, blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="陈述人",
    )
    given_at = models.DateTimeField("陈述时间", null=True, blank=True)

    history = HistoricalRecords(verbose_name="陈述申辩变更记录")

    class Meta:
        verbose_name = "陈述申辩"
        verbose_name_plural = "陈述申辩"
        constraints = [
            models.CheckConstraint(
                name="statement_given_iff_text",
                condition=models.Q(given_at__isnull=True, text="")
                | models.Q(given_at__isnull=False) & ~models.Q(text=""),
                violation_error_message="已陈述的必须有内容，未陈述的不得有内容。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.application} {self._meta.verbose_name}"
