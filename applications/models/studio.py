"""工作室: founded by an effect, in the register until it ends."""

import uuid

from django.db import models
from simple_history.models import HistoricalRecords

from applications.enums import StudioStatus
from jurisdictions.models import Jurisdiction, Ruleset
from portal.accounts.models import Enterprise


class Studio(models.Model):
    """A named studio with its number, name by formula, term, and dated hosts and leaders."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    jurisdiction = models.ForeignKey(
        Jurisdiction, on_delete=models.PROTECT, related_name="studios", verbose_name="地区"
    )
    founding_ruleset = models.ForeignKey(
        Ruleset, on_delete=models.PROTECT, verbose_name="设立时的政策版本"
    )
    founding_application = models.OneToOneField(
        "applications.Application",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="founded",
        verbose_name="设立申报件",
    )
    number = models.CharField("编号", max_length=40, unique=True)
    name = models.CharField("名称", max_length=160)
    occupation = models.CharField("职业（工种）", max_length=60)
    industry = models.CharField("产业（领域）", max_length=60, blank=True)
    district = models.CharField("县（区）", max_length=60, blank=True)
    department = models.CharField("行业主管部门", max_length=80, blank=True)
    address = models.CharField("地点", max_length=200, blank=True)
    area = models.DecimalField("面积", max_digits=10, decimal_places=2, null=True, blank=True)
    status = models.CharField(
        "状态", max_length=10, choices=StudioStatus, default=StudioStatus.ACTIVE
    )
    founded_on = models.DateField("命名日期")
    decision_number = models.CharField("命名文号", max_length=80, blank=True)
    term_until = models.DateField("建设期满", null=True, blank=True)
    ended_on = models.DateField("终止日期", null=True, blank=True)
    # A studio of before the portal: what fell due before this day was settled elsewhere.
    entered_on = models.DateField("补录日期", null=True, blank=True)
    title = models.CharField("领办人称号", max_length=80, blank=True)
    plaque_text = models.CharField("铭牌内容", max_length=160, blank=True)
    plaque_number = models.CharField("铭牌编号", max_length=40, blank=True)

    history = HistoricalRecords(verbose_name="工作室变更记录")

    class Meta:
        verbose_name = "工作室"
        verbose_name_plural = "工作室"
        ordering = ["jurisdiction", "number"]
        constraints = [
            models.CheckConstraint(
                name="studio_ended_iff_date",
                condition=models.Q(status="ended", ended_on__isnull=False)
                | ~models.Q(status="ended") & models.Q(ended_on__isnull=True),
                violation_error_message="终止的工作室必须有终止日期。",
            )
        ]

    def __str__(self) -> str:
        return self.name


class StudioHost(models.Model):
    """A unit that hosts the studio, from when until when."""

    studio = models.ForeignKey(
        Studio, on_delete=models.CASCADE, related_name="hosts", verbose_name="工作室"
    )
    enterprise = models.ForeignKey(
        Enterprise, on_delete=models.PROTECT, related_name="hosted", verbose_name="单位"
    )
    name = models.CharField("单位名称", max_length=200)
    since = models.DateField("起始日")
    until = models.DateField("终止日", null=True, blank=True)

    class Meta:
        verbose_name = "依托单位"
        verbose_name_plural = "依托单位"

    def __str__(self) -> str:
        return self.name


class StudioLeader(models.Model):
    """The craftsman who leads it, from when until when; the number is sealed."""

    studio = models.ForeignKey(
        Studio, on_delete=models.CASCADE, related_name="leaders", verbose_name="工作室"
    )
    name = models.CharField("姓名", max_length=60)
    id_number = models.JSONField("身份证号（密封）", default=dict)
    since = models.DateField("起始日")
    until = models.DateField("终止日", null=True, blank=True)

    class Meta:
        verbose_name = "领办人"
        verbose_name_plural = "领办人"

    def __str__(self) -> str:
        return self.name
