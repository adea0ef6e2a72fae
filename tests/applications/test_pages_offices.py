"""The window, received paper, the administrators' list, exports, the list of names above."""

import io
import zipfile
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from applications.models import Application, Event, NamedAbove
from jurisdictions.domain.offices import appoint, make_administrator
from jurisdictions.models import Jurisdiction, Office, Round
from portal.accounts.models import Enterprise, User
from portal.common import jobs
from portal.common.doors import revoke
from portal.common.models import Job
from portal.common.models.sealed import RevealLog
from tests.applications.factories import call, publish_city, staff, submit
from tests.applications.pages import CITY, at, begun, quickly_filled
from tests.factories import PASSWORD, make_member, make_uscc, make_user

pytestmark = pytest.mark.django_db
FORMULA = '=HYPERLINK("http://example.org","点我")'


@pytest.fixture
def round_() -> Round:
    ruleset = publish_city(CITY)
    staff(ruleset)
    return call(ruleset)


@pytest.fixture
def place(round_: Round) -> Jurisdiction:
    return round_.jurisdiction


@pytest.fixture
def clerk(place: Jurisdiction, settings: Any) -> User:
    settings.STAFF_MFA_REQUIRED = False
    user = make_user("clerk@example.gov.cn", name="窗口员", staff=True)
    appoint(
        user,
        Office.objects.filter(jurisdiction=place).first(),
        "handler",
        by=None,
        reason="分工安排",
    )
    return user


@pytest.fixture
def admin(place: Jurisdiction, settings: Any) -> User:
    settings.STAFF_MFA_REQUIRED = False
    user = make_user("admin@example.gov.cn", name="管理员", staff=True)
    make_administrator(user, place, by=None)
    return user


@pytest.fixture
def other_admin(db: None, settings: Any) -> User:
    settings.STAFF_MFA_REQUIRED = False
    user = make_user("other@example.gov.cn", name="外地管理员", staff=True)
    make_administrator(user, publish_city("yuzhong").jurisdiction, by=None)
    return user


def stale(client: Any) -> Any:
    """Five minutes have passed since the password was typed."""
    session = client.session
    session["account_authentication_methods"][-1]["at"] -= 301
    session.save()
    return client


def fresh(client: Any) -> Any:
    """Type the password again."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


# --- the window -------------------------------------------------------------------------------
def test_the_window_starts_a_filing_for_a_new_unit(
    as_user: Any, clerk: User, round_: Round
) -> None:
    client = as_user(clerk)
    address = f"/apply/window/{round_.public_id}/"
    office = clerk.posts.get().office
    code = make_uscc("91500103MA7777777")
    data = {"office": office.pk, "uscc": code.lower(), "name": "窗口示例有限公司"}
    answer = client.post(address, data)
    assert answer.status_code == 302
    application = Application.objects.get()
    assert application.enterprise == Enterprise.objects.get(uscc=code)
    assert application.entered_by_office == office
    assert client.get(at("tasks", application)).status_code == 200
    saved = client.post(
        at("autosave", application, "leader"), {"leader.name": "示例", "version": "0"}
    )
    assert saved.status_code == 200


def test_the_window_finds_a_registered_unit_whose_members_see_the_filing(
    as_user: Any, clerk: User, alice: User, enterprise: Enterprise, round_: Round
) -> None:
    office = clerk.posts.get().office
    data = {"office": office.pk, "uscc": enterprise.uscc, "name": "另一写法"}
    as_user(clerk).post(f"/apply/window/{round_.public_id}/", data)
    application = Application.objects.get()
    assert application.enterprise.name == enterprise.name
    assert as_user(alice).get(at("tasks", application)).status_code == 200


def test_the_window_leads_to_the_register_of_paper_once_a_filing_is_handed_in(
    as_user: Any, clerk: User, alice: User, round_: Round
) -> None:
    client, listed = as_user(clerk), f"/apply/window/{round_.public_id}/"
    application = quickly_filled(alice, round_)
    Application.objects.update(entered_by_office=clerk.posts.get().office)
    paper = at("paper", application)
    assert paper not in client.get(listed).content.decode()
    submit(Application.objects.get())
    assert paper in client.get(listed).content.decode()
    assert paper in client.get(at("timeline", application)).content.decode()
    assert client.get(paper).status_code == 200
    # The unit reads what was registered in the record; registering is the office's.
    assert paper not in as_user(alice).get(at("timeline", application)).content.decode()
    data = {"received_on": timezone.localdate().isoformat(), "copies": 9, "received_by": "窗口员"}
    assert client.post(paper, data).status_code == 302
    assert "已登记" in client.get(listed).content.decode()


def test_what_the_window_types_is_saved_by_itself_and_only_for_the_window(
    as_user: Any, clerk: User, enterprise: Enterprise, round_: Round
) -> None:
    data = {"office": clerk.posts.get().office.pk, "uscc": enterprise.uscc, "name": "示例"}
    as_user(clerk).post(f"/apply/window/{round_.public_id}/", data)
    address = at("autosave", Application.objects.get(), "leader")
    other = Office.objects.create(jurisdiction=round_.jurisdiction, code="y", name="其他窗口")
    stranger = make_user("other.window@example.gov.cn", staff=True)
    appoint(stranger, other, "handler", by=None, reason="分工安排")
    typed = {"version": "0", "leader.name": "示例甲"}
    assert as_user(stranger).post(address, typed).status_code == 404
    assert as_user(clerk).post(address, typed).json()["version"] == 1


def test_nobody_else_finds_the_window(
    as_user: Any, alice: User, other_admin: User, round_: Round
) -> None:
    for user in (alice, other_admin):
        assert as_user(user).get(f"/apply/window/{round_.public_id}/").status_code == 404


def test_a_wrong_code_is_named_and_nothing_is_made(
    as_user: Any, clerk: User, round_: Round
) -> None:
    office = clerk.posts.get().office
    data = {"office": office.pk, "uscc": "91500103MA7777777X", "name": "窗口示例有限公司"}
    answer = as_user(clerk).post(f"/apply/window/{round_.public_id}/", data)
    assert answer.status_code == 422
    assert "窗口示例有限公司" in answer.content.decode()
    assert Application.objects.count() == 0


@pytest.mark.parametrize("who", ["window", "holder", "administrator", "another office", "foreign"])
def test_received_paper_is_for_those_who_have_the_filing(
    as_user: Any, clerk: User, admin: User, other_admin: User, alice: User, round_: Round, who: str
) -> None:
    application = quickly_filled(alice, round_)
    submit(application)
    holder = application.case.office
    entered = Office.objects.create(jurisdiction=holder.jurisdiction, code="w", name="代录窗口")
    Application.objects.filter(pk=application.pk).update(entered_by_office=entered)
    idle = Office.objects.create(jurisdiction=holder.jurisdiction, code="x", name="其他机构")
    person = {"administrator": admin, "foreign": other_admin}.get(who)
    if person is None:
        office = {"window": entered, "holder": holder, "another office": idle}[who]
        person = make_user("paper@example.gov.cn", staff=True)
        appoint(person, office, "handler", by=admin, reason="分工安排")
    got = as_user(person).get(at("paper", application))
    opens = who in ("window", "holder", "administrator")
    assert got.status_code == (200 if opens else 404)
    if opens:
        assert got.context["office"] == (entered if who == "window" else holder)


def test_received_paper_is_written_down_and_told_to_the_unit(
    as_user: Any, clerk: User, alice: User, round_: Round
) -> None:
    application = quickly_filled(alice, round_)
    client = as_user(clerk)
    assert client.get(at("paper", application)).status_code == 404
    submit(application)
    appoint(clerk, application.case.office, "handler", by=None, reason="分工安排")
    today = timezone.localdate()
    data = {"received_on": f"{today:%Y-%m-%d}", "copies": "3", "received_by": "窗口员"}
    assert client.post(at("paper", application), data).status_code == 302
    application.refresh_from_db()
    assert (application.paper_received_on, application.paper_copies) == (today, 3)
    assert "纸质材料 3 份" in as_user(alice).get(at("timeline", application)).content.decode()
    late = client.post(at("paper", application), {**data, "received_on": "2999-01-01"})
    assert late.status_code == 422
    assert as_user(alice).get(at("paper", application)).status_code == 404


# --- the administrators' list -----------------------------------------------------------------
def test_the_list_shows_ones_own_jurisdiction_only(
    as_user: Any, admin: User, other_admin: User, alice: User, round_: Round
) -> None:
    application = quickly_filled(alice, round_)
    begun(alice, round_)
    submit(application)
    page = as_user(admin).get("/manage/applications/")
    assert [row["id"] for row in page.context["rows"]] == [application.public_id]
    assert as_user(other_admin).get("/manage/applications/").context["rows"] == []
    assert as_user(alice).get("/manage/applications/").status_code == 404


def test_filters_narrow_the_list(as_user: Any, admin: User, alice: User, round_: Round) -> None:
    submit(quickly_filled(alice, round_))
    client = as_user(admin)

    def found(query: str) -> int:
        return len(client.get(f"/manage/applications/?{query}").context["rows"])

    assert found("q=张建疆 焊工") == 1
    assert found("q=王") == 0
    assert found(f"round={round_.pk}&status=submitted&district=沙依巴克区") == 1
    assert found("status=decided") == 0
    assert found("district=不存在") == 1


def test_the_list_takes_the_same_queries_for_many(
    as_user: Any, admin: User, alice: User, round_: Round
) -> None:
    submit(quickly_filled(alice, round_))
    client = as_user(admin)
    client.get("/manage/applications/")
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get("/manage/applications/")
    for number in range(5):
        user = make_user(f"more{number}@example.com")
        make_member(user, Enterprise.objects.create(
            name=f"示例{number}", uscc=make_uscc(f"91500103MA55555{number:02d}")))  # fmt: skip
        application = begun(user, round_)
        Application.objects.filter(pk=application.pk).update(
            status="submitted", number=f"T-{number}", submitted_at="2026-01-01T00:00:00Z"
        )
    with CaptureQueriesContext(connection) as six:
        page = client.get("/manage/applications/")
    assert len(page.context["rows"]) == 6
    assert len(six) == len(one)


def test_the_workbook_holds_text_where_people_typed_formulas(
    as_user: Any, admin: User, alice: User, round_: Round
) -> None:
    application = quickly_filled(alice, round_)
    row = application.sections.get(section="achievements")
    row.answers["leader.achievements"] = FORMULA
    row.save()
    submit(application)
    Application.objects.update(studio_name=FORMULA)
    answer = fresh(as_user(admin)).get("/manage/applications/export.xlsx")
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    typed = [cell for cell in cells if cell.value == FORMULA]
    assert len(typed) == 2
    assert {cell.data_type for cell in typed} == {"s"}
    text = str([cell.value for cell in cells])
    assert "650102********3117" in text
    assert "650102197510203117" not in text
    assert Event.objects.filter(kind="export", application=None).count() == 1


def test_exports_want_the_password_again(as_user: Any, admin: User) -> None:
    client = stale(as_user(admin))
    for address in ("/manage/applications/export.xlsx", "/manage/applications/sheets/"):
        answer = client.get(address)
        assert answer.status_code == 302
        assert "reauthenticate" in answer["Location"]


def test_one_sheet_prints_the_numbers_and_leaves_a_trace(
    as_user: Any, admin: User, other_admin: User, alice: User, round_: Round
) -> None:
    application = quickly_filled(alice, round_)
    submit(application)
    address = f"/manage/applications/{application.public_id}/form.pdf"
    answer = as_user(admin).get(address)
    assert b"".join(answer.streaming_content)[:5] == b"%PDF-"
    assert Event.objects.filter(kind="sheet_opened", application=application).count() == 1
    assert RevealLog.objects.filter(purpose="print").exists()
    assert as_user(other_admin).get(address).status_code == 404
    assert as_user(alice).get(address).status_code == 404


def test_the_archive_holds_every_sheet_of_the_list(
    as_user: Any, admin: User, alice: User, round_: Round, django_capture_on_commit_callbacks: Any
) -> None:
    application = quickly_filled(alice, round_)
    submit(application)
    client = fresh(as_user(admin))
    page = client.get("/manage/applications/sheets/?q=张建疆")
    assert page.context["facts"][1]["value"] == "1 份"
    data = {entry["name"]: entry["value"] for entry in page.context["hidden"]}
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/manage/applications/sheets/", data)
    job = Job.objects.get()
    assert answer["Location"] == f"/jobs/{job.pk}/"
    assert (job.state, job.done, job.total) == ("done", 1, 1)
    application.refresh_from_db()
    with job.file.open("rb") as content:
        names = zipfile.ZipFile(content).namelist()
    assert names == [f"{application.number}_{application.unit_name}.pdf"]


def test_an_archive_dies_with_the_grant(
    as_user: Any, admin: User, alice: User, round_: Round
) -> None:
    submit(quickly_filled(alice, round_))
    fresh(client := as_user(admin)).post("/manage/applications/sheets/", {})
    job = Job.objects.get()
    revoke(admin, "administer", round_.jurisdiction)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == "failed"
    assert "不再管理本地区" in job.error
    assert not job.file
    assert client.get(f"/jobs/{job.pk}/").status_code == 200


# --- the list of higher-level names -----------------------------------------------------------
def test_the_list_of_names_is_kept_by_the_administrator(
    as_user: Any, admin: User, other_admin: User, place: Jurisdiction
) -> None:
    client = as_user(admin)
    data = {"level": "national", "studio_name": "示例工作室", "leader_name": "示例张建疆",
            "id_number": "650102197510203117"}  # fmt: skip
    address = f"/manage/named-above/new/{place.code}/"
    assert client.post(address, {**data, "id_number": ""}).status_code == 422
    assert client.post(address, data).status_code == 302
    line = NamedAbove.objects.get()
    page = client.get("/manage/named-above/").content.decode()
    assert "650102********3117" in page
    assert "650102197510203117" not in page
    edit = f"/manage/named-above/{line.public_id}/"
    assert as_user(other_admin).get(edit).status_code == 404
    assert as_user(other_admin).get(address).status_code == 404
    assert client.post(edit, {**data, "id_number": "", "studio_name": "改名"}).status_code == 302
    line.refresh_from_db()
    assert (line.studio_name, line.id_number["shown"]) == ("改名", "650102********3117")
    assert client.post(f"{edit}remove/", {"reason": "名单有误"}).status_code == 302
    assert client.get("/manage/named-above/").context["rows"] == []
