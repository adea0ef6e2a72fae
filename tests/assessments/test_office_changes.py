"""An office begins a change from its page of the studio; its procedures lead to their cases."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import Application, Studio
from applications.queries import visible_to_unit
from assessments.interfaces.changing import Deciders, begins_changes, change_page
from jurisdictions.domain.offices import appoint, save_office
from portal.accounts.models import User
from portal.common.doors import grant
from reviews.models import Case
from tests.applications.studios import complete, hand_in, named
from tests.applications.test_changing import MOVE, RENAME, begun, happened, owner
from tests.factories import make_user
from tests.reviews import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


@pytest.fixture
def city() -> make.City:
    return make.make_city("urumqi")


@pytest.fixture
def studio(city: make.City) -> Studio:
    return named("urumqi", city.round)


def desk(studio: Studio) -> str:
    return reverse("assessments:desk_studio", args=[studio.public_id])


def wizard(studio: Studio) -> str:
    return reverse("assessments:change_new", args=[studio.public_id])


def decider(city: make.City) -> User:
    """A handler of the office that decides changes."""
    return city.person(city.office("district_bureau"))


@pytest.mark.clause("urumqi-18-2-b")
def test_the_office_begins_a_change_and_the_unit_sees_it(
    as_user: Any, city: make.City, studio: Studio
) -> None:
    client = as_user(decider(city))
    assert "发起变更" in client.get(desk(studio)).content.decode()
    assert client.get(wizard(studio)).context["officer"] is True
    answer = client.post(wizard(studio), {"path": MOVE})
    change = Application.objects.get(studio=studio, procedure=MOVE)
    address = reverse("applications:tasks", args=[change.public_id])
    assert answer.headers["Location"] == address
    assert change.entered_by_office == city.office("district_bureau")
    assert client.get(address).status_code == 200
    assert change in visible_to_unit(owner(studio))
    rows = client.get(desk(studio)).context["procedures"]
    assert [row["url"] for row in rows] == [address]


def test_whose_office_has_no_part_in_a_change_does_not_begin_it(
    as_user: Any, city: make.City, studio: Studio
) -> None:
    leader = make_user("leader@example.gov.cn", name="示例分管领导", staff=True)
    grant(leader, "oversee", studio.jurisdiction)
    client = as_user(leader)
    assert client.get(wizard(studio)).context["officer"] is False
    assert client.post(wizard(studio), {"path": MOVE}).status_code == 403
    assert Application.objects.filter(procedure=MOVE).count() == 0


def test_procedures_lead_an_officer_to_their_cases_and_to_no_draft_of_the_unit(
    as_user: Any, city: make.City, studio: Studio
) -> None:
    begun(studio, RENAME)
    filed = begun(studio, MOVE)
    complete(filed, happened(**{"change.new_address": "示例路9号"}), by=owner(studio))
    hand_in(filed, by=owner(studio))
    case = Case.objects.get(application=filed)
    page = as_user(city.admin).get(desk(studio))
    assert [row["url"] for row in page.context["procedures"]] == [
        reverse("reviews:case", args=[case.public_id]), "",
    ]  # fmt: skip
    mine = as_user(owner(studio)).get(reverse("assessments:studio", args=[studio.public_id]))
    assert [row["url"] for row in mine.context["procedures"]] == [
        reverse("applications:timeline", args=[filed.public_id]),
        reverse("applications:tasks", args=[Application.objects.get(procedure=RENAME).public_id]),
    ]


def test_who_decides_is_asked_once_for_each_role(city: make.City, studio: Studio) -> None:
    desk_office = save_office(city.jurisdiction, code="other", name="其他机构", by=city.admin)
    officer = make_user("other@example.gov.cn", name="经办员")
    appoint(officer, desk_office, "handler", by=city.admin, reason="分工安排")
    deciders = Deciders(studio)
    with CaptureQueriesContext(connection) as asked:
        change_page(deciders, "office", offices=[desk_office])
        assert begins_changes(studio, officer, deciders) is False
    paths = [p for e in deciders.policy.ruleset.changes.events for p in e.paths]
    roles = {role for path in paths for role in (*path.via, *path.decides)}
    bindings = [q for q in asked if 'FROM "jurisdictions_officebinding"' in q["sql"]]
    leaders = [q for q in asked if q["sql"].startswith('SELECT "applications_studioleader"')]
    assert (len(bindings), len(leaders)) == (len(roles), 1)
