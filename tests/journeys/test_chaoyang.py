"""朝阳's road: two channels, the service centre, experts with departments, notice, naming."""

import pytest
from playwright.sync_api import Page

from portal.common.clock import Clock
from reviews.models import Case, ListItem, Publicity, StageRun
from tests.browser import Watcher
from tests.journeys import incidents
from tests.journeys.road import Road, founded
from tests.reviews import factories as make
from tests.reviews import panel_factories as panels

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

FIELD, MENDED = "leader.resume", "2001年9月起任职，起止年月均已写明。"
WHY, KIN = "不属于本区重点聚焦的产业，不予通过。", "与领办人系近亲属"
JUDGED = "centre_check", "expert_review"


@pytest.mark.clause("chaoyang-6-0-a", "chaoyang-10-4", "chaoyang-7-1", "chaoyang-7-2",
                    "chaoyang-7-3", "chaoyang-7-4")  # fmt: skip
def test_one_is_refused_one_objected_to_and_corrected_and_the_others_days_never_restart(
    page: Page, watcher: Watcher, clock: Clock
) -> None:
    watcher.allow("422")
    road = Road(page, "chaoyang", clock)
    officers, city = road.officers, road.city
    case = road.apply()
    refused = make.another(city, 2)
    one_is_refused_by_the_centre(road, refused)
    an_expert_withdraws_after_signing(road, officers.go_to(case, "panel"))
    # By the other channel its department looks at it first.
    other = make.another(city, 1, unit__channel="归口推荐", unit__department="朝阳区示例局")
    first = officers.go_to(other, "publicity")
    notice = an_objection_is_upheld(road, first, case)
    officers.end_notice(first)
    officers.take_to_the_end(other)
    assert (founded(other.application), founded(case.application)) == (1, 0)

    incidents.correct(page, case, FIELD, MENDED)
    # What centre and experts found rested on what was changed: both judge it again.
    again = officers.go_to(case, "publicity")
    assert again.listing.supplements == first.listing
    supplementary = officers.publish(again)
    assert supplementary.first_day > notice.last_day
    assert [row["leader_name"] for row in supplementary.rows] == [case.application.leader_name]
    officers.let_run_out(supplementary)
    officers.end_notice(again)
    officers.take_to_the_end(case)
    road.arrives()
    assert founded(refused.application) == 0
    assert officers.seen == [
        "centre_check", "department_check", *JUDGED, "naming", *JUDGED, "naming",
    ]  # fmt: skip


def one_is_refused_by_the_centre(road: Road, case: Case) -> None:
    """A third filing ends where it began, with a letter that says why."""
    incidents.refuse(road.officers, road.officers.go_to(case, "check"), "industry", WHY)
    incidents.read_refusal(road.page, case, "不予受理（不予通过）通知书", WHY)


def an_expert_withdraws_after_signing(road: Road, run: StageRun) -> None:
    """His seat goes to somebody else, for the second look of the panel too."""
    bodies, another = road.bodies, panels.expert(road.city, 5)
    leaving = incidents.recuse(bodies, run, lambda seat: not seat.roles, another, KIN)
    bodies.pool = [*(one for one in bodies.pool if one != leaving.expert), another]
    bodies.propose(run)


def an_objection_is_upheld(road: Road, run: StageRun, case: Case) -> Publicity:
    """What was objected to goes back to its unit; the notice runs on for the other."""
    officers = road.officers
    notice = officers.publish(run)
    incidents.object_to(road.page, notice, case)
    incidents.find(officers, run, flag=FIELD, finding="经核实，任职起止年月有误。")
    assert ListItem.objects.get(case__application__status="returned").state == "held"
    officers.let_run_out(notice)
    return notice
