"""Closed words of assessments."""

from django.db import models


class DueKind(models.TextChoices):
    """What falls due for a studio."""

    PAPER = "paper", "年度材料"
    AGREEMENT = "agreement", "责任书"
    ASSESSMENT = "assessment", "考核"
    MENDING = "mending", "整改"
    RECALL = "recall", "收回"
    FILING = "filing", "备案"


class Party(models.TextChoices):
    """Who must act."""

    UNIT = "unit", "所在单位"
    OFFICE = "office", "主管部门"


class Direction(models.TextChoices):
    """Money received or spent."""

    IN = "in", "收入"
    OUT = "out", "支出"
