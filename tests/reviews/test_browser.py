"""The pages of officers and the public notice in a real browser, at both widths."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from portal.accounts.models import User
from reviews.models import List
from tests.browser import DESKTOP, assert_accessible_at_both_widths
from tests.portal.test_browser import sign_in
from tests.reviews import factories as make
from tests.reviews.test_kinds import to_list
from tests.reviews.test_publicity import DRAFT

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def as_officer(page: Page, user: User) -> None:
    sign_in(page, user.email or "")


def test_the_pages_of_a_case_are_clean(page: Page) -> None:
    city = make.make_city("urumqi")
    case = make.submitted(city)
    as_officer(page, city.person(make.run_of(case).office))
    for name in ("case", "timeline", "paper"):
        page.goto(reverse(f"reviews:{name}", args=[case.public_id]))
        assert_accessible_at_both_widths(page)
    for name in ("worklist", "lists", "phrases"):
        page.goto(reverse(f"reviews:{name}"))
        assert_accessible_at_both_widths(page)


def test_the_pages_of_a_list_and_its_notice_are_clean(page: Page) -> None:
    city = make.make_city("yuzhong")
    listing = to_list(city, "proposed_list")
    address = reverse("reviews:list", args=[listing.public_id])
    as_officer(page, city.person(make.list_run(listing).office))
    page.goto(address)
    assert_accessible_at_both_widths(page)
    make.sign_all(city, make.list_run(listing), outcome="pass")
    page.goto(address)
    assert_accessible_at_both_widths(page)
    make.sign_all(city, make.list_run(listing), outcome="pass", data=DRAFT)
    page.goto(address)
    assert_accessible_at_both_widths(page)
    notice = List.objects.get(pk=listing.pk).publicities.get()
    for name in ("notice", "objection"):
        page.goto(reverse(f"reviews:{name}", args=[notice.public_id]))
        assert_accessible_at_both_widths(page)
    page.goto(reverse("reviews:notices"))
    assert_accessible_at_both_widths(page)


def test_a_flag_fills_the_list_of_faults_and_the_button_says_what_it_does(page: Page) -> None:
    city = make.make_city("urumqi")
    case = make.submitted(city)
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]  # a plain mapping
    as_officer(page, city.person(make.run_of(case).office))
    page.goto(reverse("reviews:case", args=[case.public_id]))
    page.locator("label.gj-flag[for^='flag-leaderphone']").click()
    expect(page.locator("li[data-for='leader.phone'] input")).to_be_visible()
    page.get_by_label("退回补正").check()
    expect(page.get_by_role("button", name="提交：退回补正")).to_be_visible()
