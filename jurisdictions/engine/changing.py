"""Changes and revocations: which paths an event opens, which clocks run, which hints show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jurisdictions.engine.dates import period_end
from jurisdictions.engine.derived.changes import change_code
from jurisdictions.engine.policy import Policy
from jurisdictions.schema.changes import ChangeEvent, ChangePath, Clock, Ground, Hint


class NoSuchChangeError(KeyError):
    """The regulation knows no such event."""


@dataclass(frozen=True)
class Seen:
    """What the portal sees of a studio when it looks for hints.

    Attributes:
        last_activity: day of the last entry in the log; None: none yet, the naming day counts.
        missed_papers: yearly papers and assessments overdue now.
        flagged_entries: ledger entries whose purpose the text does not name, or not yet.
        failed_assessments: assessments failed in a row, mending included.
        leader_left: nobody leads it, or a filing said that the leader cannot go on and nobody
            followed him.
        change_open: a change of leader is under way or approved.
        unspent: what the ledger says of money left shortly before the period ends.
    """

    founded_on: date
    last_activity: date | None = None
    missed_papers: int = 0
    flagged_entries: int = 0
    failed_assessments: int = 0
    leader_left: bool = False
    change_open: bool = False
    unspent: str = ""


def change_events(
    policy: Policy, *, reason: str | None = None, same_group: bool | None = None
) -> list[ChangeEvent]:
    """The events that fit a reason and, where it matters, the tie between the units."""
    return [
        event
        for event in policy.ruleset.changes.events
        if (reason is None or reason in event.reasons)
        and (same_group is None or event.same_group in (None, same_group))
    ]


def change_event(policy: Policy, code: str) -> ChangeEvent:
    """The event of that code.

    Raises:
        NoSuchChangeError: there is none.
    """
    for event in policy.ruleset.changes.events:
        if event.id == code:
            return event
    raise NoSuchChangeError(code)


def change_path(event: ChangeEvent, code: str) -> ChangePath:
    """The path of that code.

    Raises:
        NoSuchChangeError: the event opens no such path.
    """
    for path in event.paths:
        if path.id == code:
            return path
    raise NoSuchChangeError(code)


def leader_changes(policy: Policy) -> frozenset[str]:
    """Codes of the procedures that may put another leader in place."""
    key = ("leader_changes",)
    if key not in policy.cache:
        policy.cache[key] = frozenset(
            code
            for code, shape in policy.procedures.items()
            if any(e.kind == "change_leader" for r in shape.results.values() for e in r.effects)
        )
    found: frozenset[str] = policy.cache[key]
    return found


def leader_outcomes(policy: Policy) -> Mapping[str, str]:
    """What each procedure about the leader leads to when it is granted, by its code.

    Beside the outcomes of the paths: ``keeps_leader`` where he goes on, ``left`` where the text
    takes note that he does not and the studio stays as it is.
    """
    key = ("leader_outcomes",)
    if key not in policy.cache:
        policy.cache[key] = {
            change_code(event.id, path.id): _of_leader(path)
            for event in policy.ruleset.changes.events
            for path in event.paths
            if event.about == "leader" or path.outcome == "new_leader"
        }
    found: Mapping[str, str] = policy.cache[key]
    return found


def _of_leader(path: ChangePath) -> str:
    if path.keeps_leader:
        return "keeps_leader"
    return "left" if path.outcome == "stays" else path.outcome


def clock_last_day(clock: Clock | None, start: date) -> date | None:
    """The last day of a clock that starts with an event; None: no clock runs."""
    return period_end(start, days=clock.days) if clock else None


def late_days(clock: Clock | None, start: date, done_on: date) -> int:
    """How many days too late something was done; 0 in time or without a clock."""
    last = clock_last_day(clock, start)
    return max((done_on - last).days, 0) if last else 0


def hinted(ground: Ground, seen: Seen, on: date) -> bool:
    """Whether what the portal sees points to a ground. A person confirms or not."""
    return ground.hint is not None and usable(ground, seen) and _points(ground.hint, seen, on)


def usable(ground: Ground, seen: Seen) -> bool:
    """Whether a ground may be used now: an open change of leader stops some."""
    return not (ground.not_while_changing and seen.change_open)


def hinted_grounds(policy: Policy, seen: Seen, on: date) -> Sequence[str]:
    """Codes of the grounds that the portal's own records point to."""
    rules = policy.ruleset.revocations
    return [g.id for g in rules.grounds if hinted(g, seen, on)] if rules else []


def _points(hint: Hint, seen: Seen, on: date) -> bool:
    if hint.kind == "no_activity":
        since = seen.last_activity or seen.founded_on
        return on > period_end(since, months=hint.months or 1)
    return {
        "papers_missed": seen.missed_papers > 0,
        "leader_left": seen.leader_left,
        "funds_flagged": seen.flagged_entries > 0,
        "failed_again": seen.failed_assessments > 1,
    }[hint.kind]
