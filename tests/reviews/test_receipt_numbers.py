"""Objections of before receipt numbers get one when the portal is updated."""

import re
from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.apps import apps

from reviews.domain import objections
from reviews.models import Objection
from tests.reviews.test_publicity import show

pytestmark = pytest.mark.django_db


def test_objections_of_before_get_different_numbers_of_the_day_they_came_in() -> None:
    _, listing, _ = show("urumqi")
    rows = [objections.object_to(listing.items.get(), name="王某", contact="12345", text=text)
            for text in ("业绩不实", "材料不实", "年龄不符")]  # fmt: skip
    # Late in the evening in London it is the next day here.
    came = datetime(2026, 3, 1, 20, tzinfo=UTC)
    for row in rows:
        Objection.objects.filter(pk=row.pk).update(received_at=came, number=f"old{row.pk}")
        row.history.update(number="")
    step = import_module("reviews.migrations.0012_objection_receipt")
    step.number_old_ones(apps, None)
    numbers = [Objection.objects.get(pk=row.pk).number for row in rows]
    assert [bool(re.fullmatch(r"YY20260302\d{6}", number)) for number in numbers] == [True] * 3
    assert len(set(numbers)) == 3
    kept = [list(row.history.values_list("number", flat=True)) for row in rows]
    assert kept == [[number] for number in numbers]
