"""The ledger: balances add up, duties are counted in their time, paybacks follow the cycle."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jurisdictions.engine.ledger import (
    Movement,
    Paid,
    Span,
    balances,
    clawback_amount,
    warnings,
)
from jurisdictions.engine.policy import load_policy
from jurisdictions.schema.effects import Clawback

FIXTURES = Path(__file__).parents[3] / "fixtures"
URUMQI = load_policy(FIXTURES / "urumqi.yaml")[0]
CHAOYANG = load_policy(FIXTURES / "chaoyang.yaml")[0]
RONGCHANG = load_policy(FIXTURES / "rongchang.yaml")[0]
FOUNDED = date(2026, 9, 20)
SPAN = Span(FOUNDED, date(2028, 9, 20), date(2027, 1, 1))
ALL = Clawback(kind="clawback", what="all_grants")
CYCLE = Clawback(kind="clawback", what="cycle_grants", cycle_months=24)
AMOUNTS = st.decimals(min_value=Decimal("0.01"), max_value=1_000_000, places=2)
MOVES = st.builds(
    Movement,
    kind=st.sampled_from(["in", "out"]),
    source=st.sampled_from(["grant", "match"]),
    amount=AMOUNTS,
    on=st.dates(FOUNDED, date(2028, 9, 20)),
    purpose=st.just("training"),
)


@given(st.lists(MOVES, max_size=20))
def test_balances_are_money_in_less_money_out(moves: list[Movement]) -> None:
    ledger = URUMQI.ruleset.ledger
    assert ledger is not None
    left = balances(ledger, moves)
    signed = [move.amount if move.kind == "in" else -move.amount for move in moves]
    assert sum(left.values()) == sum(signed)
    assert balances(ledger, list(reversed(moves))) == left


@given(st.lists(MOVES, max_size=20))
def test_blocking_warnings_stand_before_soft_ones(moves: list[Movement]) -> None:
    order = [warning.severity for warning in warnings(URUMQI, moves, SPAN)]
    assert order == sorted(order, key=["block", "warn", "info"].index)


@given(AMOUNTS)
def test_the_match_is_enough_from_the_minimum_on(amount: Decimal) -> None:
    moves = [Movement("in", "match", amount, date(2026, 10, 1))]
    told = {warning.id for warning in warnings(URUMQI, moves, SPAN)}
    assert ("matching.term" in told) == (amount < 100_000)


@pytest.mark.clause("chaoyang-17-1")
def test_a_match_is_measured_by_the_grant_once_there_is_one() -> None:
    grant = Movement("in", "grant", Decimal(100_000), FOUNDED)
    told = [[row.id for row in warnings(CHAOYANG, moves, SPAN)] for moves in ([], [grant])]
    assert told == [["matching.some"], ["matching.some", "matching.grant"]]


def test_money_after_the_construction_period_does_not_count_for_the_period() -> None:
    moves = [Movement("in", "match", Decimal(100_000), date(2028, 9, 21))]
    span = Span(FOUNDED, date(2028, 9, 20), date(2028, 10, 1))
    assert [warning.id for warning in warnings(URUMQI, moves, span)] == ["matching.term"]


def test_entries_after_the_day_of_reading_are_not_seen() -> None:
    moves = [Movement("in", "match", Decimal(100_000), date(2027, 1, 2))]
    assert [warning.id for warning in warnings(URUMQI, moves, SPAN)] == ["matching.term"]


def test_a_city_without_a_ledger_warns_of_nothing() -> None:
    moves = [Movement("out", "grant", Decimal(5), date(2026, 12, 1), purpose="anything")]
    assert warnings(RONGCHANG, moves, SPAN) == []


@given(st.lists(AMOUNTS, max_size=5))
def test_all_grants_come_back_in_full(amounts: list[Decimal]) -> None:
    paid = [Paid(amount, FOUNDED + timedelta(days=n)) for n, amount in enumerate(amounts)]
    wanted = clawback_amount(ALL, paid, founded_on=FOUNDED, decided_on=date(2030, 1, 1))
    assert wanted == sum(amounts)


def test_a_payment_after_the_decision_is_not_asked_back() -> None:
    paid = [Paid(Decimal(7), date(2027, 1, 2))]
    found = clawback_amount(ALL, paid, founded_on=FOUNDED, decided_on=date(2027, 1, 1))
    assert found == 0


def test_a_cycle_is_two_years_with_its_last_day_inside() -> None:
    paid = [Paid(Decimal(100), date(2026, 10, 1)), Paid(Decimal(50), date(2028, 11, 1), extra=True)]

    def owed(on: date) -> Decimal:
        return clawback_amount(CYCLE, paid, founded_on=FOUNDED, decided_on=on)

    assert owed(date(2028, 9, 20)) == 100
    assert owed(date(2028, 9, 21)) == 0
    assert owed(date(2028, 11, 1)) == 50
    assert owed(date(2030, 11, 1)) == 50
    assert owed(date(2030, 11, 2)) == 0
