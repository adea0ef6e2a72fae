"""What happened, appended in the same transaction; and which effects have run."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from applications.models.application import Application
from jurisdictions.models import Jurisdiction, Office


class Event(models.Model):
    """One line of the record. ``public`` lines are shown to the applicant."""

    jurisdiction = models.ForeignKey(
        Jurisdiction, on_delete=models.PROTECT, related_name="events", verbose_name="地区"
    )
    application = models.ForeignKey(
        Application,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        verbose_name="申报件",
    )
    kind = models.SlugField("种类", max_length=60)
    text = models.CharField("内容", max_length=500)
    applicant_text = models.CharField("申报单位所见", max_length=500, blank=True)
    data = models.JSONField("数据", default=dict, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="经手人",
    )
    office = models.ForeignKey(
        Office,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="机构",
    )
    at = models.DateTimeField("时间", auto_now_add=True, db_index=True)
    # Written by the sealer within seconds: the row's place in the chain of its jurisdiction, and
    # a keyed digest over the row and the one before it.
    chain_number = models.PositiveBigIntegerField("链序号", null=True, blank=True, editable=False)
    chain_key = models.CharField("链密钥编号", max_length=32, blank=True, editable=False)
    sealed_digest = models.CharField("链摘要", max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = "办理记录"
        verbose_name_plural = "办理记录"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "chain_number"],
                name="event_chain_number_once",
                violation_error_message="同一地区的链序号不能重复。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.text}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; a row that exists is refused."""
        if not self._state.adding:
            raise ValidationError("办理记录只能追加，不能修改。")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse."""
        raise ValidationError("办理记录只能追加，不能删除。")


class ChainHead(models.Model):
    """The newest link of a jurisdiction's chain: a chain that was cut off ends before it."""

    jurisdiction = models.OneToOneField(
        Jurisdiction, on_delete=models.PROTECT, related_name="chain_head", verbose_name="地区"
    )
    number = models.PositiveBigIntegerField("链序号", default=0)
    digest = models.CharField("链摘要", max_length=64, blank=True)
    key_id = models.CharField("密钥编号", max_length=32, blank=True)
    sealed_at = models.DateTimeField("封存时间", auto_now=True)

    class Meta:
        verbose_name = "记录链头"
        verbose_name_plural = "记录链头"

    def __str__(self) -> str:
        return f"{self.jurisdiction} {self.number} {self.digest[:16]}"


class EffectRun(models.Model):
    """An effect of a decision that has run; each exactly once per filing."""

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="effects", verbose_name="申报件"
    )
    kind = models.SlugField("种类", max_length=60)
    position = models.PositiveIntegerField("顺序")
    clauses = models.JSONField("条款", default=list)
    data = models.JSONField("内容", default=dict)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "效力"
        verbose_name_plural = "效力"
        ordering = ["application", "position"]
        constraints = [
            models.UniqueConstraint(fields=["application", "position"], name="effect_once")
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.kind}"


class EffectUndo(models.Model):
    """The counter-effect of an effect: what undid it, each exactly once, the effect stays."""

    effect = models.OneToOneField(
        EffectRun, on_delete=models.PROTECT, related_name="undone", verbose_name="效力"
    )
    reason = models.CharField("理由", max_length=300)
    document_number = models.CharField("更正文号", max_length=80, blank=True)
    data = models.JSONField("内容", default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="经手人",
    )
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "效力撤销"
        verbose_name_plural = "效力撤销"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.effect} 撤销"


class Amended(models.Model):
    """已更正: one line of a decided filing that a recorded amendment corrected. Written once."""

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="amended", verbose_name="申报件"
    )
    target = models.SlugField("更正事项", max_length=20)
    label = models.CharField("名称", max_length=40)
    old = models.CharField("原内容", max_length=300)
    new = models.CharField("更正为", max_length=300)
    reason = models.TextField("理由")
    document_number = models.CharField("更正文号", max_length=80)
    dated_on = models.DateField("更正日期")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="签署人"
    )
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "已更正内容"
        verbose_name_plural = "已更正内容"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.application} {self.label}：{self.old} → {self.new}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; a row that exists is refused."""
        if not self._state.adding:
            raise ValidationError("更正记录只能追加，不能修改。")
        super().save(*args, **kwargs)
