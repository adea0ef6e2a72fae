"""Contests that the database decides: one leader, one submission, one number."""

import uuid
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from applications.domain import claims, recoding, submission
from applications.models import Application, Claim, EffectRun, Submission
from applications.queries import filing_of
from jurisdictions.engine.facts import build_facts
from jurisdictions.queries import policy_of
from portal.accounts.models import Enterprise
from portal.common.errors import DomainError
from tests.applications.factories import applicant, call, filled, publish_city
from tests.applications.test_changing import decided
from tests.applications.test_recoding import NEW, asked, hosted
from tests.applications.test_reverting import take_back
from tests.factories import make_uscc
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


def _recode(unit: Enterprise, code: str) -> str:
    with transaction.atomic():
        return recoding.recode(unit, code, by=None)[0].uscc


def test_a_code_is_never_given_and_registered_at_once() -> None:
    unit, _ = applicant()
    for number in range(ROUNDS):
        code = make_uscc(f"91650103MA6{number:06d}")
        register = partial(Enterprise.objects.create, name="示例新户", uscc=code)
        given, registered = all_at_once([partial(_recode, unit, code), register])
        assert isinstance(given, str) != isinstance(registered, Enterprise), (given, registered)
        assert isinstance(given, str | DomainError)
        assert isinstance(registered, Enterprise | IntegrityError)
        assert Enterprise.objects.filter(uscc=code).count() == 1


def _locked(queries: CaptureQueriesContext) -> list[str]:
    """Tables in the order in which their rows were locked first."""
    found = [row["sql"].split('FROM "')[1].split('"')[0] for row in queries.captured_queries
             if "FOR UPDATE" in row["sql"]]  # fmt: skip
    return list(dict.fromkeys(found))


def test_a_change_of_code_and_its_amendment_lock_in_the_same_order() -> None:
    ruleset = publish_city(CITY)
    studio, _ = hosted(ruleset)
    change = asked(studio, NEW)
    with CaptureQueriesContext(connection) as done:
        decided(change)
    with CaptureQueriesContext(connection) as undone:
        take_back(change)
    order = ["applications_application", "applications_studio", "accounts_enterprise"]
    assert [[table for table in _locked(queries) if table in order] for queries in (
        done, undone)] == [order, order]  # fmt: skip
    assert EffectRun.objects.get(application=change, kind="rename_unit").undone.pk
