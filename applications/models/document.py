"""Papers the portal makes, and what offices wrote into the sheet."""

import uuid

from django.db import models

from applications.enums import DocumentKind
from applications.models.application import Application
from applications.models.submission import Submission


class Document(models.Model):
    """A rendered paper, stored once for its content and copied afterwards."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(
        Application,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name="申报件",
    )
    submission = models.ForeignKey(
        Submission, on_delete=models.CASCADE, null=True, blank=True, verbose_name="提交稿"
    )
    kind = models.CharField("种类", max_length=10, choices=DocumentKind)
    title = models.CharField("名称", max_length=160)
    # Digest of everything that decides the content: answers, entries, template, fonts.
    content_key = models.CharField("内容摘要", max_length=64, unique=True)
    file = models.FileField("文件", max_length=300)
    sha256 = models.CharField("文件摘要", max_length=64)
    pages = models.PositiveIntegerField("页数")
    created_at = models.DateTimeField("生成时间", auto_now_add=True)

    class Meta:
        verbose_name = "生成文书"
        verbose_name_plural = "生成文书"

    def __str__(self) -> str:
        return self.title


class SheetEntry(models.Model):
    """An opinion in a box of the sheet. A later entry of the same box replaces it in print."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="sheet_entries", verbose_name="申报件"
    )
    box = models.SlugField("意见栏", max_length=60)
    office = models.CharField("机构", max_length=80)
    text = models.TextField("意见")
    name = models.CharField("签署人", max_length=60, blank=True)
    date = models.DateField("日期")
    created_at = models.DateTimeField("写入时间", auto_now_add=True)

    class Meta:
        verbose_name = "申报表意见"
        verbose_name_plural = "申报表意见"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.application} {self.box}"
