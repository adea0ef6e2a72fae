"""Statutory retirement age under 国务院关于渐进式延迟法定退休年龄的办法.

Every age, step and cap comes from `fixtures/national/retirement.yaml`; this module only
carries the arithmetic. A woman's original age (50 or 55) is asked, never guessed.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from jurisdictions.engine.dates import (
    MONTHS_A_YEAR,
    ONE_DAY,
    add_months,
    add_years,
    years_before,
)

Sex = Literal["男", "女"]

__all__ = [
    "ContributionRule",
    "FlexibleRange",
    "FlexibleRule",
    "Retirement",
    "RetirementCategory",
    "RetirementTable",
    "RetirementUnclearError",
    "Sex",
    "flexible_range",
    "last_day_with_margin",
    "minimum_contribution_months",
    "retirement_options",
    "statutory_retirement",
    "years_before",
]


class RetirementUnclearError(ValueError):
    """The facts do not settle which original retirement age applies."""


@dataclass(frozen=True)
class RetirementCategory:
    """One line of 办法 第一条: original age in years, step and cap in months."""

    __pydantic_config__ = {"extra": "forbid"}
    code: str
    label: str
    sex: Sex
    base_years: int
    step_months: int
    cap_months: int
    clause: str


@dataclass(frozen=True)
class FlexibleRule:
    """办法 第三条: how many years earlier or later somebody may retire."""

    __pydantic_config__ = {"extra": "forbid"}
    earlier_years: int
    later_years: int
    clause: str
    note: str


@dataclass(frozen=True)
class ContributionRule:
    """办法 第二条: minimum pension contribution, raised by a step each year."""

    __pydantic_config__ = {"extra": "forbid"}
    start_years: int
    end_years: int
    first_raise_year: int
    step_months: int
    clause: str


@dataclass(frozen=True)
class RetirementTable:
    """The national table; `effective_from` is also the month the delays start from."""

    __pydantic_config__ = {"extra": "forbid"}
    table: str
    title: str
    source: str
    effective_from: date
    items: tuple[RetirementCategory, ...]
    flexible: FlexibleRule
    minimum_contribution: ContributionRule
    note: str = ""

    def for_sex(self, sex: Sex) -> tuple[RetirementCategory, ...]:
        """The lines that can apply to a person of that sex."""
        if sex not in ("男", "女"):
            raise ValueError(f"性别应为“男”或“女”，现为“{sex}”。")
        return tuple(item for item in self.items if item.sex == sex)


@dataclass(frozen=True)
class Retirement:
    """Statutory retirement: the day, the age reached then, and the delay in months."""

    date: date
    age_years: int
    age_months: int
    delay_months: int

    @property
    def age_text(self) -> str:
        """60岁8个月, or 63岁 when there is no remainder."""
        rest = f"{self.age_months}个月" if self.age_months else ""
        return f"{self.age_years}岁{rest}"


@dataclass(frozen=True)
class FlexibleRange:
    """Earliest voluntary and latest agreed retirement (办法 第三条)."""

    earliest: date
    latest: date


def statutory_retirement(
    birth: date,
    sex: Sex,
    women_category: str | None,
    table: RetirementTable,
    *,
    as_of: date | None = None,
) -> Retirement:
    """The statutory retirement date of a person.

    Args:
        birth: date of birth.
        sex: 男 or 女.
        women_category: original age of a woman, "50" or "55"; ignored for men.
        table: the national retirement table.
        as_of: reference day; before the table takes effect the original ages hold and
            the delay is zero. Left out: the table holds.

    Raises:
        RetirementUnclearError: a woman's category is not set.
        ValueError: unknown sex or category.
    """
    options = retirement_options(birth, sex, women_category, table, as_of=as_of)
    if len(options) > 1:
        ages = "或".join(f"{code}周岁" for code, _label, _retirement in options)
        raise RetirementUnclearError(f"请先选择原法定退休年龄（{ages}），再计算法定退休日期。")
    return options[0][2]


def retirement_options(
    birth: date,
    sex: Sex,
    women_category: str | None,
    table: RetirementTable,
    *,
    as_of: date | None = None,
) -> list[tuple[str, str, Retirement]]:
    """Every result that is still possible, as (category code, label, retirement).

    One entry when the facts settle it; two for a woman whose category is unset. Arguments
    as `statutory_retirement`.

    Raises:
        ValueError: unknown sex or category.
    """
    lines = table.for_sex(sex)
    if women_category and len(lines) > 1:
        known = "、".join(line.code for line in lines)
        lines = tuple(line for line in lines if line.code == women_category)
        if not lines:
            raise ValueError(f"原法定退休年龄类别应为{known}之一，现为“{women_category}”。")
    return [(line.code, line.label, _apply(birth, line, table, as_of)) for line in lines]


def last_day_with_margin(retirement_date: date, years: int) -> date:
    """The last reference day from which at least `years` remain until retirement.

    The margin is there when reference day + years <= retirement date, the number included;
    a 29 February therefore still counts toward a retirement on 28 February.
    """
    day = years_before(retirement_date, years)
    while add_years(day + ONE_DAY, years) <= retirement_date:
        day += ONE_DAY
    return day


def flexible_range(
    birth: date, sex: Sex, women_category: str | None, table: RetirementTable
) -> FlexibleRange:
    """Earliest (never below the original age) and latest day of flexible retirement.

    Raises:
        RetirementUnclearError: a woman's category is not set.
    """
    result = statutory_retirement(birth, sex, women_category, table)
    age = result.age_years * MONTHS_A_YEAR + result.age_months
    original = age - result.delay_months
    rule = table.flexible
    earliest = max(age - rule.earlier_years * MONTHS_A_YEAR, original)
    return FlexibleRange(
        add_months(birth, earliest), add_months(birth, age + rule.later_years * MONTHS_A_YEAR)
    )


def minimum_contribution_months(year: int, table: RetirementTable) -> int:
    """Months of pension contributions needed by somebody who retires in that year."""
    rule = table.minimum_contribution
    raises = max(0, year - rule.first_raise_year + 1)
    months = rule.start_years * MONTHS_A_YEAR + raises * rule.step_months
    return min(months, rule.end_years * MONTHS_A_YEAR)


def _apply(
    birth: date, line: RetirementCategory, table: RetirementTable, as_of: date | None
) -> Retirement:
    delay = 0
    if as_of is None or as_of >= table.effective_from:
        delay = _delay_months(birth, line, table)
    months = line.base_years * MONTHS_A_YEAR + delay
    years, rest = divmod(months, MONTHS_A_YEAR)
    return Retirement(add_months(birth, months), years, rest, delay)


def _delay_months(birth: date, line: RetirementCategory, table: RetirementTable) -> int:
    """Months of delay: the months since the start, the birth month counted, by steps."""
    start = table.effective_from
    original = birth.year + line.base_years
    months = (original - start.year) * MONTHS_A_YEAR + birth.month - start.month + 1
    if months <= 0:
        return 0
    return min(-(-months // line.step_months), line.cap_months)
