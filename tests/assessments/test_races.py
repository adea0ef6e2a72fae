"""Contests on a real database: an opinion, a receipt and a payment happen once."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection

from assessments.domain import calendar, handovers, receiving
from assessments.domain.handing_in import hand_in
from assessments.models import Member, Obligation, Opinion, Permit, PlaqueHandover
from tests.assessments.factories import member_of, named_studio, old_studio
from tests.races import all_at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ON = dt.date(2024, 12, 31)


def test_one_expert_is_heard_once_and_a_paper_received_once() -> None:
    studio = old_studio("yuzhong")
    user = member_of(studio)
    calendar.open_for(studio, ON)
    row = hand_in(Obligation.objects.get(), by=user, on=ON, text="示例计划")
    said = {"by": user, "on": ON, "expert": "示例专家", "text": "目标明确"}
    told = all_at_once([lambda: receiving.add_opinion(row, **said) for _ in range(4)])
    assert sum(isinstance(result, Opinion) for result in told) == 1
    taken = all_at_once([lambda: receiving.receive(row, by=user, on=ON) for _ in range(4)])
    assert sum(isinstance(result, Obligation) for result in taken) == 1


@pytest.mark.parametrize("model", [Opinion, PlaqueHandover])
def test_the_constraint_holds_without_the_check(model: Any) -> None:
    names = {c.name for c in model._meta.constraints}
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table)
    assert names <= set(found)


def test_a_plaque_goes_out_once_and_a_person_gets_one_permit() -> None:
    studio = named_studio("yuzhong", ON)
    Obligation.objects.filter(kind="agreement").update(done_on=ON, received_on=ON)
    given = {"by": None, "on": ON, "to": "示例经办人"}
    told = all_at_once([lambda: handovers.hand_plaque(studio, **given) for _ in range(4)])
    assert sum(isinstance(result, PlaqueHandover) for result in told) == 1
    Member.objects.create(studio=studio, name="新成员", joined_on=ON)
    new = {"by": None, "holder": "新成员", "on": ON}
    told = all_at_once([lambda: handovers.add_permit(studio, **new) for _ in range(4)])
    assert sum(isinstance(result, Permit) for result in told) == 1
