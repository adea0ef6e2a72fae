"""Contests about assessments, decided by the database. Need PostgreSQL."""

import uuid

import pytest
from django.db import connection
from django.utils import timezone

from applications.domain import submission
from applications.models import Application, Submission
from assessments.domain import assessing, calendar
from assessments.models import Obligation
from portal.common.errors import DomainError
from reviews.domain import gathering
from reviews.models import Case, List
from tests.assessments import assessed as way
from tests.assessments.factories import member_of
from tests.races import all_at_once
from tests.reviews import factories as make

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _real_database() -> None:
    if connection.vendor != "postgresql":
        pytest.fail("contests are decided on PostgreSQL: set DATABASE_URL")


def test_two_clocks_open_one_assessment_and_unit_and_office_file_it_once() -> None:
    city = make.make_city("yuzhong")
    studio, today = way.studio_in(city), timezone.localdate()
    calendar.open_for(studio, today)
    all_at_once([lambda: assessing.open_all(today)] * 2)
    application = Application.objects.get(studio=studio)
    row = Obligation.objects.get(application=application)
    user, officer = member_of(studio), city.person(city.office("bureau"))
    way.write(application, way.self_scores(application), user)
    results = all_at_once([
        lambda: submission.submit(application, by=user, idempotency_key=uuid.uuid4()),
        lambda: assessing.take_over(row, by=officer, on=today, reason="单位未报送"),
    ])  # fmt: skip
    assert sum(1 for result in results if isinstance(result, DomainError)) == 1
    assert (Submission.objects.count(), Case.objects.count()) == (1, 1)


def test_two_handlers_draw_up_one_list_of_those_that_wait() -> None:
    city = make.make_city("yuzhong")
    people = way.assessors(city)
    cases = [way.scored(city, way.filed(way.studio_in(city, n)), "80", people) for n in (1, 2)]
    handler = city.person(cases[0].office)
    results = all_at_once([lambda: gathering.gather(cases[0], by=handler)] * 2)
    assert [str(r) for r in results if isinstance(r, DomainError)] == ["没有等待列入名单的办理件。"]
    assert List.objects.get().items.count() == 2
