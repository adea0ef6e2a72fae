"""荣昌's road: department, experts, a list within the quota, four offices, committee, document.

The city's text has no publicity: who has something against a unit is asked, and says so then.
"""

import pytest
from playwright.sync_api import Page

from portal.common.clock import Clock
from reviews.models import Case, StageRun
from tests.browser import Watcher
from tests.journeys import incidents
from tests.journeys.desk import Desk
from tests.journeys.road import Road, founded
from tests.reviews import factories as make
from tests.reviews import panel_factories as panels

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

WHY = "所选条件没有事实依据，不予通过。"
KIN = "与领衔专家合办过企业"
SOURCE = "有关部门"
FIELD, MENDED = "leader.achievements", "2019年3月至2024年6月主持工序改进。"


@pytest.mark.clause("rongchang-3-1-1-a", "rongchang-3-1-1-b", "rongchang-3-1-2-a",
                    "rongchang-3-1-2-b", "rongchang-3-1-2-c", "rongchang-3-1-2-d",
                    "rongchang-3-1-3")  # fmt: skip
def test_one_is_refused_another_corrected_judged_again_objected_to_when_asked_and_named(
    page: Page, watcher: Watcher, clock: Clock
) -> None:
    watcher.allow("409 (Conflict)")
    road = Road(page, "rongchang", clock)
    officers = road.officers
    case = road.apply()
    incidents.one_answer_is_corrected_and_compared(road.officers, case, FIELD, MENDED)
    refused = the_bureau_refuses_another(road)
    an_expert_withdraws_after_signing(road, officers.go_to(case, "panel"))
    an_office_that_is_asked_has_something_against_it(road, officers.go_to(case, "consult"))
    officers.take_to_the_end(case)
    road.arrives()
    assert founded(refused.application) == 0
    assert officers.seen == [
        "department_review", "reception", "proposed_list", "consultation",
        "party_committee", "announcement",
    ]  # fmt: skip


def the_bureau_refuses_another(road: Road) -> Case:
    """Its department had agreed; the unit reads why and takes the letter."""
    refused = make.another(road.city, 1)
    Desk(road.city).check(refused)
    incidents.refuse(road.officers, road.officers.go_to(refused), "conditions", WHY)
    incidents.read_refusal(road.page, refused, "不予受理（不予通过）通知书", WHY)
    return refused


def an_expert_withdraws_after_signing(road: Road, run: StageRun) -> None:
    """His opinion is void, both results are kept, and somebody of the same source follows."""
    bodies, another = road.bodies, panels.expert(road.city, 5, source=SOURCE)
    incidents.recuse(bodies, run, lambda seat: seat.source == SOURCE, another, KIN)
    bodies.propose(run)


def an_office_that_is_asked_has_something_against_it(road: Road, run: StageRun) -> None:
    """The list does not move on before the bureau has dealt with it."""
    road.bodies.against = "tax"
    road.officers.act(run)
