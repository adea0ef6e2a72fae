"""Opens what falls due; running it twice changes nothing, a missed run is made up for."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import transaction

from applications.domain import events
from applications.enums import StudioStatus
from applications.models import Studio
from assessments.enums import DueKind, Party
from assessments.models import Obligation, SetDay
from assessments.queries import dues
from assessments.queries.policies import living_policy
from jurisdictions.engine.life import Due, PeriodError, assessments_due, day_in_year, papers_due
from jurisdictions.engine.policy import Policy
from jurisdictions.models import Jurisdiction, Ruleset
from portal.common.errors import DomainError

#: What an obligation says beside whose it is, what it is and for which period.
_TOLD = ("about", "title", "party", "receiver", "clauses", "opens_on", "due_on")


def open_all(on: dt.date) -> int:
    """Open everything that has fallen open up to a day, for every living studio.

    Returns:
        How many obligations were opened now.
    """
    living = Studio.objects.exclude(status=StudioStatus.ENDED).order_by("pk")
    return sum(open_for(studio, on) for studio in living.select_related("jurisdiction").iterator())


@transaction.atomic
def open_for(studio: Studio, on: dt.date) -> int:
    """Open what has fallen open up to a day for one studio; returns how many are new."""
    entered = dues.days_set(studio.jurisdiction)
    return sum(_open(row) for row in fallen_open(studio, on, entered=entered))


def fallen_open(
    studio: Studio,
    on: dt.date,
    *,
    entered: dict[tuple[str, int], dt.date],
    newest: Ruleset | None = None,
) -> Iterator[Obligation]:
    """What has fallen open up to a day for a studio that need not be saved yet; nor are these.

    Args:
        studio: the studio.
        on: the day.
        entered: days that offices set, by paper and year.
        newest: the version in force at its place, where the caller has read it already.
    """
    policy = living_policy(studio, "calendar", newest=newest)
    papers = {paper.id: paper for paper in policy.ruleset.calendar}
    for due in papers_due(
        policy, founded_on=studio.founded_on, until=on, ended_on=studio.ended_on, entered=entered
    ):
        if _settled_before(studio, due):
            continue
        paper = papers[due.item]
        kind = DueKind.AGREEMENT if paper.kind == "agreement" else DueKind.PAPER
        title = f"{paper.title}（{due.about}年度）"
        receiver = _office(policy, paper.to)
        yield _row(studio, kind, due, title, Party.UNIT, receiver, paper.clause)
    yield from _assessments_open(studio, on, entered, newest)


def _assessments_open(
    studio: Studio,
    on: dt.date,
    entered: dict[tuple[str, int], dt.date],
    newest: Ruleset | None,
) -> Iterator[Obligation]:
    policy = living_policy(studio, "assessments", newest=newest)
    for due in assessments_due(
        policy,
        founded_on=studio.founded_on,
        term_until=studio.term_until,
        until=on,
        ended_on=studio.ended_on,
        entered=entered,
    ):
        if _settled_before(studio, due):
            continue
        assessment = policy.ruleset.assessments[due.item]
        number = f"{due.about}年度" if due.about else f"第{due.period}次"
        yield _row(
            studio,
            DueKind.ASSESSMENT,
            due,
            f"{assessment.label}（{number}）",
            Party.OFFICE,
            _office(policy, assessment.by),
            assessment.clause,
        )


def _settled_before(studio: Studio, due: Due) -> bool:
    """What an imported studio owed before it was entered was settled without the portal."""
    return studio.entered_on is not None and due.due_on < studio.entered_on


def _office(policy: Policy, role: str | None) -> str:
    return policy.ruleset.offices[role].label if role else ""


def _row(
    studio: Studio,
    kind: str,
    due: Due,
    title: str,
    party: str,
    receiver: str,
    clauses: tuple[str, ...],
) -> Obligation:
    return Obligation(
        studio=studio, kind=kind, item=due.item, period=due.period, about=due.about, title=title,
        party=party, receiver=receiver, clauses=list(clauses), opens_on=due.opens_on,
        due_on=due.due_on,
    )  # fmt: skip


def _open(fresh: Obligation) -> int:
    """Keep what has fallen open, unless it is open already; returns how many are new."""
    told = {name: getattr(fresh, name) for name in _TOLD}
    row, created = Obligation.objects.get_or_create(
        studio=fresh.studio, kind=fresh.kind, item=fresh.item, period=fresh.period, defaults=told
    )
    if not created and row.done_on is None and row.due_on != fresh.due_on:
        # An office has moved the day of the year; what was handed in keeps its own.
        row.opens_on, row.due_on = fresh.opens_on, fresh.due_on
        row.save(update_fields=["opens_on", "due_on"])
    return int(created)


@transaction.atomic
def set_day(
    jurisdiction: Jurisdiction, policy: Policy, item: str, year: int, day: dt.date, *, by: Any
) -> SetDay:
    """Set the day of a yearly paper for one year, where the text leaves it to an office.

    Raises:
        DomainError: the paper's day is fixed by the text, or the day lies in another year.
    """
    paper = next((p for p in policy.ruleset.calendar if p.id == item and p.due.set_by), None)
    if paper is None:
        raise DomainError("这项材料的到期日由文件规定，不能另设。", field="day")
    try:
        day_in_year(paper.due, year, day)
    except PeriodError as error:
        raise DomainError(str(error), field="day", status=422) from error
    row, _ = SetDay.objects.update_or_create(
        jurisdiction=jurisdiction, item=item, year=year, defaults={"day": day, "set_by": by}
    )
    events.record(
        jurisdiction,
        "due_day_set",
        f"设定{year}年{paper.title}的到期日：{day}",
        actor=by,
        data={"item": item, "year": year, "day": day.isoformat()},
    )
    return row
