"""上级命名名单: studios named by higher levels, kept by hand by the administrators."""

import uuid

from django.db import models
from simple_history.models import HistoricalRecords

from jurisdictions.models import Jurisdiction


class NamedAbove(models.Model):
    """A leader whose studio a higher level has named.

    A line with an ID number matches that person; a line without one matches the same name at the
    same unit. Removed lines stay for the record.
    """

    class Level(models.TextChoices):
        """Who named the studio."""

        NATIONAL = "national", "国家级"
        PROVINCE = "province", "省（自治区、直辖市）级"
        CITY = "city", "市级"

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    jurisdiction = models.ForeignKey(
        Jurisdiction, on_delete=models.PROTECT, related_name="named_above", verbose_name="地区"
    )
    level = models.CharField("命名层级", max_length=10, choices=Level)
    studio_name = models.CharField("工作室名称", max_length=160)
    leader_name = models.CharField("领办人姓名", max_length=60)
    # The sealed number, as answers hold it; empty when the published list does not print it.
    id_number = models.JSONField("身份证号（密封）", default=dict, blank=True)
    key = models.CharField("键", max_length=64, blank=True, db_index=True)
    key_id = models.CharField("密钥编号", max_length=32, blank=True)
    unit_name = models.CharField("单位名称", max_length=200, blank=True)
    unit_uscc = models.CharField("统一社会信用代码", max_length=18, blank=True, db_index=True)
    document_number = models.CharField("命名文号", max_length=80, blank=True)
    removed_at = models.DateTimeField("移出时间", null=True, blank=True)

    history = HistoricalRecords(verbose_name="上级命名名单变更记录")

    class Meta:
        verbose_name = "上级命名"
        verbose_name_plural = "上级命名名单"
        ordering = ["jurisdiction", "level", "leader_name"]
        constraints = [
            models.CheckConstraint(
                name="named_above_can_be_matched",
                condition=~models.Q(key="") | ~models.Q(unit_uscc=""),
                violation_error_message="身份证号和统一社会信用代码至少填写一项，否则无法比对。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.leader_name} {self.studio_name}"
