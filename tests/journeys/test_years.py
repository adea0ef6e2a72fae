"""Years in the life of a studio of each city, from its naming to its end, by a moved clock."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from applications.enums import StudioStatus
from applications.models import Ban
from assessments.domain import ledger, receiving
from assessments.domain.calendar import set_day
from assessments.models import Clawback, Obligation
from jurisdictions.queries import policy_of
from portal.common.clock import Clock
from tests.journeys.years import Years

pytestmark = pytest.mark.django_db


def test_a_prize_then_a_failure_three_months_to_mend_and_the_end(clock: Clock) -> None:
    story = Years("yuzhong", clock, dt.date(2023, 4, 3))
    story.pay(story.go_to(dt.date(2023, 5, 8)))
    plan = story.hand_in("plan", story.go_to(dt.date(2023, 12, 20)))
    receiving.add_opinion(plan, by=story.city.person(story.city.office("bureau")),
                          on=dt.date(2023, 12, 25), expert="示例专家", text="可行")  # fmt: skip
    story.go_to(dt.date(2024, 6, 3))
    story.another_leader()
    story.go_to(dt.date(2025, 3, 3))
    prize = story.assess(1, "118", "g1_a1", reason="业绩突出，经会议研究")
    assert (prize.grade, prize.award) == ("合格", "优秀奖")
    story.go_to(dt.date(2027, 3, 1))
    assert story.assess(2, "60").passed is False
    assert story.fresh().status == StudioStatus.SUSPENDED
    mending = Obligation.objects.get(studio=story.studio, kind="mending")
    assert mending.due_on == dt.date(2027, 6, 1)
    story.go_to(dt.date(2027, 5, 31))
    assert story.mend("70").passed is False
    assert (story.fresh().status, story.fresh().ended_on) == (
        StudioStatus.ENDED, dt.date(2027, 5, 31),
    )  # fmt: skip
    # Nobody is kept out: the text knows no ban.
    assert Ban.objects.count() == 0
    assert any("优秀奖" in title or "考核" in title for title in story.told())


def test_four_grades_a_day_set_for_mending_and_the_name_withdrawn(clock: Clock) -> None:
    story = Years("rongchang", clock, dt.date(2026, 1, 5))
    story.go_to(dt.date(2027, 12, 1))
    assert story.assess(1, "95", "g1").grade == "优秀"
    story.go_to(dt.date(2029, 12, 3))
    failed = story.assess(2, "40", "g4", until="2030-03-01")
    assert (failed.grade, story.fresh().status) == ("不合格", StudioStatus.SUSPENDED)
    story.go_to(dt.date(2030, 2, 20))
    story.mend("45", "failed")
    assert story.fresh().ended_on == dt.date(2030, 2, 20)
    assert Clawback.objects.count() == 0


def test_a_change_in_time_a_failed_acceptance_and_all_the_money_back(clock: Clock) -> None:
    story = Years("ziyang", clock, dt.date(2025, 11, 3))
    story.pay(story.go_to(dt.date(2025, 12, 1)))
    story.go_to(dt.date(2026, 8, 3))
    story.other_change("change_other_confirm", **{"change.reason": "其他变动"})
    assert story.fresh().status == StudioStatus.ACTIVE
    story.go_to(dt.date(2027, 11, 3))
    story.assess(1, "3", "g2", until="2028-05-03")
    story.go_to(dt.date(2028, 4, 28))
    story.mend("4", "failed")
    owed = Clawback.objects.get(studio=story.studio)
    assert (owed.amount, story.fresh().status) == (Decimal(30000), StudioStatus.ENDED)
    back = story.go_to(dt.date(2028, 6, 1))
    ledger.pay_back(owed, by=story.city.admin, on=back, amount=Decimal(30000))
    owed.refresh_from_db()
    assert owed.closed_on == back
    assert Ban.objects.count() == 0


def prolonged(document: dict[str, Any]) -> None:
    """A text that stays in force beyond the ban, as a successor with the same conditions would."""
    document["identity"]["validity"]["effective_until"] = "2035-12-31"


def test_the_yearly_papers_a_failed_end_and_three_years_outside(clock: Clock) -> None:
    story = Years("urumqi", clock, dt.date(2026, 9, 7), prolonged)
    story.pay(story.go_to(dt.date(2026, 10, 12)))
    story.go_to(dt.date(2026, 11, 16))
    story.another_leader()
    day = story.go_to(dt.date(2026, 12, 21))
    for paper in ("target", "summary", "plan"):
        story.hand_in(paper, day)
    story.go_to(dt.date(2028, 6, 12))
    assert story.assess(1, "59").grade == "不合格"
    ended = story.fresh()
    assert (ended.status, ended.ended_on) == (StudioStatus.ENDED, dt.date(2028, 6, 12))
    owed = Clawback.objects.get(studio=story.studio)
    assert owed.amount == Decimal(100000)
    assert set(Ban.objects.values_list("subject", "ends_on")) == {
        ("unit", dt.date(2031, 6, 12)), ("leader", dt.date(2031, 6, 12)),
    }  # fmt: skip
    # Refused on the last day of the ban, free of it on the next.
    kept_out, free = story.stops(dt.date(2031, 6, 12)), story.stops(dt.date(2031, 6, 13))
    assert kept_out - free == {"banned"}


def test_excellent_and_paid_again_then_failed_and_this_cycles_money_back(clock: Clock) -> None:
    story = Years("chaoyang", clock, dt.date(2024, 3, 4))
    story.pay(story.go_to(dt.date(2024, 4, 8)))
    policy = policy_of(story.city.ruleset)
    set_day(story.city.jurisdiction, policy, "yearly", 2024, dt.date(2024, 11, 30),
            by=story.city.admin)  # fmt: skip
    day = story.go_to(dt.date(2024, 11, 20))
    story.hand_in("yearly", day)
    story.hand_in("agreement", day)
    story.go_to(dt.date(2026, 3, 4))
    best = story.assess(1, "96", "g1", reason="仅一家参评，经会议研究",
                        given={"extra_grant": "yes"})  # fmt: skip
    assert (best.grade, best.public) == ("优秀", True)
    story.pay(story.go_to(dt.date(2026, 6, 1)))
    story.go_to(dt.date(2028, 3, 6))
    story.assess(2, "40", "g3", until="2028-05-31")
    assert story.fresh().status == StudioStatus.SUSPENDED
    story.go_to(dt.date(2028, 5, 10))
    story.mend("45", "failed")
    owed = Clawback.objects.get(studio=story.studio)
    # The first grant belongs to a cycle that is over.
    assert (owed.amount, story.fresh().ended_on) == (Decimal(100000), dt.date(2028, 5, 10))
