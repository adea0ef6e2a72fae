"""Closed words of assessments."""

from django.db import models


class DueKind(models.TextChoices):
    """What falls due for a studio."""

    PAPER = "paper", "年度材料"
    AGREEMENT = "agreement", "责任书"
    ASSESSMENT = "assessment", "考核"
    FINDING = "finding", "检查整改"
    RECALL = "recall", "收回"
    FILING = "filing", "备案"
    MENDING = "mending", "整改"


class Party(models.TextChoices):
    """Who must act."""

    UNIT = "unit", "所在单位"
    OFFICE = "office", "主管部门"


class Direction(models.TextChoices):
    """Money received or spent."""

    IN = "in", "收入"
    OUT = "out", "支出"


class RecordKind(models.TextChoices):
    """Who speaks: the unit reports, or somebody writes down what he did or saw."""

    REPORT = "report", "报告"
    RECORD = "record", "记录"


class Holder(models.TextChoices):
    """What a kept file lies beside."""

    ACTIVITIES = "activities", "活动"
    APPRENTICES = "apprentices", "带徒"
    RECORDS = "records", "报告和记录"
    LEDGER = "ledger", "经费"


class Outcome(models.TextChoices):
    """What came of a recommendation."""

    ACCEPTED = "accepted", "入选"
    DECLINED = "declined", "未入选"
