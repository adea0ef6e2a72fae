"""Every address that changes something of a studio, tried by everybody, while it lives and after.

Only whom the table names may change anything; whoever else tries leaves every row as it was.
"""

from typing import Any

import pytest
from django.db import transaction

from applications.models import Studio
from tests.acts import table
from tests.assessments.doors_of_studios import Try, ground, tries
from tests.reviews.trying import barred_now, rows, writes

pytestmark = [pytest.mark.django_db, pytest.mark.bar]


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def said(client: Any, one: Try) -> str:
    """Send it: ``changed``, or the status of the answer and whether anything was written."""
    with writes() as seen:
        answer = client.post(one.path, one.data())
    kept = [sql for sql in seen if "django_session" not in sql]
    done = answer.status_code in (200, 302) and bool(kept)
    return "changed" if done else f"{answer.status_code}{', something was written' if kept else ''}"


def wrong_at(clients: dict[str, Any], found: list[Try], *, ended: bool) -> str:
    """Everything that is not as the table says."""
    wrong, before = [], rows()
    for one in found:
        who = one.after if ended else one.who
        for role in barred_now(clients, who):
            if "changed" in (got := said(clients[role], one)) or "written" in got:
                wrong.append(f"{role} may {one.name}")
    if rows() != before:
        wrong.append("a refused act left something behind")
    for one in found:
        for role in sorted(one.after if ended else one.who):
            with transaction.atomic():
                got = said(clients[role], one)
                transaction.set_rollback(True)
            if got != "changed":
                wrong.append(f"{role} may not {one.name}: {got}")
    return "\n".join(wrong)


def test_only_whom_the_table_names_changes_anything_of_a_studio(as_user: Any) -> None:
    at = ground()
    found = list(tries(at))
    clients = {role: as_user(user) for role, user in at.people.items()}
    assert wrong_at(clients, found, ended=False) == ""
    Studio.objects.filter(pk__in=[at.young.pk, at.old.pk]).update(
        status="ended", ended_on=at.today
    )  # fmt: skip
    assert wrong_at(clients, found, ended=True) == ""
    assert sorted({one.door for one in found}) == sorted(table()["studios"])
