"""节假日和调休: seeded from the shipped table, kept up by administrators."""

from django.db import models

from jurisdictions.enums import DayKind


class Holiday(models.Model):
    """A day off, or a weekend day that is worked."""

    day = models.DateField("日期", unique=True)
    kind = models.CharField("类别", max_length=4, choices=DayKind)
    label = models.CharField("名称", max_length=40, blank=True)

    class Meta:
        verbose_name = "节假日"
        verbose_name_plural = "节假日"
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.get_kind_display()}"
