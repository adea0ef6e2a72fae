"""Contests that the database decides: one leader, one submission, one number."""

import uuid
from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone

from applications.domain import claims, submission
from applications.models import Application, Claim, Submission
from applications.queries import filing_of
from jurisdictions.engine.facts import build_facts
from jurisdictions.queries import policy_of
from tests.applications.factories import call, filled, publish_city
from tests.races import ROUNDS, all_at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

CITY = "urumqi"


def _take(application: Application) -> int:
    with transaction.atomic():
        facts = build_facts(
            policy_of(application.ruleset), application.procedure, filing_of(application)
        )
        return len(claims.take(application, facts))


def test_two_units_that_claim_the_same_leader_never_both_hold_him() -> None:
    round_ = call(publish_city(CITY))
    rivals = [filled(CITY, round_), filled(CITY, round_)]
    for _ in range(ROUNDS):
        results = all_at_once([partial(_take, rival) for rival in rivals])
        refused = [result for result in results if isinstance(result, claims.ClaimHeldError)]
        assert len(refused) == 1, results
        holders = set(
            Claim.objects.filter(released_at__isnull=True, exclusive=True).values_list(
                "application", flat=True
            )
        )
        assert len(holders) == 1
        Claim.objects.filter(released_at__isnull=True).update(released_at=timezone.now())


def test_twenty_clicks_on_submit_make_one_submission() -> None:
    application = filled(CITY, call(publish_city(CITY)))
    key = uuid.uuid4()
    clicks = [
        partial(submission.submit, application, by=application.created_by, idempotency_key=key)
        for _ in range(ROUNDS)
    ]
    results = all_at_once(clicks)
    assert {getattr(result, "pk", result) for result in results} == {Submission.objects.get().pk}
    application.refresh_from_db()
    assert application.version == 0
    assert Submission.objects.count() == 1


def test_filings_submitted_together_get_numbers_of_their_own() -> None:
    round_ = call(publish_city(CITY))
    ids = ("650102197510203117", "650103199003152525", "650104199506081139")
    filings = []
    for number, occupation in zip(ids, ("焊工", "钳工", "车工"), strict=True):
        sex = "男" if int(number[16]) % 2 else "女"
        filings.append(
            filled(
                CITY,
                round_,
                leader__id_number=number,
                leader__occupation=occupation,
                leader__sex=sex,
                leader__women_category=None if sex == "男" else "50",
            )
        )
    results = all_at_once(
        [
            partial(
                submission.submit,
                filing,
                by=filing.created_by,
                idempotency_key=uuid.uuid4(),
                reasons={},
            )
            for filing in filings
        ]
    )
    assert all(isinstance(result, Submission) for result in results), results
    numbers = {Application.objects.get(pk=filing.pk).number for filing in filings}
    assert len(numbers) == len(filings)
