"""资阳's road: verdicts and a letter, three departments judge, visit, decide and recognise."""

import pytest
from playwright.sync_api import Page, expect

from portal.common.clock import Clock
from reviews.models import Case, Objection, StageRun
from tests.browser import Watcher
from tests.journeys import incidents
from tests.journeys.road import Road, founded
from tests.reviews import factories as make
from tests.reviews import panel_factories as panels

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

KIN = "与领办人系近亲属"
FIELD, MENDED = "leader.achievements", "从事焊接二十五年，2019年3月解决示例产品焊接变形难题。"
WHY, FOUND = "获奖证书与所列奖项不符，申报材料不真实，不予通过。", "经核实，任职时间属实。"


@pytest.mark.clause("ziyang-7-1-b", "ziyang-7-1-c", "ziyang-7-1-d", "ziyang-7-2-a",
                    "ziyang-7-2-c", "ziyang-7-3-a", "ziyang-7-3-b", "ziyang-7-4-a",
                    "ziyang-7-4-c")  # fmt: skip
def test_with_a_refusal_a_correction_a_recusal_and_an_objection_three_bodies_recognise(
    page: Page, watcher: Watcher, clock: Clock
) -> None:
    watcher.allow("422")
    road = Road(page, "ziyang", clock)
    officers = road.officers
    case, refused = road.apply(), make.another(road.city, 1)
    one_of_three_verdicts_is_no_and_the_filing_is_refused(road, refused)
    incidents.one_answer_is_corrected_and_compared(officers, case, FIELD, MENDED)
    one_of_three_withdraws_and_another_takes_the_seat(road, officers.go_to(case, "panel"))
    an_objection_of_the_last_day_is_not_upheld(road, officers.go_to(case, "publicity"), case)
    officers.take_to_the_end(case)
    road.arrives()
    assert founded(refused.application) == 0
    assert officers.seen == [
        "county_check", "county_letter", "site_visit", "joint_review", "recognition",
    ]  # fmt: skip


def one_of_three_verdicts_is_no_and_the_filing_is_refused(road: Road, case: Case) -> None:
    """Conditions are met and papers complete, but not true: it cannot pass, and the unit reads why.

    Nothing goes on with a letter then.
    """
    officers, page = road.officers, road.page
    run = officers.go_to(case, "check")
    verdicts = [verdict.id for verdict in officers.stage(run).verdicts]
    assert verdicts == ["qualification", "truth", "completeness"]
    incidents.judge_against(officers, run, "truth")
    expect(page.get_by_role("heading", name="总体结论")).to_be_visible()
    incidents.cannot_pass(officers, run, "truth", "“申报材料真实”未判为符合，不能通过")
    page.locator("input[name=decision][value=refuse]").check()
    officers.decide(run, WHY)
    incidents.read_refusal(page, case, "不予受理（不予通过）通知书", WHY)
    assert [row.stage for row in case.runs.all()] == [run.stage]


def one_of_three_withdraws_and_another_takes_the_seat(road: Road, run: StageRun) -> None:
    """His opinion is void and both results are kept; his office sends somebody else."""
    bodies, finance = road.bodies, road.city.office("finance")
    another = panels.expert(road.city, 5, office=finance)
    incidents.recuse(bodies, run, lambda seat: seat.expert.office == finance, another, KIN)
    bodies.propose(run)


def an_objection_of_the_last_day_is_not_upheld(road: Road, run: StageRun, case: Case) -> None:
    """Seven days and no more: who objects on the seventh is heard, and asks what was found."""
    officers, page = road.officers, road.page
    notice = officers.publish(run)
    assert (notice.last_day - notice.published_on).days == 7
    officers.clock.go_on(7)
    incidents.object_to(page, notice, case)
    officers.let_run_out(notice)
    incidents.find(officers, run, finding=FOUND)
    incidents.read_finding(page, Objection.objects.get(), "您反映的情况不成立")
    officers.end_notice(run)
