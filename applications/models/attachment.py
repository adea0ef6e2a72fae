"""附件: a checked file for one material."""

import uuid

from django.conf import settings
from django.db import models

from applications.models.application import Application


class Attachment(models.Model):
    """A file that passed the checks. Removed ones stay while a submission used them."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="attachments", verbose_name="申报件"
    )
    material = models.SlugField("材料", max_length=60)
    # Row of the table the file belongs to, "leader" for the leader, empty otherwise.
    row = models.CharField("所属行", max_length=40, blank=True)
    file = models.FileField("文件", max_length=300)
    kind = models.CharField("格式", max_length=8)
    name = models.CharField("原文件名", max_length=200)
    size = models.PositiveIntegerField("大小")
    pages = models.PositiveIntegerField("页数", null=True, blank=True)
    words = models.PositiveIntegerField("字数", null=True, blank=True)
    sha256 = models.CharField("摘要", max_length=64)
    confirmed = models.JSONField("逐份确认", default=list, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="上传人"
    )
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)

    class Meta:
        verbose_name = "附件"
        verbose_name_plural = "附件"
        ordering = ["material", "row", "pk"]

    def __str__(self) -> str:
        return self.name
