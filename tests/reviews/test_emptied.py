"""A list on which nothing is left ends with the signatures of its posts, at whatever stage."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.interfaces.progress import reasons_of
from applications.models import Application
from portal.common.errors import DomainError
from reviews.domain import cases, consulting, lists
from reviews.domain.stages import recall
from reviews.enums import ItemState
from reviews.models import List
from tests.reviews import factories as make
from tests.reviews.test_kinds import to_list

pytestmark = pytest.mark.django_db
#: A joint decision, a notice, a meeting: each asks for something to judge.
STAGES = (("ziyang", "joint_review"), ("yuzhong", "publicity"), ("rongchang", "party_committee"))


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def page_of(client: Client, listing: List) -> str:
    return client.get(reverse("reviews:list", args=[listing.public_id])).content.decode()


def signed(as_user: Any, city: make.City, listing: List) -> bool:
    """Every post signs on the page of the list; whether the list has ended."""
    run = make.list_run(listing)
    for post in make.stage_shape(city, run).signoff:
        client = as_user(city.person(run.office, post))
        assert "名单中已没有在名单的件" in page_of(client, listing)
        run.refresh_from_db()
        said = {"action": "sign", "outcome": "pass", "version": run.version}
        answer = client.post(reverse("reviews:list-act", args=[listing.public_id]), said)
        assert answer.status_code == 302
    listing.refresh_from_db()
    return listing.closed_at is not None


@pytest.mark.parametrize(("code", "stage"), STAGES)
def test_the_only_filing_is_struck_and_refused_when_all_have_signed(
    code: str, stage: str, as_user: Any
) -> None:
    city = make.make_city(code)
    listing = to_list(city, stage)
    handler, item = city.person(make.list_run(listing).office), listing.items.get()
    lists.set_item(item, ItemState.STRUCK, by=handler, reason="核实不符合条件。")
    assert signed(as_user, city, listing)
    filing = Application.objects.get(pk=item.case.application_id)
    assert (filing.result, list(reasons_of(filing))) == ("refused", ["核实不符合条件。"])
    assert (listing.document_number, listing.decided_on) == ("", None)


def test_a_list_whose_unit_took_its_filing_back_ends_and_refuses_nobody(as_user: Any) -> None:
    city = make.make_city("ziyang")
    listing = to_list(city, "joint_review")
    filing = listing.items.get().case.application
    cases.close_withdrawn(filing)
    assert signed(as_user, city, listing)
    assert Application.objects.get(pk=filing.pk).result == ""


def test_nothing_is_asked_nor_entered_from_paper_about_an_emptied_list() -> None:
    city = make.make_city("rongchang")
    listing = to_list(city, "consultation")
    run, item = make.list_run(listing), listing.items.get()
    handler = city.person(run.office)
    lists.set_item(item, ItemState.STRUCK, by=handler, reason="核实不符合条件。")
    with pytest.raises(DomainError, match="没有需要征求意见的项目"):
        consulting.send(run, by=handler, due_on=timezone.localdate() + timedelta(days=9))
    with pytest.raises(DomainError, match="在名单页面签署"):
        make.from_paper(city, run)


def test_who_was_refused_with_the_list_is_not_taken_back_by_a_recall(as_user: Any) -> None:
    city = make.make_city("ziyang")
    listing = to_list(city, "joint_review")
    run = make.list_run(listing)
    lists.set_item(listing.items.get(), ItemState.STRUCK, by=city.person(run.office),
                   reason="核实不符合条件。")  # fmt: skip
    assert signed(as_user, city, listing)
    last = city.person(run.office, "approver")
    assert reverse("reviews:list-recall", args=[listing.public_id]) not in page_of(
        as_user(last), listing
    )
    with pytest.raises(DomainError, match="不能撤回"):
        recall(run, by=last)
