"""Long work, one row each: who asked, how far it is, where the result lies."""

import uuid

from django.conf import settings
from django.db import models


class Job(models.Model):
    """A piece of long work that survives the worker doing it.

    ``lease_until`` says until when the present worker is trusted to be alive; each step renews it.
    A job whose lease has run out is taken over by another worker and goes on from ``done``.
    """

    class State(models.TextChoices):
        """How far the work is."""

        QUEUED = "queued", "排队中"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        FAILED = "failed", "失败"
        CANCELLED = "cancelled", "已取消"

    id = models.UUIDField("编号", primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("类别", max_length=60)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="jobs",
        verbose_name="发起人",
    )
    jurisdiction_code = models.CharField("地区代码", max_length=40, blank=True, db_index=True)
    params = models.JSONField("参数", default=dict, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.QUEUED)
    done = models.PositiveIntegerField("已完成数", default=0)
    total = models.PositiveIntegerField("总数", default=0)
    attempts = models.PositiveIntegerField("接手次数", default=0)
    lease_token = models.UUIDField("占用标识", null=True, blank=True)
    lease_until = models.DateTimeField("占用至", null=True, blank=True)
    file = models.FileField("结果文件", upload_to="jobs/", max_length=300, blank=True)
    file_name = models.CharField("下载文件名", max_length=200, blank=True)
    error = models.CharField("失败原因", max_length=500, blank=True)
    created_at = models.DateTimeField("发起时间", auto_now_add=True)
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)

    class Meta:
        verbose_name = "长任务"
        verbose_name_plural = "长任务"
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                name="job_finished_iff_final",
                condition=(
                    models.Q(state__in=["queued", "running"], finished_at__isnull=True)
                    | models.Q(state__in=["done", "failed", "cancelled"], finished_at__isnull=False)
                ),
                violation_error_message="任务结束时必须记录结束时间，未结束时不得有结束时间。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.get_state_display()}"

    @property
    def is_final(self) -> bool:
        """True when nothing more will happen to this job."""
        return self.state in {self.State.DONE, self.State.FAILED, self.State.CANCELLED}

    @property
    def outcome(self) -> dict[str, str]:
        """What the page says of the state the job is in: text, url and label of a link.

        Work without a file names it by state in ``params["outcome"]``.
        """
        said: dict[str, str] = self.params.get("outcome", {}).get(self.state, {})
        return said

    @property
    def percent(self) -> int:
        """Progress in whole percent, 0 while the total is unknown."""
        return min(100, self.done * 100 // self.total) if self.total else 0
