"""Contests between people, decided by the database. Need PostgreSQL."""

import os
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from portal.common.errors import DomainError
from reviews.domain import claiming, lists, objections, publicity
from reviews.domain.stages import SIGN, recall, take_action
from reviews.models import Case, List, Objection, Publicity, QuotaSlot, StageRun
from tests.races import Kept
from tests.reviews import factories as make
from tests.reviews.test_kinds import proposal, to_list
from tests.reviews.test_publicity import DRAFT

ROUNDS = int(os.environ.get("PORTAL_RACE_ROUNDS", "20"))
pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _real_database() -> None:
    if connection.vendor != "postgresql":
        pytest.fail("contests are decided on PostgreSQL: set DATABASE_URL")


def contest(*actions: Callable[[], Any]) -> list[Any]:
    """Run all actions at the same moment; results, or the errors they met."""
    gate = threading.Barrier(len(actions))
    results: list[Any] = [None] * len(actions)

    def enter(place: int, action: Callable[[], Any]) -> None:
        try:
            gate.wait()
            results[place] = action()
        except DomainError as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=enter, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def errors(results: list[Any]) -> list[DomainError]:
    return [result for result in results if isinstance(result, DomainError)]


def colleague(city: make.City, office: Any, post: str = "handler") -> Any:
    """A second person at a post."""
    user = make.make_user(f"second-{post}@example.gov.cn", name="第二位")
    make.appoint(user, office, post, by=city.admin, reason="增加人手")
    return user


def test_of_two_officers_who_decide_at_once_one_is_told_who_was_first() -> None:
    city = make.make_city("urumqi")
    case = make.submitted(city)
    run = make.run_of(case)
    people = [city.person(run.office), colleague(city, run.office)]
    for _ in range(ROUNDS):
        fresh = make.run_of(case)
        results = contest(*[partial(decide, city, fresh, user) for user in people])
        lost = errors(results)
        assert len(lost) == 1
        assert "已由" in lost[0].message
        assert fresh.signatures.filter(recalled_at=None).count() == 1
        back_to_start(city, case)


def decide(city: make.City, run: StageRun, user: Any) -> StageRun:
    """One officer signs what the page showed him."""
    return take_action(run, SIGN, by=user, version=run.version, **proposal(city, run))


def back_to_start(city: make.City, case: Case) -> None:
    fresh = make.run_of(case)
    fresh.signatures.all().delete()
    StageRun.objects.filter(pk=fresh.pk).update(state="open", waiting_for="handler")
    Case.objects.filter(pk=case.pk).update(
        claimed_by=None, claimed_until=None, waiting_for="handler"
    )


def test_twenty_approvals_fill_a_quota_of_five_with_exactly_five() -> None:
    city = make.make_city("rongchang", quota=5)
    listing = to_list(city, "proposed_list", cases=20)
    items = list(listing.items.all())
    officer = city.person(make.list_run(listing).office)
    for _ in range(ROUNDS):
        results = contest(*[partial(lists.choose, item, by=officer) for item in items])
        assert len(errors(results)) == 15
        assert sorted(QuotaSlot.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5]
        QuotaSlot.objects.all().delete()


def test_final_signatures_on_two_lists_of_a_round_never_exceed_its_quota() -> None:
    city = make.make_city("rongchang", quota=3)
    pair = [to_list(city, "proposed_list", cases=2, after=number) for number in (0, 2)]
    runs = [make.list_run(listing) for listing in pair]
    approver = city.person(runs[0].office, "approver")
    for run in runs:
        take_action(run, SIGN, by=city.person(run.office), version=run.version, outcome="pass")
    for _ in range(ROUNDS):
        fresh = [StageRun.objects.get(pk=run.pk) for run in runs]
        results = contest(*[partial(take_action, run, SIGN, by=approver, version=run.version)
                            for run in fresh])  # fmt: skip
        (lost,) = errors(results)
        assert lost.message == (
            "名额 3 个，本批次其他名单已占 2 个，现选入 2 个，超出 1 个，请移出或列为候补。"
        )
        (won,) = [result for result in results if isinstance(result, StageRun)]
        taken = QuotaSlot.objects.values_list("item__listing", "number").order_by("number")
        assert list(taken) == [(won.listing_id, 1), (won.listing_id, 2)]
        states = StageRun.objects.filter(pk__in=[run.pk for run in runs]).order_by("state")
        assert list(states.values_list("state", flat=True)) == ["done", "signing"]
        recall(won, by=approver)
        StageRun.objects.filter(listing=won.listing_id, pk__gt=won.pk).delete()


def test_a_place_that_is_given_back_by_holding_is_not_taken_by_another_list() -> None:
    city = make.make_city("rongchang", quota=1)
    one = to_list(city, "consultation").items.get()
    other = make.list_run(to_list(city, "proposed_list", after=1))
    officer, approver = city.person(other.office), city.person(other.office, "approver")
    before = Kept("reviews")
    StageRun.objects.filter(pk=other.pk).update(outcome="pass", waiting_for="approver")
    for _ in range(ROUNDS):
        held, chosen = contest(
            partial(lists.set_item, one, "held", by=officer, reason="正在核实"),
            partial(take_action, other, SIGN, by=approver, version=other.version),
        )
        assert (held.state, type(chosen)) == ("held", DomainError)
        assert QuotaSlot.objects.count() == 0
        before.back()


def test_a_notice_and_an_objection_that_meet_never_both_win() -> None:
    city = make.make_city("urumqi")
    listing = to_list(city, "notice")
    make.sign_all(city, make.list_run(listing), outcome="pass", data=DRAFT)
    notice, item = listing.publicities.get(), listing.items.get()
    officer = city.person(make.list_run(listing).office)
    after = notice.last_day + timedelta(days=1)
    for _ in range(ROUNDS):
        ended, objected = contest(
            lambda: publicity.close(List.objects.get(pk=listing.pk), by=officer, today=after),
            lambda: objections.object_to(item, name="王某", contact="010-1", text="反映",
                                        by=officer, received_on=timezone.localdate()),
        )  # fmt: skip
        assert isinstance(ended, DomainError) != isinstance(objected, DomainError)
        reopen(listing, notice)


def reopen(listing: List, notice: Publicity) -> None:
    """The notice is up again, as before the contest."""
    Objection.objects.filter(publicity=notice).delete()
    listing.runs.filter(pk__gt=notice.run_id).delete()
    run = StageRun.objects.get(pk=notice.run_id)
    run.state, run.closed_at, run.waiting_for = "open", None, "handler"
    run.data["phase"] = publicity.RUNNING
    run.save()
    List.objects.filter(pk=listing.pk).update(
        stage=run.stage, stage_kind=run.kind, closed_at=None, office=run.office
    )


@pytest.mark.parametrize("what", ["case", "list"])
def test_of_two_who_take_one_up_when_a_claim_ran_out_one_gets_it(what: str) -> None:
    city = make.make_city("rongchang")
    row = to_list(city, "proposed_list") if what == "list" else make.submitted(city)
    table = type(row)._default_manager.filter(pk=row.pk)
    office = table.get().office
    people = [city.person(office), colleague(city, office)]
    absent = colleague(city, office, "reviewer")
    for _ in range(ROUNDS):
        table.update(claimed_by=absent, claimed_until=timezone.now() - timedelta(seconds=1))
        results = contest(*[partial(claiming.claim, row, by=user) for user in people])
        (lost,) = errors(results)
        (won,) = [one.claimed_by for one in results if not isinstance(one, DomainError)]
        assert won in people
        assert claiming.holder(table.get()) == won
        until = timezone.localtime(table.get().claimed_until)
        assert lost.message == (
            f"{row.this}已由{won}领取（至 {until:%H:%M}），请稍后再办或与其联系。"
        )
