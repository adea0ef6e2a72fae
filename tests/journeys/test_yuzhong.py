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

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

WHY = "拟命名专家业绩不属实，不予通过。"


@pytest.mark.clause("yuzhong-6-1-c", "yuzhong-6-2-a", "yuzhong-6-2-b", "yuzhong-6-2-c",
                    "yuzhong-6-2-d")  # fmt: skip
def test_two_bodies_name_a_studio_that_was_objected_to_and_another_filing_is_refused(
    page: Page, watcher: Watcher, clock: Clock
) -> None:
    watcher.allow("422")
    watcher.allow("409")
    road = Road(page, "yuzhong", clock)
    officers = road.officers
    case = road.apply()
    refused = make.another(road.city, 1)
    incidents.refuse(officers, officers.go_to(refused, "check"), "first_expert", WHY)
    incidents.read_refusal(page, refused, "不予受理（不予通过）通知书", WHY)

    experts_are_drawn_and_their_head_reads_the_summary(road, officers.go_to(case, "panel"))
    run = officers.go_to(case, "publicity")
    notice = officers.publish(run)
    incidents.object_to(page, notice, case)
    officers.let_run_out(notice)
    incidents.cannot_end_yet(officers, run)
    incidents.find(officers, run, finding="经核实，任职时间属实。")
    officers.end_notice(run)
    officers.take_to_the_end(case)
    road.arrives()
    assert founded(refused.application) == 0
    assert officers.seen == [
        "initial_review", "acceptance", "proposed_list", "confirmation", "filing",
    ]  # fmt: skip


def experts_are_drawn_and_their_head_reads_the_summary(road: Road, run: StageRun) -> None:
    """The last to sign is the head of the panel; he and the office see what all together found."""
    page, bodies = road.page, road.bodies
    bodies.by_lot = True
    seats = bodies.seat_experts(run)
    for seat in seats:
        bodies.judge(seat)
    assert [seat.chair for seat in seats] == [False, False, True]
    expect(page.get_by_text("同意 3 人，不同意 0 人")).to_be_visible()
    bodies.open(bodies.handler(run), "run", run.public_id)
    for name in ("panel-run-summary", "panel-run-workbook"):
        assert page.request.get(reverse(f"reviews:{name}", args=[run.public_id])).status == 200
    bodies.propose(run)
    assert Case.objects.get(pk=run.case_id).state == "listed"
