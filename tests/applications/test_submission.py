"""Submitting a filing: complete, incomplete, twice, and against somebody else's right."""

import uuid

import pytest

from applications.domain import claims, lifecycle, submission
from applications.domain.submission import SubmitBlockedError
from applications.enums import Status
from applications.models import Claim, Document, Submission
from portal.common.models import SealedValue
from tests.applications.factories import call, filled, publish_city, submit

CITY = "urumqi"


@pytest.mark.django_db
def test_a_complete_filing_is_submitted_with_a_number_and_a_digest() -> None:
    round_ = call(publish_city(CITY))
    application = filled(CITY, round_)
    done = submit(application)
    application.refresh_from_db()
    assert application.status == Status.SUBMITTED
    assert done.number == 1
    assert len(done.digest) == 64
    assert application.number is not None
    assert application.number.startswith(f"WLMQ-{round_.year}-")
    assert application.studio_name == "示例张建疆焊工技能大师工作室"


@pytest.mark.django_db
def test_id_numbers_never_enter_answers() -> None:
    application = filled(CITY, call(publish_city(CITY)))
    done = submit(application)
    assert "650102197510203117" not in str(done.answers)
    assert done.answers["leader.id_number"]["shown"] == "650102********3117"
    assert SealedValue.objects.count() >= 3


@pytest.mark.django_db
def test_the_same_key_gives_the_same_submission() -> None:
    application = filled(CITY, call(publish_city(CITY)))
    key = uuid.uuid4()
    first = submission.submit(application, by=application.created_by, idempotency_key=key)
    second = submission.submit(application, by=application.created_by, idempotency_key=key)
    assert first.pk == second.pk
    assert Submission.objects.count() == 1


@pytest.mark.django_db
def test_an_incomplete_filing_is_stopped_with_every_fault_named() -> None:
    application = filled(CITY, call(publish_city(CITY)), unit__match_amount=80000)
    with pytest.raises(SubmitBlockedError) as caught:
        submit(application)
    assert [finding.clauses for finding in caught.value.evaluation.stopping]
    application.refresh_from_db()
    assert application.status == Status.DRAFT
    assert Claim.objects.count() == 0


@pytest.mark.django_db
def test_a_second_filing_for_the_same_leader_meets_a_conflict_that_reveals_nobody() -> None:
    round_ = call(publish_city(CITY))
    submit(filled(CITY, round_))
    other = filled(CITY, round_)
    found = claims.conflicts(other)
    assert found
    assert all("示例机械" not in conflict.sentence for conflict in found)
    with pytest.raises(claims.ClaimHeldError):
        submit(other)


@pytest.mark.django_db
def test_withdrawing_gives_the_rights_free() -> None:
    round_ = call(publish_city(CITY))
    first = filled(CITY, round_)
    submit(first)
    lifecycle.withdraw(first, by=first.created_by, reason="计划调整")
    second = filled(CITY, round_)
    submit(second)
    second.refresh_from_db()
    assert second.status == Status.SUBMITTED


@pytest.mark.django_db(transaction=True)
def test_the_sheet_is_drawn_once_and_kept() -> None:
    application = filled(CITY, call(publish_city(CITY)))
    submit(application)
    document = Document.objects.get(application=application)
    assert document.pages >= 4
