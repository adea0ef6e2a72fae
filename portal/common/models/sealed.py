"""Sensitive values under seal, and the log of every time one was opened."""

import uuid
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.db import models


class SealedValue(models.Model):
    """The ciphertext behind a token. Answers and histories hold the token and a mask only."""

    token = models.UUIDField("令牌", primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("种类", max_length=32)
    ciphertext = models.BinaryField("密文")
    key_id = models.CharField("密钥编号", max_length=32, db_index=True)
    algorithm = models.CharField("算法", max_length=16)
    created_at = models.DateTimeField("创建时间", auto_now_add=True)

    class Meta:
        app_label = "portal_common"
        verbose_name = "加密信息"
        verbose_name_plural = verbose_name

    def __str__(self) -> str:
        return f"{self.kind} {self.token}"


class _AppendOnlyRows(models.QuerySet["RevealLog"]):
    """Rows are added and read; nothing else."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise ValidationError("查看记录只能追加，不能修改。")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise ValidationError("查看记录只能追加，不能修改。")

    def delete(self) -> NoReturn:
        """Refuse."""
        raise ValidationError("查看记录只能追加，不能删除。")


class RevealLog(models.Model):
    """Who saw a sealed value in full, when and why. Append-only.

    The actor is kept as id and name, not as a foreign key: the row must outlive the account.
    """

    class Purpose(models.TextChoices):
        VIEW = "view", "查看"
        PRINT = "print", "打印表格"

    token = models.UUIDField("令牌", db_index=True)
    kind = models.CharField("种类", max_length=32)
    purpose = models.CharField("用途", max_length=16, choices=Purpose.choices)
    actor_id = models.CharField("人员编号", max_length=64, blank=True, db_index=True)
    actor_name = models.CharField("人员", max_length=150)
    reason = models.TextField("事由")
    revealed_at = models.DateTimeField("时间", auto_now_add=True, db_index=True)

    objects = _AppendOnlyRows.as_manager()

    class Meta:
        app_label = "portal_common"
        verbose_name = "敏感信息查看记录"
        verbose_name_plural = verbose_name
        ordering = ["-revealed_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.get_purpose_display()} {self.kind}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; a row that exists is refused."""
        if not self._state.adding:
            raise ValidationError("查看记录只能追加，不能修改。")
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise ValidationError("查看记录只能追加，不能删除。")
