"""The page of a table of recommendations in a real browser."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser import assert_accessible_at_both_widths
from tests.portal.test_browser import sign_in
from tests.reviews import factories as make
from tests.reviews import lagoon as there

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def test_the_table_reads_well_on_a_desk_and_on_a_phone(page: Page) -> None:
    city = there.lagoon()
    cases = [there.filed(city, n) for n in range(2)]
    for case in cases:
        there.propose(city, case)
    there.sign_table(city, cases[0])
    later = there.filed(city, 2)
    there.propose(city, later)
    sign_in(page, str(city.person(make.run_of(later).office).email))
    page.goto(reverse("reviews:rollup", args=[later.public_id]))
    expect(page.get_by_role("heading", level=1)).to_have_text("首席技师推荐汇总表")
    assert_accessible_at_both_widths(page)
