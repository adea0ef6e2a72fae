"""What the text leaves to the deciding office is chosen with the grade; caps are shown before."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applications.models import Application, Event
from assessments.models import GradeRecord, GrantDue
from reviews.models import Case, List
from tests.applications.test_reverting import take_back
from tests.assessments import assessed as way
from tests.reviews import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


@pytest.fixture
def listing() -> tuple[make.City, List, list[Case]]:
    """Five studios of a city that grades by choice, on their list."""
    city = make.make_city("chaoyang")
    people = way.assessors(city)
    cases = [
        way.scored(city, way.filed(way.studio_in(city, n)), "95" if n == 1 else "70", people)
        for n in range(1, 6)
    ]
    return city, way.gathered(city, cases[0]), cases


def desk_of(city: make.City, listing: List) -> Client:
    """A handler of the office that has the list."""
    client = Client()
    user = city.person(make.list_run(listing).office)
    client.force_login(user, backend="portal.accounts.backends.LoginBackend")
    return client


@pytest.mark.clause("chaoyang-15-2", "chaoyang-16-1")
def test_a_declined_grant_is_not_due_and_the_choice_stands_in_the_record(
    listing: tuple[make.City, List, list[Case]],
) -> None:
    city, row, cases = listing
    given: dict[int, dict[str, Any]] = {
        case.pk: {"result": "g2", "text": "达到标准"} for case in cases
    }
    given[cases[0].pk] = {"result": "g1", "text": "业绩突出", "given": {"extra_grant": "no"}}
    way.graded(city, row, given)
    application = Application.objects.get(pk=cases[0].application_id)
    assert GradeRecord.objects.get(application=application).grade == "优秀"
    assert GrantDue.objects.filter(grant="extra_grant").count() == 0
    assert application.effects.filter(kind="grant").count() == 0
    line = Event.objects.get(kind="may_chosen")
    assert (line.application, line.text) == (application, "“追加资助”由机构决定：决定不给予")
    assert line.data == {"effect": "extra_grant", "given": False}


@pytest.mark.clause("chaoyang-15-2")
def test_an_amendment_grants_nothing_that_nobody_chose(
    listing: tuple[make.City, List, list[Case]],
) -> None:
    city, row, cases = listing
    given: dict[int, dict[str, Any]] = {
        case.pk: {"result": "g2", "text": "达到标准"} for case in cases
    }
    way.graded(city, row, given)
    application = Application.objects.get(pk=cases[0].application_id)
    assert "“追加资助”未随更正给予" in take_back(application, "g1")
    assert GradeRecord.objects.get(application=application).grade == "优秀"
    assert GrantDue.objects.filter(grant="extra_grant").count() == 0
    assert application.effects.filter(kind="grant").count() == 0
    assert [row.text for row in application.events.filter(kind="may_chosen")] == [
        "“追加资助”由机构决定：未作选择，不给予"
    ]


@pytest.mark.clause("chaoyang-11-5")
def test_cap_used_and_left_are_shown_before_anything_is_saved(
    listing: tuple[make.City, List, list[Case]],
) -> None:
    city, row, cases = listing
    client = desk_of(city, row)
    address = reverse("reviews:list", args=[row.public_id])
    text = "“优秀”不超过 1 个：5 个的20%，向下取整；"
    first = client.get(address).content.decode()
    assert f"{text}现评定 0 个，还可评定 1 个，尚未评定 5 个" in first
    items = {item.case_id: item.pk for item in row.items.all()}
    typed = {f"result-{items[case.pk]}": "g1" for case in cases[:2]}
    act = reverse("reviews:list-act", args=[row.public_id])
    shown = client.post(act, {"action": "preview", "version": "0", **typed})
    assert shown.status_code == 200
    page = shown.content.decode()
    assert f"{text}现评定 2 个，超出 1 个，尚未评定 3 个" in page
    assert f'id="may-{items[cases[0].pk]}-extra_grant"' in page
    assert page.count('<option value="g1" selected>优秀</option>') == 2
    assert make.list_run(row).data.get("items") is None
    assert f"{text}现评定 0 个" in client.get(address).content.decode()
