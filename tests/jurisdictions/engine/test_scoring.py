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


@given(sheets(), st.randoms(use_true_random=False))
def test_the_order_of_groups_and_lines_does_not_matter(
    sheet: tuple[ScoreTable, dict[str, Any]], shuffler: random.Random
) -> None:
    table, lines = sheet

    def turned(rows: Any) -> tuple[Any, ...]:
        return tuple(shuffler.sample(rows, len(rows)))

    groups = [group.model_copy(update={"items": turned(group.items)}) for group in table.groups]
    one, other = score(table, lines), score(table.model_copy(update={"groups": turned(groups)}),
                                            lines)  # fmt: skip
    for part in ("base", "bonus", "total", "grade"):
        assert getattr(one, part) == getattr(other, part)
    assert set(one.open) == set(other.open)
    assert {(group.id, group.points) for group in one.groups} == {
        (group.id, group.points) for group in other.groups
    }


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


def table(*items: dict[str, Any], **more: Any) -> ScoreTable:
    """A table of one group with these lines."""
    lines = [{"id": f"i{n}", "text": f"第{n}项", **item} for n, item in enumerate(items)]
    total = sum(Decimal(str(line["max"])) for line in lines)
    group = {"id": "g", "title": "组", "max": total, "items": lines}
    return ScoreTable.model_validate({"title": "表", "total": total, "groups": [group], **more})


SHORTFALL = {"kind": "shortfall", "max": 10, "target": 5, "step": 1, "deduct": 2, "unit": "万元"}
TIERED = {"kind": "tiered", "max": 6,
          "tiers": [{"at_least": 1, "points": 2}, {"at_least": 3, "points": 6}]}  # fmt: skip
VETO = {"kind": "veto", "max": 0, "grade": "不合格"}


@pytest.mark.parametrize(
    ("item", "given_", "points", "why"),
    [
        ({}, "5", "10", "达到标准"),
        ({}, "9", "10", "达到标准"),
        ({}, "4.99", "8", "少 1 个万元，扣 2 分"),
        ({}, "4", "8", "少 1 个万元，扣 2 分"),
        ({}, "3.99", "6", "少 2 个万元，扣 4 分"),
        ({}, "0", "0", "少 5 个万元，扣 10 分"),
        ({"deduct": 3}, "0", "0", "少 5 个万元，扣 10 分"),
        ({"started": False}, "4.01", "10", "达到标准"),
        ({"started": False}, "3.5", "8", "少 1 个万元，扣 2 分"),
        ({"none_gives_nothing": True, "deduct": "0.5"}, "0", "0", "没有，不得分"),
        ({"step": "0.5", "deduct": 1}, "4.4", "8", "少 2 个0.5万元，扣 2 分"),
    ],
)
def test_points_fall_with_every_started_step(
    item: dict[str, Any], given_: str, points: str, why: str
) -> None:
    (line,) = score(table({**SHORTFALL, **item}), {"i0": given_}).groups[0].lines
    assert (str(line.points), line.why) == (points, why)


@pytest.mark.parametrize(
    ("given_", "judged", "points", "open_"),
    [
        (3, False, 6, ""),
        (2, False, 2, ""),
        (0, False, 0, ""),
        (3, True, 6, ""),
        (2, True, None, "低于标准，由考核人员给分并写明理由"),
        (0, True, 0, ""),
        ({"points": 4, "reason": "接近标准"}, True, 4, ""),
        ({"points": 6}, True, 6, ""),
        ({"points": 4, "reason": " "}, True, None, "扣分须写明理由"),
    ],
)
def test_tiers_give_points_or_ask_for_a_judgement(
    given_: Any, judged: bool, points: int | None, open_: str
) -> None:
    (line,) = score(table({**TIERED, "between_judged": judged}), {"i0": given_}).groups[0].lines
    assert (line.points, line.open) == (points, open_)


def test_a_line_without_input_is_open_and_the_grade_waits() -> None:
    grades = [{"label": "合格", "at_least": 6}, {"label": "不合格"}]
    result = score(table(TIERED, grades=grades), {})
    assert (result.grade, result.open, result.gap) == (None, ("i0",), "")
    assert result.groups[0].lines[0].open == "待填写"


def test_a_veto_decides_the_grade_whatever_is_open() -> None:
    grades = [{"label": "合格", "at_least": 0}, {"label": "不合格"}]
    marks = table(TIERED, VETO, grades=grades)
    struck = score(marks, {"i1": True})
    assert (struck.grade, struck.vetoed, struck.open) == ("不合格", "不合格", ("i0",))
    assert struck.groups[0].lines[1].why == "一票否决：不合格"
    spared = score(marks, {"i0": 3, "i1": False})
    assert (spared.grade, spared.vetoed, spared.total) == ("合格", "", 6)
    with pytest.raises(ScoreInputError, match="应填是或否"):
        score(marks, {"i1": "是"})


def test_a_gap_between_grades_is_told_and_never_rounded_away() -> None:
    grades = [{"label": "合格", "at_least": 5}, {"label": "不合格", "at_most": 4}]
    judged = {"kind": "judged", "max": 6}
    result = score(table(judged, grades=grades), {"i0": {"points": "4.5", "reason": "平均"}})
    assert result.grade is None
    assert result.gap == "总分 4.5 不在文件规定的任何等次内，由主管部门说明理由后认定等次"


def test_bonus_points_count_toward_the_grade_only_where_the_text_says_so() -> None:
    def graded(*, counts: bool) -> str | None:
        line = {"text": "x", "kind": "judged", "max": 5}
        groups = [{"id": "a", "title": "基础", "max": 5, "items": [{**line, "id": "a1"}]},
                  {"id": "b", "title": "加分", "max": 5, "bonus": True,
                   "items": [{**line, "id": "b1"}]}]  # fmt: skip
        grades = [{"label": "优秀", "at_least": 8}, {"label": "合格"}]
        marks = ScoreTable.model_validate(
            {"title": "表", "total": 10, "groups": groups, "grades": grades,
             "bonus_counts": counts}
        )  # fmt: skip
        result = score(marks, {"a1": 5, "b1": 5})
        assert (result.base, result.bonus, result.total) == (5, 5, 10)
        return result.grade

    assert (graded(counts=True), graded(counts=False)) == ("优秀", "合格")


def test_parts_that_are_absent_cost_points_and_open_ones_are_named() -> None:
    parts = [{"id": "a", "text": "缺计划", "points": "1.5"},
             {"id": "b", "text": "缺总结", "points": 3}]  # fmt: skip
    marks = table({"kind": "deducted", "max": 4, "parts": parts})
    (both,) = score(marks, {"i0": {"a": False, "b": False}}).groups[0].lines
    assert (both.points, both.why) == (0, "缺计划扣 1.5 分；缺总结扣 3 分")
    (one,) = score(marks, {"i0": {"a": False, "b": True}}).groups[0].lines
    assert one.points == Decimal("2.5")
    (open_,) = score(marks, {"i0": {"a": True}}).groups[0].lines
    assert (open_.points, open_.open) == (None, "待填写：缺总结")


def test_heads_count_up_to_the_maximum() -> None:
    heads = [{"id": "a", "text": "技师", "points": "0.5"},
             {"id": "b", "text": "高级技师", "points": 1}]  # fmt: skip
    marks = table({"kind": "per_head", "max": 4, "heads": heads})
    (under,) = score(marks, {"i0": {"a": 3, "b": 2}}).groups[0].lines
    assert (under.points, under.why) == (Decimal("3.5"), "")
    (over,) = score(marks, {"i0": {"a": 1, "b": 4}}).groups[0].lines
    assert (over.points, over.why) == (4, "合计 4.5 分，最高 4 分")
    (none,) = score(marks, {"i0": {}}).groups[0].lines
    assert none.points == 0


@pytest.mark.parametrize("value", [True, "1e", None, [], "inf", "NaN"])
def test_what_is_no_number_is_refused(value: Any) -> None:
    marks = table({"kind": "judged", "max": 5})
    with pytest.raises(ScoreInputError, match="“第0项”应填数字"):
        score(marks, {"i0": {"points": value}})


def test_a_table_without_grades_gives_none() -> None:
    assert grade_of(table({"kind": "judged", "max": 5}), Decimal(5)) == (None, "")


@given(st.decimals(min_value=0, max_value=100, places=1), st.integers(0, 10**6))
def test_a_share_with_a_fraction_never_allows_more_than_the_share(
    percent: Decimal, size: int
) -> None:
    allowed = allowed_by_cap(f"{percent}%", size)
    assert Decimal(allowed) <= percent * size / 100 < allowed + 1
