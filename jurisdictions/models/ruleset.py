"""政策版本: one immutable version of a jurisdiction's policy, and what it rests on."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from jurisdictions.models.jurisdiction import Jurisdiction


class Frozen(models.Model):
    """A row that is written once."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; a row that exists is refused."""
        if not self._state.adding:
            raise ValidationError("政策版本发布后不得修改，请发布新版本。")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse: filings rest on it."""
        raise ValidationError("政策版本不得删除。")


class Basis(Frozen):
    """Field catalogue and national tables as they stood, pinned by every ruleset."""

    digest = models.CharField("摘要", max_length=64, unique=True)
    catalogue = models.JSONField("字段目录")
    national = models.JSONField("国家代码表")
    created_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "公用数据版本"
        verbose_name_plural = "公用数据版本"

    def __str__(self) -> str:
        return self.digest[:12]


class SlimRulesets(models.Manager["Ruleset"]):
    """Versions without their bulky columns: nearly everybody wants the row, not the text."""

    def get_queryset(self) -> models.QuerySet["Ruleset"]:
        """Leave the documents out; they are read when somebody asks for them."""
        return super().get_queryset().defer("document", "inventory", "source")


class Ruleset(Frozen):
    """A published policy: canonical document, clause texts, hash; superseded, never edited."""

    jurisdiction = models.ForeignKey(
        Jurisdiction, on_delete=models.PROTECT, related_name="rulesets", verbose_name="地区"
    )
    version = models.PositiveIntegerField("版本")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, verbose_name="上一版本"
    )
    basis = models.ForeignKey(Basis, on_delete=models.PROTECT, verbose_name="公用数据版本")
    document = models.JSONField("政策数据")
    source = models.JSONField("源文件", default=dict, help_text="文件名到原文，供导出")
    inventory = models.JSONField("原文与条款")
    sha256 = models.CharField("摘要", max_length=64)
    document_number = models.CharField("文号", max_length=80, blank=True)
    title = models.CharField("文件名称", max_length=200)
    effective_from = models.DateField("施行日期", null=True, blank=True)
    effective_until = models.DateField("有效期至", null=True, blank=True)
    published_at = models.DateTimeField("发布时间", auto_now_add=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="发布人",
    )

    objects = SlimRulesets()

    class Meta:
        # Also for ``application.ruleset``: every page follows that key.
        base_manager_name = "objects"
        verbose_name = "政策版本"
        verbose_name_plural = "政策版本"
        ordering = ["jurisdiction", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "version"], name="ruleset_version_once"
            ),
            models.UniqueConstraint(fields=["parent"], name="ruleset_superseded_once"),
        ]

    def __str__(self) -> str:
        return f"{self.jurisdiction} 第{self.version}版"
