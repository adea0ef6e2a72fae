"""申报件: one filing in a procedure, by its parties, pinned to a policy version."""

import uuid

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from applications.enums import TO_BE_TOLD, UNDER_WAY, Status
from jurisdictions.models import Jurisdiction, Round, Ruleset
from portal.accounts.models import Enterprise


class Application(models.Model):
    """A filing. ``domain.lifecycle`` is the only writer of status and result.

    The search columns are copied from the answers at each save and submit.
    """

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    jurisdiction = models.ForeignKey(
        Jurisdiction, on_delete=models.PROTECT, related_name="applications", verbose_name="地区"
    )
    round = models.ForeignKey(
        Round,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
        verbose_name="批次",
    )
    ruleset = models.ForeignKey(Ruleset, on_delete=models.PROTECT, verbose_name="政策版本")
    procedure = models.SlugField("事项", max_length=60)
    reference_date = models.DateField("计算基准日")
    enterprise = models.ForeignKey(
        Enterprise, on_delete=models.PROTECT, related_name="applications", verbose_name="申报单位"
    )
    studio = models.ForeignKey(
        "applications.Studio",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="procedures",
        verbose_name="工作室",
    )
    number = models.CharField("申报编号", max_length=40, unique=True, null=True, blank=True)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAFT)
    result = models.CharField("结果", max_length=60, blank=True)
    status_changed_at = models.DateTimeField("状态时间", null=True, blank=True)
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    decided_at = models.DateTimeField("办结时间", null=True, blank=True)
    result_released_at = models.DateTimeField("结果公布时间", null=True, blank=True)
    # What people search and sort by.
    unit_name = models.CharField("单位名称", max_length=200, blank=True, db_index=True)
    unit_uscc = models.CharField("统一社会信用代码", max_length=18, blank=True, db_index=True)
    district = models.CharField("县（区）", max_length=60, blank=True, db_index=True)
    leader_name = models.CharField("领办人", max_length=60, blank=True, db_index=True)
    occupation = models.CharField("职业（工种）", max_length=60, blank=True, db_index=True)
    studio_name = models.CharField("工作室名称", max_length=160, blank=True, db_index=True)
    industry = models.CharField("产业（领域）", max_length=60, blank=True)
    priority = models.CharField("优先情形", max_length=200, blank=True)
    # Fields that may be changed while returned for correction: paths and material ids.
    unlocked = models.JSONField("可补正内容", default=list, blank=True)
    # Reasons for soft conditions, kept while the filing is checked; the submit freezes them.
    draft_reasons = models.JSONField("拟提交的理由", default=dict, blank=True)
    # Nobody: the clock opened a procedure that fell due.
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="创建人",
    )
    created_at = models.DateTimeField("创建时间", auto_now_add=True)
    # Window staff who entered a paper filing for the unit (代录).
    entered_by_office = models.ForeignKey(
        "jurisdictions.Office",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="代录机构",
    )
    paper_received_on = models.DateField("纸质材料收到日期", null=True, blank=True)
    paper_copies = models.PositiveIntegerField("纸质材料份数", null=True, blank=True)
    paper_received_by = models.CharField("纸质材料接收人", max_length=60, blank=True)
    # A procedure that an office starts against a studio stays out of the unit's lists, mails
    # and counts until the stage named by the ruleset.
    shown_to_unit = models.BooleanField("申报单位可见", default=True)
    version = models.PositiveIntegerField("版本", default=0)

    history = HistoricalRecords(
        verbose_name="申报件变更记录", excluded_fields=["version", "draft_reasons"]
    )

    class Meta:
        verbose_name = "申报件"
        verbose_name_plural = "申报件"
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["jurisdiction", "status", "submitted_at"]),
            models.Index(fields=["enterprise", "status"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="application_result_iff_decided",
                condition=models.Q(status="decided") & ~models.Q(result="")
                | ~models.Q(status="decided") & models.Q(result=""),
                violation_error_message="办结时必须有结果，未办结不得有结果。",
            ),
            models.CheckConstraint(
                name="application_number_once_submitted",
                condition=models.Q(submitted_at__isnull=True) | models.Q(number__isnull=False),
                violation_error_message="提交后必须有申报编号。",
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(self.public_id)

    @property
    def result_waits(self) -> bool:
        """Whether it is decided and the unit was not told yet."""
        return self.status == Status.DECIDED and self.result_released_at is None

    def status_words(self, *, for_unit: bool) -> str:
        """The status; while the result waits the unit does not read that it is decided."""
        if self.result_waits:
            return UNDER_WAY if for_unit else TO_BE_TOLD
        return str(self.get_status_display())

    @property
    def locked_says(self) -> str:
        """Why a filing that is not with its unit cannot be changed, and what helps where it may."""
        submitted = self.status == Status.SUBMITTED
        help_ = "需要更改时请联系受理机关退回补正。" if submitted else ""
        return f"申报件{self.status_words(for_unit=True)}，不能修改。{help_}"


class Party(models.Model):
    """A unit that takes part; co-building needs each to confirm before the submit."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="parties", verbose_name="申报件"
    )
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, verbose_name="单位")
    role = models.SlugField("身份", max_length=40, default="unit")
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="确认人",
    )

    class Meta:
        verbose_name = "参与单位"
        verbose_name_plural = "参与单位"
        constraints = [
            models.UniqueConstraint(fields=["application", "enterprise", "role"], name="party_once")
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.enterprise}"


class DraftSection(models.Model):
    """Answers of one section while they are being written; ``version`` guards two tabs."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="sections", verbose_name="申报件"
    )
    section = models.SlugField("分节", max_length=60)
    answers = models.JSONField("填写内容", default=dict)
    version = models.PositiveIntegerField("版本", default=1)
    updated_at = models.DateTimeField("保存时间", auto_now=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="保存人",
    )

    class Meta:
        verbose_name = "填报分节"
        verbose_name_plural = "填报分节"
        constraints = [
            models.UniqueConstraint(fields=["application", "section"], name="section_once")
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.section}"
