"""办理件 and 环节: the review of one filing, stage by stage."""

import uuid

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from applications.models import Application, Submission
from jurisdictions.enums import PostKind
from jurisdictions.models import Jurisdiction, Office
from reviews.enums import CaseState, Judged, RunState
from reviews.models.claimable import Claimable


def signer_name(user: object, deputy_for: object | None) -> str:
    """A signature in words: 某某, or 某某（代某某） for a deputy."""
    return f"{user}（代{deputy_for}）" if deputy_for else str(user)


class Case(Claimable):
    """The review of one filing. Stage, office and due day are copied from the open stage run
    so that a worklist is one query; ``domain.stages`` writes them with the run."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="case", verbose_name="申报件"
    )
    jurisdiction = models.ForeignKey(
        Jurisdiction, on_delete=models.PROTECT, related_name="cases", verbose_name="地区"
    )
    state = models.CharField("状态", max_length=10, choices=CaseState, default=CaseState.OPEN)
    stage = models.SlugField("当前环节", max_length=60, blank=True)
    stage_kind = models.SlugField("环节类型", max_length=20, blank=True)
    office = models.ForeignKey(
        Office,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name="当前机构",
    )
    waiting_for = models.CharField("待签岗位", max_length=10, choices=PostKind, blank=True)
    due_on = models.DateField("办理期限", null=True, blank=True)
    arrived_at = models.DateTimeField("到达时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=0)

    history = HistoricalRecords(
        verbose_name="办理件变更记录", excluded_fields=["version", "claimed_by", "claimed_until"]
    )

    class Meta(Claimable.Meta):
        verbose_name = "办理件"
        verbose_name_plural = "办理件"
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["office", "state", "due_on"]),
            models.Index(fields=["jurisdiction", "state", "stage"]),
        ]

    def __str__(self) -> str:
        return str(self.application)

    @property
    def in_hand(self) -> bool:
        """Whether an office works on it now."""
        return self.state == CaseState.OPEN and self.office_id is not None


class StageRun(models.Model):
    """One passage of a case, or of a list, through one stage."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(
        Case,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="runs",
        verbose_name="办理件",
    )
    listing = models.ForeignKey(
        "reviews.List",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="runs",
        verbose_name="名单",
    )
    stage = models.SlugField("环节", max_length=60)
    kind = models.SlugField("类型", max_length=20)
    attempt = models.PositiveIntegerField("次数", default=1)
    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, null=True, blank=True, verbose_name="提交稿"
    )
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="runs", verbose_name="机构"
    )
    state = models.CharField("状态", max_length=10, choices=RunState, default=RunState.OPEN)
    waiting_for = models.CharField(
        "待签岗位", max_length=10, choices=PostKind, default=PostKind.HANDLER, blank=True
    )
    opened_at = models.DateTimeField("开始时间")
    due_on = models.DateField("期限", null=True, blank=True)
    # From what the last day is reckoned: empty where something else than a limit sets it.
    due_from = models.DateField("期限起算日", null=True, blank=True)
    due_days = models.PositiveSmallIntegerField("期限天数", null=True, blank=True)
    # The last day hung on the holidays of this year, which were not announced yet.
    due_year = models.PositiveSmallIntegerField("所待节假日安排的年份", null=True, blank=True)
    # The clock stands still since that day; the stops themselves are ``ClockStop`` rows.
    stopped_on = models.DateField("停止计时之日", null=True, blank=True)
    closed_at = models.DateTimeField("完成时间", null=True, blank=True)
    # What is proposed: pass, return, refuse, …; and the kind's own particulars.
    outcome = models.CharField("结论", max_length=20, blank=True)
    opinion = models.TextField("意见", blank=True)
    note = models.TextField("内部备注", blank=True)
    data = models.JSONField("内容", default=dict, blank=True)
    version = models.PositiveIntegerField("版本", default=0)

    history = HistoricalRecords(verbose_name="环节变更记录", excluded_fields=["version", "note"])

    class Meta:
        verbose_name = "环节办理"
        verbose_name_plural = "环节办理"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="run_of_case_or_list",
                condition=models.Q(case__isnull=False, listing__isnull=True)
                | models.Q(case__isnull=True, listing__isnull=False),
                violation_error_message="环节须属于办理件或名单之一。",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(state__in=["open", "signing"]),
                name="run_open_once_per_case",
                violation_error_message="该件已有办理中的环节。",
            ),
            models.UniqueConstraint(
                fields=["listing"],
                condition=models.Q(state__in=["open", "signing"]),
                name="run_open_once_per_list",
                violation_error_message="该名单已有办理中的环节。",
            ),
            models.CheckConstraint(
                name="run_closed_iff_final",
                condition=models.Q(state__in=["open", "signing"], closed_at__isnull=True)
                | models.Q(
                    state__in=["done", "returned", "recalled", "skipped"], closed_at__isnull=False
                ),
                violation_error_message="完成的环节须有完成时间。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case or self.listing} {self.stage}"


class Signature(models.Model):
    """One post signed, or sent back inside the office. Kept for ever."""

    run = models.ForeignKey(
        StageRun, on_delete=models.CASCADE, related_name="signatures", verbose_name="环节办理"
    )
    post = models.CharField("岗位", max_length=10, choices=PostKind)
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
    agrees = models.BooleanField("同意")
    text = models.TextField("意见", blank=True)
    at = models.DateTimeField("时间", auto_now_add=True)
    recalled_at = models.DateTimeField("撤回时间", null=True, blank=True)

    class Meta:
        verbose_name = "签批"
        verbose_name_plural = "签批"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.signer} {self.get_post_display()}"

    @property
    def signer(self) -> str:
        """Name as printed: a deputy's with the name of whom he stands in for."""
        return signer_name(self.user, self.deputy_for)


class Judgement(models.Model):
    """A person's verdict on a point, or on the reason given for a soft condition.

    ``point`` is the id of a point of the stage, or ``rule:<id>`` for a reason.
    """

    run = models.ForeignKey(
        StageRun, on_delete=models.CASCADE, related_name="judgements", verbose_name="环节办理"
    )
    point = models.CharField("要点", max_length=120)
    verdict = models.CharField("判断", max_length=6, choices=Judged)
    reason = models.TextField("理由", blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="判断人"
    )
    at = models.DateTimeField("时间", auto_now=True)

    class Meta:
        verbose_name = "审核要点判断"
        verbose_name_plural = "审核要点判断"
        constraints = [models.UniqueConstraint(fields=["run", "point"], name="point_judged_once")]

    def __str__(self) -> str:
        return f"{self.point} {self.get_verdict_display()}"


class PaperRecord(models.Model):
    """A stage completed from paper: signed minutes, who signed and when, who entered it."""

    run = models.ForeignKey(
        StageRun, on_delete=models.CASCADE, related_name="papers", verbose_name="环节办理"
    )
    file = models.FileField("签字纪要", max_length=300)
    kind = models.CharField("格式", max_length=8)
    name = models.CharField("原文件名", max_length=200)
    sha256 = models.CharField("摘要", max_length=64)
    signed_by = models.CharField("签署人", max_length=200)
    signed_on = models.DateField("签署日期")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="录入人"
    )
    entered_at = models.DateTimeField("录入时间", auto_now_add=True)

    class Meta:
        verbose_name = "纸质办理记录"
        verbose_name_plural = "纸质办理记录"

    def __str__(self) -> str:
        return self.name
