"""另存内容: what was typed against an older version, kept until the writer has chosen."""

from django.conf import settings
from django.db import models

from applications.models.application import Application


class SetAside(models.Model):
    """One writer's answers of one section that met somebody else's newer ones."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="set_aside", verbose_name="申报件"
    )
    section = models.SlugField("分节", max_length=60)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name="填写人"
    )
    answers = models.JSONField("填写内容", default=dict)
    saved_at = models.DateTimeField("保存时间", auto_now=True)

    class Meta:
        verbose_name = "另存内容"
        verbose_name_plural = "另存内容"
        constraints = [
            models.UniqueConstraint(
                fields=["application", "section", "user"], name="set_aside_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.section} {self.user}"
