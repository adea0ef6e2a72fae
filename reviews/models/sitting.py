"""开会和考察: a sitting with those present, its agenda, ballots, notes and files."""

import uuid

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from applications.models import Document
from reviews.enums import Choice, FileRole, ItemState, SittingState
from reviews.models.case import Case, StageRun
from reviews.models.listing import ListItem


class Sitting(models.Model):
    """People come together on what one passage is about: to vote, visit, hear or deliberate.

    One sitting of a passage counts at a time; an annulled one stays visible with its reason.
    """

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    run = models.ForeignKey(
        StageRun, on_delete=models.PROTECT, related_name="sittings", verbose_name="环节办理"
    )
    number = models.PositiveIntegerField("次数", default=1)
    kind = models.SlugField("类型", max_length=20)
    state = models.CharField(
        "状态", max_length=10, choices=SittingState, default=SittingState.PLANNED
    )
    starts_at = models.DateTimeField("时间", null=True, blank=True)
    place = models.CharField("地点", max_length=200, blank=True)
    minutes_number = models.CharField("纪要编号", max_length=120, blank=True)
    text = models.TextField("记录", blank=True)
    called_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="召集人"
    )
    opened_at = models.DateTimeField("开始时间", null=True, blank=True)
    closed_at = models.DateTimeField("结束时间", null=True, blank=True)
    annulled_reason = models.CharField("作废理由", max_length=300, blank=True)
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, verbose_name="纪要文书"
    )
    version = models.PositiveIntegerField("版本", default=0)

    history = HistoricalRecords(verbose_name="会议变更记录", excluded_fields=["version"])

    class Meta:
        verbose_name = "会议（考察）"
        verbose_name_plural = "会议（考察）"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="sitting_number_once"),
            models.UniqueConstraint(
                fields=["run"],
                condition=~models.Q(state="annulled"),
                name="sitting_counts_once",
                violation_error_message="本环节已有会议，请刷新页面。",
            ),
            models.CheckConstraint(
                name="sitting_closed_iff_ended",
                condition=models.Q(state="closed", closed_at__isnull=False)
                | ~models.Q(state="closed"),
                violation_error_message="结束的会议须有结束时间。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run} 第{self.number}次"


class Attendance(models.Model):
    """Somebody who was called: a member, or one of the team; with an account he acts himself."""

    sitting = models.ForeignKey(
        Sitting, on_delete=models.CASCADE, related_name="people", verbose_name="会议（考察）"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="attendances",
        verbose_name="账号",
    )
    name = models.CharField("姓名", max_length=60)
    unit = models.CharField("单位", max_length=120, blank=True)
    present = models.BooleanField("到会", null=True)
    reason = models.CharField("缺席原因", max_length=120, blank=True)

    history = HistoricalRecords(verbose_name="到会变更记录")

    class Meta:
        verbose_name = "参加人员"
        verbose_name_plural = "参加人员"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sitting", "name"],
                name="attendance_name_once",
                violation_error_message="同名人员请在姓名后加注区分。",
            ),
            models.UniqueConstraint(
                fields=["sitting", "user"],
                condition=models.Q(user__isnull=False),
                name="attendance_user_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AgendaItem(models.Model):
    """One case on the agenda, and what came out for it."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    sitting = models.ForeignKey(
        Sitting, on_delete=models.CASCADE, related_name="agenda", verbose_name="会议（考察）"
    )
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="agenda", verbose_name="办理件"
    )
    item = models.ForeignKey(
        ListItem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="agenda",
        verbose_name="名单项",
    )
    position = models.PositiveIntegerField("顺序", default=1)
    # A visit comes to each unit at a time of its own.
    starts_at = models.DateTimeField("时间", null=True, blank=True)
    place = models.CharField("地点", max_length=200, blank=True)
    result = models.CharField("结果", max_length=20, blank=True)
    text = models.TextField("意见", blank=True)

    history = HistoricalRecords(verbose_name="议程变更记录")

    class Meta:
        verbose_name = "议程"
        verbose_name_plural = "议程"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["sitting", "case"], name="agenda_case_once"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.case}"

    @property
    def is_current(self) -> bool:
        """Whether its item is still in on the list; a case on no list always is."""
        return self.item is None or self.item.state == ItemState.IN


class Ballot(models.Model):
    """A named ballot; may be changed until the sitting closes, each change is kept."""

    agenda = models.ForeignKey(
        AgendaItem, on_delete=models.CASCADE, related_name="ballots", verbose_name="议程"
    )
    member = models.ForeignKey(
        Attendance, on_delete=models.CASCADE, related_name="ballots", verbose_name="委员"
    )
    choice = models.CharField("表决", max_length=8, choices=Choice)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="录入人"
    )
    from_paper = models.BooleanField("由纸质票录入", default=False)
    at = models.DateTimeField("时间", auto_now=True)

    history = HistoricalRecords(verbose_name="表决变更记录")

    class Meta:
        verbose_name = "表决票"
        verbose_name_plural = "表决票"
        constraints = [
            models.UniqueConstraint(
                fields=["agenda", "member"],
                name="ballot_once",
                violation_error_message="该委员对此项已经表决。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} {self.get_choice_display()}"


class FieldNote(models.Model):
    """What one of the team wrote down on the spot; nobody writes over another's note."""

    agenda = models.ForeignKey(
        AgendaItem, on_delete=models.CASCADE, related_name="notes", verbose_name="议程"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="记录人"
    )
    text = models.TextField("现场记录", blank=True)
    at = models.DateTimeField("时间", auto_now=True)

    class Meta:
        verbose_name = "现场记录"
        verbose_name_plural = "现场记录"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["agenda", "by"], name="note_once")]

    def __str__(self) -> str:
        return f"{self.by} {self.at:%Y-%m-%d}"


class SittingFile(models.Model):
    """A checked file of a sitting. ``key`` is made by the browser: a repeated send of a photo
    over a bad connection finds the first one."""

    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    sitting = models.ForeignKey(
        Sitting, on_delete=models.PROTECT, related_name="files", verbose_name="会议（考察）"
    )
    agenda = models.ForeignKey(
        AgendaItem,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="files",
        verbose_name="议程",
    )
    role = models.CharField("用途", max_length=10, choices=FileRole)
    file = models.FileField("文件", max_length=300)
    kind = models.CharField("格式", max_length=8)
    name = models.CharField("原文件名", max_length=200)
    sha256 = models.CharField("摘要", max_length=64)
    key = models.UUIDField("上传标识", default=uuid.uuid4)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="上传人"
    )
    at = models.DateTimeField("上传时间", auto_now_add=True)
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)

    class Meta:
        verbose_name = "会议（考察）文件"
        verbose_name_plural = "会议（考察）文件"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["sitting", "key"], name="sitting_file_once")]

    def __str__(self) -> str:
        return self.name
