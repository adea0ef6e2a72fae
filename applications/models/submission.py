"""提交稿: what was frozen at each submit."""

import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from applications.enums import Outcome
from applications.models.application import Application


class Submission(models.Model):
    """Numbered answers, attachments and registers with a digest. Written once."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="submissions", verbose_name="申报件"
    )
    number = models.PositiveIntegerField("稿次")
    answers = models.JSONField("填写内容")
    materials = models.JSONField("附件清单")
    registers = models.JSONField("登记簿快照", default=dict)
    reasons = models.JSONField("软性条件理由", default=dict)
    digest = models.CharField("摘要", max_length=64)
    # One per form that was shown: a double click or a refresh finds the first submit.
    idempotency_key = models.UUIDField("提交标识", unique=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="提交人"
    )
    submitted_at = models.DateTimeField("提交时间")

    class Meta:
        verbose_name = "提交稿"
        verbose_name_plural = "提交稿"
        ordering = ["application", "number"]
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="submission_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.application} 第{self.number}稿"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; a row that exists is refused."""
        if not self._state.adding:
            raise ValidationError("提交稿不得修改。")
        super().save(*args, **kwargs)


class Finding(models.Model):
    """核查结果: one finding of the engine on one submission; written once."""

    submission = models.ForeignKey(
        Submission, on_delete=models.CASCADE, related_name="findings", verbose_name="提交稿"
    )
    rule = models.CharField("规则", max_length=120)
    title = models.CharField("要点", max_length=300)
    outcome = models.CharField("结论", max_length=16, choices=Outcome)
    severity = models.CharField("强度", max_length=6)
    check_kind = models.CharField("核查方式", max_length=10)
    clauses = models.JSONField("条款", default=list)
    sentence = models.TextField("说明", blank=True)
    details = models.JSONField("取值与明细", default=dict)
    position = models.PositiveIntegerField("顺序")

    class Meta:
        verbose_name = "核查结果"
        verbose_name_plural = "核查结果"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["submission", "rule"], name="finding_once")]

    def __str__(self) -> str:
        return f"{self.rule} {self.get_outcome_display()}"
