"""资阳's road: verdicts and a letter, three departments judge, visit, decide and recognise."""

import pytest
from playwright.sync_api import Page, expect

from portal.common.clock import Clock
from reviews.models import PanelResult, ScoreSheet, StageRun
from tests.journeys.road import Road
from tests.reviews import panel_factories as panels

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

KIN = "与领办人系近亲属"


@pytest.mark.clause("ziyang-7-1-b", "ziyang-7-1-d", "ziyang-7-2-a", "ziyang-7-2-c",
                    "ziyang-7-3-a", "ziyang-7-3-b", "ziyang-7-4-a", "ziyang-7-4-c")  # fmt: skip
def test_an_expert_withdraws_after_signing_and_three_bodies_recognise(
    page: Page, clock: Clock
) -> None:
    road = Road(page, "ziyang", clock)
    officers = road.officers
    case = road.apply()
    one_of_three_withdraws_and_another_takes_the_seat(road, officers.go_to(case, "panel"))
    run = officers.go_to(case, "publicity")
    officers.act(run)
    notice = run.listing.publicities.get()
    assert (notice.last_day - notice.published_on).days == 7
    officers.take_to_the_end(case)
    road.arrives()
    assert officers.seen == [
        "county_check", "county_letter", "site_visit", "joint_review", "publicity", "recognition",
    ]  # fmt: skip


def one_of_three_withdraws_and_another_takes_the_seat(road: Road, run: StageRun) -> None:
    """His opinion is void and both results are kept; his office sends somebody else."""
    bodies, page = road.bodies, road.page
    seats = bodies.seat_experts(run)
    leaving = next(seat for seat in seats if seat.expert.office == road.city.office("finance"))
    for seat in seats:
        bodies.judge(seat, "不同意" if seat == leaving else "同意")
    bodies.withdraw(leaving, KIN)
    kept = PanelResult.objects.filter(run=run).order_by("number")
    assert [(row.count, row.agree) for row in kept][-2:] == [(3, 2), (2, 2)]
    assert ScoreSheet.objects.get(seat=leaving).void_reason == KIN
    another = panels.expert(road.city, 5, office=road.city.office("finance"))
    bodies.open(bodies.handler(run), "run", run.public_id)
    bodies.appoint([another])
    bodies.judge(run.seats.get(expert=another))
    bodies.open(bodies.handler(run), "run", run.public_id)
    expect(page.get_by_text("评审意见作废").first).to_be_visible()
    expect(page.get_by_text("3 份有效，同意 3，不同意 0").first).to_be_visible()
    bodies.propose(run)
