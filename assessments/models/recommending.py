"""推荐: a studio to a higher level, or one of its people for a title, by a letter of an office."""

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from applications.models import Application, Studio
from assessments.enums import Outcome
from assessments.models.registers import Row
from jurisdictions.models import Office


class Recommendation(Row):
    """One letter for one studio or person; withdrawn with its reason, never deleted.

    ``level``, ``title`` and ``clauses`` are the words of the text it rests on, ``application`` the
    assessment whose result allows it; empty where the naming itself does. ``person`` is empty
    where the studio itself is recommended.
    """

    studio = models.ForeignKey(
        Studio, on_delete=models.PROTECT, related_name="recommendations", verbose_name="工作室"
    )
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, null=True, blank=True,
        related_name="recommendations", verbose_name="所依据的考核",
    )  # fmt: skip
    person = models.CharField("被推荐人", max_length=60, blank=True)
    level = models.CharField("推荐至", max_length=80)
    target = models.CharField("参评名称", max_length=120, blank=True)
    title = models.CharField("规定", max_length=200)
    clauses = models.JSONField("条款", default=list)
    on = models.DateField("推荐日期")
    document_number = models.CharField("文号", max_length=60)
    reason = models.CharField("推荐理由", max_length=1000)
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="推荐机构",
    )  # fmt: skip
    file = models.FileField("推荐文件", max_length=300, blank=True)
    file_name = models.CharField("文件名", max_length=200, blank=True)
    sha256 = models.CharField("文件摘要", max_length=64, blank=True)
    outcome = models.CharField("推荐结果", max_length=10, choices=Outcome, blank=True)
    outcome_on = models.DateField("结果日期", null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="登记人"
    )
    entered_at = models.DateTimeField("登记时间", auto_now_add=True)
    struck_reason = models.CharField("撤回理由", max_length=200, blank=True)

    history = HistoricalRecords(verbose_name="推荐变更记录")

    class Meta:
        verbose_name = "向上推荐"
        verbose_name_plural = "向上推荐"
        ordering = ["-on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["studio", "person", "level", "document_number"],
                condition=models.Q(struck_at__isnull=True),
                name="recommended_once_per_letter",
                violation_error_message="这份文件已登记这项推荐。",
            ),
            models.CheckConstraint(
                name="recommendation_withdrawn_with_reason",
                condition=models.Q(struck_at__isnull=True) | ~models.Q(struck_reason=""),
                violation_error_message="撤回推荐须写明理由。",
            ),
            models.CheckConstraint(
                name="recommendation_outcome_with_day",
                condition=models.Q(outcome="", outcome_on__isnull=True)
                | ~models.Q(outcome="") & models.Q(outcome_on__gte=models.F("on")),
                violation_error_message="推荐结果须有日期，且不得早于推荐日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.said}（{self.document_number}）"

    @property
    def said(self) -> str:
        """Who was recommended to what."""
        if self.person:
            return f"{self.studio}{self.person}推荐为{self.level}"
        return f"{self.studio}推荐至{self.level}"
