"""What is due, overdue and at risk."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from applications.models import Studio
from assessments.models import (
    Activity,
    Apprentice,
    GrantDue,
    LedgerEntry,
    Member,
    Obligation,
    SetDay,
)
from assessments.queries.policies import living_policy
from jurisdictions.engine.ledger import Movement, Notice, Span, balances, warnings
from jurisdictions.engine.policy import Policy


def open_on(studios: Any, on: dt.date) -> QuerySet[Obligation]:
    """Obligations of studios that are open or overdue on a day, the earliest first."""
    found = Obligation.objects.filter(studio__in=studios, done_on__isnull=True, opens_on__lte=on)
    return found.select_related("studio", "studio__jurisdiction").order_by("due_on", "pk")


def overdue(studios: Any, on: dt.date) -> QuerySet[Obligation]:
    """Obligations whose last day has passed."""
    return open_on(studios, on).filter(due_on__lt=on)


def grants_open(studios: Any) -> QuerySet[GrantDue]:
    """Grants not paid yet."""
    found = GrantDue.objects.filter(studio__in=studios, paid_on__isnull=True)
    return found.select_related("studio", "studio__jurisdiction").order_by("due_on", "pk")


def days_set(jurisdiction: Any) -> dict[tuple[str, int], dt.date]:
    """Days that offices set, by paper and year."""
    rows = SetDay.objects.filter(jurisdiction=jurisdiction)
    return {(row.item, row.year): row.day for row in rows}


def entries(studio: Studio) -> QuerySet[LedgerEntry]:
    """Ledger lines that count, the earliest first."""
    found = LedgerEntry.objects.filter(studio=studio, struck_at__isnull=True)
    return found.select_related("entered_by").order_by("on", "pk")


@dataclass(frozen=True)
class Money:
    """The ledger of a studio on a day.

    Attributes:
        rules: what the policy says, None where it says nothing.
        lines: lines that count.
        left: source, label and what is left of it.
        notices: what does not fit, worst first.
    """

    rules: Any
    lines: list[LedgerEntry]
    left: list[tuple[str, str, Decimal]]
    notices: list[Notice]


def ledger_rules(studio: Studio) -> Any:
    """What the policy says of the ledger; None where it keeps none."""
    return living_policy(studio, "ledger").ruleset.ledger


def money(studio: Studio, on: dt.date) -> Money:
    """The ledger worked out by the studio's policy."""
    return worked_out(living_policy(studio, "ledger"), studio, list(entries(studio)), on)


def worked_out(policy: Policy, studio: Studio, lines: list[LedgerEntry], on: dt.date) -> Money:
    """Lines of a ledger worked out by a policy."""
    rules = policy.ruleset.ledger
    if rules is None:
        return Money(None, lines, [], [])
    moves = [_movement(line) for line in lines]
    sums = balances(rules, moves)
    left = [(source.id, source.label, sums[source.id]) for source in rules.sources]
    last = min(on, studio.ended_on) if studio.ended_on else on
    notices = warnings(policy, moves, Span(studio.founded_on, studio.term_until, last))
    return Money(rules, lines, left, notices)


def _movement(line: LedgerEntry) -> Movement:
    return Movement(
        kind="in" if line.direction == "in" else "out",
        source=line.source,
        amount=line.amount,
        on=line.on,
        purpose=line.purpose,
        reason=line.reason,
        marked=line.marked,
        fixed_asset=line.fixed_asset,
        asset_listed=bool(line.asset_number),
    )


def last_activity(studio: Studio) -> dt.date | None:
    """Day of the newest line in the activity log."""
    newest = Activity.objects.filter(studio=studio, struck_at__isnull=True).order_by("-on").first()
    return newest.on if newest else None


def trained(studio: Studio, since: dt.date, until: dt.date, levels: list[str]) -> int:
    """How many apprentices reached one of the levels in a time, both days inside."""
    return Apprentice.objects.filter(
        studio=studio, struck_at__isnull=True, level__in=levels, certified_on__range=(since, until)
    ).count()


def paid_back(clawback: Any) -> Decimal:
    """Money of a payback that came back."""
    found = clawback.payments.aggregate(total=Sum("amount"))["total"]
    return found or Decimal(0)


def at_posts(studio: Studio, on: dt.date) -> QuerySet[Any]:
    """Members on a day."""
    return Member.objects.filter(studio=studio, struck_at__isnull=True, joined_on__lte=on).filter(
        Q(left_on__isnull=True) | Q(left_on__gte=on)
    )
