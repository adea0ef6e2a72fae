"""补正 and letters: one notice with all faults, and the papers sent to the unit."""

import uuid

from django.conf import settings
from django.db import models

from applications.models import Document
from reviews.enums import LetterKind, ReleaseState
from reviews.models.case import Case, StageRun


class Correction(models.Model):
    """One notice that lists every fault at once (一次性告知)."""

    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="corrections", verbose_name="办理件"
    )
    run = models.ForeignKey(
        StageRun, on_delete=models.PROTECT, related_name="corrections", verbose_name="环节办理"
    )
    number = models.PositiveIntegerField("次数")
    due_on = models.DateField("补正期限", null=True, blank=True)
    note = models.TextField("说明", blank=True)
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)
    answered_at = models.DateTimeField("补正时间", null=True, blank=True)
    # Its day had passed without an answer, and the office went on.
    ended_at = models.DateTimeField("逾期继续办理时间", null=True, blank=True)

    class Meta:
        verbose_name = "补正告知"
        verbose_name_plural = "补正告知"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="correction_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.case} 第{self.number}次补正"


class CorrectionItem(models.Model):
    """One fault: the field, row or material it is about, the clause, and what to do."""

    correction = models.ForeignKey(
        Correction, on_delete=models.CASCADE, related_name="items", verbose_name="补正告知"
    )
    # Catalogue path, table name, or "material:<id>".
    target = models.CharField("对象", max_length=120)
    label = models.CharField("名称", max_length=200)
    clauses = models.JSONField("条款", default=list)
    text = models.TextField("问题和要求")
    answer = models.TextField("申报单位说明", blank=True)

    class Meta:
        verbose_name = "补正事项"
        verbose_name_plural = "补正事项"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.label


class Letter(models.Model):
    """A letter to the unit, or upward, with its rendered paper."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(
        Case,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="letters",
        verbose_name="办理件",
    )
    run = models.ForeignKey(
        StageRun, on_delete=models.PROTECT, related_name="letters", verbose_name="环节办理"
    )
    kind = models.CharField("种类", max_length=16, choices=LetterKind)
    number = models.CharField("文号", max_length=80, blank=True)
    dated_on = models.DateField("日期")
    body = models.JSONField("内容", default=dict)
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, verbose_name="文书"
    )
    release = models.CharField(
        "核发", max_length=8, choices=ReleaseState, default=ReleaseState.SENT
    )
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="核发人",
    )
    released_at = models.DateTimeField("核发时间", null=True, blank=True)
    release_reason = models.CharField("暂不发出的理由", max_length=300, blank=True)

    class Meta:
        verbose_name = "文书"
        verbose_name_plural = "文书"
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["case"],
                condition=models.Q(release__in=["waiting", "held"]),
                name="letter_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}".strip()


class Phrase(models.Model):
    """常用语: a sentence an officer uses every day."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="phrases",
        verbose_name="所有人",
    )
    text = models.CharField("内容", max_length=300)
    used = models.PositiveIntegerField("使用次数", default=0)

    class Meta:
        verbose_name = "常用语"
        verbose_name_plural = "常用语"
        ordering = ["-used", "pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "text"], name="phrase_once")]

    def __str__(self) -> str:
        return self.text
