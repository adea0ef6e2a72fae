"""专家: the pool of a jurisdiction, seats for one case each, score sheets, draws and results."""

import uuid

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from jurisdictions.models import Jurisdiction, Office
from reviews.enums import DrawKind, SeatState
from reviews.models.case import Case, StageRun


class Expert(models.Model):
    """Somebody who may be asked to judge. Left out of draws when inactive, never deleted."""

    allowed_permissions = frozenset({"serve"})

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    jurisdiction = models.ForeignKey(
        Jurisdiction, on_delete=models.PROTECT, related_name="experts", verbose_name="地区"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="expertises",
        verbose_name="账号",
    )
    name = models.CharField("姓名", max_length=60)
    title = models.CharField("职务或职称", max_length=80, blank=True)
    employer = models.CharField("工作单位", max_length=200)
    employer_uscc = models.CharField("单位统一社会信用代码", max_length=18, db_index=True)
    # An expert who is sent by an office fills its place on the panel.
    office = models.ForeignKey(
        Office,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="experts",
        verbose_name="代表机构",
    )
    source = models.CharField("来源", max_length=40)
    specialities = models.CharField("专业领域", max_length=200, blank=True)
    # Codes of units with which the expert declared a relation once and for all.
    related = models.JSONField("有利害关系的单位代码", default=list, blank=True)
    # Name and unit (may be empty) of relatives; a filing of somebody of that name is avoided.
    relatives = models.JSONField("亲属", default=list, blank=True)
    id_token = models.CharField("证件号码令牌", max_length=36, blank=True)
    id_shown = models.CharField("证件号码（掩码）", max_length=32, blank=True)
    is_active = models.BooleanField("在库", default=True)
    created_at = models.DateTimeField("入库时间", auto_now_add=True)

    history = HistoricalRecords(verbose_name="专家变更记录")

    class Meta:
        verbose_name = "专家"
        verbose_name_plural = "专家"
        ordering = ["name", "pk"]
        permissions = [("serve", "作为专家参加评审")]
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "user"],
                name="expert_once_per_place",
                violation_error_message="该账号已在本地区专家库中。",
            )
        ]

    def __str__(self) -> str:
        return self.name


class PanelDraw(models.Model):
    """A draw by lot: seed, who was in it, who was left out and why, who came out. Written once."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    run = models.ForeignKey(
        StageRun, on_delete=models.PROTECT, related_name="draws", verbose_name="环节办理"
    )
    kind = models.CharField("种类", max_length=8, choices=DrawKind)
    seed = models.CharField("种子", max_length=64)
    wanted = models.JSONField("抽取要求", default=dict)
    candidates = models.JSONField("参加抽取", default=list)
    excluded = models.JSONField("未参加抽取及原因", default=list)
    picked = models.JSONField("抽取结果", default=list)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="抽取人"
    )
    at = models.DateTimeField("抽取时间", auto_now_add=True)

    class Meta:
        verbose_name = "抽取记录"
        verbose_name_plural = "抽取记录"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.seed[:8]}"


class Seat(models.Model):
    """One expert's seat for one case in one passage."""

    # declare: may sign the statement; score: may read the filing and judge it.
    allowed_permissions = frozenset({"declare", "score"})

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    run = models.ForeignKey(
        StageRun, on_delete=models.PROTECT, related_name="seats", verbose_name="环节办理"
    )
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="seats", verbose_name="办理件"
    )
    expert = models.ForeignKey(
        Expert, on_delete=models.PROTECT, related_name="seats", verbose_name="专家"
    )
    draw = models.ForeignKey(
        PanelDraw,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="seats",
        verbose_name="抽取记录",
    )
    state = models.CharField("状态", max_length=10, choices=SeatState, default=SeatState.PENDING)
    chair = models.BooleanField("组长", default=False)
    # As they were when the seat was given.
    source = models.CharField("来源", max_length=40)
    roles = models.JSONField("代表的机构角色", default=list, blank=True)
    statement = models.TextField("回避声明", blank=True)
    declared_at = models.DateTimeField("声明时间", null=True, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    reason = models.CharField("结束原因", max_length=300, blank=True)
    # Why he was appointed although something may stand against him.
    despite = models.CharField("可能须回避仍予安排的理由", max_length=300, blank=True)
    seated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="安排人"
    )
    created_at = models.DateTimeField("安排时间", auto_now_add=True)

    history = HistoricalRecords(verbose_name="席位变更记录")

    class Meta:
        verbose_name = "专家席位"
        verbose_name_plural = "专家席位"
        ordering = ["pk"]
        permissions = [("declare", "签署回避声明"), ("score", "评审本件")]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "case", "expert"],
                condition=~models.Q(state="released"),
                name="seat_once_per_case",
                violation_error_message="该专家已安排评审该件。",
            ),
            models.UniqueConstraint(
                fields=["run", "case"],
                condition=models.Q(chair=True, state__in=["pending", "seated"]),
                name="seat_one_chair",
                violation_error_message="组长只能有一人。",
            ),
            models.CheckConstraint(
                name="seat_declared_before_it_judges",
                condition=~models.Q(state="seated") | models.Q(declared_at__isnull=False),
                violation_error_message="签署回避声明后方可评审。",
            ),
            models.CheckConstraint(
                name="seat_ended_iff_over",
                condition=models.Q(state__in=["pending", "seated"], ended_at__isnull=True)
                | models.Q(state__in=["conflict", "recused", "released"], ended_at__isnull=False),
                violation_error_message="结束的席位须有结束时间。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.expert} {self.case}"


class ScoreSheet(models.Model):
    """What an expert says on a case. Signed it is locked; voided it stays and counts no more."""

    seat = models.OneToOneField(
        Seat, on_delete=models.PROTECT, related_name="sheet", verbose_name="席位"
    )
    lines = models.JSONField("各项评分", default=dict, blank=True)
    verdict = models.CharField("意见", max_length=8, blank=True)
    text = models.TextField("评审意见", blank=True)
    total = models.DecimalField("总分", max_digits=12, decimal_places=4, null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=0)
    saved_at = models.DateTimeField("保存时间", null=True, blank=True)
    signed_at = models.DateTimeField("签署时间", null=True, blank=True)
    voided_at = models.DateTimeField("作废时间", null=True, blank=True)
    void_reason = models.CharField("作废原因", max_length=300, blank=True)

    history = HistoricalRecords(
        verbose_name="评分变更记录", excluded_fields=["version", "saved_at"]
    )

    class Meta:
        verbose_name = "评分表"
        verbose_name_plural = "评分表"

    def __str__(self) -> str:
        return str(self.seat)


class PanelResult(models.Model):
    """What the signed sheets of a case came to; a new row whenever that changes, none is lost."""

    run = models.ForeignKey(
        StageRun, on_delete=models.PROTECT, related_name="panel_results", verbose_name="环节办理"
    )
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="panel_results", verbose_name="办理件"
    )
    number = models.PositiveIntegerField("次数")
    count = models.PositiveIntegerField("有效份数")
    agree = models.PositiveIntegerField("同意", default=0)
    against = models.PositiveIntegerField("不同意", default=0)
    # Fraction as text, e.g. 266/3; empty where experts give opinions.
    exact = models.CharField("精确得分", max_length=80, blank=True)
    score = models.DecimalField("得分", max_digits=8, decimal_places=2, null=True, blank=True)
    seats = models.JSONField("计入的席位", default=list)
    reason = models.CharField("原因", max_length=300)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="引起人",
    )
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "评审结果"
        verbose_name_plural = "评审结果"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "case", "number"], name="panel_result_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case} 第{self.number}次"
