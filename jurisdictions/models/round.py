"""批次: a call for one procedure with its ruleset and reference date frozen."""

import uuid

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from jurisdictions.enums import RoundState
from jurisdictions.models.jurisdiction import Jurisdiction
from jurisdictions.models.ruleset import Ruleset


class Round(models.Model):
    """A call. Opening it freezes ruleset and reference date; an extension moves neither."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    jurisdiction = models.ForeignKey(
        Jurisdiction, on_delete=models.PROTECT, related_name="rounds", verbose_name="地区"
    )
    ruleset = models.ForeignKey(
        Ruleset, on_delete=models.PROTECT, related_name="rounds", verbose_name="政策版本"
    )
    procedure = models.SlugField("事项", max_length=60)
    title = models.CharField("批次名称", max_length=120)
    year = models.PositiveIntegerField("年度")
    state = models.CharField("状态", max_length=10, choices=RoundState, default=RoundState.PLANNED)
    opens_at = models.DateTimeField("开始时间")
    closes_at = models.DateTimeField("截止时间")
    reference_date = models.DateField("计算基准日")
    quota = models.PositiveIntegerField("名额", null=True, blank=True)
    publicity_days = models.PositiveIntegerField("公示天数", null=True, blank=True)
    contact_office = models.CharField("咨询机构", max_length=80, blank=True)
    contact_name = models.CharField("咨询人", max_length=40, blank=True)
    contact_phone = models.CharField("咨询电话", max_length=40, blank=True)
    notice = models.TextField("说明", blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="开放人",
    )
    last_number = models.PositiveIntegerField("已编号数", default=0, editable=False)

    history = HistoricalRecords(verbose_name="批次变更记录", excluded_fields=["last_number"])

    class Meta:
        verbose_name = "批次"
        verbose_name_plural = "批次"
        ordering = ["-opens_at"]
        constraints = [
            models.CheckConstraint(
                name="round_closes_after_it_opens",
                condition=models.Q(closes_at__gt=models.F("opens_at")),
                violation_error_message="截止时间须晚于开始时间。",
            )
        ]

    def __str__(self) -> str:
        return self.title


class RoundAttachment(models.Model):
    """A file published with the call."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(
        Round, on_delete=models.CASCADE, related_name="attachments", verbose_name="批次"
    )
    title = models.CharField("名称", max_length=120)
    file = models.FileField("文件", max_length=300)
    kind = models.CharField("格式", max_length=8)
    sha256 = models.CharField("摘要", max_length=64)

    class Meta:
        verbose_name = "批次附件"
        verbose_name_plural = "批次附件"

    def __str__(self) -> str:
        return self.title
