"""Closed words of applications."""

from django.db import models


class Status(models.TextChoices):
    """Where a filing stands, whatever the procedure."""

    DRAFT = "draft", "填报中"
    SUBMITTED = "submitted", "已提交"
    RETURNED = "returned", "待补正"
    DECIDED = "decided", "已办结"
    WITHDRAWN = "withdrawn", "已撤回"
    LAPSED = "lapsed", "已失效"


#: What is decided and not told yet, as its unit reads it, and an office.
UNDER_WAY, TO_BE_TOLD = "办理中", "已决定，待告知"


class StudioStatus(models.TextChoices):
    """Where a studio stands."""

    ACTIVE = "active", "在册"
    SUSPENDED = "suspended", "整改中"
    ENDED = "ended", "已终止"


class DocumentKind(models.TextChoices):
    """Papers the portal makes."""

    SHEET = "sheet", "申报表"
    LETTER = "letter", "告知书"
    NOTICE = "notice", "公示公告"
    RECEIPT = "receipt", "回执"
    MINUTES = "minutes", "会议纪要"
    SIGN_OFF = "sign_off", "呈批表"


class Outcome(models.TextChoices):
    """Outcome of a finding."""

    PASS = "pass", "符合"  # an outcome, no password
    FAIL = "fail", "不符合"
    MISSING = "missing", "待填写"
    NOT_APPLICABLE = "not_applicable", "不适用"
    PERSON = "person", "待核"
    ERROR = "error", "未能核对"
