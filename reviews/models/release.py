"""Letters that wait for a person before they reach the unit, and who has read what arrived."""

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from jurisdictions.models import Jurisdiction
from reviews.enums import ReadWay
from reviews.models.case import Case
from reviews.models.correction import Letter


class LetterSetting(models.Model):
    """Which letters of a place wait for a check; without a row all are sent at once."""

    jurisdiction = models.OneToOneField(
        Jurisdiction,
        on_delete=models.CASCADE,
        related_name="letter_setting",
        verbose_name="地区",
    )
    kinds = models.JSONField("须核发的文书", default=list)

    history = HistoricalRecords(verbose_name="文书核发设置变更记录")

    class Meta:
        verbose_name = "文书核发设置"
        verbose_name_plural = "文书核发设置"

    def __str__(self) -> str:
        return str(self.jurisdiction)


class ReadReceipt(models.Model):
    """A member of the unit was the first to open a letter, or to acknowledge the result."""

    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="receipts", verbose_name="办理件"
    )
    letter = models.ForeignKey(
        Letter,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="receipts",
        verbose_name="文书",
        help_text="空：办理结果",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="阅知人"
    )
    way = models.CharField("方式", max_length=10, choices=ReadWay)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "阅知记录"
        verbose_name_plural = "阅知记录"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["letter"],
                condition=models.Q(letter__isnull=False),
                name="letter_read_once",
                violation_error_message="该文书已有阅知记录。",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(letter__isnull=True),
                name="result_read_once",
                violation_error_message="该办理结果已有阅知记录。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_way_display()}"
