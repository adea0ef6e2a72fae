"""朝阳's road: two channels, the service centre, experts with departments, notice, naming."""

import pytest
from playwright.sync_api import Page, expect

from portal.common.clock import Clock
from reviews.models import Case, Expert, ListItem
from tests.browser import Watcher
from tests.journeys import incidents
from tests.journeys.desk import Desk
from tests.journeys.road import Road, founded
from tests.reviews import factories as make

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

FIELD, MENDED = "leader.resume", "2001年9月起任职，起止年月均已写明。"


@pytest.mark.clause("chaoyang-6-0-a", "chaoyang-10-4", "chaoyang-7-1", "chaoyang-7-2",
                    "chaoyang-7-3", "chaoyang-7-4")  # fmt: skip
def test_an_objection_is_upheld_and_the_others_days_never_restart(
    page: Page, watcher: Watcher, clock: Clock
) -> None:
    watcher.allow("422")
    road = Road(page, "chaoyang", clock)
    officers, desk = road.officers, Desk(road.city)
    case = road.apply()
    other = recommended(road, desk)
    officers.act(officers.go_to(case, "panel"))
    judged(desk, other, road.bodies.pool)
    run = officers.go_to(case, "publicity")
    notice = officers.publish(run)
    incidents.object_to(page, notice, case)
    incidents.find(officers, run, flag=FIELD, finding="经核实，任职起止年月有误。")
    assert ListItem.objects.get(case__application__status="returned").state == "held"
    officers.let_run_out(notice)
    officers.end_notice(run)
    officers.act(officers.go_to(other, "decision"))
    assert (founded(other.application), founded(case.application)) == (1, 0)

    incidents.correct(page, case, FIELD, MENDED)
    # The experts' opinion rested on what was changed: they judge it again.
    judged(desk, case, road.bodies.pool)
    officers.open(desk.handler(run), "list", run.listing.public_id)
    officers.press("建立补充名单")
    expect(page.get_by_text("补充名单", exact=True).first).to_be_visible()
    run = desk.at(case, "publicity")
    again = desk.publish(run)
    assert again.first_day > notice.last_day
    assert [row["leader_name"] for row in again.rows] == [case.application.leader_name]
    officers.let_run_out(again)
    desk.end_notice(run)
    clock.go_on(1)
    desk.decide(desk.at(case, "decision"))
    road.arrives()


def recommended(road: Road, desk: Desk) -> Case:
    """A filing by the other channel: its department looks at it first."""
    case = make.another(road.city, 1, unit__channel="归口推荐", unit__department="朝阳区示例局")
    road.officers.act(desk.run_of(case))
    return case


def judged(desk: Desk, case: Case, people: list[Expert]) -> None:
    """A case passes its checks and its panel."""
    desk.checks(case)
    for seat in desk.seat(case, people):
        desk.opine(seat)
    desk.propose(desk.at(case, "panel"))
