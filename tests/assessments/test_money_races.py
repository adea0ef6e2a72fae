"""Public money is paid or its studio ends: never both unnoticed. Needs PostgreSQL."""

from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from applications.domain import lifecycle, procedures
from applications.domain.effects import DecisionContext
from applications.models import Application, Studio
from assessments.domain import ledger
from assessments.models import Clawback, GrantDue
from jurisdictions.engine.derived.revocation import REVOKE
from portal.common.errors import DomainError
from tests.applications.studios import complete, hand_in, named
from tests.races import ROUNDS, Kept, all_at_once
from tests.reviews import factories as make

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def test_a_grant_paid_as_the_studio_is_revoked_is_refused_or_claimed_back() -> None:
    if connection.vendor != "postgresql":
        pytest.fail("contests are decided on PostgreSQL: set DATABASE_URL")
    city = make.make_city("urumqi")
    studio, today = named("urumqi", city.round), timezone.localdate()
    office = city.office("city_bureau")
    clerk = city.person(office)
    case = procedures.open_on_studio(
        studio, REVOKE, by=clerk, office=office, answers={"revoke.grounds": ["违规挪用资金的"]}
    )
    complete(case, {"revoke.facts": "查明的事实。"}, by=clerk)
    hand_in(case, by=clerk)
    grant, before = GrantDue.objects.get(studio=studio), Kept("applications", "assessments")
    assert grant.amount
    context = DecisionContext(on=today, by=clerk, office=office)
    for _ in range(ROUNDS):
        paid, ended = all_at_once([
            partial(ledger.pay_grant, grant, by=clerk, on=today, amount=grant.amount),
            partial(lifecycle.decide, case, "revoked", context=context),
        ])  # fmt: skip
        assert isinstance(ended, Application), ended
        assert isinstance(paid, GrantDue | DomainError), paid
        assert Studio.objects.get(pk=studio.pk).ended_on == today
        came = grant.amount if isinstance(paid, GrantDue) else 0
        assert Clawback.objects.get(studio=studio).amount == came
        assert bool(GrantDue.objects.get(pk=grant.pk).paid_on) is bool(came)
        before.back()
