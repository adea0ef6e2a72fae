"""Scores of several experts become one, exactly."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from jurisdictions.engine.aggregate import (
    TooFewScoresError,
    aggregate,
    as_text,
    from_text,
    grade_of_exact,
    ranks,
    rounded,
    spread,
)
from jurisdictions.schema.scoring import ScoreTable
from jurisdictions.schema.stages.panel import PanelStage, Seats

scores = st.lists(st.decimals(0, 100, places=2), min_size=1, max_size=9)


def numbers(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


def test_the_mean_of_three_is_a_fraction_and_not_a_rounded_decimal() -> None:
    assert aggregate(numbers("90", "88", "88"), "mean") == Fraction(266, 3)
    assert rounded(Fraction(266, 3)) == Decimal("88.67")


def test_decimal_tenths_add_up_without_a_trace_of_floating_point() -> None:
    assert aggregate(numbers("0.1", "0.2", "0.3"), "mean") == Fraction(1, 5)


def test_the_median_takes_the_middle_or_the_half_way_between_two() -> None:
    assert aggregate(numbers("70", "95", "80"), "median") == 80
    assert aggregate(numbers("70", "95", "80", "85.5"), "median") == Fraction("82.75")


def test_trimming_drops_one_highest_and_one_lowest_even_when_equal() -> None:
    assert aggregate(numbers("60", "80", "90", "100"), "trimmed") == 85
    assert aggregate(numbers("80", "80", "80"), "trimmed") == 80
    with pytest.raises(TooFewScoresError, match="至少 3 份"):
        aggregate(numbers("60", "80"), "trimmed")


def test_weights_are_shares_of_the_mean_of_each_source() -> None:
    weights = {"院校": Decimal(40), "企业": Decimal(60)}
    found = aggregate(numbers("90", "80", "70"), "mean", sources=["院校", "企业", "企业"],
                      weights=weights)  # fmt: skip
    assert found == Fraction(81)  # 0.4 × 90 + 0.6 × 75
    with pytest.raises(TooFewScoresError, match="企业"):
        aggregate(numbers("90"), "mean", sources=["院校"], weights=weights)


def test_no_score_gives_no_result() -> None:
    with pytest.raises(TooFewScoresError):
        aggregate([], "mean")


@given(scores)
def test_no_way_leaves_the_range_of_the_scores(given_scores: list[Decimal]) -> None:
    for way in ("mean", "median", *(["trimmed"] if len(given_scores) > 2 else [])):
        found = aggregate(given_scores, way)  # type: ignore[arg-type]  # drawn from the words
        assert min(given_scores) <= found <= max(given_scores)


@given(scores, st.randoms())
def test_the_order_of_the_sheets_changes_nothing(given_scores: list[Decimal], rng: object) -> None:
    mixed = list(given_scores)
    rng.shuffle(mixed)  # type: ignore[attr-defined]  # a random.Random
    assert aggregate(mixed, "mean") == aggregate(given_scores, "mean")
    assert aggregate(mixed, "median") == aggregate(given_scores, "median")


@given(st.fractions(min_value=0, max_value=120))
def test_a_fraction_survives_the_record(value: Fraction) -> None:
    assert from_text(as_text(value)) == value


def test_the_deviation_is_that_of_the_whole_panel() -> None:
    assert spread(numbers("80", "90", "100")) == Decimal("8.16")
    assert spread(numbers("85")) == Decimal("0.00")


def test_rounding_is_half_up() -> None:
    assert rounded(Fraction("74.995")) == Decimal("75.00")
    assert rounded(Fraction("74.994")) == Decimal("74.99")


def test_a_threshold_is_compared_with_the_exact_score() -> None:
    table = ScoreTable.model_validate({
        "title": "表", "total": 100,
        "grades": [{"label": "合格", "at_least": 75}, {"label": "不合格"}],
        "groups": [{"id": "g", "title": "组", "max": 100, "items": [
            {"id": "a", "kind": "judged", "text": "项", "max": 100}]}],
    })  # fmt: skip
    # Shown as 75.00, and yet below.
    just_below = Fraction("74.999")
    assert rounded(just_below) == Decimal("75.00")
    assert grade_of_exact(table, just_below) == "不合格"
    assert grade_of_exact(table, Fraction(75)) == "合格"


def test_equal_scores_share_a_place_and_the_next_one_is_left_out() -> None:
    found = ranks({"a": Fraction(80), "b": Fraction(90), "c": Fraction(80), "d": Fraction(70)})
    assert found == {"b": 1, "a": 2, "c": 2, "d": 4}


def panel(**more: object) -> PanelStage:
    shape = {"id": "p", "kind": "panel", "label": "评审", "applicant_label": "评审"}
    return PanelStage.model_validate({**shape, "office": "bureau", **more})


def test_weights_name_every_source_and_go_with_the_mean_alone() -> None:
    with pytest.raises(ValidationError, match="一一对应"):
        Seats.model_validate({"sources": ["院校", "企业"], "weights": {"院校": 1}})
    seats = {"sources": ["院校", "企业"], "weights": {"院校": 40, "企业": 60}}
    assert panel(seats=seats).seats.weights["企业"] == 60
    with pytest.raises(ValidationError, match="须为 mean"):
        panel(seats=seats, aggregate="median")


def test_trimming_needs_three_seats_and_scores_need_a_table() -> None:
    with pytest.raises(ValidationError, match="不小于 3"):
        panel(seats={"minimum": 2}, aggregate="trimmed")
    with pytest.raises(ValidationError, match="score_table"):
        panel(mode="score")
