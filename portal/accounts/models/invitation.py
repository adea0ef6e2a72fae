"""An invitation to join a unit; only a hash of its link is kept."""

import uuid

from django.conf import settings
from django.db import models

from portal.accounts.enums import MemberRole
from portal.accounts.models.enterprise import Enterprise
from portal.accounts.validators import validate_mobile


class Invitation(models.Model):
    """Lets one person, named by e-mail address or mobile number, join a unit once."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    enterprise = models.ForeignKey(
        Enterprise, on_delete=models.CASCADE, related_name="invitations", verbose_name="单位"
    )
    role = models.CharField("角色", max_length=10, choices=MemberRole)
    email = models.EmailField("邮箱", blank=True)
    mobile = models.CharField("手机号码", max_length=11, blank=True, validators=[validate_mobile])
    token_hash = models.CharField("链接摘要", max_length=64, unique=True)
    # Set when no member invites but the authority that knows the unit: its first handler.
    authority = models.CharField("邀请机关", max_length=120, blank=True)
    # Set when the inviter hands over his own role: it ends the moment the invited person accepts.
    replaces = models.ForeignKey(
        "accounts.Membership",
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="交接的原成员",
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name="邀请人",
    )
    created_at = models.DateTimeField("邀请时间", auto_now_add=True)
    expires_at = models.DateTimeField("失效时间")
    accepted_at = models.DateTimeField("接受时间", null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="接受人",
    )
    revoked_at = models.DateTimeField("撤销时间", null=True, blank=True)

    class Meta:
        verbose_name = "成员邀请"
        verbose_name_plural = "成员邀请"
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                name="invitation_names_somebody",
                condition=~models.Q(email="", mobile=""),
                violation_error_message="请填写被邀请人的邮箱或手机号码。",
            ),
            models.CheckConstraint(
                name="invitation_not_accepted_and_revoked",
                condition=models.Q(accepted_at__isnull=True) | models.Q(revoked_at__isnull=True),
                violation_error_message="已接受的邀请不能撤销。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise} {self.get_role_display()} {self.recipient}"

    @property
    def recipient(self) -> str:
        """The address the invitation was made out to."""
        return self.email or self.mobile

    @property
    def inviter(self) -> str:
        """Who invites, as the invited person reads it."""
        return self.authority or str(self.invited_by)
