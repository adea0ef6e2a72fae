"""Fixtures shared by all tests."""

import gc
import time
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client, TransactionTestCase

from jurisdictions.engine.check import check_policy
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.problems import Problem
from portal.accounts.enums import MemberRole
from portal.accounts.models import Enterprise, User
from portal.common.sandbox import parse_in_child
from tests.browser import chromium, context, page, watcher
from tests.emptying import empty_tables
from tests.factories import make_enterprise, make_member, make_user

#: Files that take minutes. Begun last, one of them would run alone while the other process waits.
LONG = [
    "tests/test_doors.py",
    "tests/reviews/test_every_act.py",
    "tests/reviews/test_every_procedure.py",
    "tests/reviews/test_canaries.py",
    "tests/journeys/test_urumqi.py",
    "tests/journeys/test_yuzhong.py",
    "tests/journeys/test_rongchang.py",
    "tests/journeys/test_ziyang.py",
    "tests/journeys/test_chaoyang.py",
    "tests/applications/test_browser.py",
    "tests/reviews/test_demo.py",
]

__all__ = ["chromium", "context", "page", "watcher"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first: parallel processes then end at the same time."""
    items.sort(key=lambda item: _place(item.nodeid.partition("::")[0]))


def _place(file: str) -> int:
    return LONG.index(file) if file in LONG else len(LONG)


def pytest_collection_finish() -> None:
    """What is there when the tests begin stays to the end: nobody looks through it for rubbish.

    The rest is looked through less often. Memory is plenty, and an eighth of the run went into it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Sign-in limits of one test never reach the next."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True, scope="session")
def _read_files_once() -> Iterator[None]:
    """The same sample paper is sent a thousand times; the real reader looks at it once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("portal.common.files.parse_in_child", lru_cache(256)(parse_in_child))
        yield


@pytest.fixture(autouse=True, scope="session")
def _check_policies_once() -> Iterator[None]:
    """The same policy is published a thousand times; the real check looks at it once."""
    known: dict[tuple[str, ...], list[Problem]] = {}

    def check(policy: Policy) -> list[Problem]:
        parts = (policy.ruleset, policy.inventory, policy.catalogue)
        key = (*(part.model_dump_json() for part in parts), repr(policy.national))
        if key not in known:
            known[key] = check_policy(policy)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("jurisdictions.domain.publish.check_policy", check)
        yield


@pytest.fixture(autouse=True, scope="session")
def _empty_tables_quickly() -> Iterator[None]:
    """Tests that commit leave no row, and take no second each to do so."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_tables)
        yield


@pytest.fixture(autouse=True)
def _no_worker_at_contests(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A contest is decided by rows: the sheets that workers draw afterwards nobody looks at."""
    if request.node.get_closest_marker("race"):
        monkeypatch.setattr("portal.common.queue._send", lambda task, ids: None)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """End what still holds a connection when the run is over.

    A request that a failing test left behind in the live server would keep PostgreSQL from
    dropping the test database, and hide the failure behind a second one.
    """
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture
def enterprise(db: None) -> Enterprise:
    """The unit of alice and paula."""
    return make_enterprise()


@pytest.fixture
def alice(enterprise: Enterprise) -> User:
    """Handler of the unit."""
    user = make_user("alice@example.com", name="艾丽")
    make_member(user, enterprise)
    return user


@pytest.fixture
def paula(enterprise: Enterprise) -> User:
    """Principal of the unit."""
    user = make_user("13800000002", name="鲍拉")
    make_member(user, enterprise, MemberRole.PRINCIPAL)
    return user


@pytest.fixture
def bob(db: None) -> User:
    """Handler of another unit: what is alice's does not exist for him."""
    user = make_user("bob@example.com", name="鲍勃")
    make_member(user, make_enterprise("另一示例有限公司"))
    return user


@pytest.fixture
def dora(db: None) -> User:
    """Works for an office."""
    return make_user("dora@example.gov.cn", name="朵拉", staff=True)


@pytest.fixture
def as_user(settings: object) -> object:
    """Return a function that gives a client of somebody who has just given his password."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="portal.accounts.backends.LoginBackend")
        session = client.session
        given = {"method": "password", "at": time.time(), "reauthenticated": True}
        session["account_authentication_methods"] = [given]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()
        return client

    return sign_in
