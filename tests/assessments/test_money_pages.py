"""The ledger's pages: workbook in, sums, papers the text asks for; papers to take away."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from applications.enums import StudioStatus
from applications.models import Studio
from assessments.domain import keeping, ledger, records, registers
from assessments.enums import Holder
from assessments.interfaces import money
from assessments.interfaces.forms import EntryForm
from assessments.interfaces.prefilled import sections
from assessments.models import GrantDue, KeptFile, LedgerEntry
from assessments.queries import dues
from portal.accounts.models import User
from portal.common import jobs
from portal.common.errors import DomainError
from portal.common.models import Job, RevealLog
from portal.common.xlsx import write_xlsx
from tests.assessments.factories import member_of, named_studio, officer_of, old_studio
from tests.assessments.test_records import paper
from tests.factories import make_enterprise, make_member, make_user

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
ON = dt.date(2026, 4, 1)


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def url(name: str, studio: Studio, *keys: object) -> str:
    return reverse(f"assessments:{name}", args=[studio.public_id, *keys])


def book(studio: Studio, *rows: dict[str, Any]) -> SimpleUploadedFile:
    columns = [(column.key, column.label, 20) for column in money.columns_of(studio)]
    return SimpleUploadedFile("台账.xlsx", write_xlsx("经费台账", columns, rows))


def line(studio: Studio, **changes: Any) -> dict[str, Any]:
    rules = dues.ledger_rules(studio)
    match = next(s.label for s in rules.sources if s.kind == "match")
    return {"on": dt.date(2025, 5, 1), "direction": "收入", "source": match, "amount": 60_000,
            "text": "单位配套", **changes}  # fmt: skip


def test_neither_income_nor_a_source_is_chosen_beforehand(as_user: SignIn) -> None:
    studio = old_studio("yuzhong")
    page = as_user(member_of(studio)).get(url("entry_new", studio))
    fields = page.context["form"].fields
    assert [fields[name].choices[0] for name in ("direction", "source")] == [("", "请选择")] * 2


def test_lines_of_a_workbook_are_checked_by_cell_and_entered_together() -> None:
    studio = old_studio("yuzhong")
    user = member_of(studio)
    spent = line(studio, direction="支出", purpose="技能培训", amount=800, text="培训耗材")
    bad = line(studio, direction="支出", purpose="其他", amount=5)
    fine = line(studio, amount=Decimal("0.001"))
    found = money.check(studio, book(studio, line(studio, on="昨天"), bad, fine), by=user)
    assert [error.address for error in found.errors] == ["A2", "G3", "E4"]
    assert LedgerEntry.objects.count() == 0
    good = book(studio, line(studio), spent)
    checked = money.check(studio, good, by=user)
    assert checked.errors == []
    with pytest.raises(DomainError, match="与检查过的不同"):
        money.carry_out(studio, book(studio, spent), sha256=checked.sha256, by=user)
    good.seek(0)
    assert money.carry_out(studio, good, sha256=checked.sha256, by=user) == 2
    assert {row.history.get().history_user for row in LedgerEntry.objects.all()} == {user}
    found = dues.money(studio, ON)
    assert money.by_category(found)["rows"] == [["技能培训", "0", "800", "0", "800"]]
    years = money.by_year(found, 2024, 2025)["rows"]
    assert [row[0] for row in years] == ["2024", "2025"]
    assert years[1][2] == "60,000"


def test_thirty_lines_of_a_workbook_take_as_many_queries_as_three() -> None:
    studio = old_studio("yuzhong")
    user, counts = member_of(studio), []
    for number in (3, 30):
        lines = (line(studio, text=f"第{number}批{nth}") for nth in range(number))
        content = book(studio, *lines)
        checked = money.check(studio, content, by=user)
        content.seek(0)
        with CaptureQueriesContext(connection) as told:
            money.carry_out(studio, content, sha256=checked.sha256, by=user)
        counts.append(len(told))
    assert counts[0] == counts[1]
    assert LedgerEntry.objects.count() == 33


@pytest.mark.clause("chaoyang-18-2")
@pytest.mark.parametrize(
    ("name", "mark"),
    [("示例张三钳工", "示例张三钳工大师工作室经费"),
     ("示例张三钳工技能大师工作室", "示例张三钳工技能大师工作室经费")],
)  # fmt: skip
def test_the_words_on_vouchers_say_nothing_twice(name: str, mark: str) -> None:
    studio = old_studio("chaoyang", name=name)
    assert f"凭证已标明“{mark}”" == EntryForm(studio=studio).fields["marked"].label


def test_only_the_unit_s_own_lines_can_be_struck(as_user: SignIn) -> None:
    studio = named_studio("urumqi", dt.date(2026, 3, 10))
    user, grant = member_of(studio), GrantDue.objects.get()
    ledger.pay_grant(grant, by=user, on=ON, amount=Decimal(100_000))
    ledger.enter(studio, by=user, direction="in", source="match", amount=Decimal(5), on=ON,
                 text="单位配套")  # fmt: skip
    shown = as_user(user).get(url("ledger", studio)).context["rows"]
    assert [(row["select_label"], len(row["actions"])) for row in shown] == [
        (grant.title, 0), ("单位配套", 1),
    ]  # fmt: skip


def test_an_exported_ledger_is_read_back_and_enters_only_what_was_added(as_user: SignIn) -> None:
    studio = old_studio("chaoyang")
    user = member_of(studio)
    ledger.enter(studio, by=user, direction="in", source="match", amount=Decimal("10.50"),
                 on=dt.date(2025, 5, 1), text="单位配套", marked=True)  # fmt: skip
    client = as_user(user)
    sent = client.get(url("ledger_xlsx", studio)).content
    found = money.check(studio, SimpleUploadedFile("台账.xlsx", sent), by=user)
    assert (found.rows, found.errors, found.known) == ([], [], 1)
    page = client.post(url("ledger_import", studio), {"file": SimpleUploadedFile("1.xlsx", sent)})
    assert (page.context["known"], page.context["sha256"]) == (1, "")
    more = load_workbook(BytesIO(sent))
    more.worksheets[0].append([dt.date(2025, 6, 1), "收入", "所在单位配套资金", "", 7, "再配套"])
    added = BytesIO()
    more.save(added)
    found = money.check(studio, SimpleUploadedFile("台账.xlsx", added.getvalue()), by=user)
    assert (len(found.rows), found.errors, found.known) == (1, [], 1)
    assert money.carry_out(studio, SimpleUploadedFile("台账.xlsx", added.getvalue()),
                           sha256=found.sha256, by=user) == 1  # fmt: skip
    assert list(LedgerEntry.objects.values_list("amount", flat=True)) == [Decimal("10.50"), 7]


def test_two_payments_of_one_day_and_one_wording_are_two_lines(as_user: SignIn) -> None:
    studio = old_studio("chaoyang")
    user, fare = member_of(studio), (dt.date(2025, 6, 1), "收入", "所在单位配套资金", "", 7, "配套")
    first = ledger.enter(studio, by=user, direction="in", source="match", amount=Decimal(7),
                         on=fare[0], text="配套")  # fmt: skip
    both = load_workbook(BytesIO(as_user(user).get(url("ledger_xlsx", studio)).content))
    both.worksheets[0].append(fare)
    content = BytesIO()
    both.save(content)

    def sent() -> SimpleUploadedFile:
        return SimpleUploadedFile("台账.xlsx", content.getvalue())

    found = money.check(studio, sent(), by=user)
    assert (len(found.rows), found.errors, found.known) == (1, [], 1)
    ledger.strike(first, by=user, reason="登记有误")
    with pytest.raises(DomainError, match="台账此后有变动"):
        money.carry_out(studio, sent(), sha256=found.sha256, by=user)


def test_the_import_page_shows_faults_and_then_enters(as_user: SignIn) -> None:
    studio = old_studio("yuzhong")
    client, where = as_user(member_of(studio)), url("ledger_import", studio)
    assert client.get(url("ledger_template", studio)).status_code == 200
    faulty = client.post(where, {"file": book(studio, line(studio, source="外星人"))})
    assert "C2：" in faulty.content.decode()
    content = book(studio, line(studio)).read()
    page = client.post(where, {"file": SimpleUploadedFile("台账.xlsx", content)}).content.decode()
    digest = page.split('name="sha256" value="')[1].split('"')[0]
    # The page of the check carries the workbook: nobody chooses the same file twice.
    carried = {"content": page.split('name="content" value="')[1].split('"')[0]}
    broken = client.post(where, {"content": "%%", "sha256": digest}).content.decode()
    assert ("请重新选择表格文件" in broken, LedgerEntry.objects.count()) == (True, 0)
    huge = SimpleUploadedFile("台账.xlsx", content + bytes(5 * 1024 * 1024))
    assert "超过 5 MB" in client.post(where, {"file": huge}).content.decode()
    assert client.post(where, {**carried, "sha256": digest}).status_code == 302
    # The same page once more, from another tab or a second press.
    twice = client.post(where, {"file": SimpleUploadedFile("台账.xlsx", content), "sha256": digest})
    assert (twice.status_code, LedgerEntry.objects.count()) == (422, 1)
    assert "各年度收支" in client.get(url("ledger", studio)).content.decode()
    assert as_user(officer_of(studio.jurisdiction)).get(where).status_code == 403


@pytest.mark.clause("ziyang-14-1", "ziyang-14-2")
def test_audit_and_self_evaluation_are_put_in_where_the_text_asks(as_user: SignIn) -> None:
    studio = old_studio("ziyang")
    client = as_user(member_of(studio))
    assert [part for part, _ in money.asked_files(studio)] == ["audit", "self_evaluation"]
    page = client.get(url("ledger", studio)).content.decode()
    assert "绩效评估" in page
    where = url("ledger_paper", studio, "audit")
    assert client.post(where, {"upload": paper("审计报告.pdf")}).status_code == 302
    file = KeptFile.objects.get()
    assert file.title == "第三方审计机构出具的项目经费使用情况审计报告"
    assert file.title in client.get(url("ledger", studio)).content.decode()
    assert client.post(url("kept_file_remove", studio, file.public_id)).status_code == 302
    assert client.get(url("ledger_paper", studio, "nothing")).status_code == 404


def test_the_application_for_the_next_level_is_filled_from_the_filing_and_the_books(
    as_user: SignIn,
) -> None:
    studio = named_studio("yuzhong", dt.date(2026, 3, 10))
    user = member_of(studio)
    registers.save_row(studio, "members", by=user, name="李示例", joined_on=ON)
    client = as_user(user)
    assert client.get(url("summary_pdf", studio)).content[:5] == b"%PDF-"
    sent = load_workbook(BytesIO(client.get(url("summary_xlsx", studio)).content))
    listed = [row[0].value for row in sent["现有成员（登记簿）"].iter_rows(min_row=2)]
    assert listed == list(studio.members.values_list("name", flat=True))
    assert "李示例" in listed
    rows = [[cell.value for cell in row] for row in sent["申报内容"].iter_rows(min_row=2)]
    facts = {label: value for part, label, value in rows if part == "基本情况"}
    assert facts["编号"] == studio.number
    assert facts["领办人身份证号（掩码）"].count("*") == 8
    assert [label for _, label, _ in rows if "出生" in label] == []
    parts = list(dict.fromkeys(part for part, _, _ in rows))
    assert parts[:4] == ["基本情况", "申报单位", "命名专家", "工作室"]
    assert "申报-命名专家获奖情况" in sent.sheetnames
    assert client.get(url("certificate", studio)).status_code == 404


def test_another_leader_and_another_name_stand_in_the_application() -> None:
    studio = named_studio("urumqi", dt.date(2026, 3, 10))
    studio.leaders.update(name="示例李新")
    studio.hosts.update(name="示例新名公司")
    said = {row["value"] for part in sections(studio) for row in part["facts"]}
    assert {"示例李新", "示例新名公司"} <= said


def test_whole_numbers_are_printed_for_the_office_alone_and_on_record(as_user: SignIn) -> None:
    studio = named_studio("yuzhong", dt.date(2026, 3, 10))
    where = url("summary_full", studio)
    officer = as_user(officer_of(studio.jurisdiction, role="bureau"))
    assert as_user(member_of(studio)).get(where).status_code == 404
    assert officer.get(where).status_code == 200
    assert officer.post(where, {"reason": ""}).status_code == 422
    before = RevealLog.objects.count()
    sent = officer.post(where, {"reason": "报送上级"})
    assert (sent.content[:5], sent.headers["Cache-Control"]) == (b"%PDF-", "no-store")
    assert RevealLog.objects.count() > before
    plain = {row["value"] for part in sections(studio, purpose="示例", by=None)
             for row in part["facts"]}  # fmt: skip
    masked = {row["value"] for part in sections(studio) for row in part["facts"]}
    assert [text for text in masked if text in plain and "*" in text] == []


def test_a_studio_being_put_right_has_no_application_for_the_next_level(as_user: SignIn) -> None:
    studio = old_studio("yuzhong")
    client = as_user(member_of(studio))
    assert client.get(url("summary_pdf", studio)).status_code == 200
    studio.status = StudioStatus.SUSPENDED
    studio.save()
    assert client.get(url("summary_pdf", studio)).status_code == 403
    assert client.get(url("studio", studio)).context["prefillable"] is False


@pytest.mark.clause("chaoyang-6-0-f")
def test_a_certificate_carries_the_title_the_text_gives(as_user: SignIn) -> None:
    studio = named_studio("urumqi", dt.date(2026, 3, 10))
    client = as_user(member_of(studio))
    assert client.get(url("certificate", studio)).content[:5] == b"%PDF-"
    assert "证书" in client.get(url("studio", studio)).content.decode()


@pytest.mark.clause("yuzhong-10-6-b")
def test_the_archive_is_packed_with_the_parts_the_text_lists(as_user: SignIn) -> None:
    studio = old_studio("yuzhong")
    user = member_of(studio)
    registers.save_row(studio, "members", by=user, name="张示例", joined_on=ON)
    event = records.write(studio, "report", "major", category="重大活动", by=user, on=ON,
                          title="示例活动")  # fmt: skip
    keeping.keep(
        studio, Holder.RECORDS, paper("现场.pdf"), row=event.public_id, title="照片", by=user
    )
    registers.add_file(studio, "summaries", "总结", paper("总结.pdf"), by=user)
    registers.add_file(studio, "summaries", "又一份", paper("总结.pdf"), by=user)
    answer = as_user(user).post(url("dossier_zip", studio))
    job = Job.objects.get()
    assert answer["Location"] == reverse("common:job", args=[job.pk])
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == "done"
    with job.file.open("rb") as stream, zipfile.ZipFile(io.BytesIO(stream.read())) as archive:
        names = archive.namelist()
    assert names == [
        "档案目录.xlsx", "02_批文/命名决定.xlsx", "03_成员信息/成员.xlsx",
        "04_重大活动记录/活动和业绩.xlsx", "04_重大活动记录/重大事项报告.xlsx",
        "04_重大活动记录/照片_现场.pdf", "06_工作总结/总结.pdf", "06_工作总结/总结_2.pdf",
    ]  # fmt: skip


def test_a_later_unit_gets_no_sheet_with_numbers_of_the_people_before(as_user: SignIn) -> None:
    studio = named_studio("yuzhong", dt.date(2026, 3, 10))
    first = studio.founding_application
    assert first is not None
    assert first.created_by is not None
    later = make_user("later@example.com")
    unit = make_enterprise("示例接续单位")
    make_member(later, unit)
    studio.hosts.create(enterprise=unit, name=unit.name, since=dt.date(2026, 6, 1))
    names = {}
    for user in (first.created_by, later):
        as_user(user).post(url("dossier_zip", studio))
        job = Job.objects.get(owner=user)
        jobs.run(job.pk)
        job.refresh_from_db()
        with job.file.open("rb") as stream, zipfile.ZipFile(io.BytesIO(stream.read())) as archive:
            names[user] = [name for name in archive.namelist() if name.startswith("01_")]
    assert [name.rpartition("/")[2] for name in names[first.created_by]] == ["申报表.pdf"]
    assert [name.rpartition("/")[2] for name in names[later]] == ["说明.txt"]


def test_nobody_gets_an_archive_of_a_studio_he_can_no_longer_see(as_user: SignIn) -> None:
    studio = old_studio("yuzhong")
    user = member_of(studio)
    as_user(user).post(url("dossier_zip", studio))
    user.memberships.all().delete()
    job = Job.objects.get()
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "您已不能查看这个工作室，任务终止。")
    stranger = as_user(make_user("stranger@example.com"))
    assert stranger.post(url("dossier_zip", studio)).status_code == 404
