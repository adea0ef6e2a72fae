"""Closed words of jurisdictions."""

from django.db import models


class PostKind(models.TextChoices):
    """What a person does in an office; the order is the order of signing."""

    HANDLER = "handler", "经办"
    REVIEWER = "reviewer", "审核"
    APPROVER = "approver", "审批"


class RoundState(models.TextChoices):
    """A call: prepared, announced, ended by its clock, or called off."""

    PLANNED = "planned", "筹备"
    OPEN = "open", "开放申报"
    CLOSED = "closed", "申报截止"
    CANCELLED = "cancelled", "已取消"


class DayKind(models.TextChoices):
    """A day that differs from the ordinary week."""

    OFF = "off", "放假"
    WORK = "work", "调休上班"


class StaffTask(models.TextChoices):
    """What somebody without an account may be invited to: a post, or one of the grants."""

    HANDLER = PostKind.HANDLER.value, PostKind.HANDLER.label
    REVIEWER = PostKind.REVIEWER.value, PostKind.REVIEWER.label
    APPROVER = PostKind.APPROVER.value, PostKind.APPROVER.label
    CONSULT = "consult", "回复征求意见人员"
    OVERSEE = "oversee", "总览人员"
    ADMINISTER = "administer", "管理员"
