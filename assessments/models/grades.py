"""考核结果: what a studio was graded, over the years."""

import uuid

from django.db import models

from applications.models import Application, Studio


class GradeRecord(models.Model):
    """One decision about one studio: grade, points, distinction; written once, never changed.

    ``period`` is the year or the number of the assessment. A grade given after mending stands
    beside the one that made it necessary.
    """

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    studio = models.ForeignKey(
        Studio, on_delete=models.PROTECT, related_name="grades", verbose_name="工作室"
    )
    # None: given before the portal, entered with the studio.
    application = models.OneToOneField(
        Application,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="grade",
        verbose_name="办理件",
    )
    assessment = models.SlugField("考核", max_length=60)
    label = models.CharField("考核名称", max_length=80)
    period = models.PositiveIntegerField("期次", default=0)
    about = models.PositiveIntegerField("所属年度", default=0)
    grade = models.CharField("等次", max_length=40, blank=True)
    award = models.CharField("奖项", max_length=40, blank=True)
    passed = models.BooleanField("合格", default=True)
    mending = models.BooleanField("整改后考核", default=False)
    total = models.DecimalField("得分", max_digits=8, decimal_places=2, null=True, blank=True)
    reason = models.CharField("认定理由", max_length=500, blank=True)
    clauses = models.JSONField("条款", default=list)
    decided_on = models.DateField("认定日期")
    # The text asks that results be made public; then the public register shows them.
    public = models.BooleanField("向社会公开", default=False)

    class Meta:
        verbose_name = "考核结果"
        verbose_name_plural = "考核结果"
        ordering = ["-decided_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.studio} {self.label} {self.grade}"
