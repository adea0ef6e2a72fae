"""Ending a studio on a ground: inquiry, hearing of the unit, decision, and what follows."""

import datetime as dt
from contextlib import nullcontext
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from applications.domain import procedures, statements
from applications.models import Application, EffectRun, Statement, Studio
from applications.queries import procedures_of, visible_to_unit
from assessments.models import Clawback, GrantDue, Obligation
from assessments.queries import life
from jurisdictions.engine.dates import add_years
from jurisdictions.engine.derived.revocation import REQUEST, REVOKE
from portal.accounts.models import User
from portal.common.errors import DomainError
from portal.common.models import OutboxMail
from portal.common.templatetags.portal_ui import cn_date
from reviews.domain import decision
from reviews.domain.work import open_work
from reviews.models import Letter
from tests.applications.studios import complete, hand_in, named
from tests.applications.test_changing import owner
from tests.reviews import factories as make
from tests.reviews.test_amending import amended
from tests.reviews.test_life import as_, case_of, fresh, issue, list_of, pass_check, today

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


GROUND = {
    "urumqi": "违规挪用资金的",
    "chaoyang": "出现违规违纪情况的",
    "ziyang": "弄虚作假、骗取建设项目资金的",
}


def inquiry(city: make.City, studio: Studio, role: str) -> tuple[Application, User]:
    """A revocation begun by an office and handed to the inquiry."""
    office = city.office(role)
    clerk = city.person(office)
    case = procedures.open_on_studio(
        studio, REVOKE, by=clerk, office=office, answers={"revoke.grounds": [GROUND[city.code]]}
    )
    complete(case, {"revoke.facts": "查明的事实和证据。"}, by=clerk)
    hand_in(case, by=clerk)
    return case, clerk


def heard(city: make.City, case: Application, clerk: User, text: str = "不同意。") -> None:
    """The unit is told, answers, and the hearing passes."""
    run = make.run_of(case_of(case))
    due = today() + dt.timedelta(days=10)
    statements.ask(case, by=clerk, office=run.office, due_on=due)
    statements.give(case, by=case.enterprise.memberships.get().user, text=text)
    make.pass_check(city, make.run_of(case_of(case)))


@pytest.mark.clause(
    "urumqi-20-0", "urumqi-20-0-b", "urumqi-20-0-c", "urumqi-20-0-d", "urumqi-20-3-b"
)
def test_a_studio_is_revoked_after_its_unit_was_heard() -> None:
    city = make.make_city("urumqi")
    studio = named("urumqi", city.round)
    GrantDue.objects.filter(studio=studio).update(paid_on=today(), paid_amount=100000)
    case, clerk = inquiry(city, studio, "city_bureau")
    pass_check(city, case)
    heard(city, case, clerk)
    issue(city, case)
    ended = fresh(studio)
    assert (ended.status, ended.ended_on) == ("ended", today())
    # What would have come after the end is told no more.
    assert ended.term_until is not None
    told = [event.title for event in life.events(ended, for_unit=True)]
    assert (told.count("终止"), told.count("建设期满")) == (1, 0)
    page = as_(clerk).get(reverse("assessments:desk_studio", args=[studio.public_id]))
    asked = [page.context[name] for name in ("duties", "notices", "unattended", "window")]
    assert asked == [[], [], [], ""]
    assert Clawback.objects.get(studio=studio).amount == 100000
    assert Obligation.objects.filter(studio=studio, kind="recall", item="plaque").count() == 1
    run = make.list_run(list_of(case))
    assert (run.kind, run.office) == ("filing", city.office("city_bureau"))
    slip = (today() - dt.timedelta(days=3650)).isoformat()
    with pytest.raises(DomainError, match="命名之日）"):
        amended(city, list_of(case), "decided_on", slip)


@pytest.mark.clause("chaoyang-13-0-a", "chaoyang-13-0-b", "chaoyang-13-1-c")
def test_only_money_of_the_running_cycle_is_claimed_back() -> None:
    city = make.make_city("chaoyang")
    studio = named("chaoyang", city.round)
    founded = today().replace(year=today().year - 3)
    Studio.objects.filter(pk=studio.pk).update(founded_on=founded)
    first = GrantDue.objects.get(studio=studio)
    GrantDue.objects.filter(pk=first.pk).update(paid_on=founded, paid_amount=100000)
    GrantDue.objects.create(
        studio=studio, application=first.application, grant="extra_grant", title="追加资助",
        amount=100000, decided_on=today(), paid_on=today(), paid_amount=60000, extra=True,
    )  # fmt: skip
    case, clerk = inquiry(city, fresh(studio), "district_bureau")
    pass_check(city, case)
    heard(city, case, clerk)
    issue(city, case)
    assert fresh(studio).ended_on == today()
    assert Clawback.objects.get(studio=studio).amount == 60000


def test_nothing_shows_to_the_unit_before_it_is_heard() -> None:
    city = make.make_city("urumqi")
    studio = named("urumqi", city.round)
    user = owner(studio)
    OutboxMail.objects.all().delete()
    case, clerk = inquiry(city, studio, "city_bureau")
    pass_check(city, case)
    client = as_(user)
    page = client.get(reverse("assessments:studio", args=[studio.public_id]))
    assert [row["label"] for row in page.context["procedures"]] == []
    assert case not in visible_to_unit(user)
    assert list(procedures_of(studio, shown=True)) == []
    assert client.get(reverse("applications:timeline", args=[case.public_id])).status_code == 404
    assert "取消技能大师工作室称号" not in client.get(reverse("applications:list")).content.decode()
    assert OutboxMail.objects.exclude(to=clerk.email).count() == 0
    assert mail.outbox == []
    statements.ask(case, by=clerk, office=city.office("city_bureau"),
                   due_on=today() + dt.timedelta(days=5))  # fmt: skip
    assert case in visible_to_unit(user)
    assert client.get(reverse("applications:timeline", args=[case.public_id])).status_code == 200
    page = client.get(reverse("assessments:studio", args=[studio.public_id]))
    assert [(row["label"], row["tag"]) for row in page.context["procedures"]] == [
        ("取消技能大师工作室称号", "待陈述申辩")
    ]
    assert OutboxMail.objects.filter(to=user.email).count() == 1


def test_the_hearing_does_not_pass_before_the_unit_spoke_or_its_day_went_by() -> None:
    city = make.make_city("urumqi")
    studio = named("urumqi", city.round)
    case, clerk = inquiry(city, studio, "city_bureau")
    pass_check(city, case)
    with pytest.raises(DomainError, match="请先告知单位"):
        pass_check(city, case)
    row = statements.ask(case, by=clerk, office=city.office("city_bureau"),
                         due_on=today() + dt.timedelta(days=5))  # fmt: skip
    with pytest.raises(DomainError, match="届满前未收到陈述"):
        pass_check(city, case)
    row.due_on = today() - dt.timedelta(days=1)
    row.save()
    pass_check(city, case)
    assert list_of(case).stage == "decision"


def test_the_day_the_unit_was_told_moves_back_only_and_less_than_a_year() -> None:
    city = make.make_city("urumqi")
    case, clerk = inquiry(city, named("urumqi", city.round), "city_bureau")
    pass_check(city, case)
    page, office = as_(clerk), reverse("reviews:heard", args=[case_of(case).public_id])

    def told(days: int) -> int:
        due = today() + dt.timedelta(days=days)
        return int(page.post(office, {"due_on": due.isoformat()}).status_code)

    assert [told(days) for days in (400, 20, 5, 20, 25)] == [422, 302, 422, 422, 302]
    assert Statement.objects.get(application=case).due_on == today() + dt.timedelta(days=25)
    assert case.events.filter(kind="unit_heard").count() == 2


def test_the_unit_is_called_to_state_its_view_wherever_it_looks() -> None:
    city = make.make_city("urumqi")
    studio = named("urumqi", city.round)
    case, clerk = inquiry(city, studio, "city_bureau")
    pass_check(city, case)
    due = today() + dt.timedelta(days=5)
    statements.ask(case, by=clerk, office=city.office("city_bureau"), due_on=due)
    client = as_(owner(studio))
    address = reverse("applications:statement", args=[case.public_id])
    said = f"请于{cn_date(due)}前陈述申辩"
    line = next(row for row in client.get(reverse("applications:list")).context["urgent"]
                if row["application"] == case)  # fmt: skip
    assert (line["next"], line["action"], line["deadline"]) == (
        said, {"label": "陈述申辩", "url": address}, due)  # fmt: skip
    follow = reverse("applications:timeline", args=[case.public_id])
    assert "暂不需要您操作" not in client.get(follow).content.decode()
    statements.give(case, by=owner(studio), text="不同意。")
    assert "暂不需要您操作" in client.get(follow).content.decode()
    assert client.get(reverse("applications:list")).context["urgent"] == []


def test_the_unit_states_its_view_on_its_page_and_cannot_take_the_case_back() -> None:
    city = make.make_city("urumqi")
    studio = named("urumqi", city.round)
    case, clerk = inquiry(city, studio, "city_bureau")
    pass_check(city, case)
    statements.ask(case, by=clerk, office=city.office("city_bureau"),
                   due_on=today() + dt.timedelta(days=5))  # fmt: skip
    client = as_(owner(studio))
    address = reverse("applications:statement", args=[case.public_id])
    assert client.get(address).status_code == 200
    assert client.post(address, {"text": ""}).status_code == 422
    assert client.post(address, {"text": "与事实不符。"}).status_code == 302
    assert client.get(reverse("reviews:heard", args=[case_of(case).public_id])).status_code == 404
    page = as_(clerk).get(reverse("reviews:heard", args=[case_of(case).public_id]))
    assert page.context["statement"].text == "与事实不符。"
    taken_back = client.post(
        reverse("applications:withdraw", args=[case.public_id]), {"reason": "不办了"}
    )
    case.refresh_from_db()
    assert (taken_back.status_code, case.status) == (409, "submitted")


def test_a_dropped_inquiry_never_shows_and_writes_no_letter() -> None:
    city = make.make_city("urumqi")
    studio = named("urumqi", city.round)
    case, _ = inquiry(city, studio, "city_bureau")
    run = make.run_of(case_of(case))
    make.sign_all(city, run, outcome="refuse", opinion="查无实据。",
                  verdicts={"facts": ("no", "查无实据。")})  # fmt: skip
    case.refresh_from_db()
    assert (case.result, case.shown_to_unit) == ("dropped", False)
    assert fresh(studio).ended_on is None
    assert Letter.objects.filter(case=case_of(case)).count() == 0


def test_a_dropped_inquiry_that_is_amended_to_the_end_of_the_studio_is_shown_and_told() -> None:
    city = make.make_city("urumqi")
    studio = named("urumqi", city.round)
    case, _ = inquiry(city, studio, "city_bureau")
    make.sign_all(city, make.run_of(case_of(case)), outcome="refuse", opinion="查无实据。",
                  verdicts={"facts": ("no", "查无实据。")})  # fmt: skip
    amended(city, case_of(case), "result", "revoked")
    case.refresh_from_db()
    assert (str(fresh(studio).status), case.shown_to_unit) == ("ended", True)
    unit = case.enterprise.memberships.get().user
    assert OutboxMail.objects.filter(key__startswith="amended:", to=unit.email).count() == 1


def test_a_slip_in_the_year_of_a_decision_is_refused() -> None:
    """Payback and ban count from that day: none would be left of a payback of ten years ago."""
    city = make.make_city("urumqi")
    studio = named("urumqi", city.round)
    case, clerk = inquiry(city, studio, "city_bureau")
    pass_check(city, case)
    heard(city, case, clerk)
    run = make.list_run(list_of(case))
    for days, paper, says in (
        (1, False, "的本件建立之日）"),
        (1, True, ""),
        (10, True, "命名之日）"),
    ):
        item = {str(list_of(case).items.get().pk): {"result": "pass"}}
        run.data |= {"document_number": "示人社发〔2026〕9号", "items": item,
                     "decided_on": (today() - dt.timedelta(days=days)).isoformat()}  # fmt: skip
        run.save()
        Studio.objects.filter(pk=studio.pk).update(founded_on=today() - dt.timedelta(days=5))
        work = open_work(run, by=clerk)
        work.paper = paper
        with pytest.raises(DomainError, match=says) if says else nullcontext():
            decision.check_proposal(work)
    with pytest.raises(DomainError, match="请核对年份"):
        issue(city, case, "revoked", on=today() - dt.timedelta(days=365))
    assert fresh(studio).ended_on is None


@pytest.mark.clause("ziyang-9-3-b", "ziyang-9-3-c")
def test_a_step_before_the_end_may_be_ordered_with_a_day() -> None:
    city = make.make_city("ziyang")
    studio = named("ziyang", city.round)
    case, clerk = inquiry(city, studio, "city_bureau")
    pass_check(city, case)
    heard(city, case, clerk)
    with pytest.raises(DomainError, match="请填写期限"):
        issue(city, case, "mending")
    until = today() + dt.timedelta(days=60)
    issue(city, case, "mending", until=until.isoformat())
    case.refresh_from_db()
    assert (case.result, fresh(studio).ended_on) == ("mending", None)
    due = Obligation.objects.get(studio=studio, item="mending")
    assert (due.title, due.due_on) == ("限期整改报告", until)
    listing = list_of(case)
    assert make.list_run(listing).data["phase"] == "announce"
    decision.announce(listing, by=city.person(make.list_run(listing).office), on=today(),
                      where="门户网站", url="https://example.gov.cn/1")  # fmt: skip
    page = as_(clerk).get(reverse("reviews:list", args=[listing.public_id]))
    assert page.context["history"][0]["says"] == (
        f"同意。\n{cn_date(today())}公布于门户网站 https://example.gov.cn/1"
    )


@pytest.mark.clause("urumqi-20-0")
@pytest.mark.parametrize(("extra", "open_"), [(0, True), (1, False)])
def test_the_grounds_hold_to_the_last_day_of_the_window(extra: int, *, open_: bool) -> None:
    city = make.make_city("urumqi")
    studio = named("urumqi", city.round)
    founded = add_years(today(), -4) - dt.timedelta(days=extra)
    Studio.objects.filter(pk=studio.pk).update(founded_on=founded)
    if open_:
        case, _ = inquiry(city, fresh(studio), "city_bureau")
        assert case_of(case).state == "open"
        return
    with pytest.raises(DomainError, match="现已届满"):
        inquiry(city, fresh(studio), "city_bureau")


@pytest.mark.clause("urumqi-20-4", "urumqi-20-0-c")
def test_the_unit_may_ask_for_the_end_itself() -> None:
    city = make.make_city("urumqi")
    studio = named("urumqi", city.round)
    client = as_(owner(studio))
    address = reverse("assessments:change_new", args=[studio.public_id])
    assert client.get(address).context["request_end"]["code"] == REQUEST
    assert client.post(address, {"path": REQUEST}).status_code == 302
    case = Application.objects.get(procedure=REQUEST)
    text = "技能大师工作室申办单位主动申请要求撤销的"
    complete(case, {"revoke.grounds": [text], "revoke.reason": "单位转产。"}, by=owner(studio))
    hand_in(case, by=owner(studio))
    pass_check(city, case)
    issue(city, case)
    assert fresh(studio).ended_on == today()
    kinds = list(EffectRun.objects.filter(application=case).values_list("kind", flat=True))
    assert kinds == ["revoke_studio", "recall_plaque", "clawback", "release_claims"]


def test_an_officer_begins_an_inquiry_from_the_grounds_with_the_records_beside() -> None:
    city = make.make_city("urumqi")
    studio = named("urumqi", city.round)
    clerk = city.person(city.office("city_bureau"))
    address = reverse("assessments:revoke_new", args=[studio.public_id])
    page = as_(clerk).get(address)
    facts = {ground["id"]: ground["fact"] for ground in page.context["grounds"]}
    assert facts["idle"].startswith("自命名（")
    assert facts["misuse"] == "用途待核实的支出 0 笔"
    assert as_(clerk).post(address, {}).status_code == 422
    assert as_(clerk).post(address, {"ground": "misuse"}).status_code == 302
    case = Application.objects.get(procedure=REVOKE)
    assert case.sections.get().answers["revoke.grounds"] == [GROUND["urumqi"]]
    tasks = as_(clerk).get(reverse("applications:tasks", args=[case.public_id]))
    assert tasks.status_code == 200
    # No unit fills this in, and the words say so.
    assert (tasks.context["panel"]["title"], tasks.context["steps"][0]["label"]) == (
        "办理条件核对", "立案填报",
    )  # fmt: skip
    assert f"所在单位 {studio.hosts.get().name}" in tasks.context["header"]["meta"]
    district = city.person(city.office("district_bureau"))
    assert as_(district).post(address, {"ground": "misuse"}).status_code == 403
    assert as_(owner(studio)).get(address).status_code == 404


def test_a_unit_hands_in_a_file_with_its_statement_and_only_the_office_reads_it_too(
    as_user: Any, bob: User
) -> None:
    city = make.make_city("urumqi")
    studio = named("urumqi", city.round)
    case, clerk = inquiry(city, studio, "city_bureau")
    pass_check(city, case)
    due = today() + dt.timedelta(days=10)
    statements.ask(case, by=clerk, office=city.office("city_bureau"), due_on=due)
    address = reverse("applications:statement", args=[case.public_id])
    client = as_user(owner(studio))
    hostile = SimpleUploadedFile("意见.pdf", b"MZ not a paper", "application/pdf")
    refused = client.post(address, {"text": "与事实不符。", "upload": hostile})
    assert (refused.status_code, Statement.objects.get().given_at) == (422, None)
    given = {"text": "与事实不符。", "upload": make.paper_file("书面意见.pdf")}
    assert client.post(address, given).headers["Location"] == address
    row = Statement.objects.get()
    assert (row.file_name, len(row.sha256)) == ("书面意见.pdf", 64)
    theirs = reverse("applications:statement_file", args=[case.public_id])
    office = reverse("reviews:heard-file", args=[case_of(case).public_id])
    assert b"".join(client.get(theirs))[:5] == b"%PDF-"
    assert [as_user(bob).get(url).status_code for url in (theirs, office)] == [404, 404]
    officer = as_user(clerk)
    assert b"".join(officer.get(office))[:5] == b"%PDF-"
    heard_page = officer.get(reverse("reviews:heard", args=[case_of(case).public_id]))
    assert f'<a href="{office}">书面意见.pdf</a>' in heard_page.content.decode()
    assert case.events.get(kind="unit_stated").applicant_text == "已提交陈述申辩，附件 1 份"
