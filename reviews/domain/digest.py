"""每日工作摘要: one notice a working day to each officer with something to do; else none.

A deputy finds the work of whom he stands in for among his own, with the name.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from jurisdictions.engine.dates import SATURDAY, CalendarMissing, add_working_days, format_date
from jurisdictions.models import Post
from jurisdictions.queries import work_calendar
from portal.common.models import Notice
from portal.common.notifying import notify
from reviews.domain import claiming, clock, digestask
from reviews.domain.deputies import Turn, in_words, standing_in
from reviews.enums import RunState
from reviews.models import StageRun
from reviews.queries.own import Own, own_of

KIND = "digest"
#: Habits of the house, in no regulation.
HOUR, SOON, MOST = 8, 2, 10
_SIGNING = ("reviewer", "approver")
#: Turns of a person: for whom he takes each, nobody where it is his own.
Turns = dict[Turn, list[Any]]


@dataclass
class Digest:
    """What a person is told.

    Attributes:
        late: past their day.
        due: due today or within two days.
        new: arrived since the last digest.
        sign: waiting for the person's signature.
        approve: lists that wait for the approval of a body the person approves for.
        cases: single filings that wait for it.
        answer: extensions, amendments and returns that wait for the person's answer.
        release: filings of which a letter waits for the person's check.
        reply: offices that wait for the reply of the person's office.
    """

    late: list[str] = field(default_factory=list)
    due: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    sign: list[str] = field(default_factory=list)
    approve: list[str] = field(default_factory=list)
    cases: list[str] = field(default_factory=list)
    answer: list[str] = field(default_factory=list)
    release: list[str] = field(default_factory=list)
    reply: list[str] = field(default_factory=list)

    def parts(self) -> list[tuple[str, list[str]]]:
        """Headings with their lines, empty ones left out."""
        named = [("已超期", self.late), ("即将到期", self.due), ("新到", self.new),
                 ("待签批", self.sign), ("待审定名单", self.approve), ("待审定申报件", self.cases),
                 ("待批事项", self.answer), ("待核发文书", self.release),
                 ("待回复征求意见", self.reply)]  # fmt: skip
        return [(label, lines) for label, lines in named if lines]


def is_working_day(day: date) -> bool:
    """Whether people work on a day; while the calendar of a year is not entered, weekdays count."""
    try:
        return work_calendar().is_working_day(day)
    except CalendarMissing:
        return day.weekday() < SATURDAY


def send_all(now: datetime | None = None) -> int:
    """Send the digests of a working day that have not gone out yet.

    A run that was missed in the morning is made up for by the next one of the day; what arrived
    on a day without any run is in the digest of the next.

    Args:
        now: the moment; the present one unless given.

    Returns:
        How many people were told.
    """
    moment = timezone.localtime(now)
    today = moment.date()
    if moment.hour < HOUR or not is_working_day(today):
        return 0
    key = f"digest:{today}"
    told = set(Notice.objects.filter(key=key).values_list("user_id", flat=True))
    waiting, last = _waiting(moment), _last_digests()
    lists, cases = digestask.lists_by_turn(), digestask.cases_by_turn()
    asked, letters = digestask.proposals_by_turn(), digestask.letters_by_turn()
    replies, count = digestask.replies_by_turn(), 0
    people = _people(replies)
    own = own_of(people)
    for user, turns in people.items():
        if user.pk in told:
            continue
        since = last.get(user.pk) or _usual_since(today)
        mine = partial(_at, turns, own.get(user.pk, Own()))
        found = _for(user, mine(waiting), today, since)
        found.approve, found.cases = _marked(mine(lists)), _marked(mine(cases))
        found.answer = _marked(
            (line, absent) for line, absent in mine(asked) if line.proposed_by_id != user.pk
        )
        found.release, found.reply = _marked(mine(letters)), _marked(mine(replies))
        if found.parts():
            count += _send(user, found, today, key)
    return count


def _people(replies: dict[Turn, list[digestask.Line]]) -> dict[Any, Turns]:
    """Officers with the turns they take: their own, then those they stand in for; and who
    replies for an office that is asked now."""
    found: dict[Any, Turns] = defaultdict(dict)
    posts = Post.objects.filter(active_until=None, user__is_active=True, office__is_active=True)
    for post in posts.select_related("user").order_by("user_id"):
        found[post.user][post.office_id, post.kind] = []
    for turn, deputies in standing_in().items():
        for deputy, absent in deputies.items():
            found[deputy][turn] = absent
    for user, turn in digestask.repliers(replies):
        found[user].setdefault(turn, [])
    return found


def _waiting(moment: datetime) -> dict[Turn, list[StageRun]]:
    """Open passages by whose turn it is."""
    found: dict[Turn, list[StageRun]] = defaultdict(list)
    rows = StageRun.objects.filter(state__in=[RunState.OPEN, RunState.SIGNING])
    rows = rows.select_related("case__application", "case__claimed_by", "listing__claimed_by")
    for run in rows.order_by("due_on", "pk"):
        found[run.office_id, run.waiting_for].append(run)
    return found


def _last_digests() -> dict[int, datetime]:
    rows = Notice.objects.filter(kind=KIND).values_list("user").annotate(at=Max("created_at"))
    return dict(rows)


def _usual_since(today: date) -> datetime:
    """The morning of the working day before."""
    try:
        day = add_working_days(today, -1, work_calendar())
    except CalendarMissing:
        day = today - timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, time(HOUR)))


def _at(turns: Turns, own: Own, rows: dict[Turn, list[Any]]) -> list[tuple[Any, list[Any]]]:
    """What waits at a person's turns, each with whom he stands in for; nothing that he has to keep
    out of (回避)."""
    return [
        (row, absent)
        for turn, absent in turns.items()
        for row in rows.get(turn, ())
        if not own.concerns(row)
    ]


def _marked(waiting: Iterable[tuple[digestask.Line, list[Any]]]) -> list[str]:
    """Lines of what waits, each thing once."""
    said = [digestask.marked(line.text, absent) for line, absent in waiting]
    return list(dict.fromkeys(said))


def _for(user: Any, runs: list[tuple[StageRun, list[Any]]], today: date, since: datetime) -> Digest:
    found = Digest()
    for run, absent in runs:
        subject = run.case or run.listing
        holder = claiming.holder(subject) if subject else None
        if holder is not None and holder not in (user, *absent):
            continue
        line = _line(run, absent)
        if run.due_on is not None and run.due_on < today:
            found.late.append(line)
        elif run.due_on is not None and run.due_on <= today + timedelta(days=SOON):
            found.due.append(line)
        if run.opened_at >= since:
            found.new.append(line)
        if run.waiting_for in _SIGNING:
            found.sign.append(line)
    return found


def _line(run: StageRun, absent: list[Any]) -> str:
    """Number of the filing or name of the list: nothing of what is in it."""
    name = str(run.case.application if run.case else run.listing)
    said = [f"期限{format_date(run.due_on)}"] if run.due_on else []
    said += [clock.words(run)] if clock.words(run) else []
    said += [in_words(absent)] if absent else []
    return f"{name}（{'，'.join(said)}）" if said else name


@transaction.atomic
def _send(user: Any, found: Digest, today: date, key: str) -> int:
    lines = []
    for label, items in found.parts():
        more = f" 等 {len(items)} 件" if len(items) > MOST else ""
        lines.append(f"{label} {len(items)} 件：{'、'.join(items[:MOST])}{more}")
    short = "，".join(f"{label} {len(items)} 件" for label, items in found.parts())
    return notify([user], KIND, f"{format_date(today)}工作摘要：{short}", "\n".join(lines),
                  link=reverse("reviews:worklist"), key=key)  # fmt: skip
