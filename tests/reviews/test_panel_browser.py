"""Panels in a real browser: a tablet for the expert, a desk and a phone for the office."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from reviews.domain import gathering, hearings, seating
from reviews.models import Case, ScoreSheet, Seat
from tests.browser import DESKTOP, PHONE, assert_accessible
from tests.factories import PASSWORD
from tests.portal.test_browser import sign_in
from tests.reviews import factories as make
from tests.reviews import panel_factories as panels

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

TABLET = {"width": 1024, "height": 768}


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def with_password(seat: Seat) -> str:
    """The expert follows his invitation; returns his sign-in name."""
    user = seat.expert.user
    user.set_password(PASSWORD)
    user.save()
    return user.login_name


def test_an_expert_declares_scores_and_signs_on_a_tablet(page: Page) -> None:
    city = make.make_city("urumqi", change=partial(panels.with_scores))
    run = panels.at_panel(city, make.submitted(city))
    people = panels.pool(city, 3)
    seats = seating.appoint(run, people, by=panels.handler(city, run))
    page.set_viewport_size(TABLET)  # type: ignore[arg-type]  # a plain mapping
    sign_in(page, with_password(seats[0]))
    page.goto(reverse("reviews:panel"))
    assert_accessible(page)
    page.get_by_role("link", name="签署声明").click()
    assert_accessible(page)
    page.get_by_label("无利害关系").check()
    page.get_by_role("button", name="签署声明").click()
    assert_accessible(page)
    page.get_by_label("场所得分").fill("35.5")
    page.get_by_label("场所：扣分理由").fill("场地偏小")
    page.get_by_label("制度", exact=True).select_option("是")
    expect(page.locator("[data-save-state]")).to_contain_text("已保存")
    expect(page.locator("[data-server-total]").first).to_have_text("55.5")
    page.get_by_label("技艺得分").fill("40")
    page.get_by_role("button", name="签署").click()
    page.get_by_role("dialog").get_by_role("button", name="签署").click()
    expect(page.get_by_text("已签署并锁定").first).to_be_visible()
    assert str(ScoreSheet.objects.get(seat=seats[0]).total) == "95.5000"
    assert_accessible(page)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a plain mapping
    page.goto(reverse("reviews:panel-seat", args=[seats[0].public_id]))
    assert_accessible(page)


def test_the_pages_of_the_office_are_clean_on_a_desk_and_on_a_phone(page: Page) -> None:
    city = make.make_city("urumqi")
    case = make.submitted(city)
    run = panels.at_panel(city, case)
    panels.pool(city, 6)
    panels.expert(city, 8, employer_uscc=case.application.unit_uscc)
    by = panels.handler(city, run)
    seating.draw(run, 3, by=by)
    for seat in Seat.objects.all():
        panels.opinion(seating.declare(seat, by=seat.expert.user, clear=True))
    sign_in(page, by.login_name)
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]  # a plain mapping
        page.goto(reverse("reviews:run", args=[run.public_id]))
        expect(page.get_by_text("按评审结果拟：通过")).to_be_visible()
        assert_accessible(page)


def test_the_pool_is_clean_on_a_desk_and_on_a_phone(page: Page) -> None:
    city = make.make_city("urumqi")
    person = panels.pool(city, 2)[0]
    sign_in(page, city.admin.login_name)
    addresses = [
        reverse("reviews:experts", args=[city.code]),
        reverse("reviews:expert-new", args=[city.code]),
        reverse("reviews:expert", args=[city.code, person.public_id]),
    ]
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]  # a plain mapping
        for address in addresses:
            page.goto(address)
            assert_accessible(page)


def test_a_hearing_is_timed_by_one_clock_that_pauses_and_outlives_a_reload(page: Page) -> None:
    city = make.make_city("urumqi", change=panels.with_hearing)
    for serial in (1, 2):
        make.pass_check(city, make.run_of(make.another(city, serial)))
    listing = gathering.create_list(city.round, by=city.person(Case.objects.earliest("pk").office))
    run = make.list_run(listing)
    by = panels.handler(city, run)
    hearings.schedule(run, by=by, starts_at=timezone.now() + timedelta(days=1), place="三楼")
    sign_in(page, by.login_name)
    page.goto(reverse("reviews:run", args=[run.public_id]))
    assert_accessible(page)
    page.get_by_role("link", name="打开计时页面").click()
    assert_accessible(page)
    first = page.locator("gj-timer").first
    expect(first.locator("[data-face]")).to_have_text("15:00")
    first.get_by_role("button", name="开始").click()
    expect(first.locator("[data-face]")).to_have_text("14:58")
    first.get_by_role("button", name="暂停").click()
    expect(first.get_by_role("button", name="继续")).to_be_visible()
    first.get_by_role("button", name="重新计时").click()
    first.get_by_role("button", name="开始").click()
    second = page.locator("gj-timer").nth(1)
    second.get_by_role("button", name="开始").click()
    expect(first.get_by_role("status")).to_have_text("已暂停")
    page.reload()
    expect(second.get_by_role("status")).to_have_text("计时中")
    expect(first.get_by_role("status")).to_have_text("已暂停")
