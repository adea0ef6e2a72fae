"""An invitation to work here, for somebody without an account; only a hash of its link is kept."""

import uuid

from django.conf import settings
from django.db import models

from jurisdictions.enums import PostKind, StaffTask
from jurisdictions.models.jurisdiction import Jurisdiction
from jurisdictions.models.office import Office
from portal.accounts.validators import validate_mobile

_AT_OFFICE = (*PostKind.values, StaffTask.CONSULT.value)


class StaffInvitation(models.Model):
    """Lets one person, named by e-mail address or mobile number, make a staff account once."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    jurisdiction = models.ForeignKey(
        Jurisdiction, on_delete=models.PROTECT, related_name="staff_invitations",
        verbose_name="地区",
    )  # fmt: skip
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="staff_invitations", null=True, blank=True,
        verbose_name="机构",
    )  # fmt: skip
    task = models.CharField("岗位或职责", max_length=10, choices=StaffTask)
    email = models.EmailField("邮箱", blank=True)
    mobile = models.CharField("手机号码", max_length=11, blank=True, validators=[validate_mobile])
    reason = models.CharField("理由", max_length=500)
    token_hash = models.CharField("链接摘要", max_length=64, unique=True)
    # Nobody: a command on the machine.
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True,
        blank=True, verbose_name="邀请人",
    )  # fmt: skip
    created_at = models.DateTimeField("邀请时间", auto_now_add=True)
    expires_at = models.DateTimeField("失效时间")
    accepted_at = models.DateTimeField("接受时间", null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True,
        blank=True, verbose_name="接受人",
    )  # fmt: skip
    revoked_at = models.DateTimeField("撤销时间", null=True, blank=True)

    class Meta:
        verbose_name = "工作人员邀请"
        verbose_name_plural = "工作人员邀请"
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                name="staff_invitation_names_somebody",
                condition=~models.Q(email="", mobile=""),
                violation_error_message="请填写被邀请人的邮箱或手机号码。",
            ),
            models.CheckConstraint(
                name="staff_invitation_not_accepted_and_revoked",
                condition=models.Q(accepted_at__isnull=True) | models.Q(revoked_at__isnull=True),
                violation_error_message="已接受的邀请不能撤销。",
            ),
            models.CheckConstraint(
                name="staff_invitation_office_fits_task",
                condition=models.Q(task__in=_AT_OFFICE, office__isnull=False)
                | (~models.Q(task__in=_AT_OFFICE) & models.Q(office__isnull=True)),
                violation_error_message="岗位和回复征求意见须选定机构。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work} {self.recipient}"

    @property
    def recipient(self) -> str:
        """The address the invitation was made out to."""
        return self.email or self.mobile

    @property
    def work(self) -> str:
        """What the invited person will be, where."""
        return f"{self.office or self.jurisdiction}{self.get_task_display()}"
