"""An officer's own things: filters by name, text typed and not yet handed over."""

import uuid

from django.conf import settings
from django.db import models


class SavedFilter(models.Model):
    """A filter of the worklist under a name; one of a person's may be the one shown first."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="saved_filters",
        verbose_name="所有人",
    )
    name = models.CharField("名称", max_length=30)
    query = models.CharField("条件", max_length=300)
    is_default = models.BooleanField("默认", default=False)

    class Meta:
        verbose_name = "常用查询"
        verbose_name_plural = "常用查询"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                name="filter_name_once",
                violation_error_message="已有同名的常用查询，请换一个名称。",
            ),
            models.UniqueConstraint(
                fields=["owner"],
                condition=models.Q(is_default=True),
                name="filter_default_once",
                violation_error_message="只能有一个默认的常用查询。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TypedText(models.Model):
    """What a person typed into a page and has not handed over. Nobody else sees it.

    ``place`` names the page, e.g. "run:<uuid>"; ``based_on`` is the version of the page's subject
    when the text was typed.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="typed_texts",
        verbose_name="所有人",
    )
    place = models.CharField("页面", max_length=80)
    fields = models.JSONField("内容", default=dict)
    # The other window's text, when it met a newer one; kept beside it until somebody chooses.
    aside = models.JSONField("另一窗口的内容", default=dict)
    based_on = models.PositiveIntegerField("依据的版本", default=0)
    version = models.PositiveIntegerField("版本", default=0)
    saved_at = models.DateTimeField("保存时间", auto_now=True)

    class Meta:
        verbose_name = "未提交的填写内容"
        verbose_name_plural = "未提交的填写内容"
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "place"],
                name="typed_once_per_page",
                violation_error_message="该页面的内容正在另一窗口保存，请稍后重试。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.owner} {self.place}"
