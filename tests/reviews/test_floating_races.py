"""Contests for places that float: the database gives each away once. Needs PostgreSQL."""

from functools import partial
from typing import Any

import pytest
from django.db import connection

from portal.common.errors import DomainError
from reviews.domain import lists
from reviews.models import QuotaSlot
from tests.races import ROUNDS, all_at_once
from tests.reviews import factories as make
from tests.reviews.test_kinds import to_list

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _real_database() -> None:
    if connection.vendor != "postgresql":
        pytest.fail("contests are decided on PostgreSQL: set DATABASE_URL")


def floating(document: dict[str, Any]) -> None:
    """A third of those who applied, rounded down, instead of a number."""
    rounds = document["procedures"]["establish"]["rounds"]
    share = {"share": "34%", "rounding": "down"}
    rounds["quota"] = [{"floating": share, "clause": rounds["quota"][0]["clause"]}]


def test_those_who_choose_at_once_never_exceed_a_floating_quota() -> None:
    city = make.make_city("rongchang", change=floating)
    city.round.quota = None
    city.round.save(update_fields=["quota"])
    listing = to_list(city, "proposed_list", cases=6)
    items = list(listing.items.all())
    officer = city.person(make.list_run(listing).office)
    for _ in range(ROUNDS):
        results = all_at_once([partial(lists.choose, item, by=officer) for item in items])
        assert sum(isinstance(result, DomainError) for result in results) == 4
        assert sorted(QuotaSlot.objects.values_list("number", flat=True)) == [1, 2]
        QuotaSlot.objects.all().delete()
