"""实名表决: those present vote by name, each on his own device or on paper."""

from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any

from django.db import transaction
from django.utils import timezone

from jurisdictions.schema.stages.vote import Majority
from portal.common.errors import DomainError
from portal.common.history import signed
from reviews.domain import road
from reviews.domain.sittings import (
    finish_sitting,
    handled_work,
    lock_run,
    lock_sitting,
    minutes_of,
    open_agenda,
    require_state,
    set_agenda,
    touch,
)
from reviews.domain.work import PASS, REFUSE, Work, need, tell
from reviews.enums import Choice, SittingState
from reviews.models import AgendaItem, Attendance, Ballot, Sitting
from reviews.permissions import is_impartial


@dataclass(frozen=True)
class Tally:
    """Ballots on one item.

    Attributes:
        members: how many were called.
        present: how many came.
        ways: choice to number of ballots.
    """

    members: int
    present: int
    ways: dict[str, int]

    @property
    def text(self) -> str:
        """The numbers as the minutes say them."""
        ways = "，".join(f"{choice.label} {self.ways.get(choice, 0)} 票" for choice in Choice)
        return f"应到 {self.members} 人，实到 {self.present} 人，{ways}"


def is_quorate(members: int, present: int, majority: Majority) -> bool:
    """Whether more than the quorum of the members is present; exact, the share itself is short."""
    return members > 0 and Fraction(present, members) > Fraction(majority.quorum)


def base_of(members: int, present: int, majority: Majority) -> int:
    """The number a majority is counted of."""
    return members if majority.of == "members" else present


def is_carried(in_favour: int, members: int, present: int, majority: Majority) -> bool:
    """Whether more than the share is in favour; exact, the share itself is not enough."""
    base = base_of(members, present, majority)
    return base > 0 and Fraction(in_favour, base) > Fraction(majority.over)


def votes_needed(members: int, present: int, majority: Majority) -> int:
    """The smallest number in favour that carries an item."""
    return floor(base_of(members, present, majority) * Fraction(majority.over)) + 1


def require_quorum(members: int, present: int, majority: Majority) -> None:
    """Refuse a sitting that too few came to.

    Raises:
        DomainError: how many are there and how many it takes.
    """
    if not is_quorate(members, present, majority):
        raise DomainError(
            f"到会人数须超过全体委员的 {majority.quorum}，应到 {members} 人，现到会 {present} 人。",
            field="present", status=422,
        )  # fmt: skip


def tally(item: AgendaItem) -> Tally:
    """Ballots on an item as they stand."""
    people = list(item.sitting.people.all())
    choices = [ballot.choice for ballot in item.ballots.all()]
    return Tally(len(people), sum(1 for person in people if person.present),
                 {choice: choices.count(choice) for choice in Choice.values})  # fmt: skip


@transaction.atomic
def set_attendance(
    sitting: Sitting, here: dict[int, bool], reasons: dict[int, str], *, by: Any
) -> Sitting:
    """Record who came and why the others did not.

    Args:
        sitting: the sitting.
        here: primary key of each person to whether he is present.
        reasons: why somebody is absent.
        by: a handler of the office.

    Raises:
        DomainError: somebody who has voted cannot be absent, or the sitting is over.
    """
    handled_work(sitting.run, by=by)
    locked = lock_sitting(sitting.pk)
    require_state(locked, SittingState.PLANNED, SittingState.OPEN)
    for person in locked.people.all():
        if person.pk not in here:
            continue
        present = here[person.pk]
        if not present and person.ballots.exists():
            raise DomainError(f"{person}已投票，不能登记为缺席。", field="present", status=422)
        person.present, person.reason = present, "" if present else reasons.get(person.pk, "")[:120]
        signed(person, by=by, reason="登记到会").save()
    return touch(locked, by=by, reason="登记到会")


@transaction.atomic
def check_in(sitting: Sitting, *, by: Any) -> Attendance:
    """A member says on his own device that he is there.

    Raises:
        DomainError: he was not called, or the sitting is over.
    """
    lock_run(sitting.run_id)
    locked = lock_sitting(sitting.pk)
    require_state(locked, SittingState.PLANNED, SittingState.OPEN)
    day = timezone.localdate(locked.starts_at) if locked.starts_at else timezone.localdate()
    if timezone.localdate() < day:
        raise DomainError(f"会议定于 {day} 召开，请在会议当日签到。")
    person = member_of(locked, by)
    person.present, person.reason = True, ""
    signed(person, by=by, reason="签到").save()
    return person


def member_of(sitting: Sitting, user: Any) -> Attendance:
    """Who a person is in a sitting.

    Raises:
        DomainError: he was not called, or has to keep out of it (回避); for him the sitting does
            not exist.
    """
    person = sitting.people.filter(user=user).first()
    if person is None or not is_impartial(user, sitting.run):
        raise DomainError("没有找到您的会议。", status=404)
    return person


@transaction.atomic
def open_ballot(sitting: Sitting, *, by: Any) -> Sitting:
    """Begin to vote: the agenda is fixed, enough members are there.

    Raises:
        DomainError: no quorum, an empty list, or it has begun.
    """
    work = handled_work(sitting.run, by=by)
    locked = lock_sitting(sitting.pk)
    require_state(locked, SittingState.PLANNED)
    _require_quorum(locked, work)
    if not set_agenda(work, locked):
        raise DomainError("名单中没有可表决的项目。")
    locked.state, locked.opened_at = SittingState.OPEN, timezone.now()
    touch(locked, by=by, reason="开始表决")
    tell(work, "vote_opened", f"{work.stage.label}：开始表决")
    return locked


def _require_quorum(sitting: Sitting, work: Work) -> None:
    present = sitting.people.filter(present=True).count()
    require_quorum(sitting.people.count(), present, work.stage.majority)


@transaction.atomic
def cast(sitting: Sitting, choices: dict[int, str], *, by: Any) -> list[Ballot]:
    """A member votes on his own device; he may vote again until the sitting closes.

    Args:
        sitting: the sitting.
        choices: primary key of an item of the agenda to a ``Choice``.
        by: the member.

    Raises:
        DomainError: he was not called or is not there, voting is not open, or nothing was chosen.
    """
    lock_run(sitting.run_id)
    locked = lock_sitting(sitting.pk)
    person = member_of(locked, by)
    require_state(locked, SittingState.OPEN)
    if not person.present:
        raise DomainError("请先签到，再进行表决。", status=403)
    rows = {row.pk: row for row in open_agenda(locked)}
    first = next(iter(rows), "")
    need(choices, "尚未作出表决：请逐项选择赞成、反对或弃权。", f"ballot-{first}")
    return [
        _write(_on_agenda(rows, pk), person, choice, by=by, paper=False)
        for pk, choice in choices.items()
    ]


def _on_agenda(rows: dict[int, AgendaItem], pk: int) -> AgendaItem:
    if pk not in rows:
        raise DomainError("该项不在表决议程中，请刷新页面。", status=404)
    return rows[pk]


def _write(item: AgendaItem, person: Attendance, choice: str, *, by: Any, paper: bool) -> Ballot:
    if choice not in Choice.values:
        raise DomainError("表决只能是赞成、反对或弃权。", field=f"ballot-{item.pk}", status=422)
    ballot = Ballot.objects.filter(agenda=item, member=person).first()
    if ballot is not None and ballot.choice == choice:
        return ballot
    if ballot is not None and ballot.from_paper != paper:
        how = "由秘书按纸质票录入" if ballot.from_paper else "由委员本人投票"
        raise DomainError(f"{person}对此项的表决已{how}，不能改由他人或另一方式更改。")
    ballot = ballot or Ballot(agenda=item, member=person)
    ballot.choice, ballot.entered_by, ballot.from_paper = choice, by, paper
    signed(ballot, by=by, reason="录入纸质票" if paper else "投票").save()
    return ballot


@transaction.atomic
def enter_ballots(
    sitting: Sitting, choices: dict[tuple[int, int], str], *, by: Any
) -> list[Ballot]:
    """The secretary enters ballots from paper.

    Args:
        sitting: the sitting.
        choices: item of the agenda and person (primary keys) to a ``Choice``.
        by: a handler of the office.

    Raises:
        DomainError: an absent member, a ballot its member cast himself, or voting is not open.
    """
    handled_work(sitting.run, by=by)
    locked = lock_sitting(sitting.pk)
    require_state(locked, SittingState.OPEN)
    rows = {row.pk: row for row in open_agenda(locked)}
    people = {person.pk: person for person in locked.people.all()}
    found = []
    for (item, member), choice in choices.items():
        person = people.get(member)
        if person is None or not person.present:
            raise DomainError("只能为到会委员录入表决票。", field="present", status=422)
        found.append(_write(_on_agenda(rows, item), person, choice, by=by, paper=True))
    return found


def missing_ballots(sitting: Sitting) -> list[tuple[AgendaItem, list[str]]]:
    """Items on which somebody present has not voted, with the names."""
    present = [person for person in sitting.people.all() if person.present]
    found = []
    for item in open_agenda(sitting):
        voted = {ballot.member_id for ballot in item.ballots.all()}
        names = [person.name for person in present if person.pk not in voted]
        if names:
            found.append((item, names))
    return found


@transaction.atomic
def close_ballot(sitting: Sitting, *, by: Any) -> Sitting:
    """End the voting: ballots are locked, the numbers decide each item.

    Raises:
        DomainError: no quorum any more, or somebody present has not voted.
    """
    work = handled_work(sitting.run, by=by)
    locked = lock_sitting(sitting.pk)
    require_state(locked, SittingState.OPEN)
    _require_quorum(locked, work)
    missing = missing_ballots(locked)
    if missing:
        item, names = missing[0]
        raise DomainError(
            f"{title_of(item)}：{'、'.join(names)}尚未表决。到会委员须逐项表决，可以弃权。"
        )
    for item in open_agenda(locked):
        count = tally(item)
        carried = is_carried(
            count.ways[Choice.FOR], count.members, count.present, work.stage.majority
        )
        item.result = PASS if carried else REFUSE
        item.text = "" if carried else f"{work.stage.label}未达到规定的通过票数。"
        signed(item, by=by, reason=count.text).save()
    finish_sitting(locked, by=by, reason="表决结束")
    tell(work, "vote_closed", f"{work.stage.label}：表决结束")
    return locked


def title_of(item: AgendaItem) -> str:
    """How people name an item."""
    application = item.case.application
    return application.studio_name or f"{application.unit_name}（{application.leader_name}）"


def require_evidence(sitting: Sitting) -> None:
    """Ballots entered from paper need the signed paper.

    Raises:
        DomainError: it is missing.
    """
    entered = Ballot.objects.filter(agenda__sitting=sitting, from_paper=True).exists()
    if entered and not minutes_of(sitting):
        raise DomainError("有表决票由纸质票录入，请上传签字的表决票或纪要。",
                          field="minutes", status=422)  # fmt: skip


def summary(sitting: Sitting) -> dict[str, Any]:
    """The sitting in the words a paper of the same stage would use."""
    people = list(sitting.people.all())
    ballots: dict[str, dict[str, list[str]]] = {}
    for item in open_agenda(sitting):
        key = str(item.item_id) if item.item_id else "case"
        ballots[key] = {choice: [] for choice in Choice.values}
        for ballot in item.ballots.select_related("member"):
            ballots[key][ballot.choice].append(ballot.member.name)
    day = timezone.localdate(sitting.opened_at) if sitting.opened_at else timezone.localdate()
    return {
        "held_on": day.isoformat(), "place": sitting.place, "ballots": ballots,
        "members": [person.name for person in people],
        "present": [person.name for person in people if person.present],
    }  # fmt: skip


def stage_of(sitting: Sitting) -> Any:
    """What the ruleset says of the stage of a sitting."""
    run = sitting.run
    subject: Any = run.case.application if run.case else run.listing
    return road.stage_of(subject.ruleset, subject.procedure, run.stage)
