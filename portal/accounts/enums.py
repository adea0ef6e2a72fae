"""Closed words of accounts."""

from django.db import models


class MemberRole(models.TextChoices):
    """What a person does for an enterprise."""

    HANDLER = "handler", "经办人"
    PRINCIPAL = "principal", "负责人"
    LEADER = "leader", "工作室领办人"


class UnitNature(models.TextChoices):
    """Kind of unit, as its registration certificate says."""

    STATE = "state", "国有企业"
    PRIVATE = "private", "民营企业"
    FOREIGN = "foreign", "外商及港澳台投资企业"
    COLLECTIVE = "collective", "集体企业"
    SCHOOL = "school", "院校"
    INSTITUTION = "institution", "事业单位"
    SOCIAL = "social", "社会组织"
    OTHER = "other", "其他"


class Duty(models.TextChoices):
    """三员: who runs the system, who looks after accounts, who reads the record. One each."""

    SYSTEM = "system", "系统管理员"
    SECURITY = "security", "安全管理员"
    AUDIT = "audit", "审计管理员"
