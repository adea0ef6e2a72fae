"""荣昌's road: department, experts, a list within the quota, four offices, committee, document."""

import pytest
from playwright.sync_api import Page

from portal.common.clock import Clock
from tests.browser import Watcher
from tests.journeys import incidents
from tests.journeys.road import Road

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

FIELD, MENDED = "leader.achievements", "2019年3月至2024年6月主持工序改进。"


@pytest.mark.clause("rongchang-3-1-1-a", "rongchang-3-1-2-a", "rongchang-3-1-2-b",
                    "rongchang-3-1-2-c", "rongchang-3-1-2-d", "rongchang-3-1-3")  # fmt: skip
def test_a_filing_is_corrected_and_an_office_that_was_asked_has_something_against_it(
    page: Page, watcher: Watcher, clock: Clock
) -> None:
    watcher.allow("409 (Conflict)")
    road = Road(page, "rongchang", clock)
    officers = road.officers
    case = road.apply()
    run = officers.go_to(case)
    incidents.send_back(officers, run, FIELD, "请写明起止年月")
    assert case.runs.get().state == "returned"
    incidents.correct(page, case, FIELD, MENDED)
    incidents.compare(officers, officers.go_to(case), MENDED)
    road.bodies.against = "tax"
    officers.take_to_the_end(case)
    road.arrives()
    assert officers.seen == [
        "department_review", "reception", "expert_review", "proposed_list", "consultation",
        "party_committee", "announcement",
    ]  # fmt: skip
