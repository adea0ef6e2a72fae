"""地区: a place with a policy of its own."""

from django.db import models


class Jurisdiction(models.Model):
    """A city or district. What it asks is in its rulesets; this row only names it."""

    allowed_permissions = frozenset({"administer", "oversee"})

    code = models.SlugField("代码", max_length=60, unique=True)
    name = models.CharField("名称", max_length=60)
    short_name = models.CharField("简称", max_length=30)
    level = models.CharField("层级", max_length=10)
    region_code = models.CharField("行政区划代码", max_length=6)
    effective_from_entered = models.DateField(
        "补录的施行日期", null=True, blank=True, help_text="仅在文件原文缺施行日期时填写"
    )
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = "地区"
        verbose_name_plural = "地区"
        ordering = ["region_code", "code"]
        permissions = [("administer", "管理本地区"), ("oversee", "查看本地区总览")]

    def __str__(self) -> str:
        return self.name
