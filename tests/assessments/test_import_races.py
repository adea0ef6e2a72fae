"""The button of an import pressed twice at the same instant. Needs PostgreSQL."""

import hashlib
from base64 import b64encode
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from applications.models import Event, Studio
from assessments.interfaces import studio_import
from jurisdictions.domain.offices import make_administrator
from portal.accounts.models import User
from portal.common import jobs
from portal.common.models import Job
from tests.applications.factories import publish_city
from tests.assessments.test_importing import row, workbook
from tests.factories import make_user
from tests.races import ROUNDS, all_at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
WHERE, AT_ONCE, SIZE = "assessments:import_studios", 2, {"small": 2, "large": 3}
# Each enters studios of its own and opens pages: a quarter of the usual rounds.
TIMES = max(ROUNDS // 4, 1)


@pytest.fixture
def admin(settings: Any, monkeypatch: pytest.MonkeyPatch) -> User:
    """The administrator of a city; three studios are many here, so that rounds are quick."""
    if connection.vendor != "postgresql":
        pytest.fail("contests are decided on PostgreSQL: set DATABASE_URL")
    settings.STAFF_MFA_REQUIRED = False
    monkeypatch.setattr(studio_import, "AT_ONCE", AT_ONCE)
    person = make_user("admin@example.gov.cn", name="示例管理员")
    make_administrator(person, publish_city("yuzhong").jurisdiction, by=None)
    return person


def pressed_twice(clients: list[Client], first: int, count: int) -> list[Any]:
    """The answers to two presses of the button under one workbook."""
    content = workbook(*(row(nth) for nth in range(first, first + count))).read()
    given = {"sha256": hashlib.sha256(content).hexdigest(), "content": b64encode(content).decode()}
    address = reverse(WHERE, args=["yuzhong"])
    return all_at_once([partial(client.post, address, given) for client in clients])


def test_the_second_press_of_a_small_import_hears_that_all_are_entered(
    admin: User, as_user: Any
) -> None:
    count, desk = SIZE["small"], reverse("assessments:desk")
    clients = [as_user(admin) for _ in range(2)]
    for number in range(TIMES):
        answers = pressed_twice(clients, 10 + number * count, count)
        assert [(answer.status_code, answer.get("Location")) for answer in answers] == [
            (302, desk), (302, desk),
        ]  # fmt: skip
        told = [str(next(iter(client.get(desk).context["messages"]))) for client in clients]
        assert sorted(told) == [
            f"已补录 {count} 个工作室。",
            f"这份表格已经导入，{count} 个工作室均已在册，没有重复登记。",
        ]
        assert Studio.objects.count() == (number + 1) * count
        assert Event.objects.filter(kind="studios_imported").count() == number + 1


def test_two_presses_of_a_large_import_start_one_job_that_enters_once(
    admin: User, as_user: Any
) -> None:
    clients, count = [as_user(admin) for _ in range(2)], SIZE["large"]
    for number in range(TIMES):
        answers = pressed_twice(clients, 10 + number * count, count)
        job = Job.objects.latest("created_at")
        page = reverse("common:job", args=[job.pk])
        assert [answer.get("Location") for answer in answers] == [page, page]
        assert Job.objects.count() == number + 1
        # Two workers take it up at the same instant as well.
        assert all_at_once([partial(jobs.run, job.pk) for _ in range(2)]) == [None, None]
        job.refresh_from_db()
        assert (job.state, job.attempts) == ("done", 1)
        assert Studio.objects.count() == (number + 1) * count
