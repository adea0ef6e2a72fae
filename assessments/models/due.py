"""到期事项: papers, agreements, assessments and other things that fall due."""

import uuid

from django.conf import settings
from django.db import models

from applications.models import Application, Studio
from assessments.enums import DueKind, Party
from jurisdictions.models import Jurisdiction


class Obligation(models.Model):
    """Something due for a studio in a period; opened once, whoever opens it and however often.

    ``period`` is the year, or the number of the assessment; 0 for what happens once, the key of
    the filing for what its decision asks of an office.
    """

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    studio = models.ForeignKey(
        Studio, on_delete=models.PROTECT, related_name="obligations", verbose_name="工作室"
    )
    kind = models.CharField("种类", max_length=10, choices=DueKind)
    item = models.SlugField("事项", max_length=60)
    period = models.PositiveIntegerField("期次", default=0)
    about = models.PositiveIntegerField("所属年度", default=0)
    title = models.CharField("名称", max_length=160)
    party = models.CharField("办理方", max_length=6, choices=Party, default=Party.UNIT)
    receiver = models.CharField("接收方", max_length=120, blank=True)
    clauses = models.JSONField("条款", default=list)
    opens_on = models.DateField("开始日")
    due_on = models.DateField("到期日", null=True, blank=True)
    opened_at = models.DateTimeField("列入时间", auto_now_add=True)
    # The procedure by which it is carried out, where it is one.
    application = models.OneToOneField(
        Application,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="obligation",
        verbose_name="办理件",
    )
    # What was handed in; the day decides whether it was in time.
    done_on = models.DateField("办理日期", null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="办理人",
    )
    text = models.TextField("内容", blank=True)
    parts = models.JSONField("分项内容", default=dict, blank=True)
    file = models.FileField("文件", max_length=300, blank=True)
    file_name = models.CharField("文件名", max_length=200, blank=True)
    sha256 = models.CharField("文件摘要", max_length=64, blank=True)
    # The receiver takes a paper in, or sends it back with a reason.
    received_on = models.DateField("接收（备案）日期", null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="接收人",
    )
    returned_reason = models.CharField("退回理由", max_length=300, blank=True)

    class Meta:
        verbose_name = "到期事项"
        verbose_name_plural = "到期事项"
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["done_on", "due_on"])]
        constraints = [
            models.UniqueConstraint(
                fields=["studio", "kind", "item", "period"], name="obligation_once_per_period"
            ),
            models.CheckConstraint(
                name="obligation_received_after_done",
                condition=models.Q(received_on__isnull=True) | models.Q(done_on__isnull=False),
                violation_error_message="尚未报送的材料不能登记接收。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.studio} {self.title}"


class SetDay(models.Model):
    """The day of a yearly paper that an office sets, one for each year."""

    jurisdiction = models.ForeignKey(
        Jurisdiction, on_delete=models.PROTECT, related_name="set_days", verbose_name="地区"
    )
    item = models.SlugField("事项", max_length=60)
    year = models.PositiveIntegerField("年度")
    day = models.DateField("到期日")
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="设定人"
    )
    set_at = models.DateTimeField("设定时间", auto_now=True)

    class Meta:
        verbose_name = "设定的到期日"
        verbose_name_plural = "设定的到期日"
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "item", "year"], name="set_day_once_per_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.year}：{self.day}"
