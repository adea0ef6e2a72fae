"""A filing on two lists lapses while somebody works on one of them. Needs PostgreSQL."""

import threading
import time

import pytest
from django.db import connection, connections, transaction

from applications.models import Application
from reviews.domain import cases, lists
from reviews.models import Case, List
from tests.reviews import factories as make
from tests.reviews.standing import list_at

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def waits() -> bool:
    """Whether another session waits for a lock that this one holds."""
    with connection.cursor() as cursor:
        # Inside a transaction the list of sessions is read once and kept.
        cursor.execute("select pg_stat_clear_snapshot()")
        cursor.execute(
            "select count(*) from pg_stat_activity"
            " where pg_backend_pid() = any(pg_blocking_pids(pid))"
        )
        return bool(cursor.fetchone()[0])


def lock_apart(application: Application) -> None:
    try:
        with transaction.atomic():
            cases.lock_for(application)
    finally:
        connections.close_all()


def test_no_case_is_held_while_the_second_list_is_waited_for() -> None:
    if connection.vendor != "postgresql":
        pytest.fail("contests are decided on PostgreSQL: set DATABASE_URL")
    city = make.make_city("urumqi", quota=5)
    run = list_at(city, [make.submitted(city), make.another(city, 1)], "publicity")
    assert run.listing is not None
    item, by = run.listing.items.order_by("position")[1], city.person(run.office)
    lists.set_item(item, "held", by=by, reason="材料待核实")
    second = lists.supplement(run.listing, by=by)
    # Lists of filings outside a call share no round that would keep two people apart.
    List.objects.update(round=None)
    thread = threading.Thread(target=lock_apart, args=(item.case.application,))
    with transaction.atomic():
        List.objects.select_for_update().get(pk=second.pk)
        thread.start()
        deadline = time.monotonic() + 20
        while not waits() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert waits()
        held = Case.objects.select_for_update(nowait=True)
        assert held.get(pk=item.case_id).pk == item.case_id
    thread.join(timeout=20)
    assert not thread.is_alive()
