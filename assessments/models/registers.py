"""登记簿: members, apprentices, activities, work permits, files of the archive."""

import uuid

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from applications.models import Studio


class Row(models.Model):
    """A line of a register; lines that no longer hold are ended or struck, never deleted."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    struck_at = models.DateTimeField("删除时间", null=True, blank=True)

    class Meta:
        abstract = True


class Member(Row):
    """A person of the studio, from when until when."""

    studio = models.ForeignKey(
        Studio, on_delete=models.PROTECT, related_name="members", verbose_name="工作室"
    )
    name = models.CharField("姓名", max_length=60)
    post = models.SlugField("岗位", max_length=60, blank=True)
    skill_level = models.CharField("技能等级", max_length=20, blank=True)
    professional_title = models.CharField("职称", max_length=40, blank=True)
    occupation = models.CharField("职业（工种）", max_length=60, blank=True)
    years = models.PositiveIntegerField("本职业年限", null=True, blank=True)
    is_formal = models.BooleanField("正式员工", default=False)
    phone = models.CharField("联系电话", max_length=30, blank=True)
    joined_on = models.DateField("加入日期")
    left_on = models.DateField("离开日期", null=True, blank=True)
    left_reason = models.CharField("离开原因", max_length=100, blank=True)

    history = HistoricalRecords(verbose_name="成员变更记录")

    class Meta:
        verbose_name = "成员"
        verbose_name_plural = "成员"
        ordering = ["joined_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="member_leaves_after_joining",
                condition=models.Q(left_on__isnull=True)
                | models.Q(left_on__gte=models.F("joined_on")),
                violation_error_message="离开日期不得早于加入日期。",
            ),
            models.CheckConstraint(
                name="member_left_for_reason_on_day",
                condition=models.Q(left_on__isnull=False) | models.Q(left_reason=""),
                violation_error_message="写了离开原因的，须填写离开日期。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Apprentice(Row):
    """Somebody trained by the studio, with agreement and certificate."""

    studio = models.ForeignKey(
        Studio, on_delete=models.PROTECT, related_name="apprentices", verbose_name="工作室"
    )
    name = models.CharField("姓名", max_length=60)
    master = models.CharField("师傅", max_length=60, blank=True)
    occupation = models.CharField("职业（工种）", max_length=60, blank=True)
    since = models.DateField("带徒起始日")
    agreement_on = models.DateField("师带徒协议日期", null=True, blank=True)
    training = models.TextField("培训记录", max_length=2000, blank=True)
    level = models.CharField("取得的技能等级", max_length=20, blank=True)
    certificate = models.CharField("证书编号", max_length=60, blank=True)
    certified_on = models.DateField("取证日期", null=True, blank=True)

    history = HistoricalRecords(verbose_name="带徒变更记录")

    class Meta:
        verbose_name = "带徒"
        verbose_name_plural = "带徒"
        ordering = ["since", "pk"]
        constraints = [
            models.CheckConstraint(
                name="apprentice_certified_with_level",
                condition=models.Q(certified_on__isnull=True) | ~models.Q(level=""),
                violation_error_message="填写取证日期时须填写取得的技能等级。",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Activity(Row):
    """Something the studio did."""

    studio = models.ForeignKey(
        Studio, on_delete=models.PROTECT, related_name="activities", verbose_name="工作室"
    )
    category = models.SlugField("类别", max_length=60)
    title = models.CharField("名称", max_length=160)
    on = models.DateField("日期")
    place = models.CharField("地点", max_length=120, blank=True)
    people = models.PositiveIntegerField("参加人数", null=True, blank=True)
    effect = models.TextField("内容和效果", max_length=2000, blank=True)

    history = HistoricalRecords(verbose_name="活动变更记录")

    class Meta:
        verbose_name = "活动"
        verbose_name_plural = "活动"
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return self.title


class Permit(models.Model):
    """A work permit of the leader or a member."""

    studio = models.ForeignKey(
        Studio, on_delete=models.PROTECT, related_name="permits", verbose_name="工作室"
    )
    number = models.CharField("证号", max_length=60, unique=True)
    holder = models.CharField("持证人", max_length=60)
    issuer = models.CharField("发证机构", max_length=80)
    decided_on = models.DateField("配发决定日期")
    issued_on = models.DateField("领取日期", null=True, blank=True)
    returned_on = models.DateField("交回日期", null=True, blank=True)

    class Meta:
        verbose_name = "工作证"
        verbose_name_plural = "工作证"
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.holder}"


class PlaqueHandover(models.Model):
    """The plaque was handed over, and came back; one that was never recorded may come back too."""

    studio = models.ForeignKey(
        Studio, on_delete=models.PROTECT, related_name="plaque_handovers", verbose_name="工作室"
    )
    handed_on = models.DateField("交付日期", null=True, blank=True)
    handed_to = models.CharField("领取人", max_length=60, blank=True)
    returned_on = models.DateField("收回日期", null=True, blank=True)
    returned_note = models.CharField("收回情况", max_length=200, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="登记人",
    )  # fmt: skip

    history = HistoricalRecords(verbose_name="牌匾交接变更记录")

    class Meta:
        verbose_name = "牌匾交接"
        verbose_name_plural = "牌匾交接"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["studio"], condition=models.Q(returned_on__isnull=True),
                name="plaque_out_once", violation_error_message="牌匾已经交付，尚未收回。",
            ),
            models.CheckConstraint(
                name="plaque_returned_after_handed",
                condition=models.Q(returned_on__isnull=True, handed_on__isnull=False)
                | models.Q(returned_on__isnull=False, handed_on__isnull=True)
                | models.Q(returned_on__gte=models.F("handed_on"), handed_on__isnull=False),
                violation_error_message="收回日期不得早于交付日期。",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.studio} {self.handed_on or ''}".strip()


class DossierFile(models.Model):
    """A file in a section of the archive."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    studio = models.ForeignKey(
        Studio, on_delete=models.PROTECT, related_name="dossier_files", verbose_name="工作室"
    )
    part = models.SlugField("档案内容", max_length=60)
    title = models.CharField("名称", max_length=160)
    file = models.FileField("文件", max_length=300)
    file_name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("文件摘要", max_length=64)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="存入人"
    )
    added_at = models.DateTimeField("存入时间", auto_now_add=True)
    removed_at = models.DateTimeField("移出时间", null=True, blank=True)

    class Meta:
        verbose_name = "档案文件"
        verbose_name_plural = "档案文件"
        ordering = ["part", "pk"]

    def __str__(self) -> str:
        return self.title
