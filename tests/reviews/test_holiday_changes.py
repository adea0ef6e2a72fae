"""Last days in working days follow the table of holidays, and whom they concern is told."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.models import Event
from jurisdictions.domain.holidays import remove_day, set_day
from jurisdictions.models import Holiday
from portal.common.clock import Clock
from portal.common.models import Notice
from reviews.domain import clock as clocks
from reviews.domain import extending, sheets, sweeping
from reviews.models import ClockStop, StageRun
from tests.reviews import factories as make
from tests.reviews.days import at, at_panel, december, due, may, seated, sign
from tests.reviews.standing import handler

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(place: make.City) -> StageRun:
    return at_panel(place, 0)


def told() -> list[tuple[str, str]]:
    """Who was told of another day, and what."""
    rows = Notice.objects.filter(key__startswith="reckoned:").select_related("user")
    return sorted((str(row.user), row.title) for row in rows)


def test_a_day_off_that_is_entered_later_moves_open_days_and_says_why(
    time: Clock, place: make.City, run: StageRun
) -> None:
    set_day(may(20), "off", "临时放假", by=place.admin)
    assert (sweeping.sweep(), sweeping.sweep()) == (1, 0)
    assert due(run) == (may(26), may(26))
    event = Event.objects.get(kind="due_reckoned")
    assert event.text == (
        "初评：节假日安排有变动，办理期限原为2026年5月25日，现办理期限为2026年5月26日"
    )
    assert (event.data["old"], event.data["due"]) == ("2026-05-25", "2026-05-26")
    number = run.case.application.number
    assert told() == sorted([
        (str(place.person(run.office)), f"期限变动：{number}"),
        (str(run.case.application.created_by), f"办理期限变动：{number}"),
    ])  # fmt: skip
    remove_day(Holiday.objects.get(day=may(20)), by=place.admin)
    assert (sweeping.sweep(), due(run)) == (1, (may(25), may(25)))
    assert len(told()) == 4


def test_a_day_elsewhere_in_the_year_tells_nobody_anything(
    time: Clock, place: make.City, run: StageRun
) -> None:
    set_day(may(27), "off", "临时放假", by=place.admin)
    assert (sweeping.sweep(), due(run), told()) == (0, (may(25), may(25)), [])


def test_a_last_day_is_never_moved_into_the_past_and_one_that_has_passed_stays(
    time: Clock, place: make.City, run: StageRun
) -> None:
    at(time, may(25))
    set_day(may(16), "work", "调休", by=place.admin)
    set_day(may(17), "work", "调休", by=place.admin)
    assert (sweeping.sweep(), due(run), told()) == (0, (may(25), may(25)), [])
    at(time, may(26))
    set_day(may(18), "off", "临时放假", by=place.admin)
    set_day(may(19), "off", "临时放假", by=place.admin)
    set_day(may(20), "off", "临时放假", by=place.admin)
    assert (sweeping.sweep(), due(run)) == (0, (may(25), may(25)))


def test_extensions_and_the_days_of_experts_are_kept_when_the_table_changes(
    time: Clock, place: make.City, run: StageRun
) -> None:
    at(time, may(13))
    (seat,) = seated(place, run, 1)
    at(time, may(15))
    sign(seat)
    sweeping.sweep()
    row = extending.propose(
        StageRun.objects.get(pk=run.pk), days=3, reason="须补充核实材料", by=handler(place, run)
    )
    extending.decide(row, approve=True, by=place.person(run.office, "approver"))
    assert due(run) == (date(2026, 6, 1), date(2026, 6, 1))
    set_day(may(14), "off", "临时放假", by=place.admin)
    # One day less to work, and one day less on which the clock stood still.
    assert (sweeping.sweep(), due(run)[0]) == (0, date(2026, 6, 1))
    set_day(may(18), "off", "临时放假", by=place.admin)
    assert (sweeping.sweep(), due(run)[0]) == (1, date(2026, 6, 2))
    assert ClockStop.objects.get().days == 1


def test_the_clock_goes_on_as_soon_as_the_last_expert_has_signed(
    time: Clock, place: make.City, run: StageRun, django_capture_on_commit_callbacks: Any
) -> None:
    at(time, may(13))
    one, two = seated(place, run, 1, 2)
    at(time, may(15))
    with django_capture_on_commit_callbacks(execute=True):
        sign(one)
    assert due(run) == (None, None)
    with django_capture_on_commit_callbacks(execute=True):
        sign(two)
    assert due(run) == (may(27), may(27))
    with django_capture_on_commit_callbacks(execute=True):
        sheets.unlock(one, by=handler(place, run), reason="漏写一项评分")
    assert due(run) == (None, None)


def test_a_stop_that_ends_in_a_year_without_holidays_says_what_it_waits_for(time: Clock) -> None:
    city, case = december(time)
    run = make.run_of(case)
    (seat,) = seated(city, run, 1)
    at(time, date(2027, 1, 6))
    sign(seat)
    assert (sweeping.sweep(), sweeping.sweep()) == (1, 0)
    run.refresh_from_db()
    assert (run.due_on, run.stopped_on) == (None, None)
    assert clocks.words(run) == "到期日待定：尚未公布 2027 年节假日安排"
    resumed = Event.objects.get(kind="clock_resumed")
    assert resumed.text == "恢复计时：到期日待定：尚未公布 2027 年节假日安排"
    set_day(date(2027, 1, 1), "off", "元旦", by=None)
    assert (sweeping.sweep(), sweeping.sweep()) == (1, 0)
    # 8 working days of December and 3 of January did not count: ten are left after the 6th.
    assert due(run) == (date(2027, 1, 20), date(2027, 1, 20))
    assert ClockStop.objects.get().days == 11


def test_the_sweep_asks_as_little_for_many_passages_as_for_one(
    time: Clock, place: make.City, run: StageRun
) -> None:
    counts = []
    for serial in (0, 1):
        if serial:
            at_panel(place, serial)
        sweeping.sweep()
        with CaptureQueriesContext(connection) as captured:
            assert sweeping._to_reckon() == []
        counts.append(len(captured))
    assert counts[0] == counts[1]
