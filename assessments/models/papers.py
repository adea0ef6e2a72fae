"""What others say of a studio, and files kept beside its rows."""

import uuid

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from applications.models import Studio
from assessments.enums import Holder, RecordKind
from assessments.models.due import Obligation
from assessments.models.registers import Row
from jurisdictions.models import Office


class Record(Row):
    """A report of an event by the unit, or what a unit or an office wrote down of the studio.

    ``item`` is the entry of the policy it belongs to. ``due``: what the unit must mend by a day.
    """

    studio = models.ForeignKey(
        Studio, on_delete=models.PROTECT, related_name="records", verbose_name="工作室"
    )
    kind = models.CharField("种类", max_length=6, choices=RecordKind)
    item = models.SlugField("事项", max_length=60)
    category = models.CharField("类别", max_length=120, blank=True)
    title = models.CharField("标题", max_length=160)
    text = models.TextField("内容", max_length=4000, blank=True)
    on = models.DateField("日期")
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="登记机构",
    )  # fmt: skip
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="登记人"
    )
    entered_at = models.DateTimeField("登记时间", auto_now_add=True)
    due = models.OneToOneField(
        Obligation, on_delete=models.PROTECT, null=True, blank=True, related_name="asked_by",
        verbose_name="整改事项",
    )  # fmt: skip

    history = HistoricalRecords(verbose_name="记录变更记录")

    class Meta:
        verbose_name = "报告和记录"
        verbose_name_plural = "报告和记录"
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return self.title


class Opinion(models.Model):
    """What an expert says of a yearly paper; entered by the office that asked."""

    obligation = models.ForeignKey(
        Obligation, on_delete=models.PROTECT, related_name="opinions", verbose_name="材料"
    )
    expert = models.CharField("专家姓名", max_length=60)
    employer = models.CharField("专家单位", max_length=120, blank=True)
    text = models.TextField("意见", max_length=2000)
    on = models.DateField("日期")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="登记人"
    )
    entered_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "专家意见"
        verbose_name_plural = "专家意见"
        ordering = ["on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["obligation", "expert"],
                name="opinion_once_per_expert",
                violation_error_message="这位专家的意见已经登记。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.expert}：{self.text[:20]}"


class KeptFile(models.Model):
    """A file beside a row of a register: photo, agreement, certificate, audit report."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    studio = models.ForeignKey(
        Studio, on_delete=models.PROTECT, related_name="kept_files", verbose_name="工作室"
    )
    holder = models.CharField("所属", max_length=12, choices=Holder)
    row = models.UUIDField("所属记录", null=True, blank=True, db_index=True)
    part = models.SlugField("类别", max_length=60, blank=True)
    title = models.CharField("说明", max_length=160)
    file = models.FileField("文件", max_length=300)
    file_name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("文件摘要", max_length=64)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="存入人"
    )
    added_at = models.DateTimeField("存入时间", auto_now_add=True)
    removed_at = models.DateTimeField("移出时间", null=True, blank=True)

    class Meta:
        verbose_name = "登记附件"
        verbose_name_plural = "登记附件"
        ordering = ["holder", "pk"]

    def __str__(self) -> str:
        return self.title
