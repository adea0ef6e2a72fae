"""portal.common.contests: two requests at the same instant. Needs PostgreSQL."""

import threading
from functools import partial
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from portal.accounts.models import DemoAccount
from portal.common import contests
from portal.common.errors import DomainError
from portal.common.views import writes
from tests.races import all_at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _real_database() -> None:
    if connection.vendor != "postgresql":
        pytest.fail("contests are decided on PostgreSQL: set DATABASE_URL")


def note(label: str, says: str) -> None:
    """Add something to a row, which stays locked."""
    row = DemoAccount.objects.select_for_update().get(login=label)
    row.label += says
    row.save()


def entangled() -> Any:
    """A view that takes two rows in the order it is told; two of them wait for each other."""
    both, met = threading.Barrier(2), threading.Event()

    @writes
    def view(request: HttpRequest) -> HttpResponse:
        said = request.FILES["file"].read().decode()
        first, second = request.POST["order"]
        note(first, said)
        if not met.is_set():
            both.wait(timeout=10)
            met.set()
        note(second, said)
        return HttpResponse("saved")

    return view


def sent(rf: RequestFactory, order: str, says: str) -> HttpRequest:
    return rf.post("/", {"order": order, "file": SimpleUploadedFile("a.txt", says.encode())})


def test_who_loses_at_the_database_is_carried_out_once_more(rf: RequestFactory) -> None:
    for label in "ab":
        DemoAccount.objects.create(login=label, label="", password="x")
    view = entangled()
    answers = all_at_once([
        partial(view, sent(rf, "ab", "+")), partial(view, sent(rf, "ba", "-")),
    ])  # fmt: skip
    assert [getattr(answer, "status_code", answer) for answer in answers] == [200, 200]
    # Each wrote once in either row, whoever was first.
    said = DemoAccount.objects.values_list("label", flat=True)
    assert {"".join(sorted(text)) for text in said} == {"+-"}


def deadlocked() -> None:
    """Ask the database for the very error."""
    with connection.cursor() as cursor:
        cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '40P01'; END $$")


def test_who_loses_every_time_is_asked_to_try_later(rf: RequestFactory) -> None:
    tried = []

    def act() -> None:
        tried.append(DemoAccount.objects.create(label="a", login="", password="x"))
        deadlocked()

    with pytest.raises(DomainError, match="没有保存") as told:
        contests.in_transaction(act, rf.post("/"))
    assert (told.value.status, len(tried)) == (409, contests.ATTEMPTS)
    assert not DemoAccount.objects.exists()


def test_other_troubles_of_the_database_are_no_contest(rf: RequestFactory) -> None:
    tried = []

    def act() -> None:
        tried.append(1)
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = '53100'; END $$")

    with pytest.raises(OperationalError):
        contests.in_transaction(act, rf.post("/"))
    assert tried == [1]
