"""Which studios an officer reaches: those his offices answer for, as with cases."""

import datetime as dt

import pytest

from applications.models import Studio
from assessments.queries import reach
from jurisdictions.domain.offices import make_administrator
from jurisdictions.models import Jurisdiction
from portal.accounts.models import User
from portal.common.doors import grant
from tests.applications.factories import publish_city
from tests.assessments.factories import id_number, named_studio, officer_of, old_studio
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def two_districts() -> tuple[Studio, Studio]:
    ruleset = publish_city("urumqi")
    one = old_studio("urumqi", ruleset, number="OLD-1", district="天山区", occupation="钳工")
    two = old_studio(
        "urumqi", ruleset, number="OLD-2", district="沙依巴克区", occupation="焊工",
        leader_id=id_number("65010219750307002"),
    )  # fmt: skip
    return one, two


def seen(user: User) -> list[str]:
    return [studio.number for studio in reach.of_places(user)]


@pytest.mark.parametrize(
    ("role", "covers", "numbers"),
    [
        ("district_bureau", "天山区", ["OLD-1"]),
        ("district_bureau", "水磨沟区", []),
        ("district_bureau", "", ["OLD-1", "OLD-2"]),
        ("city_bureau", "", ["OLD-1", "OLD-2"]),
        ("no_such_role", "", []),
    ],
)
def test_a_district_reaches_its_own_and_a_city_role_reaches_all(
    role: str, covers: str, numbers: list[str]
) -> None:
    studio, _ = two_districts()
    officer = officer_of(studio.jurisdiction, role=role, covers=covers)
    assert seen(officer) == numbers
    assert [row.number for row in reach.handled_by(officer).order_by("number")] == numbers


def test_an_office_that_is_only_consulted_has_no_desk() -> None:
    studio = old_studio("rongchang")
    officer = officer_of(studio.jurisdiction, role="police")
    assert seen(officer) == []
    assert not reach.places_of(officer).exists()


def test_a_department_reaches_the_studios_of_its_trade() -> None:
    studio = named_studio("yuzhong", dt.date(2026, 3, 10))
    assert studio.department != ""
    mine = officer_of(studio.jurisdiction, role="department", covers=studio.department)
    other = officer_of(
        studio.jurisdiction, "other@example.gov.cn", role="department", covers="示例其他部门"
    )
    assert seen(mine) == [studio.number]
    assert seen(other) == []


def test_an_administrator_enters_and_an_overseer_only_reads() -> None:
    studio, _ = two_districts()
    admin, leader = make_user("a@example.gov.cn"), make_user("l@example.gov.cn")
    place = Jurisdiction.objects.get(pk=studio.jurisdiction_id)
    make_administrator(admin, place, by=None)
    grant(leader, "oversee", place)
    assert seen(admin) == seen(leader) == ["OLD-1", "OLD-2"]
    assert reach.handled_by(admin).count() == 2
    assert reach.handled_by(leader).count() == 0
