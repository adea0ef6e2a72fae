"""The pages of passages in a real browser: a phone on the spot, a connection that breaks."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from portal.common import doors
from reviews.domain import sittings, visiting
from reviews.models import AgendaItem, Consultation, FieldNote, Judgement, StageRun
from tests.browser import PHONE, Watcher, assert_accessible, assert_accessible_at_both_widths
from tests.factories import make_user
from tests.portal.test_browser import sign_in
from tests.reviews import factories as make
from tests.reviews.standing import case_at, handler, list_at, soon
from tests.reviews.test_consulting import sent
from tests.reviews.test_voting import called, members, voting

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


@pytest.fixture
def visited() -> tuple[make.City, StageRun, AgendaItem]:
    """A visit under way with two people of the team."""
    city = make.make_city("urumqi")
    run = case_at(city, make.submitted(city), "visit")
    team = [make_user(f"visitor{n}@example.gov.cn", name=f"考察{n}号", staff=True) for n in (1, 2)]
    sitting = visiting.appoint(
        run, by=handler(city, run), people=[sittings.Person(u.name, "", u) for u in team],
        appointments={run.case.pk: visiting.Appointment(soon(), "一号车间")},
    )  # fmt: skip
    return city, run, sittings.open_agenda(sitting)[0]


def checklist(run: StageRun, row: AgendaItem) -> str:
    return reverse("reviews:run-visit-item", args=[run.public_id, row.public_id])


def photo_file(folder: Path) -> Path:
    target = folder / "车间.jpg"
    target.write_bytes(make.photo().read())
    return target


def breaker(page: Page) -> Callable[[bool], None]:
    """A switch for the connection: while it is off every send of this page fails."""
    state = {"off": False}

    def pass_or_abort(route: Route) -> None:
        if state["off"] and route.request.method == "POST":
            route.abort("internetdisconnected")
        else:
            route.fallback()

    page.route("**/*", pass_or_abort)

    def switch(off: bool) -> None:
        state["off"] = off

    return switch


def test_the_checklist_is_clean_on_a_phone_and_saves_by_itself(
    page: Page, visited: tuple[make.City, StageRun, AgendaItem], tmp_path: Path
) -> None:
    _, run, row = visited
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a plain mapping
    sign_in(page, "visitor1@example.gov.cn")
    page.goto(checklist(run, row))
    assert_accessible(page)
    group = page.get_by_role("group", name="工作团队在岗")
    group.get_by_text("不符合", exact=True).click()
    group.get_by_label("看到的情况").fill("两人外出")
    page.get_by_role("textbox", name="我的现场记录").fill("车间整洁，设备齐全。")
    expect(page.locator("[data-save-state]")).to_contain_text("已保存")
    page.get_by_label("拍照或选择照片").set_input_files(photo_file(tmp_path))
    expect(page.locator("[data-photo-state]")).to_have_text("照片已全部上传")
    expect(page.get_by_role("link", name="车间.jpg")).to_be_visible()
    assert FieldNote.objects.get(agenda=row).text == "车间整洁，设备齐全。"
    said = Judgement.objects.get(run=run)
    assert (said.point, said.verdict, said.reason) == ("v_team", "no", "两人外出")
    assert_accessible(page)


def test_what_is_written_while_the_connection_is_lost_arrives_afterwards(
    page: Page,
    watcher: Watcher,
    visited: tuple[make.City, StageRun, AgendaItem],
    tmp_path: Path,
) -> None:
    _, run, row = visited
    watcher.allow("net::ERR_INTERNET_DISCONNECTED")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a plain mapping
    sign_in(page, "visitor1@example.gov.cn")
    page.goto(checklist(run, row))
    cut = breaker(page)
    cut(off=True)
    page.get_by_role("textbox", name="我的现场记录").fill("没有信号时写下的话")
    page.get_by_label("拍照或选择照片").set_input_files(photo_file(tmp_path))
    expect(page.locator("[data-save-state]")).to_contain_text("没有网络，内容保留在本页")
    expect(page.locator("[data-photo-state]")).to_contain_text("1 张照片保留在本页")
    assert FieldNote.objects.count() == 0
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "没有信号" not in kept
    assert page.evaluate("localStorage.length") == 0
    cut(off=False)
    expect(page.locator("[data-save-state]")).to_contain_text("已保存")
    expect(page.locator("[data-photo-state]")).to_have_text("照片已全部上传")
    assert FieldNote.objects.get(agenda=row).text == "没有信号时写下的话"
    assert len(visiting.photos_of(row)) == 1


def test_a_point_that_another_judged_is_shown_and_nothing_typed_is_lost(
    page: Page, watcher: Watcher, visited: tuple[make.City, StageRun, AgendaItem]
) -> None:
    city, run, row = visited
    watcher.allow("409")
    sign_in(page, "visitor1@example.gov.cn")
    page.goto(checklist(run, row))
    visiting.judge(row, {"v_team": visiting.Said("yes")}, by=handler(city, run))
    group = page.get_by_role("group", name="工作团队在岗")
    group.get_by_text("不符合", exact=True).click()
    group.get_by_label("看到的情况").fill("两人外出")
    expect(page.locator("[data-save-state]")).to_contain_text("您的判断没有写入，请核对")
    expect(group.get_by_label("看到的情况")).to_have_value("两人外出")


def test_the_pages_of_a_vote_are_clean(page: Page) -> None:
    city = make.make_city("urumqi")
    run = list_at(city, [make.submitted(city)], "vote")
    users = members(3)
    sign_in(page, handler(city, run).email)
    address = reverse("reviews:run", args=[run.public_id])
    page.goto(address)
    assert_accessible_at_both_widths(page)
    sitting = called(city, run, users)
    page.goto(address)
    assert_accessible_at_both_widths(page)
    for user in users:
        voting.check_in(sitting, by=user)
    voting.open_ballot(sitting, by=handler(city, run))
    page.goto(address)
    assert_accessible_at_both_widths(page)
    page.context.clear_cookies()
    sign_in(page, users[0].email)
    for place in (reverse("reviews:meetings"), reverse("reviews:run-ballot", args=[run.public_id])):
        page.goto(place)
        assert_accessible_at_both_widths(page)


def test_the_pages_of_a_consultation_are_clean(page: Page) -> None:
    city = make.make_city("rongchang")
    run = list_at(city, [make.submitted(city)], "consult")
    sign_in(page, handler(city, run).email)
    address = reverse("reviews:run", args=[run.public_id])
    page.goto(address)
    assert_accessible_at_both_widths(page)
    row = sent(city, run)["tax"]
    page.goto(address)
    assert_accessible_at_both_widths(page)
    page.goto(reverse("reviews:run-consultation", args=[run.public_id, row.public_id]))
    assert_accessible_at_both_widths(page)
    user = make_user("tax@example.gov.cn", name="税务回复人", staff=True)
    doors.grant(user, "consult", row.office)
    page.context.clear_cookies()
    sign_in(page, user.email)
    page.goto(reverse("reviews:consult"))
    assert_accessible_at_both_widths(page)
    page.get_by_role("link", name="示例批次名单").click()
    assert_accessible_at_both_widths(page)
    for group in page.get_by_role("group").all():
        group.get_by_label("无异议").check()
    page.get_by_role("button", name="正式回复").click()
    expect(page.get_by_text("已回复。")).to_be_visible()
    assert Consultation.objects.get(pk=row.pk).replied_by == user


def test_the_pages_of_visit_meeting_joint_decision_and_filing_are_clean(page: Page) -> None:
    for code, kind in (
        ("urumqi", "committee"),
        ("ziyang", "joint_decision"),
        ("yuzhong", "filing"),
    ):
        city = make.make_city(code)
        run = list_at(city, [make.submitted(city)], kind)
        page.context.clear_cookies()
        sign_in(page, handler(city, run).email)
        page.goto(reverse("reviews:run", args=[run.public_id]))
        assert_accessible_at_both_widths(page)
        page.goto(reverse("reviews:list", args=[run.listing.public_id]))
        expect(page.get_by_role("link", name="办理本环节")).to_be_visible()
