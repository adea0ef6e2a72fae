"""停止计时: days of a passage that do not count towards its time limit."""

from django.db import models

from reviews.models.case import StageRun


class ClockStop(models.Model):
    """The clock of a passage stood still because experts were at work. One at a time."""

    run = models.ForeignKey(
        StageRun, on_delete=models.PROTECT, related_name="stops", verbose_name="环节办理"
    )
    unit = models.CharField("期限单位", max_length=10)
    since = models.DateField("停止之日")
    until = models.DateField("恢复之日", null=True, blank=True)
    # Days of the limit's unit after ``since`` up to ``until``; they are added to the limit.
    days = models.PositiveSmallIntegerField("停止天数", default=0)
    old_due = models.DateField("原期限", null=True, blank=True)
    new_due = models.DateField("顺延后的期限", null=True, blank=True)

    class Meta:
        verbose_name = "停止计时"
        verbose_name_plural = "停止计时"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["run"],
                condition=models.Q(until__isnull=True),
                name="clock_stopped_once",
                violation_error_message="本环节已在停止计时。",
            ),
            models.CheckConstraint(
                name="clock_goes_on_after_it_stopped",
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                violation_error_message="恢复计时之日不能早于停止之日。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.since}"
