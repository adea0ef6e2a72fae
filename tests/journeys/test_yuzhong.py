"""渝中's road: department, experts, list, notice, two bodies in one document, filing."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from portal.common.clock import Clock
from reviews.models import Case, StageRun
from tests.browser import Watcher
from tests.journeys import incidents
from tests.journeys.road import Road, founded
from tests.reviews import factories as make
from tests.reviews import panel_factories as panels

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

WHY = "拟命名专家业绩不属实，不予通过。"
KIN = "与命名专家系师徒"
FIELD, MENDED = "leader.achievements", "1996年起从事中式烹调，主持研发示例菜品十二项。"


@pytest.mark.clause("yuzhong-6-1-b", "yuzhong-6-1-c", "yuzhong-6-2-a", "yuzhong-6-2-b",
                    "yuzhong-6-2-c", "yuzhong-6-2-d")  # fmt: skip
def test_one_is_refused_another_corrected_judged_without_a_relative_objected_to_and_named(
    page: Page, watcher: Watcher, clock: Clock
) -> None:
    watcher.allow("422")
    watcher.allow("409")
    road = Road(page, "yuzhong", clock)
    officers = road.officers
    case = road.apply()
    refused = the_department_refuses_one(road)
    the_bureau_has_the_other_corrected(road, case)
    one_who_is_drawn_is_related_and_another_is_drawn(road, officers.go_to(case, "panel"))
    somebody_objects_and_nothing_is_found(road, case)
    officers.take_to_the_end(case)
    road.arrives()
    assert founded(refused.application) == 0
    assert officers.seen == [
        "initial_review", "acceptance", "proposed_list", "confirmation", "filing",
    ]  # fmt: skip


def the_department_refuses_one(road: Road) -> Case:
    """Its experience is not true; the unit reads why and takes the letter."""
    refused = make.another(road.city, 1)
    run = road.officers.go_to(refused, "check")
    incidents.refuse(road.officers, run, "first_expert", WHY)
    incidents.read_refusal(road.page, refused, "不予受理（不予通过）通知书", WHY)
    return refused


def the_bureau_has_the_other_corrected(road: Road, case: Case) -> None:
    """It comes back to the bureau: what the department found does not rest on what was mended."""
    officers = road.officers
    officers.act(officers.go_to(case))
    incidents.send_back(officers, officers.go_to(case), FIELD, "请写明起始年份")
    incidents.correct(road.page, case, FIELD, MENDED)
    run = officers.go_to(case)
    assert run.stage == "acceptance"
    incidents.compare(officers, run, MENDED)


def one_who_is_drawn_is_related_and_another_is_drawn(road: Road, run: StageRun) -> None:
    """He leaves at his statement and no lot falls on him again; the head sees what all found."""
    page, bodies = road.page, road.bodies
    bodies.by_lot, bodies.pool = True, bodies.experts(run)
    panels.expert(road.city, len(bodies.pool))
    related = bodies.seat_experts(run)[0]
    bodies.avoid(related, KIN)
    bodies.open(bodies.handler(run), "run", run.public_id)
    bodies.draw(1)
    left_out = page.locator("section[aria-labelledby=draws-h] li", has_text=KIN)
    expect(left_out).to_contain_text(f"{related.expert.name}：此前已声明回避")
    seats = list(run.seats.select_related("expert__user", "case").filter(state="pending")
                 .order_by("chair", "pk"))  # fmt: skip
    assert related.expert not in [seat.expert for seat in seats]
    for seat in seats:
        bodies.judge(seat)
    assert [seat.chair for seat in seats] == [False, False, True]
    expect(page.get_by_text("同意 3 人，不同意 0 人")).to_be_visible()
    bodies.open(bodies.handler(run), "run", run.public_id)
    for name in ("panel-run-summary", "panel-run-workbook"):
        assert page.request.get(reverse(f"reviews:{name}", args=[run.public_id])).status == 200
    bodies.propose(run)
    assert Case.objects.get(pk=run.case_id).state == "listed"


def somebody_objects_and_nothing_is_found(road: Road, case: Case) -> None:
    """The notice does not end before the office has written what it found."""
    officers = road.officers
    run = officers.go_to(case, "publicity")
    notice = officers.publish(run)
    incidents.object_to(road.page, notice, case)
    officers.let_run_out(notice)
    incidents.cannot_end_yet(officers, run)
    incidents.find(officers, run, finding="经核实，任职时间属实。")
    officers.end_notice(run)
