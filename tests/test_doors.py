"""Every address of the portal against every kind of person: the table in ``doors.yaml`` holds."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from jurisdictions.models import Jurisdiction
from portal.accounts.middleware import OPEN_PREFIXES
from portal.accounts.models import User
from tests.canary import CANARY, picture, plant
from tests.doors import (
    CITY_A,
    CITY_B,
    CITY_E,
    SIGN_IN,
    STRANGER,
    Door,
    World,
    addresses,
    is_console,
    is_ours,
    table,
)

pytestmark = pytest.mark.django_db
AUDIENCES, DOORS = table()
#: Words planted in the cities of the sample world beside city B, whose word is the canary.
BIRDS = {CITY_A: "杜鹃鸟", "rongchang": "画眉鸟", "urumqi": "百灵鸟", CITY_E: "黄鹂鸟"}
#: People whose duty is the whole portal: accounts, the record, the system. They belong to no city.
WHOLE_PORTAL = frozenset({"superuser", "security", "auditor"})
OURS = sorted(name for name in DOORS if is_ours(name)) if set(DOORS) <= set(addresses()) else []


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """All cities, made once and taken back after the last test of this file."""
    from django.conf import settings

    kept = settings.DEMO, settings.STAFF_MFA_REQUIRED
    with django_db_blocker.unblock(), transaction.atomic():
        settings.DEMO, settings.STAFF_MFA_REQUIRED = True, False
        made = World()
        # It is never committed: what waits for that need not be looked through at each request.
        connection.run_on_commit.clear()
        settings.DEMO = False
        yield made
        settings.DEMO, settings.STAFF_MFA_REQUIRED = kept
        transaction.set_rollback(True)


def readable(city: str = "") -> list[Door]:
    """Doors of ours that answer to GET, of one city or of all."""
    doors = [DOORS[name] for name in OURS if "GET" in DOORS[name].methods]
    return [door for door in doors if not city or door.city == city]


@dataclass
class Visits:
    """What one walk over all our pages found: each asked for once, by everybody of its city.

    Attributes:
        status: answer by door and role.
        canary: doors and roles that were shown the word planted in city B.
        birds: city of the door, door, role and city whose own word was shown.
        changed: tables in which a row is not what it was, files set aside.
    """

    status: dict[tuple[str, str], int] = field(default_factory=dict)
    canary: set[tuple[str, str]] = field(default_factory=set)
    birds: set[tuple[str, str, str, str]] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)

    def walk(self, world: World, doors: list[Door]) -> None:
        for door in doors:
            for role in world.clients[door.city]:
                answer = world.ask(role, "GET", world.path(door), door.city)
                self.status[door.name, role] = answer.status_code
                if CANARY.encode() in answer.body:
                    self.canary.add((door.name, role))
                for city, bird in BIRDS.items():
                    if bird.encode() in answer.body:
                        self.birds.add((door.city, door.name, role, city))


@pytest.fixture(scope="module")
def visits(world: World, django_db_blocker: Any) -> Visits:
    """Everybody looks at everything, once for the tests that ask what was seen."""
    found = Visits()
    pages, files = [], []
    for door in readable():
        kind = addresses()[door.name].callback.view_kind
        (files if kind == "serves" else pages).append(door)
    with django_db_blocker.unblock():
        planted = plant(Jurisdiction.objects.get(code=CITY_B))
        assert {"applications.Application", "reviews.StageRun", "accounts.Enterprise"} <= set(
            planted
        )
        for code, bird in BIRDS.items():
            touched = plant(Jurisdiction.objects.get(code=code), bird)
            assert touched["applications.Application"] > 0
        before = picture()
        found.walk(world, pages)
        after = picture()
        found.changed = {label for label, digest in after.items() if before[label] != digest}
        # Files are apart: who opened one may be written down.
        with transaction.atomic():
            found.walk(world, files)
            transaction.set_rollback(True)
    return found


def test_every_address_is_in_the_table() -> None:
    known = {name for name in addresses() if not is_console(name)}
    assert sorted(known - set(DOORS)) == [], "add a line for each to tests/doors.yaml"
    assert sorted(set(DOORS) - known) == [], "these lines name no address"


def test_every_view_of_ours_promises_to_read_write_or_serve() -> None:
    kinds = {name: getattr(addresses()[name].callback, "view_kind", None) for name in OURS}
    assert [name for name, kind in kinds.items() if kind not in {"reads", "writes", "serves"}] == []
    public = {name for name in OURS if getattr(addresses()[name].callback, "is_public", False)}
    opened = {name for name in OURS if DOORS[name].audience in ("everyone", "nobody")}
    assert public == opened


@pytest.mark.parametrize("name", sorted(DOORS))
def test_a_door_lets_in_whom_the_table_names(world: World, visits: Visits, name: str) -> None:
    door, wrong = DOORS[name], []
    path = world.path(door)
    for role in world.clients[door.city]:
        with transaction.atomic():
            for method in tried(door):
                got = visits.status.get((name, role)) if method == "GET" else None
                got = got or world.ask(role, method, path, door.city).status_code
                wanted = door.answers(role, method, AUDIENCES)
                if got not in wanted:
                    wrong.append(f"{role} {method} -> {got}, table says {sorted(wanted)}")
            transaction.set_rollback(True)
    assert wrong == [], "\n".join([path, *wrong])


def tried(door: Door) -> list[str]:
    """The methods everybody tries at a door; POST, which alone may change rows, comes last."""
    return ["GET", "PUT", "DELETE", "POST"] if is_ours(door.name) else ["GET", "POST"]


def test_the_other_city_does_not_exist(world: World, visits: Visits) -> None:
    """Every page of city B, asked for by everybody of city A: 404, and not a word of it."""
    wrong = []
    for door in readable(CITY_A):
        path = world.path(door, CITY_B)
        # An address that names no city was asked for by the same people in the walk.
        walked = path == world.path(door)
        for role, stranger in STRANGER.items():
            if walked:
                status, shown = visits.status[door.name, role], (door.name, role) in visits.canary
            else:
                answer = world.ask(role, "GET", path)
                status, shown = answer.status_code, CANARY.encode() in answer.body
            wanted = door.answers(stranger, "GET", AUDIENCES)
            if status not in wanted:
                wrong.append(f"{role} {path} -> {status}, table says {sorted(wanted)}")
            if shown:
                wrong.append(f"{role} {path} shows a private record of the other city")
    assert wrong == [], "\n".join(wrong)


def test_lists_and_pages_of_a_city_show_nothing_of_the_other(visits: Visits) -> None:
    shown: dict[str, set[str]] = {"ours": set(), "theirs": set()}
    for name, role in visits.canary:
        if role not in WHOLE_PORTAL:
            side = "theirs" if role.startswith("foreign") else "ours"
            shown[side].add(f"{role} {name}")
    assert shown["ours"] == set()
    # The word can be seen at all: by those whose city it is.
    assert {"foreign_administrator applications:manage", "foreign_officer reviews:worklist"} <= (
        shown["theirs"]
    )


def test_every_other_city_is_seen_by_its_own_people_only(visits: Visits) -> None:
    """Words of their own, planted before the same walk, tell whose record strayed."""
    strayed = {
        (where, door, role, city)
        for where, door, role, city in visits.birds
        if role not in WHOLE_PORTAL and (where != city or role.startswith("foreign"))
    }
    assert strayed == set()
    # The words can be seen at all: by those whose city it is.
    assert ("urumqi", "reviews:run-visit-item", "lead_officer", "urumqi") in visits.birds
    assert (CITY_A, "applications:manage", "administrator", CITY_A) in visits.birds
    client = Client()
    client.force_login(User.objects.get(email=f"admin@{CITY_E}.example"), backend=SIGN_IN)
    assert BIRDS[CITY_E] in client.get(reverse("applications:manage")).content.decode()


def test_reading_changes_no_row(visits: Visits) -> None:
    assert visits.changed == set()


@pytest.mark.parametrize("name", [n for n in sorted(DOORS) if "POST" in DOORS[n].methods])
def test_a_form_from_elsewhere_is_refused(world: World, name: str) -> None:
    """Whoever gets in, a POST without the token of our own page answers 403."""
    door, path = DOORS[name], world.path(DOORS[name])
    for role in set(AUDIENCES[door.audience]) & set(world.clients[door.city]):
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = world.clients[door.city][role].cookies
        assert strict.post(path).status_code == 403, f"{role} {path}"


@pytest.mark.parametrize("role", ["officer", "administrator", "superuser"])
def test_staff_without_a_second_factor_get_nowhere(world: World, settings: Any, role: str) -> None:
    settings.STAFF_MFA_REQUIRED = True
    enrol = reverse("mfa_activate_totp")
    strayed = []
    for door in readable(CITY_A):
        answer = world.ask(role, "GET", world.path(door))
        if world.path(door).startswith(OPEN_PREFIXES):
            continue
        if answer.status_code != 302 or answer.headers["Location"] != enrol:
            strayed.append(f"{door.name} -> {answer.status_code}")
    assert strayed == []


def test_the_console_is_for_the_system_administrators_only(world: World) -> None:
    got = {}
    for name in [name for name in addresses() if is_console(name)]:
        try:
            path = reverse(name)
        except NoReverseMatch:
            continue  # it needs the key of a record
        for role in world.clients[CITY_A]:
            if role != "superuser" and name not in ("admin:login", "admin:logout"):
                got[f"{role} {name}"] = world.ask(role, "GET", path).status_code
    assert "applicant admin:index" in got
    assert {key: code for key, code in got.items() if code not in (302, 403, 404)} == {}
