"""Score tables: never below nothing, never above the maximum, whatever the order."""

import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jurisdictions.engine.policy import Policy, load_policy
from jurisdictions.engine.scoring import (
    ScoreInputError,
    allowed_by_cap,
    as_dict,
    full_marks,
    grade_of,
    score,
)
from jurisdictions.schema.scoring import (
    AllOrNothing,
    Deducted,
    Judged,
    PerHead,
    ScoreTable,
    Shortfall,
    Tiered,
)

FIXTURES = Path(__file__).parents[3] / "fixtures"
CITIES = ("yuzhong", "rongchang", "ziyang", "urumqi", "chaoyang")
POLICIES: dict[str, Policy] = {code: load_policy(FIXTURES / f"{code}.yaml")[0] for code in CITIES}
TABLES: dict[str, ScoreTable] = {
    f"{code}.{name}": table
    for code, policy in POLICIES.items()
    for name, table in policy.ruleset.score_tables.items()
}
ANNEX2 = TABLES["urumqi.annex2"]
NUMBERS = st.decimals(min_value=0, max_value=1000, places=2)


def inputs_for(item: Any) -> st.SearchStrategy[Any]:
    """Anything a person may enter in a line."""
    if isinstance(item, AllOrNothing):
        return st.booleans()
    if isinstance(item, Shortfall | Tiered):
        return NUMBERS
    if isinstance(item, Deducted):
        return st.fixed_dictionaries({part.id: st.booleans() for part in item.parts})
    if isinstance(item, PerHead):
        return st.fixed_dictionaries({h.id: st.integers(0, 50) for h in item.heads})
    if isinstance(item, Judged):
        points = st.decimals(min_value=0, max_value=item.max, places=1)
        return points.map(lambda number: {"points": number, "reason": "酌情"})
    return st.booleans()


@st.composite
def sheets(draw: st.DrawFn) -> tuple[ScoreTable, dict[str, Any]]:
    """A table with some or all of its lines filled."""
    table = TABLES[draw(st.sampled_from(sorted(TABLES)))]
    items = [item for group in table.groups for item in group.items]
    chosen = draw(st.lists(st.sampled_from(items), unique_by=lambda item: item.id))
    return table, {item.id: draw(inputs_for(item)) for item in chosen}


@given(sheets())
def test_no_line_falls_below_nothing_or_rises_above_its_maximum(
    sheet: tuple[ScoreTable, dict[str, Any]],
) -> None:
    table, lines = sheet
    result = score(table, lines)
    for group in result.groups:
        assert 0 <= group.points <= group.max
        for line in group.lines:
            assert line.points is None or 0 <= line.points <= line.max
    assert 0 <= result.total <= table.total
    assert result.total == result.base + result.bonus


@given(sheets(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(
    sheet: tuple[ScoreTable, dict[str, Any]], shuffler: random.Random
) -> None:
    table, lines = sheet
    turned = list(lines.items())
    shuffler.shuffle(turned)
    assert as_dict(score(table, dict(turned))) == as_dict(score(table, lines))


@given(NUMBERS, NUMBERS)
def test_more_matching_money_never_gives_fewer_points(one: Decimal, two: Decimal) -> None:
    less, more = sorted((one, two))
    points = [score(ANNEX2, {"matching": amount}).total for amount in (less, more)]
    assert points[0] <= points[1]


@given(st.sampled_from(sorted(TABLES)), st.decimals(min_value=0, max_value=120, places=2))
def test_a_total_has_one_grade_or_a_gap_and_is_never_rounded(name: str, total: Decimal) -> None:
    table = TABLES[name]
    label, gap = grade_of(table, total)
    fitting = [
        grade.label
        for grade in table.grades
        if (grade.at_least is None or total >= grade.at_least)
        and (grade.at_most is None or total <= grade.at_most)
    ]
    assert label == (fitting[0] if fitting else None)
    assert bool(gap) == (not fitting)


def test_the_gap_of_the_hundred_and_twenty_point_table_lies_strictly_between() -> None:
    table = TABLES["yuzhong.biennial"]
    found = [grade_of(table, Decimal(text))[0] for text in ("74", "74.01", "74.99", "75")]
    assert found == ["不合格", None, None, "合格"]


@pytest.mark.parametrize("name", sorted(TABLES))
def test_full_marks_reach_the_total_with_nothing_open(name: str) -> None:
    result = score(TABLES[name], full_marks(TABLES[name]))
    assert result.total == TABLES[name].total
    assert result.open == ()


@pytest.mark.parametrize("name", sorted(TABLES))
def test_an_empty_sheet_gives_no_points_and_no_grade(name: str) -> None:
    result = score(TABLES[name], {})
    assert result.total == 0
    assert result.grade is None
    assert len(result.open) == sum(len(group.items) for group in TABLES[name].groups)


@given(st.integers(0, 10_000), st.integers(0, 100))
def test_a_share_is_rounded_down_exactly(size: int, percent: int) -> None:
    assert allowed_by_cap(f"{percent}%", size) == percent * size // 100


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ({"matching": "七"}, "应填数字"),
        ({"matching": float("nan")}, "应填数字"),
        ({"sign": "有"}, "应填是或否"),
        ({"organisation": {"points": 3, "reason": "多给"}}, "应在 0 至 2 分之间"),
        ({"organisation": {"points": -1, "reason": "少给"}}, "应在 0 至 2 分之间"),
        ({"technicians": {"technician": -1}}, "不小于 0 的整数"),
        ({"technicians": {"technician": "1.5"}}, "不小于 0 的整数"),
        ({"technicians": 3}, "按人员类别"),
        ({"apprentice_plan": True}, "逐项填写"),
        ({"nothing": 1}, "没有这些项：nothing"),
    ],
)
def test_input_that_does_not_fit_is_refused_in_words(lines: dict[str, Any], message: str) -> None:
    with pytest.raises(ScoreInputError, match=message):
        score(ANNEX2, lines)


def test_points_below_the_maximum_stay_open_until_a_reason_is_given() -> None:
    assert "organisation" in score(ANNEX2, {"organisation": 1}).open
    given_reason = score(ANNEX2, {"organisation": {"points": 1, "reason": "职责不全"}})
    assert "organisation" not in given_reason.open
    assert given_reason.total == 1


def test_points_are_told_exactly_as_text() -> None:
    lines = {"technicians": {"technician": 1}, "formal_team": 1}
    result = as_dict(score(ANNEX2, lines))
    assert (result["total"], result["bonus"], result["base"]) == ("3", "0.5", "2.5")


@pytest.mark.parametrize("name", sorted(set(TABLES) - {"urumqi.annex2"}))
def test_tables_that_the_portal_made_up_say_so(name: str) -> None:
    assert TABLES[name].draft_note == "样表由系统拟制，以主管部门发布为准"


def test_the_official_annex_is_no_draft() -> None:
    assert ANNEX2.draft_note == ""
