"""The pages of an assessment in a real browser: self-score, assessor's sheet, grades."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from reviews.domain import seating
from reviews.models import Case
from tests.assessments import assessed as way
from tests.assessments.factories import member_of
from tests.browser import assert_accessible_at_both_widths
from tests.portal.test_browser import sign_in
from tests.reviews import factories as make
from tests.reviews.test_panel_browser import with_password

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def test_self_score_sheet_and_grades_are_clean_at_both_widths(page: Page) -> None:
    city = make.make_city("chaoyang")
    studio = way.studio_in(city)
    user, people = member_of(studio), way.assessors(city)
    application = way.opened(studio)
    section = reverse("applications:section", args=[application.public_id, first_group(studio)])
    sign_in(page, user.email or "")
    at_both(page, section)
    case = way.filed(studio, user)
    make.pass_check(city, make.run_of(case))
    run = make.run_of(Case.objects.get(pk=case.pk))
    seats = [seating.declare(seat, by=seat.expert.user, clear=True)
             for seat in seating.appoint(run, people, by=city.person(run.office))]  # fmt: skip
    page.context.clear_cookies()
    sign_in(page, with_password(seats[0]))
    at_both(page, reverse("reviews:panel-seat", args=[seats[0].public_id]))
    way.score(seats, "95")
    make.sign_all(city, run, outcome="pass", opinion="")
    listing = way.gathered(city, Case.objects.get(pk=case.pk))
    page.context.clear_cookies()
    sign_in(page, city.person(make.list_run(listing).office).email)
    at_both(page, reverse("reviews:list", args=[listing.public_id]))
    page.get_by_role("combobox", name="等次").first.select_option("优秀")
    page.get_by_role("button", name="预览名额").click()
    expect(page.get_by_text("现评定 1 个，超出 1 个")).to_be_visible()
    assert_accessible_at_both_widths(page)


def first_group(studio: Any) -> str:
    """The first page of the self-score."""
    _, table = way.table_of(way.opened(studio))
    return f"group_{table.groups[0].id}"


def at_both(page: Page, address: str) -> None:
    """The page of an address is clean wide and on a phone."""
    answer = page.goto(address)
    assert answer is not None
    assert (answer.status, urlsplit(page.url).path) == (200, address)
    assert_accessible_at_both_widths(page)
