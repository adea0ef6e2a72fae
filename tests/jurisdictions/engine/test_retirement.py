"""Statutory retirement: the published formula at its end points and in between."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jurisdictions.engine.national import load_national
from jurisdictions.engine.retirement import (
    FlexibleRange,
    Retirement,
    RetirementUnclearError,
    Sex,
    add_years,
    flexible_range,
    last_day_with_margin,
    minimum_contribution_months,
    retirement_options,
    statutory_retirement,
    years_before,
)

TABLE = load_national(Path(__file__).parents[3] / "fixtures" / "national").retirement
PEOPLE: list[tuple[Sex, str | None]] = [("男", None), ("女", "55"), ("女", "50")]
BIRTHS = st.dates(date(1940, 1, 1), date(2010, 12, 31))


@pytest.mark.parametrize(
    ("birth", "sex", "category", "expected"),
    [
        (date(1967, 5, 12), "男", None, Retirement(date(2028, 1, 12), 60, 8, 8)),
        (date(1974, 10, 8), "女", "55", Retirement(date(2031, 1, 8), 56, 3, 15)),
        (date(1983, 2, 25), "男", None, Retirement(date(2046, 2, 25), 63, 0, 36)),
        (date(1971, 4, 1), "女", "55", Retirement(date(2026, 8, 1), 55, 4, 4)),
        (date(1976, 9, 1), "男", None, Retirement(date(2039, 9, 1), 63, 0, 36)),
        (date(1981, 9, 1), "女", "55", Retirement(date(2039, 9, 1), 58, 0, 36)),
        (date(1984, 11, 1), "女", "50", Retirement(date(2039, 11, 1), 55, 0, 60)),
    ],
)
def test_known_people_retire_on_their_statutory_day(
    birth: date, sex: Sex, category: str | None, expected: Retirement
) -> None:
    assert statutory_retirement(birth, sex, category, TABLE) == expected


@pytest.mark.parametrize(
    ("sex", "category", "year", "month", "age"),
    [
        ("男", None, 1964, 12, (60, 0)),
        ("男", None, 1965, 1, (60, 1)),
        ("男", None, 1965, 4, (60, 1)),
        ("男", None, 1965, 5, (60, 2)),
        ("男", None, 1976, 8, (62, 11)),
        ("男", None, 1976, 9, (63, 0)),
        ("男", None, 1999, 1, (63, 0)),
        ("女", "55", 1969, 12, (55, 0)),
        ("女", "55", 1970, 1, (55, 1)),
        ("女", "55", 1970, 4, (55, 1)),
        ("女", "55", 1981, 8, (57, 11)),
        ("女", "55", 1981, 9, (58, 0)),
        ("女", "50", 1974, 12, (50, 0)),
        ("女", "50", 1975, 1, (50, 1)),
        ("女", "50", 1975, 2, (50, 1)),
        ("女", "50", 1975, 3, (50, 2)),
        ("女", "50", 1975, 4, (50, 2)),
        ("女", "50", 1984, 10, (54, 11)),
        ("女", "50", 1984, 11, (55, 0)),
    ],
)
def test_the_age_changes_at_the_published_months(
    sex: Sex, category: str | None, year: int, month: int, age: tuple[int, int]
) -> None:
    for day in (1, 28):
        result = statutory_retirement(date(year, month, day), sex, category, TABLE)
        assert (result.age_years, result.age_months) == age


@pytest.mark.parametrize(
    ("birth", "expected"),
    [
        # One month after 31 January, 13 months after it: February has no 31st.
        (date(1966, 8, 31), date(2027, 1, 31)),
        (date(1965, 1, 31), date(2025, 2, 28)),
        (date(1969, 1, 31), date(2030, 2, 28)),
        (date(1964, 2, 29), date(2024, 2, 29)),
        (date(1968, 2, 29), date(2028, 12, 29)),
        (date(1980, 2, 29), date(2043, 2, 28)),
    ],
)
def test_the_day_is_the_birthday_or_the_last_of_the_month(birth: date, expected: date) -> None:
    assert statutory_retirement(birth, "男", None, TABLE).date == expected


def test_before_the_table_takes_effect_the_original_ages_hold() -> None:
    birth = date(1967, 5, 12)
    before = statutory_retirement(birth, "男", None, TABLE, as_of=date(2024, 12, 31))
    assert before == Retirement(date(2027, 5, 12), 60, 0, 0)
    since = statutory_retirement(birth, "男", None, TABLE, as_of=date(2025, 1, 1))
    assert since == Retirement(date(2028, 1, 12), 60, 8, 8)


def test_a_woman_without_category_is_asked_and_shown_both_results() -> None:
    birth = date(1974, 10, 8)
    with pytest.raises(RetirementUnclearError, match="请先选择原法定退休年龄（55周岁或50周岁）"):
        statutory_retirement(birth, "女", None, TABLE)
    assert retirement_options(birth, "女", None, TABLE) == [
        ("55", "女职工（原法定退休年龄55周岁）", Retirement(date(2031, 1, 8), 56, 3, 15)),
        ("50", "女职工（原法定退休年龄50周岁）", Retirement(date(2024, 10, 8), 50, 0, 0)),
    ]


def test_settled_facts_give_one_option() -> None:
    man = retirement_options(date(1967, 5, 12), "男", None, TABLE)
    assert [(code, result.age_text) for code, _, result in man] == [("60", "60岁8个月")]
    woman = retirement_options(date(1974, 10, 8), "女", "50", TABLE)
    assert [(code, result.age_text) for code, _, result in woman] == [("50", "50岁")]
    with pytest.raises(ValueError, match="应为55、50之一，现为“60”"):
        retirement_options(date(1974, 10, 8), "女", "60", TABLE)


def test_an_unknown_sex_is_refused() -> None:
    unknown: Any = "F"
    with pytest.raises(ValueError, match="性别应为“男”或“女”，现为“F”"):
        statutory_retirement(date(1974, 10, 8), unknown, None, TABLE)


@pytest.mark.parametrize(
    ("retires", "last"),
    [
        (date(2028, 1, 12), date(2026, 1, 12)),
        (date(2028, 2, 29), date(2026, 2, 28)),
        (date(2026, 2, 28), date(2024, 2, 29)),
        (date(2027, 2, 28), date(2025, 2, 28)),
    ],
)
def test_two_years_to_retirement_include_the_second_anniversary(retires: date, last: date) -> None:
    assert last_day_with_margin(retires, 2) == last


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 10))
def test_the_last_day_with_margin_is_exactly_the_last(retires: date, years: int) -> None:
    last = last_day_with_margin(retires, years)
    assert add_years(last, years) <= retires < add_years(last + timedelta(days=1), years)
    assert last >= years_before(retires, years)


@given(BIRTHS, BIRTHS, st.sampled_from(PEOPLE))
def test_whoever_is_born_later_never_retires_earlier(
    one: date, two: date, person: tuple[Sex, str | None]
) -> None:
    first, second = sorted((one, two))
    results = [statutory_retirement(birth, *person, TABLE) for birth in (first, second)]
    assert results[0].date <= results[1].date
    assert results[0].delay_months <= results[1].delay_months


@given(BIRTHS, st.sampled_from(PEOPLE))
def test_the_delay_stays_between_nothing_and_the_cap(
    birth: date, person: tuple[Sex, str | None]
) -> None:
    sex, category = person
    line = next(item for item in TABLE.items if item.code == (category or "60"))
    result = statutory_retirement(birth, sex, category, TABLE)
    assert 0 <= result.delay_months <= line.cap_months
    age = result.age_years * 12 + result.age_months
    assert age == line.base_years * 12 + result.delay_months


def test_flexible_retirement_is_never_below_the_original_age() -> None:
    assert flexible_range(date(1967, 5, 12), "男", None, TABLE) == FlexibleRange(
        date(2027, 5, 12), date(2031, 1, 12)
    )
    assert flexible_range(date(1990, 5, 12), "女", "50", TABLE) == FlexibleRange(
        date(2042, 5, 12), date(2048, 5, 12)
    )


@pytest.mark.parametrize(
    ("year", "months"),
    [(2025, 180), (2029, 180), (2030, 186), (2031, 192), (2038, 234), (2039, 240), (2050, 240)],
)
def test_the_minimum_contribution_rises_from_2030_to_2039(year: int, months: int) -> None:
    assert minimum_contribution_months(year, TABLE) == months
