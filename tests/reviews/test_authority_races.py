"""Extensions, returns and deputies, two at the same moment. Need PostgreSQL."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from jurisdictions.domain.delegating import delegate
from jurisdictions.domain.offices import appoint
from jurisdictions.models import Delegation
from portal.common.errors import DomainError
from reviews.domain import extending, returning
from reviews.models import Correction, Extension, ItemReturn, StageRun
from tests.factories import make_user
from tests.races import all_at_once
from tests.reviews import factories as make
from tests.reviews.standing import list_at
from tests.reviews.test_extending import limited

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def scene() -> tuple[make.City, StageRun]:
    if connection.vendor != "postgresql":
        pytest.fail("contests are decided on PostgreSQL: set DATABASE_URL")
    city = make.make_city("urumqi", change=limited)
    return city, make.run_of(make.submitted(city))


def second(city: make.City, run: StageRun, post: str) -> Any:
    """A colleague at the same post."""
    user = make_user(f"second-{post}@example.gov.cn", name="第二位")
    appoint(user, run.office, post, by=city.admin, reason="分工安排")
    return user


def test_two_proposals_and_two_answers_give_one_extension(
    scene: tuple[make.City, StageRun],
) -> None:
    city, run = scene
    due = run.due_on
    assert due is not None
    handlers = [city.person(run.office), second(city, run, "handler")]
    got = all_at_once([
        lambda by=by: extending.propose(run, days=3, reason="需要赴外地核实业绩", by=by)
        for by in handlers
    ])  # fmt: skip
    assert [type(r) for r in got].count(DomainError) == 1
    row = Extension.objects.get()
    approvers = [city.person(run.office, "approver"), second(city, run, "approver")]
    got = all_at_once([lambda by=by: extending.decide(row, approve=True, by=by)
                       for by in approvers])  # fmt: skip
    assert [type(r) for r in got].count(DomainError) == 1
    assert StageRun.objects.get(pk=run.pk).due_on == due + timedelta(days=3)


def test_two_proposals_and_two_answers_send_one_item_back_once(
    scene: tuple[make.City, StageRun],
) -> None:
    city, run = scene
    case = run.case
    assert case is not None
    run = list_at(city, [case, make.another(city, 1)], "publicity")
    assert run.listing is not None
    item = run.listing.items.order_by("position")[1]
    faults = [{"target": "studio.area", "text": "与现场不符"}]
    due = timezone.localdate() + timedelta(days=10)
    handlers = [city.person(run.office), second(city, run, "handler")]
    got = all_at_once([
        lambda by=by: returning.return_item(item, faults=faults, due_on=due, reason="", by=by)
        for by in handlers
    ])  # fmt: skip
    assert [type(r) for r in got].count(DomainError) == 1
    row = ItemReturn.objects.get()
    signers = [city.person(run.office, row.post), second(city, run, row.post)]
    got = all_at_once([lambda by=by: returning.decide(row, approve=True, by=by) for by in signers])
    assert [type(r) for r in got].count(DomainError) == 1
    assert Correction.objects.filter(case=item.case_id).count() == 1


def test_two_deputies_named_at_once_leave_one(scene: tuple[make.City, StageRun]) -> None:
    city, run = scene
    post = city.person(run.office, "approver").posts.get()
    today = timezone.localdate()
    deputies = [city.person(run.office, "handler"), city.person(run.office, "reviewer")]
    got = all_at_once([
        lambda who=who: delegate(post, who, starts_on=today, ends_on=today, reason="年休假",
                                 by=city.admin)
        for who in deputies
    ])  # fmt: skip
    assert [type(r) for r in got].count(DomainError) == 1
    assert Delegation.objects.count() == 1
