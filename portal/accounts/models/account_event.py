"""What was done to accounts: switched off and on, second factor taken away, duties given."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models


class AccountEvent(models.Model):
    """One line, appended in the transaction of the change; for the audit administrator."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="account_events",
        verbose_name="账号",
    )
    kind = models.SlugField("种类", max_length=40)
    text = models.CharField("内容", max_length=300)
    reason = models.CharField("理由", max_length=300, blank=True)
    # Empty when it was done by command on the machine.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="经手人",
    )
    at = models.DateTimeField("时间", auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = "账号记录"
        verbose_name_plural = "账号记录"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.user} {self.text}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; a row that exists is refused."""
        if not self._state.adding:
            raise ValidationError("账号记录只能追加，不能修改。")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse."""
        raise ValidationError("账号记录只能追加，不能删除。")
