"""Two windows, two workers, two people at once: told once, kept twice, released once."""

from functools import partial
from typing import Any

import pytest
from django.db import connection

from portal.common.errors import DomainError
from portal.common.models import Notice, OutboxMail
from portal.common.notifying import notify
from reviews.domain import filters, reading, releasing, typed
from reviews.models import Case, Correction, Letter, ReadReceipt, SavedFilter, TypedText
from tests.races import ROUNDS, all_at_once
from tests.reviews import factories as make
from tests.reviews.test_releasing import sent_back, waits

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _real_database() -> None:
    if connection.vendor != "postgresql":
        pytest.fail("contests are decided on PostgreSQL: set DATABASE_URL")


def faults(results: list[Any]) -> list[Exception]:
    return [result for result in results if isinstance(result, Exception)]


def test_two_workers_tell_an_occasion_once() -> None:
    user = make.make_user("told@example.gov.cn", staff=True)
    for number in range(ROUNDS):
        tell = partial(notify, [user], "due", "到期", key=f"race:{number}")
        assert faults(all_at_once([tell, tell])) == []
    assert Notice.objects.count() == ROUNDS
    assert OutboxMail.objects.count() == ROUNDS


def test_of_two_windows_that_save_at_once_both_texts_stay() -> None:
    user = make.make_user("typing@example.gov.cn", staff=True)
    for number in range(ROUNDS):
        save = [partial(typed.keep, f"run:{number}", {"opinion": [text]}, by=user, version=0,
                        based_on=0) for text in ("甲", "乙")]  # fmt: skip
        results = all_at_once(save)
        assert faults(results) == []
        assert sorted(kept.clash for kept in results if isinstance(kept, typed.Kept)) == [
            False, True]  # fmt: skip
        row = TypedText.objects.get(place=f"run:{number}")
        assert {row.fields["opinion"][0], row.aside["opinion"][0]} == {"甲", "乙"}


def test_two_windows_leave_one_default_filter() -> None:
    user = make.make_user("filters@example.gov.cn", staff=True)
    rows = [filters.save_filter(name, "tab=todo", by=user) for name in ("一", "二")]
    for _ in range(ROUNDS):
        results = all_at_once([partial(filters.make_default, row, by=user) for row in rows])
        assert faults(results) == []
        assert SavedFilter.objects.filter(is_default=True).count() == 1


def test_a_letter_is_released_or_held_back_by_one_of_two_people_and_read_once() -> None:
    city = make.make_city("urumqi")
    case = make.submitted(city)
    waits(city, "correction")
    letter = sent_back(city, case)
    boss = city.person(letter.run.office, "approver")
    results = all_at_once([
        partial(releasing.release, letter, by=boss),
        partial(releasing.hold_back, letter, by=city.admin, reason="须再核对"),
    ])  # fmt: skip
    assert [type(error) for error in faults(results)] == [DomainError]
    sent = Letter.objects.get(pk=letter.pk).release == "sent"
    state = Case.objects.get(pk=case.pk).state
    assert (state, Correction.objects.filter(sent_at__isnull=False).exists()) == (
        ("returned", True) if sent else ("open", False))  # fmt: skip
    read = partial(reading.note, case, letter, by=case.application.created_by, way="download")
    assert faults(all_at_once([read, read])) == []
    assert ReadReceipt.objects.count() == 1
