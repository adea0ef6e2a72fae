"""The person who signs in."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils import timezone

from portal.accounts.enums import Duty
from portal.accounts.validators import clean_mobile, validate_mobile


class UserManager(BaseUserManager["User"]):
    """Makes people; e-mail addresses are kept in small letters, mobile numbers as 11 digits."""

    def create_user(
        self,
        email: str | None = None,
        password: str | None = None,
        *,
        mobile: str | None = None,
        name: str = "",
        **extra: Any,
    ) -> "User":
        """Store a person.

        Args:
            email: sign-in name, or None when a mobile number is given.
            password: plain password; None stores an unusable one.
            mobile: sign-in name, or None when an e-mail address is given.
            name: name as on the identity card.
            extra: further columns of ``User``.

        Raises:
            ValidationError: neither sign-in name given, or one of them is malformed.
        """
        user = self.model(
            email=(email or "").strip().lower() or None,
            mobile=clean_mobile(mobile) if mobile else None,
            name=name,
            **extra,
        )
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(
        self, email: str | None = None, password: str | None = None, **extra: Any
    ) -> "User":
        """Store a system administrator (used by ``manage.py createsuperuser``)."""
        extra = {
            "is_staff": True, "is_superuser": True, "is_staff_member": True, "duty": Duty.SYSTEM,
            **extra,
        }  # fmt: skip
        return self.create_user(email, password, **extra)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the person with this e-mail address."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What they may do follows from memberships, posts and grants, never from here."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("姓名", max_length=60, blank=True)
    email = models.EmailField("邮箱", max_length=254, unique=True, null=True, blank=True)
    mobile = models.CharField(
        "手机号码",
        max_length=11,
        unique=True,
        null=True,
        blank=True,
        validators=[validate_mobile],
    )
    is_active = models.BooleanField("启用", default=True)
    is_staff = models.BooleanField("可进入系统管理后台", default=False)
    is_staff_member = models.BooleanField(
        "机构工作人员或专家",
        default=False,
        help_text="由授予岗位的模块维护；为真时须启用两步验证，会话时限更短。",
    )
    # One column, so that nobody can hold two.
    duty = models.CharField("三员职责", max_length=10, choices=Duty, blank=True)
    date_joined = models.DateTimeField("注册时间", default=timezone.now, editable=False)

    # Words the password rules refuse besides the fixed ones, such as the name of the unit.
    forbidden_password_words: tuple[str, ...] = ()

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = "用户"
        verbose_name_plural = "用户"
        constraints = [
            models.CheckConstraint(
                name="user_has_a_sign_in_name",
                condition=models.Q(email__isnull=False) | models.Q(mobile__isnull=False),
                violation_error_message="邮箱和手机号码至少填写一项。",
            ),
            models.CheckConstraint(
                name="console_for_system_administrators_only",
                condition=models.Q(duty__in=["", "system"])
                | models.Q(is_staff=False, is_superuser=False),
                violation_error_message="安全管理员、审计管理员不得进入系统管理后台。",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.login_name

    def clean(self) -> None:
        """Bring both sign-in names into their stored form."""
        self.email = (self.email or "").strip().lower() or None
        self.mobile = self.mobile or None

    @property
    def login_name(self) -> str:
        """The name this person signs in with: e-mail address, else mobile number."""
        return self.email or self.mobile or ""

    def get_full_name(self) -> str:
        """Return the name shown to others."""
        return str(self)

    def get_short_name(self) -> str:
        """Return the name shown to others."""
        return str(self)
