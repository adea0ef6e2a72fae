"""代理: somebody acts at another's post for some days, and at no other time."""

import uuid

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from jurisdictions.models.office import Post


class Delegation(models.Model):
    """A deputy for one post. It begins and ends by its days; nobody has to switch it off."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, related_name="delegations", verbose_name="岗位"
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="deputyships",
        verbose_name="代理人",
    )
    starts_on = models.DateField("起始日")
    ends_on = models.DateField("终止日")
    reason = models.CharField("事由", max_length=300)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="指定人"
    )
    made_at = models.DateTimeField("指定时间", auto_now_add=True)
    ended_at = models.DateTimeField("提前终止时间", null=True, blank=True)

    history = HistoricalRecords(verbose_name="代理变更记录")

    class Meta:
        verbose_name = "岗位代理"
        verbose_name_plural = "岗位代理"
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="delegation_ends_after_it_begins",
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                violation_error_message="代理终止日不得早于起始日。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.deputy}（代{self.post.user}）{self.starts_on} 至 {self.ends_on}"
