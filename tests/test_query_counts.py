"""Pages ask the database as often for twenty rows as for one, and seldom."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from applications.domain import drafts
from applications.models import Application, Studio
from jurisdictions.domain.offices import make_administrator
from jurisdictions.models import Jurisdiction
from portal.accounts.models import User
from reviews.domain import gathering
from reviews.models import Case, List, ListItem, StageRun
from reviews.queries import open_run_of
from tests.applications.factories import applicant, publish_city
from tests.assessments.factories import id_number, old_studio
from tests.factories import make_member, make_uscc, make_user
from tests.reviews.factories import City, make_city, submitted
from tests.reviews.standing import waiting

SIZES = (1, 3, 20)


def signed_in(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, backend="portal.accounts.backends.LoginBackend")
    return client


def queries(client: Client, address: str) -> int:
    """Queries of a page that has been open before: what a process keeps is kept."""
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


def copy(row: Any, **changes: Any) -> Any:
    fields = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in ("id", "public_id")
    }
    made = type(row)(**fields)
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def multiplied(case: Case, wanted: int) -> list[Case]:
    """The case and copies of it, each of a filing of its own with its open passage."""
    run = open_run_of(case)
    have = Application.objects.filter(jurisdiction=case.jurisdiction).count()
    rows = [copy(case.application, number=f"Q-{n:04d}") for n in range(have, wanted)]
    cases = [copy(case, application=row) for row in Application.objects.bulk_create(rows)]
    Case.objects.bulk_create(cases)
    if run is not None:
        StageRun.objects.bulk_create([copy(run, case=one) for one in cases])
    return cases


def measured(grow: Callable[[int], object], client: Client, address: str) -> list[int]:
    found = []
    for size in SIZES:
        grow(size)
        found.append(queries(client, address))
    return found


@pytest.fixture
def city(db: object, settings: Any) -> City:
    settings.STAFF_MFA_REQUIRED = False
    return make_city("urumqi")


def assert_flat(counts: list[int], most: int) -> None:
    assert counts == [counts[0]] * len(SIZES)
    assert counts[0] <= most


def test_the_worklist_asks_as_often_whatever_waits(city: City) -> None:
    case = submitted(city)
    assert case.office is not None
    client = signed_in(city.person(case.office))
    assert_flat(measured(partial(multiplied, case), client, "/review/"), 25)


def test_the_worklist_and_the_index_of_lists_ask_as_often_however_many_lists(city: City) -> None:
    case = waiting(city, submitted(city))
    assert case.office is not None
    boss = city.person(case.office, "approver")
    listing = gathering.create_list(city.round, by=city.person(case.office))
    run = StageRun.objects.get(listing=listing)
    StageRun.objects.filter(pk=run.pk).update(waiting_for="approver", state="signing")

    def grow(size: int) -> None:
        rows = [copy(listing, claimed_by=boss, claimed_until=timezone.now() + timedelta(hours=1))
                for _ in range(List.objects.count(), size)]  # fmt: skip
        run.refresh_from_db()
        List.objects.bulk_create(rows)
        StageRun.objects.bulk_create([copy(run, listing=row) for row in rows])

    client = signed_in(boss)
    assert_flat(measured(grow, client, "/review/lists/"), 25)
    assert_flat(measured(grow, client, "/review/"), 25)


def test_the_administrators_list_asks_as_often_whatever_was_filed(city: City) -> None:
    case = submitted(city)
    client = signed_in(city.admin)
    address = "/manage/applications/"
    assert_flat(measured(partial(multiplied, case), client, address), 16)


def test_the_page_of_a_list_asks_as_often_however_long_it_is(city: City) -> None:
    case = waiting(city, submitted(city))
    assert case.office is not None
    handler = city.person(case.office)
    listing = gathering.create_list(city.round, by=handler)
    client, first = signed_in(handler), listing.items.get()

    def grow(size: int) -> None:
        cases = multiplied(case, size)
        have = listing.items.count()
        items = [copy(first, case=one, position=have + n) for n, one in enumerate(cases, 1)]
        ListItem.objects.bulk_create(items)

    assert_flat(measured(grow, client, f"/review/lists/{listing.public_id}/"), 39)


def test_what_a_unit_sees_of_its_drafts_asks_as_often_however_many(city: City) -> None:
    unit, user = applicant()
    draft = drafts.start(city.round, unit, by=user)
    client = signed_in(user)

    def grow(size: int) -> None:
        have = Application.objects.filter(enterprise=unit).count()
        Application.objects.bulk_create([copy(draft) for _ in range(have, size)])

    assert_flat(measured(grow, client, "/apply/"), 10)
    assert_flat(measured(grow, client, f"/apply/{draft.public_id}/"), 20)


def test_what_a_unit_sees_of_filings_under_review_asks_as_often_however_many(city: City) -> None:
    case = submitted(city)
    user = make_user("many@example.com")
    make_member(user, case.application.enterprise)
    client = signed_in(user)
    grow = partial(multiplied, case)
    assert_flat(measured(grow, client, "/apply/"), 10)
    assert_flat(measured(grow, client, f"/apply/{case.application.public_id}/"), 31)


@pytest.fixture
def studios(db: object, settings: Any) -> Callable[[int], None]:
    """Makes studios until there are so many, each with a unit and a leader of its own."""
    settings.STAFF_MFA_REQUIRED = False
    ruleset = publish_city("yuzhong")

    def grow(size: int) -> None:
        for n in range(Studio.objects.count(), size):
            old_studio(
                "yuzhong",
                ruleset,
                name=f"示例{n}工作室",
                number=f"OLD-2024-{n:03d}",
                unit_uscc=make_uscc(f"91500103MA5{n:06d}"),
                leader_id=id_number(f"50010319750307{n:03d}"),
            )

    return grow


@pytest.mark.parametrize("view", ["due", "overdue", "grants", "risk", "all"])
def test_the_desk_of_studios_asks_as_often_however_many(
    studios: Callable[[int], None], view: str
) -> None:
    studios(1)
    admin = make_user("desk@example.gov.cn", staff=True)
    make_administrator(admin, Studio.objects.get().jurisdiction, by=None)
    assert_flat(
        measured(studios, signed_in(admin), f"{reverse('assessments:desk')}?view={view}"), 38
    )


@pytest.mark.parametrize("address", ["/", "/studios/", "/notices/"])
def test_public_pages_ask_as_often_however_many_studios(
    studios: Callable[[int], None], address: str
) -> None:
    assert_flat(measured(studios, signed_in(None), address), 20)


def test_the_home_page_asks_as_often_however_many_places(db: object) -> None:
    def grow(size: int) -> None:
        for n in range(Jurisdiction.objects.count(), size):
            Jurisdiction.objects.create(code=f"place{n}", name=f"示例{n}市")

    assert_flat(measured(grow, signed_in(None), "/"), 10)
