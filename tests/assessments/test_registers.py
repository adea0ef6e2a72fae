"""Registers: what the city keeps, who holds a post, how full the archive is."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from applications.models import Event
from assessments.domain import registers
from assessments.interfaces import workbooks
from assessments.interfaces.forms import row_fields
from assessments.interfaces.register_notes import notes
from assessments.models import Activity, Member
from assessments.queries import dues, risks
from assessments.queries.dossier import completeness
from jurisdictions.queries import policy_of
from portal.common.errors import DomainError
from portal.common.models import Notice
from portal.common.pdf import render_pdf
from portal.common.xlsx import write_xlsx
from tests.assessments.factories import member_of, officer_of, old_studio

pytestmark = pytest.mark.django_db
ON = dt.date(2024, 5, 1)


@pytest.mark.clause("yuzhong-10-3-a", "yuzhong-10-3-b")
def test_a_post_is_held_by_as_many_as_the_text_says() -> None:
    studio = old_studio("yuzhong")
    user = member_of(studio)
    head = registers.save_row(studio, "members", by=user, name="张示例", post="head", joined_on=ON)
    with pytest.raises(DomainError, match="负责人只能有 1 名"):
        registers.save_row(studio, "members", by=user, name="李示例", post="head", joined_on=ON)
    with pytest.raises(DomainError, match="联系人须填写联系电话"):
        registers.save_row(studio, "members", by=user, name="李示例", post="contact", joined_on=ON)
    registers.save_row(studio, "members", by=user, row=head, left_on=dt.date(2024, 6, 1))
    registers.save_row(studio, "members", by=user, name="李示例", post="head", joined_on=ON)
    assert Member.objects.filter(studio=studio, post="head").count() == 2


@pytest.mark.clause("yuzhong-10-3-c", "yuzhong-10-4-a")
def test_the_bureau_is_told_whom_to_ring_and_both_sides_stand_in_the_record() -> None:
    studio = old_studio("yuzhong")
    user = member_of(studio)
    officer = officer_of(studio.jurisdiction, role="bureau")
    given = {"name": "李示例", "post": "contact", "phone": "023-60000001", "joined_on": ON}
    row = registers.save_row(studio, "members", by=user, **given)
    registers.save_row(studio, "members", by=user, row=row, years=9)
    registers.save_row(studio, "members", by=user, row=row, left_on=dt.date(2024, 6, 1))
    registers.save_row(studio, "members", by=user, name="王示例", joined_on=ON)
    told = Notice.objects.filter(user=officer, kind="post_filed").order_by("pk")
    assert list(told.values_list("title", "text")) == [
        (f"{studio}报备联系人", "联系人：李示例"),
        (f"{studio}报备联系人", "联系人：李示例，自2024年6月1日起不再担任"),
    ]
    assert Event.objects.filter(kind="post_filed").count() == 2
    said = Member.history.filter(id=row.pk).latest().history_change_reason
    assert said == "维护登记簿（已经领办人和所在单位共同确定）"


@pytest.mark.clause("yuzhong-10-4-b", "yuzhong-10-4-c")
def test_members_with_less_than_the_text_expects_are_named_above_the_register() -> None:
    studio = old_studio("yuzhong")
    user = member_of(studio)
    people: list[dict[str, Any]] = [
        {"name": "技师五年", "skill_level": "技师", "years": 5},
        {"name": "工程师九年", "professional_title": "工程师", "years": 9},
        {"name": "高级工", "skill_level": "高级工", "years": 9},
        {"name": "技师四年", "skill_level": "技师", "years": 4},
        {"name": "没有填写"},
        {"name": "已离开", "left_on": dt.date(2024, 6, 1)},
        {"name": "联系人", "post": "contact", "phone": "023-1"},
    ]
    for columns in people:
        registers.save_row(studio, "members", by=user, joined_on=ON, **columns)
    _, less = notes(studio, "members")
    assert less["text"].endswith("未达到或未填写的：高级工、技师四年、没有填写。")


def test_a_text_that_asks_for_less_gets_less() -> None:
    studio = old_studio("urumqi")
    officer_of(studio.jurisdiction, role="city_bureau")
    row = registers.save_row(studio, "members", by=member_of(studio), name="李示例", joined_on=ON)
    assert Member.history.get(id=row.pk).history_change_reason == "维护登记簿"
    assert Notice.objects.filter(kind="post_filed").count() == 0


def test_leaving_before_joining_is_refused() -> None:
    studio = old_studio("yuzhong")
    with pytest.raises(DomainError, match="不得早于加入日期"):
        registers.save_row(
            studio, "members", by=member_of(studio), name="李示例", joined_on=ON,
            left_on=dt.date(2024, 4, 30),
        )  # fmt: skip


def test_an_activity_has_a_category_of_the_city() -> None:
    studio = old_studio("yuzhong")
    user = member_of(studio)
    with pytest.raises(DomainError, match="选择活动类别"):
        registers.save_row(studio, "activities", by=user, category="x", title="示例", on=ON)
    registers.save_row(studio, "activities", by=user, category="contests", title="示例", on=ON)
    assert dues.last_activity(studio) == ON


@pytest.mark.parametrize(
    ("register", "columns", "label"),
    [
        ("members", {"name": "李示例", "joined_on": None}, "加入日期"),
        ("apprentices", {"name": "李示例", "since": None}, "带徒起始日"),
        ("apprentices", {"name": "李示例", "since": ON, "level": "三级", "certified_on": None},
         "取证日期"),
        ("activities", {"category": "contests", "title": "示例", "on": None}, "日期"),
    ],
)  # fmt: skip
def test_what_lies_ahead_is_not_entered_yet(
    register: str, columns: dict[str, Any], label: str
) -> None:
    studio = old_studio("yuzhong")
    user = member_of(studio)
    today = timezone.localdate()
    ahead = {n: today + dt.timedelta(days=1) if v is None else v for n, v in columns.items()}
    with pytest.raises(DomainError, match=f"^{label}不得晚于今天"):
        registers.save_row(studio, register, by=user, **ahead)
    now = {name: value or today for name, value in columns.items()}
    assert registers.save_row(studio, register, by=user, **now).pk


def test_many_lines_enter_all_or_none() -> None:
    studio = old_studio("yuzhong")
    user = member_of(studio)
    rows = [
        {"category": "contests", "title": "示例一", "on": ON},
        {"category": "nothing", "title": "示例二", "on": ON},
    ]
    with pytest.raises(DomainError, match="第 2 条：请选择活动类别"):
        registers.save_rows(studio, "activities", rows, by=user)
    assert Activity.objects.count() == 0


def many(register: str, count: int, first: int = 0) -> list[dict[str, Any]]:
    """Lines as a workbook gives them; members have held a post that the office wants on file."""
    numbers = range(first, first + count)
    if register == "activities":
        return [{"category": "contests", "title": f"竞赛{n}", "on": ON} for n in numbers]
    if register == "apprentices":
        return [{"name": f"徒弟{n}", "since": ON} for n in numbers]
    post = {"post": "contact", "phone": "023-60000001", "left_on": dt.date(2024, 6, 1)}
    return [{"name": f"成员{n}", "joined_on": ON, **post} for n in numbers]


@pytest.mark.parametrize("register", ["members", "apprentices", "activities"])
def test_thirty_lines_take_as_many_queries_as_three_and_each_has_its_history(
    register: str,
) -> None:
    studio = old_studio("yuzhong")
    user, table = member_of(studio), registers.REGISTERS[register]
    history: Any = table.history  # type: ignore[attr-defined]  # all three have one
    officer_of(studio.jurisdiction, role="bureau")
    counts, lines = [], 0
    # The first in a process reads what the others find in memory.
    for count in (1, 3, 30):
        rows = many(register, count, first=lines)
        lines += count
        with CaptureQueriesContext(connection) as asked:
            assert registers.save_rows(studio, register, rows, by=user) == count
        counts.append(len(asked))
        said = history.filter(studio=studio).values_list("history_user", "history_type")
        assert list(said) == [(user.pk, "+")] * lines
    assert counts[1] == counts[2]


def test_the_office_hears_once_of_all_posts_of_a_workbook() -> None:
    studio = old_studio("yuzhong")
    officer = officer_of(studio.jurisdiction, role="bureau")
    now = {"name": "现任", "joined_on": ON, "post": "contact", "phone": "023-60000002"}
    registers.save_rows(studio, "members", [*many("members", 2), now], by=member_of(studio))
    told = Notice.objects.filter(user=officer, kind="post_filed")
    ended = "自2024年6月1日起不再担任"
    assert list(told.values_list("title", "text")) == [
        (f"{studio}报备联系人", f"联系人：成员0，{ended}；联系人：成员1，{ended}；联系人：现任"),
    ]
    assert Event.objects.filter(kind="post_filed").count() == 3


def test_faults_of_a_workbook_that_the_text_finds_are_told_by_cell() -> None:
    studio = old_studio("yuzhong")
    fields = row_fields(studio, "members")
    lines = [
        {"name": "甲", "post": "联系人", "phone": "023-60000001", "joined_on": ON},
        {"name": "乙", "post": "联系人", "phone": "023-60000002", "joined_on": ON},
        {"name": "丙", "post": "联系人", "joined_on": ON},
        {"name": "丁", "joined_on": ON, "left_on": dt.date(2024, 4, 1)},
        {"name": "戊", "joined_on": timezone.localdate() + dt.timedelta(days=1)},
    ]
    columns = [(name, str(field.label), 20) for name, field in fields.items()]
    book = SimpleUploadedFile("成员.xlsx", write_xlsx("成员", columns, lines))
    ready, _, errors = workbooks.read_register(studio, "members", book)
    places = {name: chr(ord("A") + n) for n, name in enumerate(fields)}
    assert len(ready) == 5
    assert [str(error) for error in errors] == [
        f"{places['post']}3：联系人只能有 1 名，请先为现任填写离开日期。",
        f"{places['phone']}4：联系人须填写联系电话。",
        f"{places['left_on']}5：离开日期不得早于加入日期。",
        f"{places['joined_on']}6：加入日期不得晚于今天，请在发生以后登记。",
    ]
    assert Member.objects.count() == 0


def test_a_line_that_stands_twice_in_a_workbook_is_told_by_its_row() -> None:
    studio = old_studio("yuzhong")
    with pytest.raises(DomainError, match="第 2 条：已有一条完全相同的登记"):
        registers.save_rows(studio, "activities", many("activities", 1) * 2, by=member_of(studio))
    assert Activity.objects.count() == 0


def test_whatever_the_tables_refuse_is_told_beforehand() -> None:
    for register, table in registers.REGISTERS.items():
        told = [name for name, _, _ in registers.TOGETHER[register]]
        assert told == [one.name for one in table._meta.constraints]


def test_a_struck_line_is_gone_from_the_counts() -> None:
    studio = old_studio("yuzhong")
    user = member_of(studio)
    row = registers.save_row(
        studio, "activities", by=user, category="contests", title="示例", on=ON
    )
    with pytest.raises(DomainError, match="写明删除的理由"):
        registers.strike_row(row, by=user, reason="")
    registers.strike_row(row, by=user, reason="重复")
    assert dues.last_activity(studio) is None


@pytest.mark.clause("urumqi-4-2")
def test_people_trained_are_counted_within_the_time() -> None:
    studio = old_studio("urumqi")
    user = member_of(studio)
    for name, level, day in (
        ("甲", "高级工", dt.date(2024, 3, 10)),
        ("乙", "技师", dt.date(2026, 3, 10)),
        ("丙", "中级工", dt.date(2025, 3, 10)),
        ("丁", "高级工", dt.date(2026, 3, 11)),
    ):
        registers.save_row(
            studio, "apprentices", by=user, name=name, since=studio.founded_on, level=level,
            certified_on=day,
        )  # fmt: skip
    found = dues.training(studio)
    assert found is not None
    assert (found.count, found.rule.count, found.until) == (2, 5, dt.date(2026, 3, 10))
    span = (studio.founded_on, studio.term_until)
    assert dues.trained(studio, *span, ["高级工", "技师", "高级技师"]) == 2


def test_a_certificate_day_needs_a_level() -> None:
    studio = old_studio("urumqi")
    with pytest.raises(DomainError, match="须填写取得的技能等级"):
        registers.save_row(
            studio, "apprentices", by=member_of(studio), name="甲", since=ON, certified_on=ON
        )


@pytest.mark.parametrize(("level", "certified", "says"), [
    ("高级工", None, "须填写取证日期"),
    ("高级工", ON - dt.timedelta(days=1), "取证日期不得早于带徒起始日"),
])  # fmt: skip
def test_a_certificate_is_dated_and_was_won_while_being_trained(
    level: str, certified: dt.date | None, says: str
) -> None:
    studio = old_studio("urumqi")
    user = member_of(studio)
    given = {"name": "甲", "since": ON, "level": level, "certified_on": certified}
    with pytest.raises(DomainError, match=says) as refusal:
        registers.save_row(studio, "apprentices", by=user, **given)
    assert refusal.value.field == "certified_on"
    given["certified_on"] = ON
    assert registers.save_row(studio, "apprentices", by=user, **given).pk


def test_the_very_same_line_is_entered_once() -> None:
    studio = old_studio("yuzhong")
    user = member_of(studio)
    given = {"category": "contests", "title": "示例", "on": ON, "place": "", "people": None}
    row = registers.save_row(studio, "activities", by=user, **given)
    with pytest.raises(DomainError, match="完全相同的登记，没有重复登记"):
        registers.save_row(studio, "activities", by=user, **given)
    assert registers.save_row(studio, "activities", by=user, row=row, **given) == row
    registers.save_row(studio, "activities", by=user, **given | {"place": "二车间"})
    registers.strike_row(row, by=user, reason="登记有误")
    registers.save_row(studio, "activities", by=user, **given)
    assert Activity.objects.filter(struck_at=None).count() == 2


@pytest.mark.clause("yuzhong-10-6-a", "yuzhong-10-6-b")
def test_the_archive_fills_from_the_registers_and_by_hand() -> None:
    studio = old_studio("yuzhong")
    user = member_of(studio)
    assert [(line.label, line.filled) for line in completeness(studio)] == [
        ("申请表", False), ("批文", True), ("成员信息", False), ("重大活动记录", False),
        ("业绩", False), ("工作总结", False), ("影像资料", False),
    ]  # fmt: skip
    registers.save_row(studio, "members", by=user, name="张示例", joined_on=ON)
    registers.save_row(studio, "activities", by=user, category="contests", title="示例", on=ON)
    for part in ("application", "summaries"):
        paper = render_pdf("<p>示例</p>", title="示例").content
        registers.add_file(studio, part, "示例", SimpleUploadedFile("示例.pdf", paper), by=user)
    assert [line.id for line in completeness(studio) if not line.filled] == [
        "achievements", "media",
    ]  # fmt: skip
    with pytest.raises(DomainError, match="选择档案内容"):
        registers.add_file(studio, "x", "示例", SimpleUploadedFile("示例.pdf", b""), by=user)


def test_a_city_without_an_archive_asks_for_none() -> None:
    studio = old_studio("rongchang")
    assert completeness(studio) == []


@pytest.mark.clause("urumqi-20-1-b", "urumqi-20-1-c", "urumqi-20-0")
def test_risks_name_the_grounds_that_the_records_point_to() -> None:
    from assessments.domain import calendar

    studio = old_studio("urumqi")
    assert risks.risks(studio, dt.date(2024, 6, 1)) == []
    calendar.open_for(studio, dt.date(2025, 4, 1))
    assert risks.risks(studio, dt.date(2025, 4, 1)) == [
        "超过一年以上不开展工作的", "不配合主管部门日常管理考核的",
    ]  # fmt: skip
    # No ground of the text any more; what lies undone is said all the same.
    assert risks.risks(studio, dt.date(2028, 3, 11)) == ["逾期未办 5 项"]


@pytest.mark.clause("urumqi-14-1")
def test_what_a_certificate_makes_claimable_is_said_in_the_words_of_the_ruleset() -> None:
    studio = old_studio("urumqi")
    says = policy_of(studio.founding_ruleset).ruleset.registers.apprentices.subsidy.says
    assert notes(studio, "apprentices")[-1] == {"tone": "info", "text": says}
