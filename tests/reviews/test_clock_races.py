"""Two clocks at the same moment: a stop ends once, and begins once. Need PostgreSQL."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from portal.common.clock import moved
from reviews.domain import seating, sweeping
from reviews.models import ClockStop, StageRun
from tests.races import all_at_once
from tests.reviews import factories as make
from tests.reviews import panel_factories as panels
from tests.reviews.days import with_limit

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
LIMIT = {"days": 10, "unit": "calendar", "stops_for": ["experts"]}


@pytest.fixture
def scene() -> tuple[make.City, StageRun]:
    if connection.vendor != "postgresql":
        pytest.fail("contests are decided on PostgreSQL: set DATABASE_URL")
    city = make.make_city("urumqi", change=partial(with_limit, kind="panel", limit=LIMIT))
    return city, panels.at_panel(city, make.submitted(city))


def test_two_appointments_and_two_sweeps_move_the_last_day_once(
    scene: tuple[make.City, StageRun],
) -> None:
    city, run = scene
    due = run.due_on
    assert due is not None
    by, people = panels.handler(city, run), panels.pool(city, 2)
    got = all_at_once([
        lambda one=one: seating.appoint(run, [one], by=by) for one in people
    ])  # fmt: skip
    assert [len(r) for r in got if isinstance(r, list)] == [1, 1]
    stop = ClockStop.objects.get(run=run)
    with moved() as clock:
        clock.go_on(3)
        for row in got:
            assert isinstance(row, list)
            panels.opinion(seating.declare(row[0], by=row[0].expert.user, clear=True))
        assert sorted(all_at_once([sweeping.sweep] * 2)) == [0, 1]
    stop.refresh_from_db()
    assert (stop.days, StageRun.objects.get(pk=run.pk).due_on) == (3, due + timedelta(days=3))


def test_the_database_lets_a_clock_stand_still_once(scene: tuple[make.City, StageRun]) -> None:
    run, day = scene[1], scene[1].opened_at.date()
    ClockStop.objects.create(run=run, unit="calendar", since=day)
    with pytest.raises(IntegrityError, match="clock_stopped_once"), transaction.atomic():
        ClockStop.objects.create(run=run, unit="calendar", since=day)
    with pytest.raises(IntegrityError, match="clock_goes_on_after"), transaction.atomic():
        ClockStop.objects.create(run=run, unit="calendar", since=day,
                                 until=day - timedelta(days=1))  # fmt: skip
