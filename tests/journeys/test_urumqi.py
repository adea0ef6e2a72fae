"""乌鲁木齐's road: the district recommends, a committee reads, visits, discusses and votes."""

import pytest
from playwright.sync_api import Page, expect

from portal.common.clock import Clock
from reviews.models import Case, StageRun
from tests.browser import Watcher
from tests.journeys import incidents
from tests.journeys.desk import Desk
from tests.journeys.road import Road, founded
from tests.journeys.walk import Walk
from tests.reviews import factories as make
from tests.reviews import panel_factories as panels

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

FIELD, MENDED = "leader.achievements", "2019年3月至2024年6月主持矿用破碎机主轴焊接修复。"
WHY, KIN = "业绩不能得到公认，不予推荐。", "与领办人有师徒关系"
FOUND = "经核实，任职时间与事实不符。"


@pytest.mark.clause("urumqi-10-1", "urumqi-11-2", "urumqi-11-3", "urumqi-11-4", "urumqi-11-5",
                    "urumqi-11-6", "urumqi-11-7", "urumqi-12-1", "urumqi-12-2",
                    "urumqi-12-4")  # fmt: skip
def test_with_a_refusal_a_correction_a_recusal_and_an_objection_a_studio_is_voted_and_named(
    page: Page, watcher: Watcher, clock: Clock
) -> None:
    watcher.allow("422")
    road = Road(page, "urumqi", clock)
    officers, city = road.officers, road.city
    case, refused, other = road.apply(), make.another(city, 1), make.another(city, 2)
    the_district_refuses_and_the_unit_reads_why(road, refused)
    incidents.one_answer_is_corrected_and_compared(officers, case, FIELD, MENDED)
    an_expert_drawn_by_lot_has_an_interest_and_is_replaced(road, officers.go_to(case, "panel"))
    # What is to be struck comes onto the list from paper.
    Walk(Desk(city), clock).up_to_list(other)
    run = officers.go_to(case, "publicity")
    an_objection_is_upheld_and_strikes_the_other(road, run, other)
    officers.take_to_the_end(case)
    road.arrives()
    incidents.read_refusal(page, other, "不予受理（不予通过）通知书", FOUND)
    expect(page.locator(".gj-steps .is-refused")).to_contain_text("公示（未通过）")
    assert (founded(refused.application), founded(other.application)) == (0, 0)
    assert officers.seen == [
        "district_check", "site_visit", "discussion", "named_vote", "final_list", "naming",
        "report_up",
    ]  # fmt: skip


def the_district_refuses_and_the_unit_reads_why(road: Road, case: Case) -> None:
    """What the district does not recommend never reaches the city."""
    run = road.officers.go_to(case, "check")
    incidents.refuse(road.officers, run, "p_recognised", WHY)
    incidents.read_refusal(road.page, case, "不予受理（不予通过）通知书", WHY)
    assert [row.stage for row in case.runs.all()] == [run.stage]


def an_expert_drawn_by_lot_has_an_interest_and_is_replaced(road: Road, run: StageRun) -> None:
    """One of two from enterprises is drawn; he declares what he is and sees nothing; lots are drawn
    again, and only the other is left."""
    bodies, page = road.bodies, road.page
    pool = bodies.experts(run)
    pair = [*(one for one in pool if one.source == "企业"), panels.expert(road.city, 5)]
    assert [one.source for one in pair] == ["企业", "企业"]
    bodies.open(bodies.handler(run), "run", run.public_id)
    bodies.draw(len(pool))
    seats = run.seats.select_related("expert__user", "case")
    leaving = seats.get(expert__in=pair)
    bodies.avoid(leaving, KIN)
    bodies.open(bodies.handler(run), "run", run.public_id)
    line = page.locator("section[aria-labelledby=seats-h] tr", has_text=leaving.expert.name)
    expect(line).to_contain_text(KIN)
    bodies.draw(1)
    replaced = seats.get(expert=next(one for one in pair if one != leaving.expert))
    assert replaced.draw_id not in (None, leaving.draw_id)
    bodies.press("确定组长")
    for seat in seats.exclude(pk=leaving.pk):
        bodies.judge(seat)
    bodies.propose(run)


def an_objection_is_upheld_and_strikes_the_other(road: Road, run: StageRun, other: Case) -> None:
    """Both are on the notice; what is objected to goes from the list, and the list goes on."""
    officers = road.officers
    notice = officers.publish(run)
    assert (notice.last_day - notice.published_on).days == 7
    assert len(notice.rows) == 2
    incidents.object_to(road.page, notice, other)
    incidents.find(officers, run, upheld=True, finding=FOUND)
    assert other.items.get().state == "struck"
    expect(road.page.get_by_text("已移出").first).to_be_visible()
    officers.let_run_out(notice)
    officers.end_notice(run)
