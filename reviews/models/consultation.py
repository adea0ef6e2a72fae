"""征求意见: one letter to each office, one reply about each unit and each person."""

import uuid

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from jurisdictions.models import Office
from reviews.enums import Handling, ReplyResult
from reviews.models.case import Case, StageRun
from reviews.models.correction import Letter


class Consultation(models.Model):
    """An office is asked, by a letter with a due day. What is asked is fixed when it is sent."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    run = models.ForeignKey(
        StageRun, on_delete=models.PROTECT, related_name="consultations", verbose_name="环节办理"
    )
    role = models.SlugField("机构角色", max_length=60, blank=True)
    # Empty while nobody fills the role: then the reply comes on paper.
    office = models.ForeignKey(
        Office,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="consultations",
        verbose_name="被征求机构",
    )
    name = models.CharField("名称", max_length=80)
    required = models.BooleanField("必须回复", default=True)
    about = models.JSONField("征求对象", default=list)
    due_on = models.DateField("回复期限")
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, verbose_name="征求意见函")
    sent_at = models.DateTimeField("发出时间", auto_now_add=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="发出人"
    )
    replied_at = models.DateTimeField("回复时间", null=True, blank=True)
    replied_on = models.DateField("回复日期", null=True, blank=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="回复人",
    )
    from_paper = models.BooleanField("书面回复", default=False)
    reply_number = models.CharField("复函文号", max_length=80, blank=True)
    file = models.FileField("复函", max_length=300, blank=True)
    file_name = models.CharField("复函文件名", max_length=200, blank=True)
    version = models.PositiveIntegerField("版本", default=0)

    history = HistoricalRecords(verbose_name="征求意见变更记录", excluded_fields=["version"])

    class Meta:
        verbose_name = "征求意见"
        verbose_name_plural = "征求意见"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "office"],
                condition=models.Q(office__isnull=False),
                name="consultation_once_per_office",
                violation_error_message="已向该机构征求意见。",
            ),
            models.UniqueConstraint(
                fields=["run", "role"],
                condition=~models.Q(role=""),
                name="consultation_once_per_role",
                violation_error_message="已向该机构征求意见。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.name}"


class ConsultReply(models.Model):
    """What was asked about one unit or one leader, and what the office says of it."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="replies", verbose_name="征求意见"
    )
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="consult_replies", verbose_name="办理件"
    )
    subject = models.CharField(
        "对象", max_length=6, choices=[("unit", "单位"), ("leader", "领办人")]
    )
    result = models.CharField("意见", max_length=8, choices=ReplyResult, blank=True)
    text = models.TextField("说明", blank=True)
    file = models.FileField("附件", max_length=300, blank=True)
    file_name = models.CharField("附件名", max_length=200, blank=True)
    handling = models.CharField("处理", max_length=8, choices=Handling, blank=True)
    handling_text = models.TextField("处理说明", blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="处理人",
    )
    handled_at = models.DateTimeField("处理时间", null=True, blank=True)

    history = HistoricalRecords(verbose_name="征求意见回复变更记录")

    class Meta:
        verbose_name = "征求意见回复"
        verbose_name_plural = "征求意见回复"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "case", "subject"], name="reply_once_per_subject"
            ),
            models.CheckConstraint(
                name="reply_handled_with_words",
                condition=models.Q(handling="")
                | models.Q(result="against", handled_at__isnull=False)
                & ~models.Q(handling_text=""),
                violation_error_message="处理不同意见须写明理由。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consultation} {self.case} {self.subject}"
