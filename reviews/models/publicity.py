"""公示 and 异议."""

import uuid

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from applications.models import Document
from portal.common.personal import masked
from reviews.enums import AnswerWay, ObjectionState
from reviews.models.case import StageRun
from reviews.models.listing import List, ListItem


class Publicity(models.Model):
    """A public notice of a list with both its dates. ``rows`` is what the public sees."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    listing = models.ForeignKey(
        List, on_delete=models.PROTECT, related_name="publicities", verbose_name="名单"
    )
    run = models.ForeignKey(
        StageRun, on_delete=models.PROTECT, related_name="publicities", verbose_name="环节办理"
    )
    title = models.CharField("标题", max_length=200)
    body = models.TextField("正文")
    rows = models.JSONField("公示内容", default=list)
    published_on = models.DateField("发布日期")
    first_day = models.DateField("公示起始日")
    last_day = models.DateField("公示截止日")
    url = models.URLField("发布网址", blank=True)
    contact = models.CharField("受理异议的联系方式", max_length=200)
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, verbose_name="公告文书"
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="发布人"
    )
    withdrawn_at = models.DateTimeField("撤下时间", null=True, blank=True)

    class Meta:
        verbose_name = "公示"
        verbose_name_plural = "公示"
        ordering = ["-published_on"]
        constraints = [
            models.CheckConstraint(
                name="publicity_days_in_order",
                condition=models.Q(last_day__gte=models.F("first_day"))
                & models.Q(first_day__gte=models.F("published_on")),
                violation_error_message="公示截止日不得早于起始日。",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def shown_title(self) -> str:
        """The title for the public."""
        return masked(self.title)


class Objection(models.Model):
    """An objection to an item, signed, with its finding. Contact data are sealed.

    Whoever objected looks it up by ``number`` together with the contact he left.
    """

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField("受理编号", max_length=20, unique=True)
    publicity = models.ForeignKey(
        Publicity, on_delete=models.PROTECT, related_name="objections", verbose_name="公示"
    )
    item = models.ForeignKey(
        ListItem, on_delete=models.PROTECT, related_name="objections", verbose_name="名单项"
    )
    name = models.CharField("提出人", max_length=60)
    contact = models.JSONField("联系方式（密封）", default=dict)
    text = models.TextField("异议内容")
    evidence = models.FileField("证据", max_length=300, blank=True)
    received_at = models.DateTimeField("收到时间", auto_now_add=True)
    state = models.CharField(
        "状态", max_length=10, choices=ObjectionState, default=ObjectionState.OPEN
    )
    taken_up_at = models.DateTimeField("开始核实时间", null=True, blank=True)
    finding = models.TextField("核实结论", blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="核实人",
    )
    decided_at = models.DateTimeField("核实时间", null=True, blank=True)
    answered_on = models.DateField("答复反映人日期", null=True, blank=True)
    answered_way = models.CharField("答复方式", max_length=10, choices=AnswerWay, blank=True)

    history = HistoricalRecords(verbose_name="异议变更记录")

    class Meta:
        verbose_name = "异议"
        verbose_name_plural = "异议"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="objection_decided_with_finding",
                condition=models.Q(state="open", decided_at__isnull=True)
                | ~models.Q(state="open")
                & models.Q(decided_at__isnull=False)
                & ~models.Q(finding=""),
                violation_error_message="异议核实完毕须写明结论。",
            ),
            models.CheckConstraint(
                name="objection_answered_with_way",
                condition=models.Q(answered_on__isnull=True, answered_way="")
                | models.Q(answered_on__isnull=False)
                & ~models.Q(answered_way="")
                & ~models.Q(state="open"),
                violation_error_message="登记答复反映人须有核实结论、答复日期和方式。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.publicity} {self.name}"
