"""The unit on whose behalf people file: enterprise, school or institution."""

import uuid

from django.db import models
from simple_history.models import HistoricalRecords

from portal.accounts.enums import UnitNature
from portal.accounts.validators import validate_uscc


class Enterprise(models.Model):
    """A unit and its profile. Facts for a filing are copied from here, never read through it."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("单位名称", max_length=200)
    uscc = models.CharField(
        "统一社会信用代码",
        max_length=18,
        unique=True,
        validators=[validate_uscc],
        error_messages={
            "unique": "该统一社会信用代码的单位已经注册，请联系本单位经办人邀请您加入。"
        },
    )
    nature = models.CharField("单位性质", max_length=12, choices=UnitNature, blank=True)
    industry = models.CharField("所属行业", max_length=100, blank=True)
    district_code = models.CharField(
        "所在区县代码", max_length=12, blank=True, help_text="六位行政区划代码"
    )
    address = models.CharField("单位地址", max_length=300, blank=True)
    postal_code = models.CharField("邮政编码", max_length=6, blank=True)
    legal_representative = models.CharField("法定代表人", max_length=60, blank=True)
    employee_count = models.PositiveIntegerField("职工人数", null=True, blank=True)
    contact_name = models.CharField("联系人", max_length=60, blank=True)
    contact_phone = models.CharField("联系电话", max_length=30, blank=True)
    contact_email = models.EmailField("联系邮箱", blank=True)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    history = HistoricalRecords(verbose_name="单位变更记录")

    class Meta:
        verbose_name = "单位"
        verbose_name_plural = "单位"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
