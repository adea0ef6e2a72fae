"""Lines filled from ledger and registers: the figure, and where it comes from."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from applications.models import Studio
from assessments.domain import assessing, calendar, ledger, registers
from assessments.domain.handing_in import hand_in
from assessments.domain.receiving import receive
from assessments.models import Obligation
from assessments.queries.computed import Span, said_of, span_of
from jurisdictions.engine.scoring import score
from jurisdictions.queries import policy_of
from tests.assessments.factories import member_of, old_studio

pytestmark = pytest.mark.django_db
FOUNDED, END = dt.date(2024, 3, 10), dt.date(2026, 3, 10)


def books(studio: Studio, code: str) -> dict[str, tuple[Any, str]]:
    span = Span(studio, policy_of(studio.founding_ruleset), FOUNDED, END)
    return {item: (said.value, said.text) for item, said in said_of(span, code).items()}


@pytest.mark.clause("urumqi-a2-06", "urumqi-a2-07", "urumqi-a2-09", "urumqi-a2-16", "urumqi-a2-18",
                    "urumqi-a2-20", "urumqi-a2-22", "urumqi-4-2")  # fmt: skip
def test_annex_two_lines_are_filled_from_the_books_of_the_term() -> None:
    studio = old_studio("urumqi", founded_on=FOUNDED)
    studio.area = Decimal("45.5")
    studio.save(update_fields=["area"])
    user = member_of(studio)
    for day, amount in ((dt.date(2024, 6, 1), 60000), (dt.date(2025, 6, 1), 25000),
                        (dt.date(2026, 4, 1), 99000)):  # fmt: skip
        ledger.enter(studio, by=user, direction="in", source="match", amount=amount, on=day,
                     text="配套")  # fmt: skip
    leader = studio.leaders.get().name
    for name, formal in (("甲", True), ("乙", True), ("丙", False), (leader, True)):
        registers.save_row(studio, "members", by=user, name=name, is_formal=formal,
                           joined_on=FOUNDED)  # fmt: skip
    levels = (("高级工", dt.date(2025, 1, 5)), ("技师", dt.date(2025, 2, 5)),
              ("高级技师", dt.date(2026, 3, 10)), ("中级工", dt.date(2025, 1, 5)),
              ("高级工", dt.date(2026, 3, 11)))  # fmt: skip
    for number, (level, day) in enumerate(levels):
        registers.save_row(studio, "apprentices", by=user, name=f"徒弟{number}", since=FOUNDED,
                           agreement_on=FOUNDED, level=level, certified_on=day)  # fmt: skip
    for day in (dt.date(2024, 9, 1), dt.date(2025, 9, 1)):
        registers.save_row(studio, "activities", by=user, category="exchange", title="交流会",
                           on=day)  # fmt: skip
    found = books(studio, "annex2")
    assert {item: value for item, (value, _) in found.items() if value is not None} == {
        "yearly_plan": False, "matching": Decimal("8.5"), "premises": Decimal("45.5"),
        "formal_team": Decimal(2), "agreements": True, "records": False, "trained": Decimal(3),
        "outside": True, "society": False, "technicians": {"technician": 1, "senior_technician": 1},
    }  # fmt: skip
    assert found["matching"][1] == (
        "经费台账：2024年3月10日至2026年3月10日配套资金到位 85000 元，共 2 笔"
    )
    table = policy_of(studio.founding_ruleset).ruleset.score_tables["annex2"]
    worked = score(table, {item: value for item, (value, _) in found.items() if value is not None})
    points = {line.id: line.points for g in worked.groups for line in g.lines}
    assert [points[i] for i in ("matching", "formal_team", "trained", "technicians")] == [
        Decimal(16), Decimal(5), Decimal(15), Decimal("1.5"),
    ]  # fmt: skip


@pytest.mark.clause("urumqi-a2-19", "urumqi-a2-20", "urumqi-a2-21")
def test_training_inside_meetings_of_the_trade_and_service_each_fill_their_own_line() -> None:
    studio = old_studio("urumqi", founded_on=FOUNDED)
    user = member_of(studio)
    said = {"inside": 4, "exchange": 2, "service": 1}
    for category, times in said.items():
        for number in range(times):
            registers.save_row(studio, "activities", by=user, category=category, title="活动",
                               on=dt.date(2024 + number % 2, 9, 1 + number))  # fmt: skip
    found = books(studio, "annex2")
    days = "活动记录：2024年3月10日至2026年3月10日共"
    assert {line: found[line] for line in ("inside", "outside", "society")} == {
        "inside": (None, f"{days} 4 次"),
        # In each of the two years; serving society once in the period is enough.
        "outside": (True, f"{days} 2 次"), "society": (True, f"{days} 1 次"),
    }  # fmt: skip


@pytest.mark.clause("yuzhong-14-1", "yuzhong-14-3", "yuzhong-16-5")
def test_plans_and_matching_are_told_year_by_year() -> None:
    studio = old_studio("yuzhong", founded_on=FOUNDED)
    user = member_of(studio)
    ledger.enter(studio, by=user, direction="in", source="match", amount=30000,
                 on=dt.date(2025, 5, 1), text="配套")  # fmt: skip
    calendar.open_for(studio, dt.date(2026, 1, 1))
    first, second = Obligation.objects.filter(studio=studio, item="plan").order_by("due_on")[:2]
    hand_in(first, by=user, on=dt.date(2024, 12, 31), text="计划")
    hand_in(second, by=user, on=dt.date(2026, 1, 4), text="计划")
    found = books(studio, "biennial")
    assert found["reported"] == (
        {"first": True, "second": False}, "年度材料：应报计划 2 份，按时 1 份，逾期 1 份",
    )  # fmt: skip
    assert found["yearly"] == (
        {"first": False, "second": True}, "经费台账：配套资金第1年度没有、第2年度有",
    )  # fmt: skip
    assert found["matching"][0] == Decimal(3)
    assert found["people"] == (False, "成员登记簿：未登记：负责人、联系人")


@pytest.mark.clause("yuzhong-10-1-a", "yuzhong-10-1-c")
def test_an_agreement_counts_once_it_is_on_file_and_an_old_one_is_asked_for() -> None:
    studio = old_studio("yuzhong", founded_on=FOUNDED)
    said = [books(studio, "biennial")["agreement"]]
    row = Obligation.objects.create(
        studio=studio, kind="agreement", item="agreement", title="责任书", opens_on=FOUNDED,
        done_on=FOUNDED,
    )  # fmt: skip
    said.append(books(studio, "biennial")["agreement"])
    receive(row, by=member_of(studio), on=FOUNDED)
    said.append(books(studio, "biennial")["agreement"])
    assert said == [
        (None, "年度材料：平台上没有责任书，请核对备案的原件"),
        (False, "年度材料：责任书已报送 1 份，已备案 0 份"),
        (True, "年度材料：责任书已报送 1 份，已备案 1 份"),
    ]


@pytest.mark.parametrize("code", ["ziyang", "chaoyang"])
def test_an_assessment_that_is_opened_late_looks_no_further_than_its_cycle(code: str) -> None:
    studio = old_studio(code, founded_on=FOUNDED)
    late = END + dt.timedelta(days=70)
    calendar.open_for(studio, late)
    assessing.open_all(late)
    application = Obligation.objects.get(studio=studio, kind="assessment", period=1).application
    assert application is not None
    policy = policy_of(application.ruleset)
    (rules,) = policy.ruleset.assessments.values()
    span = span_of(application, policy, rules)
    assert (span.since, span.until, len(span.years)) == (FOUNDED, END, 2)
