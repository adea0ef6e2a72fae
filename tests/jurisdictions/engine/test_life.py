"""Days of the life after naming: papers, assessments, windows, bans, mending."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jurisdictions.engine.dates import add_months
from jurisdictions.engine.life import (
    Due,
    PeriodError,
    assessments_due,
    ban_until,
    day_in_year,
    grant_due,
    mending_until,
    papers_due,
    reminders,
    standing,
    window_last_day,
    window_open,
)
from jurisdictions.engine.policy import load_policy
from jurisdictions.schema.life import YearDay

FIXTURES = Path(__file__).parents[3] / "fixtures"
YUZHONG = load_policy(FIXTURES / "yuzhong.yaml")[0]
URUMQI = load_policy(FIXTURES / "urumqi.yaml")[0]
CHAOYANG = load_policy(FIXTURES / "chaoyang.yaml")[0]
DAYS = st.dates(min_value=date(2015, 1, 1), max_value=date(2045, 12, 31))
LATER = st.integers(0, 4000).map(lambda days: timedelta(days=days))


@given(DAYS, LATER)
def test_papers_open_before_they_are_due_and_never_before_the_naming(
    founded: date, later: timedelta
) -> None:
    found = papers_due(URUMQI, founded_on=founded, until=founded + later)
    assert all(founded <= due.opens_on <= due.due_on for due in found)
    assert len({(due.item, due.period) for due in found}) == len(found)


@given(DAYS, LATER, LATER)
def test_what_has_opened_stays_open_as_time_goes_on(
    founded: date, sooner: timedelta, later: timedelta
) -> None:
    first = papers_due(URUMQI, founded_on=founded, until=founded + sooner)
    both = papers_due(URUMQI, founded_on=founded, until=founded + sooner + later)
    assert set(first) <= set(both)
    opened = assessments_due(YUZHONG, founded_on=founded, term_until=None, until=founded + sooner)
    more = assessments_due(
        YUZHONG, founded_on=founded, term_until=None, until=founded + sooner + later
    )
    assert set(opened) <= set(more)


@given(DAYS, st.integers(1, 10))
def test_assessments_fall_on_the_corresponding_day_of_every_second_year(
    founded: date, number: int
) -> None:
    falls_on = add_months(founded, 24 * number)
    found = assessments_due(CHAOYANG, founded_on=founded, term_until=None, until=falls_on)
    assert [due.opens_on for due in found][-1] == falls_on
    assert len(found) == number


@given(DAYS)
def test_the_window_ends_on_the_corresponding_day_and_that_day_is_inside(founded: date) -> None:
    last = window_last_day(URUMQI, founded)
    assert last == add_months(founded, 48)
    assert window_open(URUMQI, founded, last)
    assert not window_open(URUMQI, founded, last + timedelta(days=1))


@given(DAYS, st.integers(1, 5))
def test_a_ban_ends_on_its_anniversary(decided: date, years: int) -> None:
    until = ban_until(decided, years)
    assert (until.year, until.month) == (decided.year + years, decided.month)
    assert until.day in (decided.day, 28)


@pytest.mark.parametrize(
    ("notified", "until"),
    [
        (date(2027, 11, 30), date(2028, 2, 29)),
        (date(2026, 11, 30), date(2027, 2, 28)),
        (date(2027, 1, 31), date(2027, 4, 30)),
        (date(2027, 5, 31), date(2027, 8, 31)),
    ],
)
def test_three_months_end_at_the_month_end_where_there_is_no_such_day(
    notified: date, until: date
) -> None:
    rule = YUZHONG.ruleset.assessments["biennial"].grades[1].rectification
    assert rule is not None
    assert mending_until(rule, notified) == until


def test_a_studio_founded_on_a_leap_day_is_assessed_at_the_end_of_february() -> None:
    found = assessments_due(
        CHAOYANG, founded_on=date(2024, 2, 29), term_until=None, until=date(2028, 3, 1)
    )
    assert [due.opens_on for due in found] == [date(2026, 2, 28), date(2028, 2, 29)]


@pytest.mark.parametrize(
    ("year", "day"), [(2027, date(2027, 2, 28)), (2028, date(2028, 2, 29))]
)  # fmt: skip
def test_a_yearly_leap_day_falls_on_the_last_day_of_february(year: int, day: date) -> None:
    assert day_in_year(YearDay(month=2, day=29), year) == day


def test_a_day_that_an_office_sets_must_lie_in_its_year() -> None:
    rule = YearDay(set_by="bureau")
    assert day_in_year(rule, 2027) is None
    assert day_in_year(rule, 2027, date(2027, 3, 1)) == date(2027, 3, 1)
    with pytest.raises(PeriodError, match="不在2027年内"):
        day_in_year(rule, 2027, date(2028, 3, 1))


DUE = Due("plan", 2026, 2027, date(2026, 11, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("on", "handed_in", "found"),
    [
        (date(2026, 10, 31), None, "later"),
        (date(2026, 11, 1), None, "open"),
        (date(2026, 12, 31), None, "open"),
        (date(2027, 1, 1), None, "overdue"),
        (date(2027, 3, 1), date(2026, 12, 31), "in_time"),
        (date(2027, 3, 1), date(2027, 1, 1), "late"),
    ],
)
def test_the_due_day_itself_is_in_time(on: date, handed_in: date | None, found: str) -> None:
    assert standing(DUE, on, handed_in) == found


def test_reminders_fall_thirty_and_seven_days_before() -> None:
    paper = YUZHONG.ruleset.calendar[0]
    assert reminders(paper, DUE) == (date(2026, 12, 1), date(2026, 12, 24))


def test_reminders_before_the_opening_are_left_out() -> None:
    paper = YUZHONG.ruleset.calendar[0]
    late = Due("plan", 2026, 2027, date(2026, 12, 20), date(2026, 12, 31))
    assert reminders(paper, late) == (date(2026, 12, 24),)


@pytest.mark.parametrize(
    ("same_year", "months", "last"),
    [
        (True, None, date(2026, 12, 31)),
        (False, 24, date(2028, 8, 31)),
        (True, 24, date(2026, 12, 31)),
        (False, None, None),
    ],
)
def test_a_grant_is_due_by_the_earlier_of_its_limits(
    *, same_year: bool, months: int | None, last: date | None
) -> None:
    assert grant_due(date(2026, 8, 31), same_year=same_year, within_months=months) == last


def test_nothing_falls_due_after_the_end() -> None:
    found = papers_due(
        URUMQI, founded_on=date(2026, 3, 1), until=date(2030, 1, 1), ended_on=date(2027, 12, 30)
    )
    assert {due.period for due in found} == {2026}
