"""Sample accounts named on the sign-in page of a demonstration."""

from django.db import models


class DemoAccount(models.Model):
    """A sample account. The rows are read only while the portal runs as a demonstration."""

    label = models.CharField("身份", max_length=100)
    login = models.CharField("登录名", max_length=254, unique=True)
    password = models.CharField("密码", max_length=128)
    note = models.CharField("说明", max_length=300, blank=True)
    position = models.PositiveIntegerField("顺序", default=0)

    class Meta:
        verbose_name = "演示账号"
        verbose_name_plural = "演示账号"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.label
