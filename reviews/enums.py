"""Closed words of reviews."""

from django.db import models


class CaseState(models.TextChoices):
    """Where the review of a filing stands."""

    OPEN = "open", "办理中"
    RETURNED = "returned", "退回补正"
    LISTED = "listed", "在名单中"
    CLOSED = "closed", "已办结"


class RunState(models.TextChoices):
    """Where one passage through one stage stands."""

    OPEN = "open", "办理中"
    SIGNING = "signing", "待签批"
    DONE = "done", "已完成"
    RETURNED = "returned", "已退回补正"
    RECALLED = "recalled", "已撤回"
    SKIPPED = "skipped", "不适用"


class ItemState(models.TextChoices):
    """Where an item of a list stands."""

    IN = "in", "在名单"
    HELD = "held", "暂缓"
    STRUCK = "struck", "已移出"


class Judged(models.TextChoices):
    """A person's verdict on a point."""

    YES = "yes", "符合"
    NO = "no", "不符合"
    DOUBT = "doubt", "存疑"


class ObjectionState(models.TextChoices):
    """Where an objection stands."""

    OPEN = "open", "核实中"
    UPHELD = "upheld", "异议成立"
    UNFOUNDED = "unfounded", "异议不成立"


class LetterKind(models.TextChoices):
    """Letters to the unit."""

    ACCEPTANCE = "acceptance", "受理通知书"
    CORRECTION = "correction", "补正告知书"
    REFUSAL = "refusal", "不予受理（不予通过）通知书"
    RECOMMENDATION = "recommendation", "推荐函"
