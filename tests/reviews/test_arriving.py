"""申报截止 that binds the arrival is seen by the office that must have done its part by then."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from applications.interfaces import progress
from applications.models import Application
from jurisdictions.domain.rounds import close_round, extend_round
from jurisdictions.queries import closing_day, policy_of
from reviews.domain import extending
from reviews.interfaces.worklist import row
from reviews.models import Case
from reviews.queries import with_rows
from tests.reviews import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(db: None) -> make.City:
    return make.make_city("rongchang")


def told(case: Case) -> tuple[Any, Any, str]:
    """The day as the worklist sorts by it, as the unit reads it, and as the officer does."""
    fresh = with_rows(Case.objects.filter(pk=case.pk)).get()
    place = progress.place_of(Application.objects.get(pk=case.application_id))
    cell = next(cell for cell in row(fresh)["cells"] if cell["th"] == "办理期限")
    return fresh.due_on, place.until if place else None, cell.get("sub", cell.get("text"))


def last_day(city: make.City) -> Any:
    city.round.refresh_from_db()
    return closing_day(policy_of(city.ruleset), city.round.closes_at)


def test_what_comes_before_the_arrival_is_due_on_the_closing_day_and_follows_it(
    city: make.City,
) -> None:
    case, first = make.submitted(city), last_day(city)
    assert told(case) == (first, first, str(first))
    later = city.round.closes_at + timedelta(days=5)
    extend_round(city.round, later, by=city.admin, reason="申报单位较多")
    day = first + timedelta(days=5)
    assert told(case) == (day, day, str(day))
    run = make.run_of(case)
    assert extending.why_not(run, make.stage_shape(city, run)).startswith("本环节的期限由申报截止")
    close_round(last_call(city), by=city.admin, reason="名额已满，提前截止")
    assert told(case)[0] == timezone.localdate()


def last_call(city: make.City) -> Any:
    city.round.refresh_from_db()
    return city.round


def test_at_the_arrival_and_after_it_nothing_is_due_by_the_closing_day(city: make.City) -> None:
    case = make.submitted(city)
    make.pass_check(city, make.run_of(case))
    assert make.run_of(case).stage == "reception"
    assert told(case) == (None, None, "未规定")


def test_where_the_submit_is_bound_the_closing_day_binds_no_office(db: None) -> None:
    assert told(make.submitted(make.make_city("yuzhong"))) == (None, None, "未规定")
