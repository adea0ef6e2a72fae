"""经费: the ledger, grants due and paid, duties to match, money to be paid back."""

import uuid
from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from simple_history.models import HistoricalRecords

from applications.models import Application, Studio
from assessments.enums import Direction

_CENT = Decimal("0.01")


class Book(models.Model):
    """The account under which a studio's money is kept."""

    studio = models.OneToOneField(
        Studio, on_delete=models.PROTECT, related_name="book", verbose_name="工作室"
    )
    account = models.CharField("账目（科目）名称", max_length=120)

    history = HistoricalRecords(verbose_name="账目变更记录")

    class Meta:
        verbose_name = "专门账目"
        verbose_name_plural = "专门账目"

    def __str__(self) -> str:
        return self.account


class LedgerEntry(models.Model):
    """One line of the ledger. A wrong line is struck with a reason, never changed."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    studio = models.ForeignKey(
        Studio, on_delete=models.PROTECT, related_name="ledger", verbose_name="工作室"
    )
    direction = models.CharField("收支", max_length=3, choices=Direction)
    source = models.SlugField("资金来源", max_length=60)
    purpose = models.SlugField("用途", max_length=60, blank=True)
    amount = models.DecimalField(
        "金额（元）", max_digits=14, decimal_places=2, validators=[MinValueValidator(_CENT)]
    )
    on = models.DateField("日期")
    text = models.CharField("摘要", max_length=200)
    reason = models.CharField("理由", max_length=300, blank=True)
    voucher = models.CharField("凭证号", max_length=60, blank=True)
    marked = models.BooleanField("凭证已标明经费字样", default=False)
    fixed_asset = models.BooleanField("形成固定资产", default=False)
    asset_number = models.CharField("固定资产编号", max_length=60, blank=True)
    asset_place = models.CharField("存放地点", max_length=120, blank=True)
    file = models.FileField("凭证文件", max_length=300, blank=True)
    file_name = models.CharField("凭证文件名", max_length=200, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="登记人"
    )
    entered_at = models.DateTimeField("登记时间", auto_now_add=True)
    struck_at = models.DateTimeField("冲销时间", null=True, blank=True)
    struck_reason = models.CharField("冲销理由", max_length=200, blank=True)

    history = HistoricalRecords(verbose_name="台账变更记录")

    class Meta:
        verbose_name = "台账"
        verbose_name_plural = "台账"
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="ledger_amount_is_positive",
                condition=models.Q(amount__gt=0),
                violation_error_message="金额须大于零。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.text} {self.amount}"


class GrantDue(models.Model):
    """Public money that follows a decision; ``may``: an office still decides whether."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    studio = models.ForeignKey(
        Studio, on_delete=models.PROTECT, related_name="grants", verbose_name="工作室"
    )
    # None: decided and paid before the portal, entered with the studio.
    application = models.ForeignKey(
        Application,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="grants",
        verbose_name="申报件",
    )
    grant = models.SlugField("资助", max_length=60)
    title = models.CharField("名称", max_length=120)
    amount = models.DecimalField(
        "金额（元）", max_digits=14, decimal_places=2, null=True, blank=True
    )
    source = models.CharField("资金来源", max_length=60, blank=True)
    clauses = models.JSONField("条款", default=list)
    decided_on = models.DateField("决定日期")
    due_on = models.DateField("应付日期", null=True, blank=True)
    may = models.BooleanField("可给予", default=False)
    extra = models.BooleanField("追加资助", default=False)
    paid_on = models.DateField("拨付日期", null=True, blank=True)
    paid_amount = models.DecimalField(
        "拨付金额（元）", max_digits=14, decimal_places=2, null=True, blank=True
    )
    entry = models.OneToOneField(
        LedgerEntry,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="grant_due",
        verbose_name="台账",
    )

    class Meta:
        verbose_name = "应付资助"
        verbose_name_plural = "应付资助"
        ordering = ["decided_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["studio", "grant"],
                condition=models.Q(extra=False),
                name="grant_once_per_studio",
                violation_error_message="该项资助只能给予一次。",
            ),
            models.CheckConstraint(
                name="grant_paid_with_amount",
                condition=models.Q(paid_on__isnull=True, paid_amount__isnull=True)
                | models.Q(paid_on__isnull=False, paid_amount__gt=0),
                violation_error_message="拨付日期和金额须一并填写。",
            ),
            models.CheckConstraint(
                name="grant_without_filing_is_paid",
                condition=models.Q(application__isnull=False) | models.Q(paid_on__isnull=False),
                violation_error_message="没有申报件的资助只能是平台启用前已经拨付的。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.studio} {self.title}"


class MatchingDue(models.Model):
    """Money the unit must add, as the decision recorded it."""

    studio = models.ForeignKey(
        Studio, on_delete=models.PROTECT, related_name="matchings", verbose_name="工作室"
    )
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="+", verbose_name="申报件"
    )
    minimum = models.DecimalField(
        "不少于（元）", max_digits=14, decimal_places=2, null=True, blank=True
    )
    yearly = models.BooleanField("每年", default=False)
    severity = models.CharField("要求", max_length=5)
    clauses = models.JSONField("条款", default=list)
    since = models.DateField("起始日")

    class Meta:
        verbose_name = "配套义务"
        verbose_name_plural = "配套义务"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.studio} 配套"


class Clawback(models.Model):
    """Public money to be paid back after a decision; closed when it is back in full."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    studio = models.ForeignKey(
        Studio, on_delete=models.PROTECT, related_name="clawbacks", verbose_name="工作室"
    )
    # None: decided before the portal, entered with the studio.
    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, null=True, blank=True, related_name="clawback",
        verbose_name="事项",
    )  # fmt: skip
    amount = models.DecimalField("应追回（元）", max_digits=14, decimal_places=2)
    decided_on = models.DateField("决定日期")
    document_number = models.CharField("文号", max_length=80, blank=True)
    clauses = models.JSONField("条款", default=list)
    closed_on = models.DateField("结清日期", null=True, blank=True)

    history = HistoricalRecords(verbose_name="追回变更记录")

    class Meta:
        verbose_name = "追回资助"
        verbose_name_plural = "追回资助"
        ordering = ["-decided_on"]
        constraints = [
            models.CheckConstraint(
                name="clawback_not_negative",
                condition=models.Q(amount__gte=0),
                violation_error_message="应追回金额不得为负。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.studio} 追回 {self.amount}"


class ClawbackPayment(models.Model):
    """Money that came back."""

    clawback = models.ForeignKey(
        Clawback, on_delete=models.PROTECT, related_name="payments", verbose_name="追回"
    )
    amount = models.DecimalField(
        "金额（元）", max_digits=14, decimal_places=2, validators=[MinValueValidator(_CENT)]
    )
    on = models.DateField("到账日期")
    note = models.CharField("说明", max_length=200, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="登记人"
    )

    class Meta:
        verbose_name = "追回到账"
        verbose_name_plural = "追回到账"
        ordering = ["on", "pk"]

    def __str__(self) -> str:
        return f"{self.on} {self.amount}"
