"""Contests in votes, visits, consultations and joint decisions. Need PostgreSQL."""

from functools import partial
from typing import Any

import pytest
from django.db import connection

from portal.common.errors import DomainError
from reviews.domain import decision, lists, replying, sittings, visiting, voting
from reviews.domain.replying import Answer
from reviews.domain.stages import SIGN, take_action
from reviews.domain.visiting import Said
from reviews.models import Ballot, Consultation, Judgement, List, Sitting, StageRun
from tests.factories import make_user
from tests.races import ROUNDS, all_at_once
from tests.reviews import factories as make
from tests.reviews.standing import case_at, fresh, handler, list_at, soon
from tests.reviews.test_consulting import approve, clear, replier, sent
from tests.reviews.test_visiting import appointed
from tests.reviews.test_voting import called, members

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _real_database() -> None:
    if connection.vendor != "postgresql":
        pytest.fail("contests are decided on PostgreSQL: set DATABASE_URL")


def refused(results: list[Any]) -> list[DomainError]:
    """Errors of the contest; anything else than a sentence for people fails the test."""
    strange = [r for r in results if isinstance(r, Exception) and not isinstance(r, DomainError)]
    assert strange == []
    return [result for result in results if isinstance(result, DomainError)]


def opened(city: make.City, run: StageRun, users: list[Any]) -> Sitting:
    sitting = called(city, run, users)
    for user in users:
        voting.check_in(sitting, by=user)
    return voting.open_ballot(sitting, by=handler(city, run))


def test_a_ballot_that_meets_the_close_is_counted_or_refused_never_lost(city: make.City) -> None:
    run = list_at(city, [make.submitted(city)], "vote")
    users = members(3)
    for _ in range(ROUNDS):
        sitting = opened(city, run, users)
        row = sittings.open_agenda(sitting)[0]
        for user, way in zip(users, ("for", "against", "for"), strict=True):
            voting.cast(sitting, {row.pk: way}, by=user)
        results = all_at_once([
            partial(voting.cast, sitting, {row.pk: "against"}, by=users[0]),
            partial(voting.close_ballot, sitting, by=handler(city, run)),
        ])  # fmt: skip
        late = refused(results)
        row.refresh_from_db()
        in_favour = Ballot.objects.filter(agenda=row, choice="for").count()
        assert in_favour == (2 if late else 1)
        assert row.result == ("pass" if late else "refuse")
        sittings.annul(Sitting.objects.get(pk=sitting.pk), by=handler(city, run), reason="再来一次")


def test_one_member_on_two_devices_has_one_ballot(city: make.City) -> None:
    run = list_at(city, [make.submitted(city)], "vote")
    users = members(3)
    sitting = opened(city, run, users)
    row = sittings.open_agenda(sitting)[0]
    for _ in range(ROUNDS):
        Ballot.objects.all().delete()
        cast = [partial(voting.cast, sitting, {row.pk: way}, by=users[0])
                for way in ("for", "against", "abstain", "for")]  # fmt: skip
        assert refused(all_at_once(cast)) == []
        assert Ballot.objects.filter(agenda=row).count() == 1


def test_a_member_and_the_secretary_do_not_both_write_his_ballot(city: make.City) -> None:
    run = list_at(city, [make.submitted(city)], "vote")
    users = members(3)
    sitting = opened(city, run, users)
    row = sittings.open_agenda(sitting)[0]
    person = sitting.people.get(user=users[0])
    for _ in range(ROUNDS):
        Ballot.objects.all().delete()
        results = all_at_once([
            partial(voting.cast, sitting, {row.pk: "for"}, by=users[0]),
            partial(voting.enter_ballots, sitting, {(row.pk, person.pk): "against"},
                    by=handler(city, run)),
        ])  # fmt: skip
        assert len(refused(results)) == 1
        ballot = Ballot.objects.get(agenda=row)
        assert (ballot.choice == "against") is ballot.from_paper


def test_two_who_call_a_sitting_make_one(city: make.City) -> None:
    run = list_at(city, [make.submitted(city)], "vote")
    second = make_user("second@example.gov.cn", name="第二经办")
    make.appoint(second, run.office, "handler", by=city.admin, reason="增加人手")
    users = members(3)
    people = [sittings.Person(str(user), "", user) for user in users]
    call = partial(sittings.convene, run, people=people, starts_at=soon(), place="会议室")
    results = all_at_once([partial(call, by=handler(city, run)), partial(call, by=second)])
    refused(results)
    assert Sitting.objects.filter(run=run).count() == 1
    assert Sitting.objects.get(run=run).people.count() == 3


def test_of_two_who_judge_a_point_at_once_the_second_is_told(city: make.City) -> None:
    run = case_at(city, make.submitted(city), "visit")
    team = [make_user(f"visitor{n}@example.gov.cn", name=f"考察{n}号", staff=True) for n in (1, 2)]
    sitting = appointed(city, run, team)
    row = sittings.open_agenda(sitting)[0]
    for _ in range(ROUNDS):
        Judgement.objects.filter(run=run).delete()
        results = all_at_once([
            partial(visiting.judge, row, {"v_team": Said("yes")}, by=team[0]),
            partial(visiting.judge, row, {"v_team": Said("no", "缺人")}, by=team[1]),
        ])  # fmt: skip
        assert sorted(len(result) for result in results) == [0, 1]
        assert Judgement.objects.filter(run=run).count() == 1


def test_an_approval_that_meets_a_change_of_the_list_never_covers_the_new_one() -> None:
    city = make.make_city("ziyang")
    run = list_at(city, [make.submitted(city), make.another(city, 3)], "joint_decision")
    listing, item = run.listing, run.listing.items.last()
    approver = city.person(city.office("finance"), "approver")
    for turn in range(ROUNDS):
        now = lists.digest(List.objects.get(pk=listing.pk))
        state = "held" if turn % 2 == 0 else "in"
        run.approvals.all().delete()
        refused(all_at_once([
            partial(decision.approve, listing, "finance", by=approver, digest=now),
            partial(lists.set_item, item, state, by=handler(city, run), reason="调整"),
        ]))  # fmt: skip
        after = lists.digest(List.objects.get(pk=listing.pk))
        assert after != now
        assert not run.approvals.filter(digest=after).exists()


def test_the_last_signature_and_a_change_of_the_list_never_both_win() -> None:
    city = make.make_city("ziyang")
    run = list_at(city, [make.submitted(city), make.another(city, 3)], "joint_decision")
    listing = run.listing
    for role in ("organization", "finance"):
        approve(city, listing, role)
    run = take_action(run, SIGN, by=handler(city, run), version=run.version, outcome="pass")
    results = all_at_once([
        partial(take_action, fresh(run), SIGN, by=city.person(run.office, "approver"),
                version=run.version),
        partial(lists.set_item, listing.items.last(), "held", by=handler(city, run),
                reason="待核"),
    ])  # fmt: skip
    late = refused(results)
    assert fresh(run).state == "done"
    item = listing.items.last()
    # A change that was taken came after the signature: in the next stage, on the approved list.
    assert item.state == ("in" if late else "held")
    assert item.held_stage == ("" if late else "publicity")


def test_a_reply_against_that_meets_the_signature_is_never_passed_over() -> None:
    city = make.make_city("rongchang")
    run = list_at(city, [make.submitted(city)], "consult")
    rows = sent(city, run)
    for role in ("discipline", "petitions", "police"):
        clear(rows[role])
    row = Consultation.objects.get(pk=rows["tax"].pk)
    answers = {r.pk: Answer("against", "欠税") for r in row.replies.all()}
    results = all_at_once([
        partial(replying.reply, row, answers, by=replier(row), version=0, complete=True),
        partial(take_action, run, SIGN, by=handler(city, run), version=run.version,
                outcome="pass"),
    ])  # fmt: skip
    assert len(refused(results)) == 1
    assert fresh(run).state == "open"
    assert Consultation.objects.get(pk=row.pk).replied_at is not None


def test_two_colleagues_who_reply_at_once_make_one_reply() -> None:
    city = make.make_city("rongchang")
    run = list_at(city, [make.submitted(city)], "consult")
    row = sent(city, run)["tax"]
    answers = {r.pk: Answer("clear") for r in row.replies.all()}
    other = {r.pk: Answer("against", "欠税") for r in row.replies.all()}
    by = replier(row)
    results = all_at_once([
        partial(replying.reply, row, said, by=by, version=0, complete=True)
        for said in (answers, other)
    ])  # fmt: skip
    assert len(refused(results)) == 1
    assert len(set(row.replies.values_list("result", flat=True))) == 1
