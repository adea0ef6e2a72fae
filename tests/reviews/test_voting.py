"""Votes: exact shares, named ballots, locked when the sitting closes."""

from typing import Any

import pytest

from jurisdictions.schema.stages.vote import Majority
from portal.common.errors import DomainError
from reviews import queries
from reviews.domain import minutes, sittings, voting
from reviews.domain.stages import SIGN, take_action
from reviews.models import Attendance, Ballot, List, Sitting, StageRun
from tests.factories import make_member, make_user
from tests.kept import made_once
from tests.reviews import factories as make
from tests.reviews.standing import fresh, handler, list_at, soon

HALF = Majority(over="1/2", of="members", quorum="1/2", clause=("x-1",))
TWO_THIRDS = Majority(over="2/3", of="present", quorum="2/3", clause=("x-1",))


@pytest.mark.parametrize(
    ("members", "present", "enough"),
    [(4, 2, False), (4, 3, True), (5, 2, False), (5, 3, True), (0, 0, False)],
)
def test_half_of_the_members_is_no_quorum_and_one_more_is(
    members: int, present: int, enough: bool
) -> None:
    assert voting.is_quorate(members, present, HALF) is enough


@pytest.mark.parametrize(
    ("members", "present", "enough"), [(9, 6, False), (9, 7, True), (3, 2, False), (3, 3, True)]
)
def test_exactly_two_thirds_are_not_more_than_two_thirds(
    members: int, present: int, enough: bool
) -> None:
    assert voting.is_quorate(members, present, TWO_THIRDS) is enough


@pytest.mark.parametrize(
    ("in_favour", "members", "present", "carried"),
    [(2, 4, 4, False), (3, 4, 3, True), (2, 5, 3, False), (3, 5, 3, True)],
)
def test_a_majority_of_the_members_counts_those_absent(
    in_favour: int, members: int, present: int, carried: bool
) -> None:
    assert voting.is_carried(in_favour, members, present, HALF) is carried


def test_a_majority_of_those_present_is_exact_in_thirds() -> None:
    assert voting.is_carried(4, 9, 6, TWO_THIRDS) is False
    assert voting.is_carried(5, 9, 6, TWO_THIRDS) is True
    assert voting.votes_needed(9, 6, TWO_THIRDS) == 5
    assert voting.votes_needed(4, 3, HALF) == 3
    assert voting.votes_needed(5, 5, HALF) == 3


def called(city: make.City, run: StageRun, users: list[Any]) -> Sitting:
    people = [sittings.Person(str(user), "", user) for user in users]
    return sittings.convene(run, by=handler(city, run), people=people, starts_at=soon(),
                            place="三楼会议室")  # fmt: skip


def members(count: int) -> list[Any]:
    return [make_user(f"member{n}@example.gov.cn", name=f"委员{n}号", staff=True)
            for n in range(count)]  # fmt: skip


def voted(city: make.City, run: StageRun, users: list[Any], ways: dict[int, str]) -> Sitting:
    """A closed vote in which every member votes alike on each item of the list."""
    sitting = called(city, run, users)
    for user in users:
        voting.check_in(sitting, by=user)
    voting.open_ballot(sitting, by=handler(city, run))
    for number, user in enumerate(users):
        voting.cast(sitting, {row.pk: ways[number] for row in sittings.open_agenda(sitting)},
                    by=user)  # fmt: skip
    return voting.close_ballot(sitting, by=handler(city, run))


def before_the_vote() -> tuple[make.City, StageRun]:
    city = make.make_city("urumqi")
    return city, list_at(city, [make.submitted(city), make.another(city, 3)], "vote")


kept, standing = made_once(before_the_vote)


@pytest.fixture
def city(standing: Any) -> make.City:
    return standing[0]


@pytest.fixture
def run(standing: Any) -> StageRun:
    return standing[1]


database = pytest.mark.django_db


@database
def test_ballots_decide_each_item_and_the_stage_carries_them(
    city: make.City, run: StageRun
) -> None:
    users = members(3)
    sitting = called(city, run, users)
    for user in users:
        voting.check_in(sitting, by=user)
    voting.open_ballot(sitting, by=handler(city, run))
    first, second = sittings.open_agenda(sitting)
    ways = [("for", "against"), ("for", "for"), ("abstain", "abstain")]
    for user, (one, two) in zip(users, ways, strict=True):
        voting.cast(sitting, {first.pk: one, second.pk: two}, by=user)
    sitting = voting.close_ballot(sitting, by=handler(city, run))

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.result, second.result) == ("pass", "refuse")
    assert voting.tally(first).text == "应到 3 人，实到 3 人，赞成 2 票，反对 0 票，弃权 1 票"
    run = make.sign_all(city, fresh(run), outcome="pass", opinion="按表决结果办理。")
    assert run.state == "done"
    assert run.data["members"] == ["委员0号", "委员1号", "委员2号"]
    assert run.data["ballots"][str(second.item_id)]["against"] == ["委员0号"]
    listing = List.objects.get(pk=run.listing_id)
    assert list(listing.items.order_by("position").values_list("state", flat=True)) == (
        ["in", "struck"]
    )
    assert listing.stage_kind == "shortlist"


@database
def test_ballots_are_locked_when_the_sitting_closes(city: make.City, run: StageRun) -> None:
    users = members(3)
    sitting = voted(city, run, users, {0: "for", 1: "for", 2: "against"})
    row = sittings.open_agenda(sitting)[0]
    with pytest.raises(DomainError, match="已结束"):
        voting.cast(sitting, {row.pk: "for"}, by=users[2])
    assert Ballot.objects.get(agenda=row, member__user=users[2]).choice == "against"


@database
def test_who_never_checked_in_is_named_absent_in_the_minutes(
    city: make.City, run: StageRun
) -> None:
    users = members(4)
    sitting = called(city, run, users)
    for user in users[:3]:
        voting.check_in(sitting, by=user)
    voting.open_ballot(sitting, by=handler(city, run))
    for user in users[:3]:
        voting.cast(sitting, {row.pk: "for" for row in sittings.open_agenda(sitting)}, by=user)
    said = minutes.minutes(voting.close_ballot(sitting, by=handler(city, run)))
    assert [person.name for person in said["present"]] == ["委员0号", "委员1号", "委员2号"]
    assert [person.name for person in said["absent"]] == ["委员3号"]


@database
def test_a_member_may_change_his_ballot_until_then_and_the_change_is_kept(
    city: make.City, run: StageRun
) -> None:
    users = members(3)
    sitting = called(city, run, users)
    for user in users:
        voting.check_in(sitting, by=user)
    voting.open_ballot(sitting, by=handler(city, run))
    row = sittings.open_agenda(sitting)[0]
    voting.cast(sitting, {row.pk: "against"}, by=users[0])
    voting.cast(sitting, {row.pk: "for"}, by=users[0])
    ballot = Ballot.objects.get(agenda=row)
    assert ballot.choice == "for"
    assert list(ballot.history.order_by("pk").values_list("choice", flat=True)) == (
        ["against", "for"]
    )


@database
def test_voting_does_not_begin_without_a_quorum(city: make.City, run: StageRun) -> None:
    users = members(4)
    sitting = called(city, run, users)
    for user in users[:2]:
        voting.check_in(sitting, by=user)
    with pytest.raises(DomainError, match="须超过全体委员的 1/2，应到 4 人，现到会 2 人"):
        voting.open_ballot(sitting, by=handler(city, run))
    voting.check_in(sitting, by=users[2])
    assert voting.open_ballot(sitting, by=handler(city, run)).state == "open"


@database
def test_a_vote_cannot_close_while_somebody_present_has_not_voted(
    city: make.City, run: StageRun
) -> None:
    users = members(3)
    sitting = called(city, run, users)
    for user in users:
        voting.check_in(sitting, by=user)
    voting.open_ballot(sitting, by=handler(city, run))
    with pytest.raises(DomainError, match="委员0号、委员1号、委员2号尚未表决"):
        voting.close_ballot(sitting, by=handler(city, run))


@database
def test_fewer_members_than_the_ruleset_wants_are_refused(city: make.City, run: StageRun) -> None:
    with pytest.raises(DomainError, match="评审委员不少于 3 人，现 2 人"):
        called(city, run, members(2))


@database
def test_paper_ballots_need_the_signed_paper_and_are_not_changed_by_another_way(
    city: make.City, run: StageRun
) -> None:
    users, secretary = members(2), handler(city, run)
    people = [*(sittings.Person(str(u), "", u) for u in users), sittings.Person("纸质委员", "学院")]
    sitting = sittings.convene(run, by=secretary, people=people, starts_at=soon(), place="会议室")
    here = {person.pk: True for person in sitting.people.all()}
    voting.set_attendance(sitting, here, {}, by=secretary)
    voting.open_ballot(sitting, by=secretary)
    rows = sittings.open_agenda(sitting)
    paper = Attendance.objects.get(sitting=sitting, user=None)
    mine = Attendance.objects.get(sitting=sitting, user=users[0])
    for user in users:
        voting.cast(sitting, {row.pk: "for" for row in rows}, by=user)
    with pytest.raises(DomainError, match="由委员本人投票"):
        voting.enter_ballots(sitting, {(rows[0].pk, mine.pk): "against"}, by=secretary)
    voting.enter_ballots(sitting, {(row.pk, paper.pk): "for" for row in rows}, by=secretary)
    voting.close_ballot(sitting, by=secretary)
    version = fresh(run).version
    with pytest.raises(DomainError, match="请上传签字的表决票或纪要"):
        take_action(fresh(run), SIGN, by=secretary, version=version, outcome="pass")
    sittings.attach_minutes(sitting, make.paper_file(), by=secretary)
    assert make.sign_all(city, fresh(run), outcome="pass").state == "done"


@database
def test_the_numbers_decide_whatever_is_posted(city: make.City, run: StageRun) -> None:
    sitting = voted(city, run, members(3), {0: "against", 1: "against", 2: "for"})
    rows = sittings.open_agenda(sitting)
    posted = {str(row.item_id): {"result": "pass", "text": ""} for row in rows}
    run = make.sign_all(city, fresh(run), outcome="pass", data={"items": posted})
    assert {item.state for item in run.listing.items.all()} == {"struck"}


@database
def test_an_annulled_vote_stays_in_the_record_and_another_is_called(
    city: make.City, run: StageRun
) -> None:
    users = members(3)
    sitting = voted(city, run, users, {0: "for", 1: "for", 2: "for"})
    sittings.annul(sitting, by=handler(city, run), reason="有委员资格存疑")
    with pytest.raises(DomainError, match="实名表决尚未完成"):
        take_action(fresh(run), SIGN, by=handler(city, run), version=run.version, outcome="pass")
    again = called(city, run, users)
    assert (again.number, Ballot.objects.filter(agenda__sitting=sitting).count()) == (2, 6)


@database
def test_an_item_that_joins_the_list_after_the_vote_needs_a_new_one(
    city: make.City, run: StageRun
) -> None:
    from reviews.domain import lists

    item = run.listing.items.last()
    lists.set_item(item, "held", by=handler(city, run), reason="材料待核")
    voted(city, run, members(3), {0: "for", 1: "for", 2: "for"})
    lists.set_item(item, "in", by=handler(city, run))
    with pytest.raises(DomainError, match="名单在此之后有变动"):
        make.sign_all(city, fresh(run), outcome="pass")


@database
def test_nobody_is_called_to_vote_on_his_own_unit_nor_votes_once_he_belongs_to_it(
    city: make.City, run: StageRun
) -> None:
    users, unit = members(3), run.listing.items.first().case.application.enterprise
    sitting = called(city, run, users)
    voting.check_in(sitting, by=users[0])
    assert [row.pk for row in queries.sittings_of(users[0])] == [sitting.pk]
    make_member(users[0], unit)
    assert list(queries.sittings_of(users[0])) == []
    with pytest.raises(DomainError, match="没有找到您的会议"):
        voting.check_in(sitting, by=users[0])
    sittings.annul(sitting, by=handler(city, run), reason="重新召集")
    with pytest.raises(DomainError, match="委员0号任职或联系的单位在其中，应当回避"):
        called(city, run, users)


@database
def test_who_works_here_no_more_is_called_to_nothing(city: make.City, run: StageRun) -> None:
    users = members(3)
    called(city, run, users)
    users[0].is_staff_member = False
    users[0].save()
    found = [queries.sittings_of(user).exists() for user in users]
    assert found == [False, True, True]
