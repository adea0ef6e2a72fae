"""Notices to people, and which of them a person does not want outside the portal."""

import uuid

from django.conf import settings
from django.db import models


class Notice(models.Model):
    """One notice to one person. ``key`` names the occasion, so that it is told once."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="notices",
        verbose_name="收件人",
    )
    kind = models.SlugField("类别", max_length=40)
    title = models.CharField("标题", max_length=200)
    text = models.TextField("内容", blank=True)
    # A path of the portal; it is opened with the reader's own rights.
    link = models.CharField("链接", max_length=300, blank=True)
    key = models.CharField("事由标识", max_length=200)
    created_at = models.DateTimeField("时间", auto_now_add=True)
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)

    class Meta:
        verbose_name = "消息"
        verbose_name_plural = "消息"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="notice_newest"),
            models.Index(
                fields=["user"], condition=models.Q(read_at__isnull=True), name="notice_unread"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"],
                name="notice_once",
                violation_error_message="该事由已经通知过此人。",
            )
        ]

    def __str__(self) -> str:
        return self.title


class MutedNotice(models.Model):
    """A kind of notice that a person does not want by a channel; none: everything is sent."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="muted_notices",
        verbose_name="人员",
    )
    kind = models.SlugField("类别", max_length=40)
    channel = models.SlugField("渠道", max_length=20)

    class Meta:
        verbose_name = "不接收的消息"
        verbose_name_plural = "不接收的消息"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "channel"],
                name="notice_muted_once",
                violation_error_message="该类消息已设为不接收。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.kind} {self.channel}"
