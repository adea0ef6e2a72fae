"""Who acts for a unit, in which role, from when until when."""

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from portal.accounts.enums import MemberRole
from portal.accounts.models.enterprise import Enterprise


class Membership(models.Model):
    """One person in one role for one unit. Ended, never deleted."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name="人员",
    )
    enterprise = models.ForeignKey(
        Enterprise, on_delete=models.PROTECT, related_name="memberships", verbose_name="单位"
    )
    role = models.CharField("角色", max_length=10, choices=MemberRole)
    active_from = models.DateTimeField("开始时间")
    active_until = models.DateTimeField("结束时间", null=True, blank=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="邀请人",
    )

    history = HistoricalRecords(verbose_name="成员变更记录")

    class Meta:
        verbose_name = "单位成员"
        verbose_name_plural = "单位成员"
        ordering = ["enterprise", "role", "active_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "enterprise", "role"],
                condition=models.Q(active_until__isnull=True),
                name="membership_once_while_active",
                violation_error_message="该人员已在本单位担任此角色。",
            ),
            models.CheckConstraint(
                name="membership_ends_after_it_begins",
                condition=models.Q(active_until__isnull=True)
                | models.Q(active_until__gte=models.F("active_from")),
                violation_error_message="结束时间不得早于开始时间。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()}"
