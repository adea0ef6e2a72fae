"""Pages of units, officers and the public: who sees what, and what each page does."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from applications.domain import procedures
from applications.enums import StudioStatus
from applications.models import Application, Studio
from assessments.domain import calendar, ledger, registers
from assessments.enums import DueKind, Party
from assessments.interfaces import studio_import, workbooks
from assessments.interfaces.changing import procedure_rows
from assessments.models import (
    Activity,
    Clawback,
    GrantDue,
    LedgerEntry,
    Member,
    Obligation,
    SetDay,
)
from jurisdictions.domain.offices import make_administrator, save_office
from portal.accounts.enums import MemberRole
from portal.accounts.models import User
from portal.common.xlsx import write_xlsx
from tests.applications.factories import publish_city
from tests.assessments.factories import (
    id_number,
    member_of,
    named,
    named_studio,
    officer_of,
    old_studio,
    unit_of,
)
from tests.factories import make_member, make_user

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def url(name: str, *keys: object) -> str:
    return reverse(f"assessments:{name}", args=keys)


def opened(studio: Studio, on: dt.date = dt.date(2024, 12, 10)) -> Obligation:
    calendar.open_for(studio, on)
    return Obligation.objects.get(studio=studio)


def test_a_unit_sees_its_studio_and_nobody_else_does(as_user: SignIn) -> None:
    studio = old_studio("yuzhong")
    opened(studio)
    page = as_user(member_of(studio)).get(url("studio", studio.public_id))
    assert page.status_code == 200
    assert "次年工作计划（2025年度）" in page.content.decode()
    stranger = as_user(make_user("stranger@example.com"))
    for name in ("studio", "ledger", "dossier", "desk_studio"):
        assert stranger.get(url(name, studio.public_id)).status_code == 404
    assert "示例张三" not in stranger.get(url("mine")).content.decode()


def test_an_officer_of_another_city_finds_nothing(as_user: SignIn) -> None:
    studio = old_studio("yuzhong")
    here = as_user(officer_of(studio.jurisdiction))
    there = as_user(officer_of(publish_city("rongchang").jurisdiction, "other@example.gov.cn"))
    for name in ("desk_studio", "ledger", "dossier"):
        assert here.get(url(name, studio.public_id)).status_code == 200
        assert there.get(url(name, studio.public_id)).status_code == 404
    assert studio.name in here.get(url("desk") + "?view=all").content.decode()
    assert studio.name not in there.get(url("desk") + "?view=all").content.decode()


def test_people_without_a_place_have_no_desk(as_user: SignIn) -> None:
    assert as_user(make_user("stranger@example.com")).get(url("desk")).status_code == 404


@pytest.mark.parametrize("view", ["due", "overdue", "grants", "risk", "all", "nonsense"])
def test_every_view_of_the_desk_opens(as_user: SignIn, view: str) -> None:
    studio = named_studio("urumqi", dt.date(2024, 3, 10))
    calendar.open_for(studio, dt.date(2026, 11, 1))
    page = as_user(officer_of(studio.jurisdiction)).get(url("desk") + f"?view={view}")
    assert page.status_code == 200
    assert studio.number in page.content.decode()


@pytest.mark.clause("yuzhong-14-1")
def test_a_unit_hands_in_a_plan(as_user: SignIn) -> None:
    studio = old_studio("yuzhong")
    row, client = opened(studio), as_user(member_of(studio))
    where = url("obligation", studio.public_id, row.public_id)
    assert "报送" in client.get(where).content.decode()
    assert client.post(where, {"text": " "}).status_code == 422
    answer = client.post(where, {"text": "示例计划"})
    assert answer["Location"] == url("studio", studio.public_id)
    row.refresh_from_db()
    assert row.text == "示例计划"
    assert client.post(where, {"text": "再报一次"}).status_code == 422
    assert client.get(url("paper_file", studio.public_id, row.public_id)).status_code == 404


def test_a_leader_reads_and_may_not_hand_in(as_user: SignIn) -> None:
    studio = old_studio("yuzhong")
    row, leader = opened(studio), make_user("leader@example.com")
    make_member(leader, unit_of(studio), MemberRole.LEADER)
    client = as_user(leader)
    where = url("obligation", studio.public_id, row.public_id)
    assert client.get(where).status_code == 200
    assert client.post(where, {"text": "示例计划"}).status_code == 403
    assert client.get(url("entry_new", studio.public_id)).status_code == 403
    assert "登记一笔" not in client.get(url("ledger", studio.public_id)).content.decode()


def test_an_officer_settles_what_is_his_and_cannot_hand_in(as_user: SignIn) -> None:
    studio = old_studio("yuzhong")
    row, client = opened(studio), as_user(officer_of(studio.jurisdiction))
    assert client.post(
        url("obligation", studio.public_id, row.public_id), {"text": "示例计划"}
    ).status_code == 403  # fmt: skip
    recall = Obligation.objects.create(
        studio=studio, kind=DueKind.RECALL, item="plaque", title="收回牌匾",
        party=Party.OFFICE, opens_on=dt.date(2025, 1, 1),
    )  # fmt: skip
    where = url("obligation", studio.public_id, recall.public_id)
    assert client.post(where, {"text": "已收回，存档案室"}).status_code == 302
    recall.refresh_from_db()
    assert recall.text == "已收回，存档案室"


def test_the_ledger_is_kept_on_its_pages(as_user: SignIn) -> None:
    studio = old_studio("chaoyang")
    client = as_user(member_of(studio))
    where = url("entry_new", studio.public_id)
    assert "大师工作室经费" in client.get(where).content.decode()
    line = {"direction": "in", "source": "match", "amount": "100000", "on": "2024-05-01",
            "text": "单位配套"}  # fmt: skip
    assert client.post(where, {**line, "amount": "-1"}).status_code == 422
    assert client.post(where, {**line, "direction": "out"}).status_code == 422
    assert client.post(where, line).status_code == 302
    page = client.get(url("ledger", studio.public_id)).content.decode()
    assert "100,000" in page
    assert "尚未登记专门账目" in page
    client.post(url("account", studio.public_id), {"account": "专项应付款"})
    assert "专项应付款" in client.get(url("ledger", studio.public_id)).content.decode()
    row = LedgerEntry.objects.get()
    assert client.get(url("voucher", studio.public_id, row.public_id)).status_code == 404
    strike = url("entry_strike", studio.public_id, row.public_id)
    assert client.get(strike).status_code == 200
    assert client.post(strike, {"reason": "重复"}).status_code == 302
    assert client.post(strike, {"reason": "重复"}).status_code == 422
    shown = client.get(url("ledger", studio.public_id)).context
    (gone,) = shown["struck"]["rows"]
    assert (shown["rows"], gone["cells"][0]["text"], gone["cells"][-1]["text"]) == (
        [], "单位配套", "重复",
    )  # fmt: skip
    book = client.get(url("ledger_xlsx", studio.public_id))
    assert book["Content-Type"] == XLSX


def test_lines_are_numbered_as_the_warnings_name_them_and_tell_of_their_asset(
    as_user: SignIn,
) -> None:
    studio = old_studio("chaoyang")
    user = member_of(studio)
    ledger.enter(studio, by=user, direction="in", source="match", amount=9_000, text="配套",
                 on=dt.date(2024, 5, 1))  # fmt: skip
    for day, number in ((3, ""), (2, "G-1")):
        ledger.enter(studio, by=user, direction="out", source="match", purpose="facilities",
                     amount=100, text="机床", on=dt.date(2024, 5, day), marked=True,
                     fixed_asset=True, asset_number=number)  # fmt: skip
    page = as_user(user).get(url("ledger", studio.public_id)).context
    said = [(row["cells"][1]["text"], row["cells"][0]["sub"]) for row in page["rows"]]
    assert said == [(1, ""), (2, "固定资产 G-1"), (3, "固定资产 尚未登记造册")]
    loose = [note["text"] for note in page["notices"] if "登记造册" in note["text"]]
    assert loose == ["第 3 笔：涉及固定资产的，尚未登记造册。"]


def test_a_city_without_a_ledger_has_no_such_page(as_user: SignIn) -> None:
    studio = old_studio("rongchang")
    client = as_user(member_of(studio))
    assert client.get(url("ledger", studio.public_id)).status_code == 404
    assert client.get(url("dossier", studio.public_id)).status_code == 404
    assert client.get(url("studio", studio.public_id)).status_code == 200


@pytest.mark.parametrize("register", ["members", "apprentices", "activities"])
def test_a_register_opens_and_its_workbook_is_read_back(as_user: SignIn, register: str) -> None:
    studio = old_studio("urumqi")
    client = as_user(member_of(studio))
    assert client.get(url("register", studio.public_id, register)).status_code == 200
    assert client.get(url("row_new", studio.public_id, register)).status_code == 200
    book = client.get(url("register_xlsx", studio.public_id, register))
    empty = SimpleUploadedFile("登记.xlsx", b"".join(book))
    page = client.post(url("register_import", studio.public_id, register), {"file": empty})
    assert "表格中没有内容" in page.content.decode()


def test_a_downloaded_register_that_was_added_to_enters_only_what_is_new(as_user: SignIn) -> None:
    studio = old_studio("urumqi")
    user = member_of(studio)
    registers.save_row(studio, "apprentices", by=user, name="徒弟", since=dt.date(2024, 5, 1),
                       training="第一周\r\n第二周", level="高级工",
                       certified_on=dt.date(2025, 6, 1))  # fmt: skip
    client, where = as_user(user), url("register_import", studio.public_id, "apprentices")
    book = load_workbook(BytesIO(workbooks.exported(studio, "apprentices")))
    book.worksheets[0].append(["新徒弟", "", "", dt.date(2024, 7, 1)])
    added = BytesIO()
    book.save(added)
    page = client.post(where, {"file": SimpleUploadedFile("1.xlsx", added.getvalue())})
    assert (page.context["known"], page.context["fresh"]) == (1, 1)
    assert client.post(where, {"checked": page.context["checked"]}).status_code == 302
    assert sorted(studio.apprentices.values_list("name", flat=True)) == ["徒弟", "新徒弟"]


@pytest.mark.parametrize(
    ("code", "name", "keys", "words"),
    [
        ("yuzhong", "row_new", ["members"], "成员及其变动须经领办人和所在单位共同确定"),
        ("urumqi", "register", ["apprentices"], "可申请职业技能培训补贴"),
        ("ziyang", "ledger", [], "建立技能等级梯次结构津贴制度"),
    ],
)
def test_what_the_text_says_beside_a_register_is_read_there(
    as_user: SignIn, code: str, name: str, keys: list[str], words: str
) -> None:
    studio = old_studio(code)
    page = as_user(member_of(studio)).get(url(name, studio.public_id, *keys))
    assert page.content.decode().count(words) == 1


@pytest.mark.clause("yuzhong-9-2", "ziyang-9-1-a")
def test_a_standing_duty_names_what_is_still_missing_of_it(as_user: SignIn) -> None:
    studio = old_studio("yuzhong")
    user = member_of(studio)
    calendar.open_for(studio, dt.date(2025, 1, 2))
    for post, phone in (("head", ""), ("contact", "023-1")):
        registers.save_row(studio, "members", by=user, name=post, post=post, phone=phone,
                           joined_on=dt.date(2024, 5, 1))  # fmt: skip
    (duty,) = as_user(user).get(url("studio", studio.public_id)).context["duties"]
    assert duty["gaps"] == [
        "经费台账有 2 项须核对", "逾期未报送：次年工作计划（2025年度）",
        "档案尚缺：申请表、重大活动记录、业绩、工作总结、影像资料",
    ]  # fmt: skip
    other = old_studio("ziyang", number="OLD-2", leader_id=id_number("51200219750307001"))
    client = as_user(member_of(other, "z@example.com"))
    (duty,) = client.get(url("studio", other.public_id)).context["duties"]
    assert duty["gaps"] == ["尚无活动记录"]


@pytest.mark.clause("chaoyang-10-2")
def test_who_assesses_together_with_the_office_is_named_where_it_is_due(as_user: SignIn) -> None:
    studio = old_studio("chaoyang")
    calendar.open_for(studio, dt.date(2026, 3, 10))
    row = Obligation.objects.get(studio=studio, kind="assessment")
    page = as_user(member_of(studio)).get(url("obligation", studio.public_id, row.public_id))
    facts = {fact["label"]: fact["value"] for fact in page.context["facts"]}
    assert facts["会同"] == "区人力社保局、区财政局、第三方专业机构"


def test_lines_are_entered_changed_and_deleted(as_user: SignIn) -> None:
    studio = old_studio("yuzhong")
    client = as_user(member_of(studio))
    new = url("row_new", studio.public_id, "members")
    assert client.post(new, {"name": "李示例"}).status_code == 422
    assert client.post(new, {"name": "李示例", "joined_on": "2024-05-01"}).status_code == 302
    row = Member.objects.get()
    edit = url("row", studio.public_id, "members", row.public_id)
    assert "李示例" in client.get(edit).content.decode()
    client.post(edit, {"name": "李示例", "joined_on": "2024-05-01", "left_on": "2024-06-01"})
    row.refresh_from_db()
    assert row.left_on == dt.date(2024, 6, 1)
    gone = url("row_strike", studio.public_id, "members", row.public_id)
    assert client.post(gone, {"reason": "重复"}).status_code == 302
    assert client.get(edit).status_code == 404
    assert client.get(url("register", studio.public_id, "nothing")).status_code == 404


def test_a_workbook_is_checked_shown_and_then_entered(as_user: SignIn) -> None:
    studio = old_studio("yuzhong")
    client = as_user(member_of(studio))
    where = url("register_import", studio.public_id, "activities")
    good = {"category": "组织参加各级各类技能竞赛", "title": "示例竞赛", "on": dt.date(2024, 5, 1)}
    columns = workbooks._columns(studio, "activities")

    def send(*rows: dict[str, Any]) -> str:
        book = SimpleUploadedFile("活动.xlsx", write_xlsx("活动", columns, rows))
        return client.post(where, {"file": book}).content.decode()

    assert "A3：" in send(good, {**good, "category": "吃饭"})
    page = send(good)
    assert "确认导入 1 条" in page
    assert Activity.objects.count() == 0
    checked = page.split('name="checked" value="')[1].split('"')[0]
    broken = client.post(where, {"checked": checked + "x"})
    assert (broken.status_code, broken.context["error"].message) == (
        422, "检查结果已失效，请重新上传表格。")  # fmt: skip
    assert client.post(where, {"checked": checked}).status_code == 302
    assert client.post(where, {"checked": checked}).status_code == 409
    assert Activity.objects.get().category == "contests"


def test_what_the_check_of_a_workbook_passes_can_be_entered(as_user: SignIn) -> None:
    studio = old_studio("yuzhong")
    client, today = as_user(member_of(studio)), timezone.localdate()

    def faults(register: str, **line: Any) -> list[str]:
        columns = workbooks._columns(studio, register)
        book = SimpleUploadedFile("表.xlsx", write_xlsx("表", columns, [line]))
        page = client.post(url("register_import", studio.public_id, register), {"file": book})
        assert page.context["checked"] == ""
        return [row["text"] for row in page.context["faults"]]

    ahead = {"category": "组织参加各级各类技能竞赛", "title": "示例竞赛",
             "on": today + dt.timedelta(days=1)}  # fmt: skip
    assert faults("activities", **ahead) == ["C2：日期不得晚于今天，请在发生以后登记。"]
    gone = {"name": "示例员", "joined_on": today, "left_reason": "调离"}
    assert faults("members", **gone) == ["J2：写了离开原因的，须填写离开日期。"]
    early = {"name": "示例徒", "since": today, "level": "高级工"}
    assert faults("apprentices", **early) == [
        "I2：填写了取得的技能等级的，须填写取证日期；考核按取证日期计算培养人数。"
    ]


def test_an_office_reads_everything_a_line_of_a_register_says(as_user: SignIn) -> None:
    studio = old_studio("yuzhong")
    row = registers.save_row(
        studio, "apprentices", by=member_of(studio), name="示例徒", since=studio.founded_on,
        training="三月：平焊。\n四月：立焊。",
    )  # fmt: skip
    officer = as_user(officer_of(studio.jurisdiction))
    table = officer.get(url("register", studio.public_id, "apprentices")).context["rows"]
    page = officer.get(table[0]["cells"][0]["url"])
    facts = {fact["label"]: fact["value"] for fact in page.context["facts"]}
    assert (facts["姓名"], facts["培训记录"]) == ("示例徒", row.training)
    assert "四月：立焊。" in page.content.decode()


def test_what_an_office_has_to_do_is_only_looked_at_by_the_unit(as_user: SignIn) -> None:
    studio = old_studio("urumqi")
    calendar.open_for(studio, dt.date(2025, 1, 10))
    Obligation.objects.create(
        studio=studio, kind=DueKind.RECALL, item="plaque", period=0, title="收回牌匾",
        party=Party.OFFICE, opens_on=dt.date(2025, 1, 10),
    )  # fmt: skip
    seen = {}
    for user, name in (
        (member_of(studio), "studio"),
        (officer_of(studio.jurisdiction), "desk_studio"),
    ):
        found = as_user(user).get(url(name, studio.public_id)).context["dues"]
        seen[name] = {row["select_label"]: row["actions"][0]["label"] for row in found}
    assert {label for title, label in seen["studio"].items() if title != "收回牌匾"} == {"办理"}
    assert (seen["studio"]["收回牌匾"], seen["desk_studio"]["收回牌匾"]) == ("查看", "办理")


def test_a_result_against_the_unit_is_red_and_has_its_local_day() -> None:
    studio = old_studio("chaoyang")
    user = member_of(studio)
    office = save_office(studio.jurisdiction, code="clerks", name="示例科", by=user)
    case = procedures.open_on_studio(studio, "assess_biennial", by=user, office=office)
    day = dt.date(2026, 5, 6)
    moment = timezone.make_aware(dt.datetime.combine(day, dt.time(0, 30)))
    told = []
    for result in ("g3", "g1"):
        Application.objects.filter(pk=case.pk).update(
            status="decided", result=result, decided_at=moment, result_released_at=moment
        )
        (row,) = procedure_rows(studio, user, desk=True)
        told.append((row["tag"], row["tone"], row["day"]))
    assert told == [("不合格", "red", day), ("优秀", "green", day)]


def test_the_archive_takes_files_from_the_unit(as_user: SignIn) -> None:
    from portal.common.pdf import render_pdf

    studio = old_studio("yuzhong")
    client, where = as_user(member_of(studio)), url("dossier", studio.public_id)
    paper = SimpleUploadedFile("总结.pdf", render_pdf("<p>示例</p>", title="示例").content)
    assert client.post(where, {"part": "summaries", "title": "示例"}).status_code == 422
    answer = client.post(where, {"part": "summaries", "title": "示例总结", "upload": paper})
    assert answer.status_code == 302
    file = studio.dossier_files.get()
    sent = client.get(url("dossier_file", studio.public_id, file.public_id))
    assert b"".join(sent)[:5] == b"%PDF-"


def test_public_money_is_paid_and_paid_back_at_the_desk(as_user: SignIn) -> None:
    studio = named_studio("urumqi", dt.date(2026, 3, 10))
    client, grant = as_user(officer_of(studio.jurisdiction)), GrantDue.objects.get()
    where = url("grant", studio.public_id, grant.public_id)
    assert client.post(where, {"amount": "99999", "on": "2026-04-01"}).status_code == 422
    assert client.post(where, {"amount": "100000", "on": "2026-04-01"}).status_code == 302
    assert LedgerEntry.objects.get().amount == Decimal(100_000)
    owed = Clawback.objects.create(
        studio=studio, application=studio.founding_application, amount=Decimal(100_000),
        decided_on=dt.date(2026, 6, 1),
    )  # fmt: skip
    back = url("clawback", studio.public_id, owed.public_id)
    first = {"amount": "40000", "on": "2026-07-01", "note": "收据7号", "known": "0"}
    assert client.post(back, {**first, "amount": "100000.01"}).status_code == 422
    assert client.post(back, first).status_code == 302
    # The same page sent twice enters nothing, keeps what was typed and shows what is there.
    twice = client.post(back, first)
    assert (twice.status_code, owed.payments.count()) == (422, 1)
    assert twice.context["form"]["known"].value() == "1"
    assert (twice.context["form"]["amount"].value(), twice.context["facts"][-1]["value"]) == (
        "40000", "2026-07-01 到账 40,000 元（收据7号）",
    )  # fmt: skip
    unit = as_user(member_of(studio))
    part = "已到账 40,000 元，尚欠 60,000 元"
    for reader, name in ((client, "desk_studio"), (unit, "studio")):
        assert part in reader.get(url(name, studio.public_id)).content.decode()
    last = {"amount": "60000", "on": "2026-08-01", "known": "1"}
    assert client.post(back, last).status_code == 302
    owed.refresh_from_db()
    assert owed.closed_on == dt.date(2026, 8, 1)
    assert "2026-08-01 结清" in client.get(url("desk_studio", studio.public_id)).content.decode()
    assert unit.get(where).status_code == 404


def test_nothing_more_is_paid_at_the_desk_to_a_studio_that_has_ended(as_user: SignIn) -> None:
    studio = named_studio("urumqi", dt.date(2026, 3, 10))
    client, grant = as_user(officer_of(studio.jurisdiction)), GrantDue.objects.get()
    studio.status, studio.ended_on = StudioStatus.ENDED, dt.date(2026, 5, 1)
    studio.save()
    answer = client.get(url("grant", studio.public_id, grant.public_id))
    said = "工作室已于 2026-05-01 终止，未拨付的资助不再拨付"
    assert (answer.status_code, said in answer.content.decode()) == (403, True)
    page = client.get(url("desk_studio", studio.public_id)).content.decode()
    assert (said in page, "登记拨付" in page) == (True, False)


@pytest.mark.clause("chaoyang-9-5")
def test_an_officer_sets_the_day_that_the_text_leaves_open(as_user: SignIn) -> None:
    studio = old_studio("chaoyang")
    client = as_user(officer_of(studio.jurisdiction, role="district_bureau"))
    where = url("set_day", "chaoyang")
    other = officer_of(studio.jurisdiction, "other@example.gov.cn", role="service_centre")
    assert as_user(other).get(where).status_code == 404
    assert as_user(other).post(where, {"item": "yearly", "day": "2026-03-15"}).status_code == 404
    assert client.get(where).status_code == 200
    desk = reverse("assessments:desk")
    year = timezone.localdate().year
    lines = [row["text"] for row in client.get(desk).context["unset"]]
    said = f"尚未设定{year}年度“全年工作计划和运行成果”的报送日期，"
    assert lines == [f"{said}设定之前各工作室没有这项待办。"]
    assert as_user(other).get(desk).context["unset"] == []
    slip = client.post(where, {"item": "yearly", "day": f"{year - 10}-03-15"})
    assert (slip.status_code, SetDay.objects.count()) == (422, 0)
    assert client.post(where, {"item": "yearly", "day": f"{year}-03-15"}).status_code == 302
    assert SetDay.objects.get().year == year
    assert client.get(desk).context["unset"] == []
    assert as_user(member_of(studio)).get(where).status_code == 404


def test_a_city_whose_days_are_fixed_has_no_such_page(as_user: SignIn) -> None:
    studio = old_studio("yuzhong")
    assert (
        as_user(officer_of(studio.jurisdiction)).get(url("set_day", "yuzhong")).status_code == 404
    )


def test_an_administrator_imports_old_studios(as_user: SignIn) -> None:
    ruleset = publish_city("yuzhong")
    admin = make_user("admin@example.gov.cn", name="示例管理员")
    make_administrator(admin, ruleset.jurisdiction, by=None)
    client, where = as_user(admin), url("import_studios", "yuzhong")
    columns = [(column.key, column.label, 20) for column in studio_import.COLUMNS]

    def book(**changes: Any) -> BytesIO:
        file = BytesIO(write_xlsx("工作室", columns, [vars(named(**changes))]))
        file.name = "补录.xlsx"
        return file

    assert client.get(url("import_template", "yuzhong"))["Content-Type"] == XLSX
    faulty = client.post(where, {"file": book(unit_uscc="1", area=Decimal("45.50"))})
    assert "H2：" in faulty.content.decode()
    table = faulty.context["checked"].shown()
    given = {key for key, value in vars(named()).items() if value} | {"area"}
    used = [column.label for column in studio_import.COLUMNS if column.key in given]
    assert (table["heads"], table["empty"]) == (used, len(studio_import.COLUMNS) - len(used))
    cells = {cell["label"]: cell for cell in table["lines"][0]["cells"]}
    assert (cells["命名日期"]["text"], cells["面积（平方米）"]["text"]) == ("2024-03-10", "45.5")
    wrong = {label: cell["errors"] for label, cell in cells.items() if cell["errors"]}
    assert list(wrong) == ["统一社会信用代码"]
    same = book().getvalue()
    first, second = (SimpleUploadedFile("补录.xlsx", same) for _ in range(2))
    page = client.post(where, {"file": first}).content.decode()
    assert "检查通过" in page
    digest = page.split('name="sha256" value="')[1].split('"')[0]
    assert Studio.objects.count() == 0
    assert client.post(where, {"file": second, "sha256": digest}).status_code == 302
    studio = Studio.objects.get()
    assert as_user(officer_of(studio.jurisdiction)).get(where).status_code == 404


@pytest.mark.parametrize("number", ["OLD-2024-001", "old-2024-001", "OLD-2024-001-C"])
def test_anybody_checks_a_plaque_or_certificate(client: Client, number: str) -> None:
    studio = old_studio("yuzhong")
    page = client.get(url("verify", number)).content.decode()
    assert studio.name in page
    assert "在册" in page
    assert "data:image/png" in page


def test_an_ended_studio_and_an_unknown_number_say_so(client: Client) -> None:
    studio = old_studio("yuzhong")
    studio.status, studio.ended_on = StudioStatus.ENDED, dt.date(2026, 1, 1)
    studio.save()
    assert "已终止" in client.get(url("verify", studio.number)).content.decode()
    unknown = client.get(url("verify", "NOTHING-1"))
    assert (unknown.status_code, "没有查到" in unknown.content.decode()) == (404, True)


def test_a_number_typed_in_full_width_is_found(client: Client) -> None:
    answer = client.get(url("lookup"), {"number": " ＯＬＤ－ ００１ "})
    assert answer["Location"] == url("verify", "OLD-001")


def test_the_public_register_is_searched_and_shows_nothing_personal(client: Client) -> None:
    studio = old_studio("yuzhong")
    page = client.get(url("register_public")).content.decode()
    assert studio.name in page
    assert "5001031975" not in page
    for query, found in (("q=张示例", True), ("q=无此人", False), ("place=yuzhong", True),
                         ("place=ziyang", False), ("status=active", True),
                         ("status=ended", False)):  # fmt: skip
        text = client.get(url("register_public") + f"?{query}").content.decode()
        assert (studio.name in text) is found, query


def test_menus_offer_the_pages_to_those_who_have_them(as_user: SignIn) -> None:
    studio = old_studio("yuzhong")
    unit = as_user(member_of(studio)).get(url("register_public")).content.decode()
    assert "我的工作室" in unit
    stranger = as_user(make_user("stranger@example.com")).get(url("register_public"))
    assert "我的工作室" not in stranger.content.decode()
    officer = as_user(officer_of(studio.jurisdiction)).get(url("desk")).content.decode()
    assert "工作室管理" in officer


def test_a_payment_shows_in_the_record_of_the_studio(as_user: SignIn) -> None:
    studio = named_studio("yuzhong", dt.date(2026, 3, 10))
    user = member_of(studio)
    grant = GrantDue.objects.get(studio=studio)
    ledger.pay_grant(grant, by=user, on=dt.date(2026, 4, 1), amount=Decimal(50_000))
    page = as_user(user).get(url("studio", studio.public_id)).content.decode()
    assert "拨付区级一次性补助" in page
    assert "50,000" in page
