"""延期, 更正, 名单单件退回: proposed by one, signed by another, kept beside what they change."""

import uuid

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from jurisdictions.enums import PostKind
from jurisdictions.models import Office
from reviews.enums import AmendTarget, ProposalState
from reviews.models.case import Case, StageRun, signer_name
from reviews.models.listing import List, ListItem

#: Proposed and signed by different people; decided exactly when a day and a person say so.
_TWO_PEOPLE = models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("proposed_by"))
_DECIDED = models.Q(state="proposed", decided_at__isnull=True) | ~models.Q(
    state="proposed"
) & models.Q(decided_at__isnull=False, decided_by__isnull=False)
#: What nobody decided, though it is over: taken back, or its filing left the list.
_WITHOUT_DECISION = ["withdrawn", "lapsed"]
_CLOSED_OR_DECIDED = (
    models.Q(state="proposed", decided_at__isnull=True, decided_by__isnull=True)
    | models.Q(state__in=_WITHOUT_DECISION, decided_at__isnull=False, decided_by__isnull=True)
    | models.Q(
        state__in=["approved", "refused"], decided_at__isnull=False, decided_by__isnull=False
    )
)
_SAME = "提出和审批须由不同人员办理。"


class Proposal(models.Model):
    """What a handler proposes and an approver of the same office signs or refuses."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="+", verbose_name="机构"
    )
    reason = models.TextField("理由")
    state = models.CharField(
        "状态", max_length=10, choices=ProposalState, default=ProposalState.PROPOSED
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="提出人"
    )
    proposed_at = models.DateTimeField("提出时间", auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="审批人",
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
    decided_at = models.DateTimeField("审批时间", null=True, blank=True)
    answer = models.TextField("审批意见", blank=True)

    class Meta:
        abstract = True

    @property
    def signer(self) -> str:
        """Who decided, as printed."""
        return signer_name(self.decided_by, self.deputy_for) if self.decided_by else ""


class Extension(Proposal):
    """延期: the time limit of one passage is moved, from which day to which."""

    run = models.ForeignKey(
        StageRun, on_delete=models.PROTECT, related_name="extensions", verbose_name="环节办理"
    )
    days = models.PositiveIntegerField("延长天数")
    unit = models.CharField(
        "单位", max_length=10, choices=[("calendar", "日"), ("working", "个工作日")]
    )
    old_due = models.DateField("原期限")
    new_due = models.DateField("新期限")

    history = HistoricalRecords(verbose_name="延期变更记录")

    class Meta:
        verbose_name = "延期"
        verbose_name_plural = "延期"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["run"],
                condition=models.Q(state="proposed"),
                name="extension_open_once",
                violation_error_message="本环节已有待审批的延期。",
            ),
            models.CheckConstraint(
                name="extension_moves_the_day_on",
                condition=models.Q(new_due__gt=models.F("old_due")),
                violation_error_message="新期限须晚于原期限。",
            ),
            models.CheckConstraint(
                name="extension_four_eyes", condition=_TWO_PEOPLE, violation_error_message=_SAME
            ),
            models.CheckConstraint(name="extension_decided_with_name", condition=_DECIDED),
        ]

    def __str__(self) -> str:
        return f"{self.run}：{self.old_due} → {self.new_due}"


class ItemReturn(Proposal):
    """One filing of a list is to go back to the unit, signed by the posts of the list's stage."""

    item = models.ForeignKey(
        ListItem, on_delete=models.PROTECT, related_name="returns", verbose_name="名单项"
    )
    run = models.ForeignKey(
        StageRun, on_delete=models.PROTECT, related_name="item_returns", verbose_name="环节办理"
    )
    faults = models.JSONField("问题和要求", default=list)
    due_on = models.DateField("补正期限")
    post = models.CharField("待签岗位", max_length=10, choices=PostKind)
    # Posts between the first and the last that have signed: post, person, name, day.
    signed = models.JSONField("已签", default=list, blank=True)

    history = HistoricalRecords(verbose_name="名单单件退回变更记录")

    class Meta:
        verbose_name = "名单单件退回补正"
        verbose_name_plural = "名单单件退回补正"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"],
                condition=models.Q(state="proposed"),
                name="item_return_open_once",
                violation_error_message="该件已有待审批的退回补正。",
            ),
            models.CheckConstraint(
                name="item_return_four_eyes", condition=_TWO_PEOPLE, violation_error_message=_SAME
            ),
            models.CheckConstraint(
                name="item_return_decided_with_name",
                condition=_CLOSED_OR_DECIDED,
                violation_error_message="已批准或未批准的须记明审批人和时间。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} 退回补正"


class Amendment(Proposal):
    """更正: the only way to change a decision that took effect; the decision stays as it was.

    About one filing, or about the document of a whole list.
    """

    case = models.ForeignKey(
        Case,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="amendments",
        verbose_name="办理件",
    )
    listing = models.ForeignKey(
        List,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="amendments",
        verbose_name="名单",
    )
    target = models.CharField("更正事项", max_length=20, choices=AmendTarget)
    old = models.CharField("原内容", max_length=300)
    new = models.CharField("更正为", max_length=300)
    document_number = models.CharField("更正文号", max_length=80)
    dated_on = models.DateField("更正日期")
    # What was undone, and what a person must still do, as it stood when it was signed.
    carried_out = models.JSONField("办理情况", default=dict, blank=True)

    history = HistoricalRecords(verbose_name="更正变更记录")

    class Meta:
        verbose_name = "更正"
        verbose_name_plural = "更正"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="amendment_of_case_or_list",
                condition=models.Q(case__isnull=False, listing__isnull=True)
                | models.Q(case__isnull=True, listing__isnull=False),
                violation_error_message="更正须属于办理件或名单之一。",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(state="proposed"),
                name="amendment_open_once_per_case",
                violation_error_message="该件已有待审批的更正。",
            ),
            models.UniqueConstraint(
                fields=["listing"],
                condition=models.Q(state="proposed"),
                name="amendment_open_once_per_list",
                violation_error_message="该名单已有待审批的更正。",
            ),
            models.CheckConstraint(
                name="amendment_four_eyes", condition=_TWO_PEOPLE, violation_error_message=_SAME
            ),
            models.CheckConstraint(name="amendment_decided_with_name", condition=_DECIDED),
        ]

    def __str__(self) -> str:
        return f"{self.case or self.listing} 更正{self.get_target_display()}"
