"""Registers: entering and ending lines, one or many at once; the archive's files."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, transaction
from django.utils import timezone

from applications.models import Studio
from assessments.domain import posts
from assessments.domain.handing_in import keep_file
from assessments.models import Activity, Apprentice, DossierFile, Member
from assessments.queries.policies import living_policy
from assessments.queries.rows import newest_line
from portal.common.bulk import Gathered, fits
from portal.common.errors import DomainError
from portal.common.files import check_upload
from portal.common.history import signed

REGISTERS: dict[str, type[models.Model]] = {
    "members": Member,
    "apprentices": Apprentice,
    "activities": Activity,
}
#: Days of what has happened by the time it is entered; a term or a departure may lie ahead.
HAPPENED = {
    "members": ("joined_on",),
    "apprentices": ("since", "agreement_on", "certified_on"),
    "activities": ("on",),
}
#: What the tables refuse by themselves, told beforehand: constraint, column, whether it is broken.
TOGETHER: dict[str, tuple[tuple[str, str, Callable[[Any], bool]], ...]] = {
    "members": (
        ("member_leaves_after_joining", "left_on",
         lambda row: bool(row.left_on and row.joined_on and row.left_on < row.joined_on)),
        ("member_left_for_reason_on_day", "left_on",
         lambda row: bool(row.left_reason and not row.left_on)),
    ),
    "apprentices": (
        ("apprentice_certified_with_level", "level",
         lambda row: bool(row.certified_on and not row.level)),
    ),
    "activities": (),
}  # fmt: skip
_TWICE = "已有一条完全相同的登记，没有重复登记；确有另一条的，请写明区别。"
_WHO = {"unit": "所在单位", "studio": "工作室", "leader": "领办人"}
FILE_KINDS = frozenset({"pdf", "jpg", "png", "docx", "xlsx"})


@transaction.atomic
def save_row(
    studio: Studio, register: str, *, by: Any, row: Any = None, **columns: Any
) -> models.Model:
    """Enter a line of a register or change one.

    Args:
        studio: whose register.
        register: members, apprentices or activities.
        by: the person.
        row: the line to change; None enters a new one.
        columns: the values.

    Raises:
        DomainError: the city keeps no such register, a value does not fit, or the very same line
            stands there already.
    """
    rules = need_register(studio, register)
    line: Any = row or REGISTERS[register](studio=studio)
    for name, value in columns.items():
        setattr(line, name, value)
    others = _at_posts(studio).exclude(pk=line.pk)
    _check(rules, register, line, lambda post: others.filter(post=post).count())
    try:
        line.full_clean()
    except ValidationError as error:
        field = next((name for name in error.message_dict if name != NON_FIELD_ERRORS), None)
        raise DomainError("；".join(error.messages), field=field, status=422) from error
    if row is None:
        _require_new(studio, line)
    before = posts.shown(row) if register == "members" else None
    signed(line, by=by, reason=_reason(rules)).save()
    if register == "members":
        posts.tell(studio, line, before, by=by)
    saved: models.Model = line
    return saved


def _require_new(studio: Studio, line: Any) -> None:
    """Refuse what stands there word for word: a page sent twice would count twice in the scores."""
    Studio.objects.select_for_update(of=("self",)).get(pk=studio.pk)
    if _standing(line).filter(**dict(zip(_columns(line), _said(line), strict=True))).exists():
        raise DomainError(_TWICE, status=422)


def _standing(line: Any) -> Any:
    """Lines of the same register that hold."""
    return type(line)._default_manager.filter(studio=line.studio, struck_at__isnull=True)


def _columns(line: Any) -> list[str]:
    """What a line says, beside which register it stands in."""
    own = ("id", "public_id", "studio", "struck_at")
    return [field.name for field in line._meta.concrete_fields if field.name not in own]


def _said(line: Any) -> tuple[Any, ...]:
    return tuple(getattr(line, name) for name in _columns(line))


def settled_by(studio: Studio, register: str) -> str:
    """Who settles a line together, in words; empty where the text asks for no more than the unit.

    Raises:
        DomainError: the city keeps no such register.
    """
    return _together(need_register(studio, register))


def _together(rules: Any) -> str:
    who = getattr(rules, "confirmed_by", ())
    return "和".join(_WHO[one] for one in who) if len(who) > 1 else ""


def _reason(rules: Any) -> str:
    who = _together(rules)
    return f"维护登记簿（已经{who}共同确定）" if who else "维护登记簿"


def need_register(studio: Studio, register: str) -> Any:
    """What the policy says of a register.

    Raises:
        DomainError: it keeps no such register.
    """
    found = getattr(living_policy(studio, "registers").ruleset.registers, register, None)
    if found is None:
        raise DomainError("本地区文件没有规定这项登记。", status=404)
    return found


def _has_happened(register: str, line: Any) -> None:
    """What lies ahead is not entered yet: lines of a register count in the scores."""
    for name in HAPPENED[register]:
        day = getattr(line, name)
        if day is not None and day > timezone.localdate():
            label = line._meta.get_field(name).verbose_name
            raise DomainError(f"{label}不得晚于今天，请在发生以后登记。", field=name, status=422)


def _fits_together(register: str, line: Any) -> None:
    for name, column, broken in TOGETHER[register]:
        if broken(line):
            says = {one.name: one.violation_error_message for one in line._meta.constraints}
            raise DomainError(str(says[name]), field=column, status=422)


def _check(rules: Any, register: str, line: Any, holders: Callable[[str], int]) -> None:
    """Whether a line fits the text.

    Args:
        rules: what the policy says of the register.
        register: members, apprentices or activities.
        line: the line.
        holders: how many others hold a post now.

    Raises:
        DomainError: it does not; ``field`` names the column.
    """
    _has_happened(register, line)
    _fits_together(register, line)
    if register == "activities" and line.category not in {c.id for c in rules.categories}:
        raise DomainError("请选择活动类别。", field="category", status=422)
    if register == "apprentices":
        _check_certificate(line)
    if register == "members" and line.post:
        post = next((p for p in rules.posts if p.id == line.post), None)
        if post is None:
            raise DomainError("请选择岗位。", field="post", status=422)
        if post.phone and not line.phone:
            raise DomainError(f"{post.label}须填写联系电话。", field="phone", status=422)
        if line.left_on is None and holders(line.post) >= post.exactly:
            raise DomainError(
                f"{post.label}只能有 {post.exactly} 名，请先为现任填写离开日期。",
                field="post", status=422,
            )  # fmt: skip


def _check_certificate(line: Apprentice) -> None:
    """A certificate counts by its day, and only what was won while being trained."""
    if line.level and line.certified_on is None:
        raise DomainError("填写了取得的技能等级的，须填写取证日期；考核按取证日期计算培养人数。",
                          field="certified_on", status=422)  # fmt: skip
    if line.certified_on is not None and line.certified_on < line.since:
        raise DomainError("取证日期不得早于带徒起始日；带徒以前取得的证书不登记。",
                          field="certified_on", status=422)  # fmt: skip


def _at_posts(studio: Studio) -> models.QuerySet[Member]:
    """Members who are there and hold a post."""
    present = Member.objects.filter(studio=studio, struck_at__isnull=True, left_on__isnull=True)
    return present.exclude(post="")


class Lines:
    """Lines that enter together: each is tried beside those before it, then all are saved.

    Whatever their number, the register is read once and written once.
    """

    def __init__(self, studio: Studio, register: str) -> None:
        """Read what the text and the register say.

        Raises:
            DomainError: the city keeps no such register.
        """
        self._studio, self._register = studio, register
        self._rules = need_register(studio, register)
        there = _at_posts(studio) if register == "members" else Member.objects.none()
        self._held = Counter(there.values_list("post", flat=True))
        blank: Any = REGISTERS[register](studio=studio)
        self._said = set(_standing(blank).values_list(*_columns(blank)))
        self._rows: list[Any] = []

    def add(self, columns: dict[str, Any]) -> None:
        """Make a line ready.

        Raises:
            DomainError: it does not fit, ``field`` names the column; or it stands there already.
        """
        line: Any = REGISTERS[self._register](studio=self._studio, **columns)
        _check(self._rules, self._register, line, self._held.__getitem__)
        fits(line, "studio")
        if _said(line) in self._said:
            raise DomainError(_TWICE, status=422)
        self._said.add(_said(line))
        if self._register == "members" and line.left_on is None:
            self._held[line.post] += 1
        self._rows.append(line)

    @transaction.atomic
    def save(self, *, by: Any) -> int:
        """Enter all lines that were made ready; returns how many."""
        gathered = Gathered(REGISTERS[self._register])
        gathered.add(*(signed(row, by=by, reason=_reason(self._rules)) for row in self._rows))
        gathered.save()
        if self._register == "members":
            posts.tell_new(self._studio, self._rows, by=by)
        return len(self._rows)


@transaction.atomic
def save_rows(
    studio: Studio, register: str, rows: list[dict[str, Any]], *, by: Any, newest: int | None = None
) -> int:
    """Enter many lines at once, all or none; returns how many.

    Args:
        studio: whose register.
        register: members, apprentices or activities.
        rows: the lines.
        by: the person.
        newest: key of the line that was the last when they were checked: a page sent twice finds
            another one and enters nothing.

    Raises:
        DomainError: the register changed since, or names the first line that does not fit.
    """
    Studio.objects.select_for_update(of=("self",)).get(pk=studio.pk)
    if newest is not None and newest != newest_line(studio, register):
        raise DomainError("登记簿在检查以后有变动（可能已经导入），请核对后重新上传。")
    lines = Lines(studio, register)
    for number, columns in enumerate(rows, 1):
        try:
            lines.add(columns)
        except DomainError as error:
            raise DomainError(f"第 {number} 条：{error.message}", status=422) from error
    return lines.save(by=by)


@transaction.atomic
def strike_row(row: Any, *, by: Any, reason: str) -> None:
    """Take a wrong line out; it stays in the history.

    Raises:
        DomainError: no reason is given, or it was taken out already.
    """
    if not reason.strip():
        raise DomainError("请写明删除的理由。", field="reason", status=422)
    if row.struck_at is not None:
        raise DomainError("这条已经删除。")
    row.struck_at = timezone.now()
    signed(row, by=by, reason=f"删除：{reason.strip()}").save()


@transaction.atomic
def add_file(studio: Studio, part: str, title: str, upload: Any, *, by: Any) -> DossierFile:
    """Put a file into a section of the archive.

    Raises:
        DomainError: the policy names no such section, or the file is not acceptable.
    """
    dossier = living_policy(studio, "dossier").ruleset.dossier
    if dossier is None or part not in {p.id for p in dossier.parts}:
        raise DomainError("请选择档案内容。", field="part", status=422)
    row = DossierFile(studio=studio, part=part, title=title.strip()[:160], added_by=by)
    keep_file(row, check_upload(upload, name=upload.name, allowed=FILE_KINDS))
    row.save()
    return row
