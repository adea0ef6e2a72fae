"""机构: bodies that act, the roles they fill, and the people at their posts."""

import uuid

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from jurisdictions.enums import PostKind
from jurisdictions.models.jurisdiction import Jurisdiction


class Office(models.Model):
    """A body of one jurisdiction. People act for it through posts and grants."""

    # handle / review / approve follow the posts; consult is for offices that only reply.
    allowed_permissions = frozenset({"handle", "review", "approve", "consult"})

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    jurisdiction = models.ForeignKey(
        Jurisdiction, on_delete=models.PROTECT, related_name="offices", verbose_name="地区"
    )
    code = models.SlugField("代码", max_length=60)
    name = models.CharField("全称", max_length=80)
    short_name = models.CharField("简称", max_length=40, blank=True)
    phone = models.CharField("电话", max_length=40, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)
    office_hours = models.CharField("办公时间", max_length=80, blank=True)
    is_active = models.BooleanField("启用", default=True)

    history = HistoricalRecords(verbose_name="机构变更记录")

    class Meta:
        verbose_name = "机构"
        verbose_name_plural = "机构"
        ordering = ["jurisdiction", "code"]
        permissions = [
            ("handle", "经办本机构事项"),
            ("review", "审核本机构事项"),
            ("approve", "审批本机构事项"),
            ("consult", "回复征求意见"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["jurisdiction", "code"], name="office_code_once")
        ]

    def __str__(self) -> str:
        return self.name


class OfficeBinding(models.Model):
    """Which office fills a role of the rulesets; ``covers`` is the district or department."""

    office = models.ForeignKey(
        Office, on_delete=models.CASCADE, related_name="bindings", verbose_name="机构"
    )
    role = models.SlugField("角色", max_length=60)
    covers = models.CharField("负责范围", max_length=80, blank=True, help_text="空：全地区")

    class Meta:
        verbose_name = "机构职责"
        verbose_name_plural = "机构职责"
        constraints = [
            models.UniqueConstraint(
                fields=["office", "role", "covers"], name="binding_once_per_office"
            )
        ]

    def __str__(self) -> str:
        return f"{self.office}：{self.role} {self.covers}".strip()


class Post(models.Model):
    """A person at a post of an office, from when until when. Ended, never deleted."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="posts",
        verbose_name="人员",
    )
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="posts", verbose_name="机构"
    )
    kind = models.CharField("岗位", max_length=10, choices=PostKind)
    active_from = models.DateTimeField("任岗时间")
    active_until = models.DateTimeField("离岗时间", null=True, blank=True)

    history = HistoricalRecords(verbose_name="岗位变更记录")

    class Meta:
        verbose_name = "岗位"
        verbose_name_plural = "岗位"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "office", "kind"],
                condition=models.Q(active_until__isnull=True),
                name="post_once_while_active",
                violation_error_message="该人员已在此岗位。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.office} {self.get_kind_display()}"
