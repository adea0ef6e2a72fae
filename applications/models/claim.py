"""占用 and 禁申: rights to be the only one, held by the database."""

from django.db import models

from applications.models.application import Application
from jurisdictions.models import Jurisdiction


class Claim(models.Model):
    """Unique while exclusive and unreleased; ``key`` is a keyed digest that reveals nobody."""

    jurisdiction = models.ForeignKey(
        Jurisdiction, on_delete=models.PROTECT, related_name="claims", verbose_name="地区"
    )
    application = models.ForeignKey(
        Application,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="claims",
        verbose_name="申报件",
    )
    studio = models.ForeignKey(
        "applications.Studio",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="claims",
        verbose_name="工作室",
    )
    kind = models.SlugField("种类", max_length=60)
    # "everywhere", or the code of the jurisdiction.
    scope = models.CharField("范围", max_length=60)
    key = models.CharField("键", max_length=64, db_index=True)
    key_id = models.CharField("密钥编号", max_length=32)
    exclusive = models.BooleanField("独占")
    taken_at = models.DateTimeField("占用时间")
    released_at = models.DateTimeField("释放时间", null=True, blank=True)
    release_reason = models.CharField("释放原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "占用"
        verbose_name_plural = "占用"
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "kind", "key"],
                condition=models.Q(exclusive=True, released_at__isnull=True),
                name="claim_held_once",
                violation_error_message="该人员或该单位同工种已有申报或工作室。",
            ),
            models.CheckConstraint(
                name="claim_has_a_holder",
                condition=models.Q(application__isnull=False) | models.Q(studio__isnull=False),
                violation_error_message="占用须属于申报件或工作室。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {'独占' if self.exclusive else '提示'}"


class Ban(models.Model):
    """A unit or leader may not apply until the last day, that day included."""

    class Subject(models.TextChoices):
        """Who is banned."""

        UNIT = "unit", "单位"
        LEADER = "leader", "领办人"

    jurisdiction = models.ForeignKey(
        Jurisdiction, on_delete=models.PROTECT, related_name="bans", verbose_name="地区"
    )
    subject = models.CharField("对象", max_length=6, choices=Subject)
    key = models.CharField("键", max_length=64, db_index=True)
    key_id = models.CharField("密钥编号", max_length=32)
    label = models.CharField("名称", max_length=200)
    starts_on = models.DateField("起始日")
    ends_on = models.DateField("届满日")
    ground = models.CharField("事由", max_length=300)
    clauses = models.JSONField("条款", default=list)
    lifted_at = models.DateTimeField("解除时间", null=True, blank=True)
    # Of the studio whose end before the portal brought it; else a decision of the portal tells.
    studio = models.ForeignKey(
        "applications.Studio", on_delete=models.PROTECT, null=True, blank=True,
        related_name="bans", verbose_name="平台启用前的工作室",
    )  # fmt: skip
    # The same ban under a code the unit bears since: it is lifted and moved with the first.
    copy_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="copies",
        verbose_name="原禁申",
    )  # fmt: skip

    class Meta:
        verbose_name = "禁申"
        verbose_name_plural = "禁申"
        constraints = [
            models.CheckConstraint(
                name="ban_ends_after_it_begins",
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                violation_error_message="届满日不得早于起始日。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.label} 至 {self.ends_on}"
