"""Which studios an officer reaches: those his offices answer for, as with cases."""

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from applications.enums import StudioStatus
from applications.models import Studio
from assessments.domain import reminding
from assessments.models import Obligation
from assessments.queries import grades, reach
from jurisdictions.domain.offices import make_administrator
from jurisdictions.models import Jurisdiction
from portal.accounts.models import User
from portal.common.doors import grant
from portal.common.models import Notice
from reviews.domain import releasing
from reviews.models import Letter
from tests.applications.factories import publish_city
from tests.applications.studios import named
from tests.assessments import assessed as way
from tests.assessments.factories import (
    id_number,
    member_of,
    named_studio,
    officer_of,
    old_studio,
    unit_of,
)
from tests.factories import make_member, make_uscc, make_user
from tests.reviews import factories as make
from tests.reviews.standing import list_at
from tests.reviews.test_life import issue as end
from tests.reviews.test_life import pass_check
from tests.reviews.test_revoking import heard, inquiry
from tests.reviews.test_walks import issue

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


def test_an_officer_of_the_unit_sees_its_studio_only_as_the_unit_does(
    as_user: Callable[[User], Client], settings: Any
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    ruleset = publish_city("urumqi")
    studio = old_studio("urumqi", ruleset, number="OLD-1")
    other = old_studio(
        "urumqi", ruleset, number="OLD-2", occupation="焊工", unit_name="示例别家有限公司",
        unit_uscc=make_uscc("91500103MA5000002"), leader_id=id_number("65010219750307002"),
    )  # fmt: skip
    officer = officer_of(studio.jurisdiction)
    place = Jurisdiction.objects.get(pk=studio.jurisdiction_id)
    make_administrator(officer, place, by=None)
    assert seen(officer) == ["OLD-1", "OLD-2"]
    make_member(officer, unit_of(studio))
    assert seen(officer) == ["OLD-2"]
    assert list(reach.handled_by(officer)) == [other]
    assert (reach.roles_for(officer, studio), len(reach.roles_for(officer, other))) == ([], 1)
    client = as_user(officer)
    closed = [client.get(reverse(f"assessments:{name}", args=[studio.public_id]))
              for name in ("desk_studio", "revoke_new", "plaque", "recommend_new")]  # fmt: skip
    assert [answer.status_code for answer in closed] == [404] * 4
    assert client.get(reverse("assessments:studio", args=[studio.public_id])).status_code == 200


def seen_by_anybody(studio: Studio) -> list[bool]:
    """Whether register, search and check by either number tell a stranger of a studio."""
    client, register = Client(), reverse("assessments:register_public")
    pages = [client.get(register), client.get(register, {"q": studio.leaders.get().name})]
    for number in (studio.number, f"{studio.number}-P"):
        pages.append(client.get(reverse("assessments:verify", args=[number])))
    return [page.status_code == 200 and studio.name in page.content.decode() for page in pages]


def test_a_studio_is_public_only_once_its_naming_was_released() -> None:
    city = make.make_city("yuzhong", quota=5)
    releasing.choose_kinds(city.jurisdiction, ["result"], by=city.admin)
    run = list_at(city, [make.submitted(city)], "decision")
    assert run.listing is not None
    issue(city, run.listing)
    studio, letter = Studio.objects.get(), Letter.objects.get(kind="result")
    assert letter.release == "waiting"
    assert seen_by_anybody(studio) == [False] * 4
    # The office that named it goes on with its plaque meanwhile.
    assert list(reach.plaqued(city.jurisdiction)) == [studio]
    releasing.release(letter, by=city.admin)
    assert seen_by_anybody(studio) == [True] * 4


def test_the_unit_itself_meets_its_studio_only_once_the_naming_was_released(
    as_user: Callable[[User], Client], settings: Any
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    city = make.make_city("yuzhong", quota=5)
    releasing.choose_kinds(city.jurisdiction, ["result"], by=city.admin)
    case = make.submitted(city)
    run = list_at(city, [case], "decision")
    assert run.listing is not None
    issue(city, run.listing)
    studio, unit = Studio.objects.get(), as_user(case.application.created_by)
    home = reverse("assessments:studio", args=[studio.public_id])
    mine = reverse("assessments:mine")
    assert Obligation.objects.filter(studio=studio).exists()
    reminding.remind_all(timezone.localdate() + dt.timedelta(days=400))
    assert (unit.get(home).status_code, list(unit.get(mine).context["cards"])) == (404, [])
    assert not Notice.objects.filter(kind="studio_due").exists()
    releasing.release(Letter.objects.get(kind="result"), by=city.admin)
    assert (unit.get(home).status_code, len(unit.get(mine).context["cards"])) == (200, 1)


def test_a_unit_reads_its_grade_only_once_it_was_released(
    as_user: Callable[[User], Client], settings: Any
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    city = make.make_city("chaoyang")
    releasing.choose_kinds(city.jurisdiction, ["result"], by=city.admin)
    studio = way.studio_in(city)
    handler = member_of(studio)
    case = way.scored(city, way.filed(studio, handler), "70", way.assessors(city))
    way.graded(city, way.gathered(city, case), {case.pk: {"result": "g2", "text": "内部意见"}})
    unit, office = as_user(handler), as_user(city.admin)

    def told(client: Client) -> list[bool]:
        names = ("desk_studio" if client is office else "studio", "life", "summary_xlsx")
        pages = [client.get(reverse(f"assessments:{name}", args=[studio.public_id]))
                 for name in names]  # fmt: skip
        book = load_workbook(BytesIO(pages.pop().content))
        text = str([cell.value for sheet in book for line in sheet.iter_rows() for cell in line])
        return ["合格" in said for said in (*(page.content.decode() for page in pages), text)]

    assert (told(unit), told(office)) == ([False] * 3, [False] * 3)
    releasing.release(Letter.objects.get(kind="result", case=case), by=city.admin)
    assert (told(unit), told(office)[:2]) == ([True] * 3, [True] * 2)


def test_a_result_that_is_public_is_out_only_once_it_was_released() -> None:
    city = make.make_city("chaoyang")
    releasing.choose_kinds(city.jurisdiction, ["result"], by=city.admin)
    case = way.scored(city, way.filed(way.studio_in(city)), "70", way.assessors(city))
    way.graded(city, way.gathered(city, case), {case.pk: {"result": "g2", "text": "内部意见"}})
    assert list(grades.public()) == []
    releasing.release(Letter.objects.get(kind="result", case=case), by=city.admin)
    assert [row.grade for row in grades.public()] == ["合格"]


def known(studio: Studio) -> tuple[str, list[str], bool]:
    """What a stranger reads: the status, the filters that find the studio, any word of an end."""
    client, register = Client(), reverse("assessments:register_public")
    pages = {status: client.get(register, {"status": status}) for status in StudioStatus.values}
    found = [status for status, page in pages.items() if studio.name in page.content.decode()]
    check = client.get(reverse("assessments:verify", args=[studio.number]))
    ended = "终止" in check.content.decode()
    return check.context["tag"]["label"], found, ended


def test_a_revocation_is_public_only_once_it_was_released() -> None:
    city = make.make_city("urumqi")
    releasing.choose_kinds(city.jurisdiction, ["result"], by=city.admin)
    studio = named("urumqi", city.round)
    case, clerk = inquiry(city, studio, "city_bureau")
    pass_check(city, case)
    heard(city, case, clerk)
    end(city, case)
    assert known(studio) == ("在册", ["active"], False)
    releasing.release(Letter.objects.get(kind="result", case__application=case), by=city.admin)
    assert known(studio) == ("已终止", ["ended"], True)


def test_a_suspension_is_public_only_once_it_was_released() -> None:
    city = make.make_city("chaoyang")
    releasing.choose_kinds(city.jurisdiction, ["result"], by=city.admin)
    studio = way.studio_in(city)
    case = way.scored(city, way.filed(studio), "50", way.assessors(city))
    way.graded(
        city,
        way.gathered(city, case),
        {
            case.pk: {
                "result": "g3",
                "text": "内部意见",
                "until": (timezone.localdate() + dt.timedelta(days=60)).isoformat(),
            }
        },
    )
    assert known(studio) == ("在册", ["active"], False)
    releasing.release(Letter.objects.get(kind="result", case=case), by=city.admin)
    assert known(studio) == ("整改中", ["suspended"], False)
