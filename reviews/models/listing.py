"""名单: what is decided together, who approved it as it stands, and the quota."""

import uuid

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from jurisdictions.models import Jurisdiction, Office, Round, Ruleset
from reviews.enums import ItemState
from reviews.models.case import Case, StageRun, signer_name
from reviews.models.claimable import Claimable


class List(Claimable):
    """A list travels through the list stages of a road; a lone filing gets a list of one."""

    this = "该名单"
    to_filings = "items__case__application__"

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    jurisdiction = models.ForeignKey(
        Jurisdiction, on_delete=models.PROTECT, related_name="lists", verbose_name="地区"
    )
    round = models.ForeignKey(
        Round,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="lists",
        verbose_name="批次",
    )
    ruleset = models.ForeignKey(Ruleset, on_delete=models.PROTECT, verbose_name="政策版本")
    procedure = models.SlugField("事项", max_length=60)
    title = models.CharField("名称", max_length=160)
    supplements = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="supplements_lists",
        verbose_name="补充的名单",
    )
    stage = models.SlugField("当前环节", max_length=60, blank=True)
    stage_kind = models.SlugField("环节类型", max_length=20, blank=True)
    office = models.ForeignKey(
        Office,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="lists",
        verbose_name="当前机构",
    )
    due_on = models.DateField("期限", null=True, blank=True)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    document_number = models.CharField("文号", max_length=80, blank=True)
    decided_on = models.DateField("发文日期", null=True, blank=True)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    version = models.PositiveIntegerField("版本", default=0)

    history = HistoricalRecords(
        verbose_name="名单变更记录", excluded_fields=["version", "claimed_by", "claimed_until"]
    )

    class Meta(Claimable.Meta):
        verbose_name = "名单"
        verbose_name_plural = "名单"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def in_hand(self) -> bool:
        """Whether an office works on it now."""
        return self.closed_at is None and self.office_id is not None


class ListItem(models.Model):
    """A case on a list: in, held, or struck."""

    listing = models.ForeignKey(
        List, on_delete=models.PROTECT, related_name="items", verbose_name="名单"
    )
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="items", verbose_name="办理件"
    )
    position = models.PositiveIntegerField("顺序")
    state = models.CharField("状态", max_length=8, choices=ItemState, default=ItemState.IN)
    reserve = models.BooleanField("候补", default=False)
    reason = models.CharField("说明", max_length=300, blank=True)
    # Where the list stood when the item was held: its supplementary list starts there.
    held_stage = models.SlugField("暂缓时的环节", max_length=60, blank=True)

    history = HistoricalRecords(verbose_name="名单项变更记录")

    class Meta:
        verbose_name = "名单项"
        verbose_name_plural = "名单项"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["listing", "case"], name="item_once_per_list"),
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(state="in"),
                name="item_on_one_list",
                violation_error_message="该件已在另一名单中。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.listing} {self.case}"


class Approval(models.Model):
    """A body's approval of a list, or of one case, as it stood; lapsed when the digest is no
    longer that of the list or case."""

    listing = models.ForeignKey(
        List,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="approvals",
        verbose_name="名单",
    )
    case = models.ForeignKey(
        Case,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="approvals",
        verbose_name="办理件",
    )
    run = models.ForeignKey(
        StageRun, on_delete=models.PROTECT, related_name="approvals", verbose_name="环节办理"
    )
    role = models.SlugField("机构角色", max_length=60)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, verbose_name="机构")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="签署人"
    )
    # Whose post it was, when a deputy signed.
    deputy_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="代谁签署",
    )
    from_paper = models.BooleanField("由书面文件录入", default=False)
    digest = models.CharField("内容摘要", max_length=64)
    opinion = models.TextField("意见", blank=True)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "机构审定"
        verbose_name_plural = "机构审定"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="approval_of_case_or_list",
                condition=models.Q(case__isnull=False, listing__isnull=True)
                | models.Q(case__isnull=True, listing__isnull=False),
                violation_error_message="审定须属于办理件或名单之一。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case or self.listing} {self.office}"

    @property
    def signer(self) -> str:
        """Name as printed: a deputy's with the name of whom he stands in for."""
        return signer_name(self.user, self.deputy_for)


class QuotaSlot(models.Model):
    """One place of a round's quota; the database lets nobody take it twice."""

    round = models.ForeignKey(
        Round, on_delete=models.PROTECT, related_name="slots", verbose_name="批次"
    )
    number = models.PositiveIntegerField("名额序号")
    item = models.OneToOneField(
        ListItem, on_delete=models.CASCADE, related_name="slot", verbose_name="名单项"
    )

    class Meta:
        verbose_name = "名额"
        verbose_name_plural = "名额"
        constraints = [
            models.UniqueConstraint(
                fields=["round", "number"],
                name="quota_slot_once",
                violation_error_message="名额已用完。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.round} 第{self.number}个"
