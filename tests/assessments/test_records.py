"""Reports of events and what offices write down, with files beside them."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.models import Studio
from assessments.domain import keeping, records, registers, reminding
from assessments.domain.handing_in import hand_in
from assessments.models import KeptFile, Obligation, Record
from jurisdictions.domain.offices import relieve
from jurisdictions.models import Jurisdiction, Office
from portal.accounts.models import User
from portal.common.doors import grant
from portal.common.errors import DomainError
from portal.common.models import Notice, OutboxMail
from portal.common.pdf import render_pdf
from tests.assessments.factories import member_of, officer_of, old_studio
from tests.factories import make_user

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 5, 6)
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def paper(name: str = "照片.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, render_pdf("<p>示例</p>", title="示例").content)


def test_what_lies_ahead_is_not_written_down_and_nothing_twice() -> None:
    studio = old_studio("yuzhong")
    user, today = member_of(studio), timezone.localdate()
    given = {"category": "重大成果", "title": "示例成果", "text": "已通过鉴定。"}

    def report(on: dt.date) -> Record:
        return records.write(studio, "report", "major", by=user, on=on, **given)

    with pytest.raises(DomainError, match="日期不得晚于今天"):
        report(today + dt.timedelta(days=1))
    report(today)
    with pytest.raises(DomainError, match="完全相同的一条，没有重复登记"):
        report(today)
    assert Record.objects.count() == 1


def url(name: str, studio: Studio, *keys: object) -> str:
    return reverse(f"assessments:{name}", args=[studio.public_id, *keys])


@pytest.mark.clause("yuzhong-10-7")
def test_a_unit_reports_an_event_of_a_kind_the_text_names() -> None:
    studio = old_studio("yuzhong")
    user = member_of(studio)
    given = {"by": user, "title": "示例成果", "on": ON}
    with pytest.raises(DomainError, match="选择类别"):
        records.write(studio, "report", "major", category="其他", **given)
    officer = officer_of(studio.jurisdiction, role="bureau")
    row = records.write(studio, "report", "major", category="重大成果", **given)
    told = Notice.objects.filter(user=officer).values_list("kind", "title", "text")
    assert list(told) == [("report_filed", f"{studio}：重大活动和重大成果报告", "示例成果")]
    assert (row.office, row.kind) == (None, "report")
    with pytest.raises(DomainError, match="没有规定"):
        records.write(studio, "report", "minor", **given)
    with pytest.raises(DomainError, match="不得早于命名日期"):
        records.write(studio, "report", "major", category="重大成果", by=user, title="早",
                      on=dt.date(2024, 3, 9))  # fmt: skip


@pytest.mark.clause("yuzhong-9-4")
def test_an_office_asks_for_mending_by_a_day_and_the_unit_is_told() -> None:
    studio = old_studio("yuzhong")
    member, officer = member_of(studio), officer_of(studio.jurisdiction, role="bureau")
    office = Office.objects.get(posts__user=officer)
    given = {"by": officer, "office": office, "title": "台账不全", "on": ON}
    with pytest.raises(DomainError, match="不得早于登记的日期"):
        records.write(studio, "record", "inspections", mend_by=dt.date(2026, 5, 5), **given)
    row = records.write(studio, "record", "inspections", mend_by=dt.date(2026, 6, 6), **given)
    due = Obligation.objects.get(studio=studio, kind="finding")
    assert (row.due, due.due_on, due.title) == (due, dt.date(2026, 6, 6), "整改：台账不全")
    assert OutboxMail.objects.filter(to=member.email).count() == 1
    told = Notice.objects.filter(user=member).values_list("title", flat=True)
    assert list(told) == [f"请于2026年6月6日前整改：{studio.name}"]
    for _ in range(2):
        reminding.remind_all(dt.date(2026, 6, 8))
    assert OutboxMail.objects.filter(subject__contains="已逾期").count() == 1
    assert hand_in(due, by=member, on=dt.date(2026, 6, 6), text="已补齐").done_on is not None
    with pytest.raises(DomainError, match="不能提出整改"):
        records.write(studio, "record", "benefits", category="体检", mend_by=ON, **given)
    with pytest.raises(DomainError, match="主管部门登记"):
        records.write(studio, "record", "inspections", by=member, title="自查", on=ON)


def test_who_writes_what_on_the_pages(as_user: SignIn) -> None:
    studio = old_studio("yuzhong")
    unit = as_user(member_of(studio))
    officer = as_user(officer_of(studio.jurisdiction, role="bureau"))
    said = {"title": "年度检查", "on": "2026-05-06", "text": "正常"}
    inspect = url("record_new", studio, "record", "inspections")
    assert unit.get(inspect).status_code == 403
    assert officer.post(inspect, {"on": "2026-05-06"}).status_code == 422
    assert officer.post(inspect, said).status_code == 302
    row = Record.objects.get()
    assert "年度检查" in unit.get(url("records", studio)).content.decode()
    page = officer.get(url("record", studio, row.public_id)).content.decode()
    assert "存入文件" in page
    report = url("record_new", studio, "report", "major")
    assert officer.get(report).status_code == 403
    assert "重大活动" in unit.get(report).content.decode()
    event = {**said, "title": "成果鉴定", "category": "重大成果"}
    assert unit.post(report, event).status_code == 302
    desk = officer.get(reverse("assessments:desk") + "?view=reports").content.decode()
    assert "成果鉴定" in desk
    stranger = as_user(make_user("stranger@example.com"))
    assert stranger.get(url("records", studio)).status_code == 404


def test_nothing_is_written_down_of_a_studio_that_has_ended(as_user: SignIn) -> None:
    studio = old_studio("yuzhong")
    bureau = officer_of(studio.jurisdiction, role="bureau")
    officer, unit = as_user(bureau), as_user(member_of(studio))
    inspect, listed = url("record_new", studio, "record", "inspections"), url("records", studio)
    assert inspect in officer.get(listed).content.decode()
    # The page is open while the studio ends.
    held = Studio.objects.get(pk=studio.pk)
    Studio.objects.filter(pk=studio.pk).update(status="ended", ended_on=ON)
    said = {"title": "年度检查", "on": "2026-05-06", "text": "正常"}
    for answer in (officer.get(inspect), officer.post(inspect, said)):
        assert answer.status_code == 403
        assert "工作室已于2026-05-06终止，不能再登记检查、指导等记录。" in answer.content.decode()
    assert unit.get(url("record_new", studio, "report", "major")).status_code == 403
    for client in (officer, unit):
        page = client.get(listed)
        assert (page.status_code, page.context["addable"]) == (200, [])
    with pytest.raises(DomainError, match="已于2026-05-06终止"):
        records.write(held, "record", "inspections", by=bureau, title="年度检查", on=ON,
                      office=Office.objects.get(posts__user=bureau))  # fmt: skip
    assert Record.objects.count() == 0


def test_files_lie_beside_an_activity_until_they_are_taken_out(as_user: SignIn) -> None:
    studio = old_studio("yuzhong")
    user = member_of(studio)
    row: Any = registers.save_row(
        studio, "activities", by=user, category="contests", title="示例竞赛", on=ON
    )
    client, where = as_user(user), url("kept_files", studio, "activities", row.public_id)
    assert client.post(where, {"title": "现场"}).status_code == 422
    assert client.post(where, {"title": "现场", "upload": paper()}).status_code == 302
    file = KeptFile.objects.get()
    sent = client.get(url("kept_file", studio, file.public_id))
    assert b"".join(sent)[:5] == b"%PDF-"
    assert "文件 1" in client.get(url("register", studio, "activities")).content.decode()
    officer = as_user(officer_of(studio.jurisdiction))
    gone = url("kept_file_remove", studio, file.public_id)
    assert officer.get(where).status_code == 200
    assert officer.post(where, {"title": "x", "upload": paper()}).status_code == 403
    assert officer.post(gone).status_code == 403
    assert client.post(gone).status_code == 302
    assert client.get(url("kept_file", studio, file.public_id)).status_code == 404
    assert client.get(url("kept_files", studio, "members", row.public_id)).status_code == 404


def test_a_row_takes_so_many_files_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    studio = old_studio("yuzhong")
    user = member_of(studio)
    monkeypatch.setattr(keeping, "MOST", 1)
    keeping.keep(studio, "ledger", paper(), by=user, title="示例", part="audit")
    with pytest.raises(DomainError, match="最多存 1 个"):
        keeping.keep(studio, "ledger", paper(), by=user, title="示例", part="audit")


def test_the_same_photo_is_kept_once_beside_a_row() -> None:
    studio = old_studio("yuzhong")
    user = member_of(studio)
    sent = paper().read()

    def keep(part: str) -> KeptFile:
        upload = SimpleUploadedFile("照片.pdf", sent)
        return keeping.keep(studio, "ledger", upload, by=user, title="", part=part)

    first = keep("audit")
    with pytest.raises(DomainError, match="已经存入，没有重复存入"):
        keep("audit")
    keep("self_evaluation")
    keeping.remove(first, by=user)
    assert keep("audit").sha256 == first.sha256


@pytest.mark.clause("ziyang-9-3-a")
def test_a_public_commendation_shows_on_the_check_page(client: Client) -> None:
    studio = old_studio("ziyang")
    officer = officer_of(studio.jurisdiction, role="city_bureau")
    office = Office.objects.get(posts__user=officer)
    for item, title in (("commendation", "通报表扬示例"), ("supervision", "内部检查示例")):
        records.write(studio, "record", item, by=officer, office=office, title=title, on=ON)
    page = client.get(reverse("assessments:verify", args=[studio.number])).content.decode()
    assert ("通报表扬示例" in page, "内部检查示例" in page) == (True, False)


def test_a_public_commendation_names_nobodys_number() -> None:
    studio = old_studio("ziyang")
    officer = officer_of(studio.jurisdiction, role="city_bureau")
    office = Office.objects.get(posts__user=officer)
    said: dict[str, Any] = {"by": officer, "office": office, "on": ON, "title": "示例"}
    with pytest.raises(DomainError, match="通报表扬的内容含有疑似") as refused:
        records.write(studio, "record", "commendation", text="电话 13800000009", **said)
    assert (refused.value.field, Record.objects.count()) == ("text", 0)
    # What only the office reads may say how somebody is reached.
    records.write(studio, "record", "supervision", text="电话 13800000009", **said)


def test_files_of_an_offices_record_are_changed_by_its_writer_alone_and_in_office(
    as_user: SignIn,
) -> None:
    studio = old_studio("yuzhong")
    officer, handler = officer_of(studio.jurisdiction, role="bureau"), member_of(studio)
    office = Office.objects.get(posts__user=officer)
    row = records.write(studio, "record", "inspections", by=officer, office=office,
                        title="年度检查", on=ON)  # fmt: skip
    writer, unit = as_user(officer), as_user(handler)
    where = url("kept_files", studio, "records", row.public_id)
    assert writer.post(where, {"title": "现场", "upload": paper()}).status_code == 302
    file = KeptFile.objects.get()
    gone = url("kept_file_remove", studio, file.public_id)
    assert unit.get(where).status_code == 200
    assert unit.post(where, {"title": "x", "upload": paper()}).status_code == 403
    assert unit.post(gone).status_code == 403
    # He leaves his post and only reads from now on.
    relieve(officer.posts.get(), by=None, reason="调离岗位")
    grant(officer, "oversee", Jurisdiction.objects.get(pk=studio.jurisdiction_id))
    assert writer.get(where).status_code == 200
    assert "存入文件" not in writer.get(url("record", studio, row.public_id)).content.decode()
    assert writer.post(where, {"title": "x", "upload": paper()}).status_code == 403
    assert writer.post(gone).status_code == 403
    assert KeptFile.objects.get().removed_at is None
