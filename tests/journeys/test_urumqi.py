"""乌鲁木齐's road: the district recommends, a committee reads, visits, discusses and votes."""

import pytest
from playwright.sync_api import Page

from portal.common.clock import Clock
from tests.journeys.road import Road

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.mark.clause("urumqi-10-1", "urumqi-11-3", "urumqi-11-4", "urumqi-11-5", "urumqi-11-6",
                    "urumqi-11-7", "urumqi-12-1", "urumqi-12-2", "urumqi-12-4")  # fmt: skip
def test_a_committee_votes_by_name_and_the_studio_is_named_and_reported(
    page: Page, clock: Clock
) -> None:
    road = Road(page, "urumqi", clock)
    road.bodies.by_lot = True
    case = road.apply()
    road.officers.take_to_the_end(case)
    road.arrives()
    assert road.officers.seen == [
        "district_check", "material_review", "site_visit", "discussion", "named_vote",
        "final_list", "notice", "naming", "report_up",
    ]  # fmt: skip
