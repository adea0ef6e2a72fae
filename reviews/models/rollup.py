"""推荐汇总表: what one office recommends in a call, on one table that it signs and stamps."""

from django.conf import settings
from django.db import models

from jurisdictions.models import Office, Round
from reviews.models.case import StageRun


class RollUp(models.Model):
    """A signed table with the rows as they were printed. Written once; a wrong one is set aside.

    A table that is set aside keeps its rows and its paper, but nothing stands on it any more.
    """

    round = models.ForeignKey(
        Round, on_delete=models.PROTECT, related_name="rollups", verbose_name="批次"
    )
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="rollups", verbose_name="机构"
    )
    stage = models.SlugField("环节", max_length=60)
    title = models.CharField("名称", max_length=160)
    heads = models.JSONField("栏目", default=list)
    rows = models.JSONField("各行", default=list)
    digest = models.CharField("内容摘要", max_length=64)
    file = models.FileField("签字盖章件", max_length=300)
    name = models.CharField("原文件名", max_length=200)
    sha256 = models.CharField("摘要", max_length=64)
    signed_on = models.DateField("签署日期")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="上传人"
    )
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    voided_at = models.DateTimeField("作废时间", null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="作废人",
    )
    void_reason = models.CharField("作废理由", max_length=200, blank=True)

    class Meta:
        verbose_name = "推荐汇总表"
        verbose_name_plural = "推荐汇总表"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class RollUpLine(models.Model):
    """A passage that stands on a signed table; on one at most."""

    table = models.ForeignKey(
        RollUp, on_delete=models.PROTECT, related_name="lines", verbose_name="推荐汇总表"
    )
    run = models.ForeignKey(
        StageRun, on_delete=models.PROTECT, related_name="rollup_lines", verbose_name="环节办理"
    )

    class Meta:
        verbose_name = "推荐汇总表各行"
        verbose_name_plural = "推荐汇总表各行"
        constraints = [
            models.UniqueConstraint(
                fields=["run"],
                name="rollup_once_per_run",
                violation_error_message="该件已列入签署的推荐汇总表。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.run}"
