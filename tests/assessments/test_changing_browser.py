"""The pages of changes and endings in a real browser, wide and on a phone, without scripts too."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from applications.domain import procedures, statements
from jurisdictions.engine.dates import format_date
from jurisdictions.engine.derived.revocation import REVOKE
from jurisdictions.queries import policy_of
from tests.applications.studios import complete, hand_in, named
from tests.applications.test_changing import begun, owner
from tests.browser import DESKTOP, PHONE, assert_accessible
from tests.factories import make_enterprise
from tests.portal.test_browser import sign_in
from tests.reviews import factories as make
from tests.reviews.test_life import case_of

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["wide", "phone"])
def test_the_pages_of_changes_and_endings_are_clean(page: Page, size: dict[str, int]) -> None:
    city = make.make_city("ziyang")
    studio = named("ziyang", city.round)
    change = begun(studio, "change_leader_moved_co_build", partner=make_enterprise("示例共建公司"))
    clerk = city.person(city.office("city_bureau"))
    page.set_viewport_size(size)  # type: ignore[arg-type]  # a width and a height
    sign_in(page, owner(studio).email)
    assert opened(page, reverse("assessments:change_new", args=[studio.public_id])) == "变更和撤销"
    assert lead(page) == studio.name
    label = policy_of(change.ruleset).procedure(change.procedure).label
    assert page.get_by_role("heading", name=label, exact=True).count() == 1
    opened(page, reverse("applications:tasks", args=[change.public_id]))
    assert label in page.locator("main").inner_text()
    assert opened(page, reverse("applications:parties", args=[change.public_id])) == "双方确认"
    parties = page.get_by_role("region", name="参与单位").get_by_role("listitem").all_inner_texts()
    assert ["示例共建公司" in line for line in parties] == [False, True]
    case = procedures.open_on_studio(
        studio, REVOKE, by=clerk, office=city.office("city_bureau"),
        answers={"revoke.grounds": ["其他严重情况不能正常开展工作的"]},
    )  # fmt: skip
    complete(case, {"revoke.facts": "查明的事实。", "revoke.explanation": "停工。"}, by=clerk)
    hand_in(case, by=clerk)
    make.pass_check(city, make.run_of(case_of(case)))
    until = timezone.localdate() + dt.timedelta(days=5)
    statements.ask(case, by=clerk, office=city.office("city_bureau"), due_on=until)
    assert opened(page, reverse("applications:statement", args=[case.public_id])) == "陈述申辩"
    assert format_date(until) in page.get_by_role("region", name="告知").inner_text()
    assert page.get_by_role("button", name="提交陈述申辩").count() == 1
    page.context.clear_cookies()
    sign_in(page, clerk.email)
    opened(page, reverse("assessments:revoke_new", args=[studio.public_id]))
    assert lead(page) == studio.name
    # One revocation is under way: a second cannot be begun.
    assert page.get_by_role("button", name="立案").count() == 0
    assert opened(page, reverse("reviews:heard", args=[case_of(case).public_id])) == "听取陈述申辩"
    told = page.get_by_role("region", name="单位的陈述").locator("dd").all_inner_texts()
    assert (format_date(until) in told[1], len(told)) == (True, 3)


def lead(page: Page) -> str:
    """The line below the heading."""
    return page.locator(".gj-page-h__lead").inner_text()


def opened(page: Page, address: str) -> str:
    """The heading of a page without accessibility faults that does not scroll sideways."""
    page.goto(address)
    assert_accessible(page)
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0
    return page.get_by_role("heading", level=1).inner_text()
