"""What is due, overdue and at risk."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, Case, Count, Q, QuerySet, Sum, When

from applications.enums import Status, StudioStatus
from applications.models import Studio
from assessments.enums import DueKind, Party, RecordKind
from assessments.models import (
    Activity,
    Apprentice,
    Clawback,
    GrantDue,
    LedgerEntry,
    Member,
    Obligation,
    Record,
    SetDay,
)
from assessments.queries.policies import living_policy
from jurisdictions.engine.dates import period_end
from jurisdictions.engine.ledger import Movement, Notice, Span, balances, warnings
from jurisdictions.engine.policy import Policy

# What is assessed is missed by the unit that has not filed, or for which an office filed.
_UNFILED = Q(application__isnull=True) | Q(application__status=Status.DRAFT)
_TAKEN_OVER = Q(application__entered_by_office__isnull=False)
#: What counts as missed once its day has passed.
MISSED = Q(kind__in=[DueKind.PAPER, DueKind.AGREEMENT, DueKind.FINDING]) | Q(
    kind__in=[DueKind.ASSESSMENT, DueKind.MENDING]
) & (_UNFILED | _TAKEN_OVER)
#: What waits for the unit: its papers, and filings it is writing or mending.
WAITS_FOR_UNIT = Q(party=Party.UNIT) | Q(application__status__in=[Status.DRAFT, Status.RETURNED])


#: Decided and not told yet: nothing of it is late, whatever its result.
DECIDED = Q(application__held__isnull=False)

#: Nobody files for a studio that has ended, and nobody assesses it.
_GONE = Q(studio__status=StudioStatus.ENDED) & (
    Q(party=Party.UNIT) | Q(kind__in=[DueKind.ASSESSMENT, DueKind.MENDING])
)


def open_on(studios: Any, on: dt.date) -> QuerySet[Obligation]:
    """Obligations of studios that are open or overdue on a day, the earliest first.

    Of a studio that has ended only what the office still has to do is left.
    """
    found = Obligation.objects.filter(studio__in=studios, done_on__isnull=True, opens_on__lte=on)
    found = found.exclude(_GONE)
    return (
        with_filing(found).select_related("studio", "studio__jurisdiction").order_by("due_on", "pk")
    )


def with_filing(found: QuerySet[Obligation]) -> QuerySet[Obligation]:
    """Each with where its filing stands: ``filed`` with an office, ``decided`` but not told."""
    filed = Q(application__status__in=[Status.SUBMITTED, Status.DECIDED])
    yes = {"filed": filed, "decided": DECIDED}
    return found.annotate(
        **{name: Case(When(said, then=True), default=False, output_field=BooleanField())
           for name, said in yes.items()}
    )  # fmt: skip


def open_counts(studios: Any, on: dt.date) -> dict[int, int]:
    """How much is due from the unit of each studio."""
    found = open_on(studios, on).filter(WAITS_FOR_UNIT)
    return dict(found.order_by().values_list("studio").annotate(n=Count("pk")))


def overdue(studios: Any, on: dt.date) -> QuerySet[Obligation]:
    """Obligations whose last day has passed and that are not decided."""
    return open_on(studios, on).filter(due_on__lt=on, application__held__isnull=True)


def grants_open(studios: Any) -> QuerySet[GrantDue]:
    """Grants not paid yet; a studio that has ended gets no more."""
    found = GrantDue.objects.filter(studio__in=studios, paid_on__isnull=True)
    found = found.exclude(studio__status=StudioStatus.ENDED)
    return found.select_related("studio", "studio__jurisdiction").order_by("due_on", "pk")


def no_longer_paid(grant: GrantDue) -> str:
    """Why a grant that is not paid is due no more; empty while it is.

    It follows the studio: when the end is taken back by an amendment, the grant is due again.
    """
    ended = grant.studio.ended_on
    if grant.paid_on is not None or ended is None:
        return ""
    return f"工作室已于 {ended} 终止，未拨付的资助不再拨付"


def to_receive(studios: Any) -> QuerySet[Obligation]:
    """Papers that are in and wait for the receiver, the earliest first."""
    found = Obligation.objects.filter(
        studio__in=studios, party=Party.UNIT, done_on__isnull=False, received_on__isnull=True
    ).exclude(kind__in=[DueKind.ASSESSMENT, DueKind.MENDING])
    return found.select_related("studio", "studio__jurisdiction").order_by("done_on", "pk")


def clawbacks_open(studios: Any) -> QuerySet[Clawback]:
    """Money not yet back in full, with what came."""
    found = Clawback.objects.filter(studio__in=studios, closed_on__isnull=True)
    found = found.annotate(back=Sum("payments__amount"))
    return found.select_related("studio", "studio__jurisdiction").order_by("decided_on", "pk")


def reports(studios: Any) -> QuerySet[Record]:
    """Reports of events by the units, the newest first."""
    found = Record.objects.filter(
        studio__in=studios, kind=RecordKind.REPORT, struck_at__isnull=True
    )
    return found.select_related("studio", "studio__jurisdiction").order_by("-on", "-pk")


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
    """The ledger of a studio from its lines."""
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


def flagged(notices: list[Notice]) -> list[Notice]:
    """Expenses whose purpose somebody must look at.

    Entry refuses a purpose the text does not know, but lets in 其他 with a reason and purposes
    of a later time; a version that takes the ledger over may leave a purpose out.
    """
    return [notice for notice in notices if notice.id.startswith("purpose.")]


def trained(studio: Studio, since: dt.date, until: dt.date, levels: list[str]) -> int:
    """How many apprentices reached one of the levels in a time, both days inside."""
    return Apprentice.objects.filter(
        studio=studio, struck_at__isnull=True, level__in=levels, certified_on__range=(since, until)
    ).count()


@dataclass(frozen=True)
class Training:
    """How far a studio is with the people the text asks it to train.

    Attributes:
        rule: what the text asks for.
        count: how many reached the level in time.
        until: last day of the time.
    """

    rule: Any
    count: int
    until: dt.date


def training(studio: Studio) -> Training | None:
    """People trained in the first span the text names; None where it names none."""
    policy = living_policy(studio, "registers")
    register = policy.ruleset.registers.apprentices
    rule = register.target if register else None
    if rule is None:
        return None
    floor = policy.national.rank("skill_level", rule.level) or 0
    levels = [
        label for _, label in policy.national.choices("skill_level")
        if (policy.national.rank("skill_level", label) or 0) >= floor
    ]  # fmt: skip
    until = period_end(studio.founded_on, months=rule.months)
    return Training(rule, trained(studio, studio.founded_on, until, levels), until)


def posts_held(studio: Studio, on: dt.date) -> list[tuple[Any, list[Member]]]:
    """Posts the text asks for, each with who holds it on a day."""
    register = living_policy(studio, "registers").ruleset.registers.members
    posts = register.posts if register else ()
    if not posts:
        return []
    held = list(at_posts(studio, on))
    return [(post, [row for row in held if row.post == post.id]) for post in posts]


def paid_back(clawback: Any) -> Decimal:
    """Money of a payback that came back."""
    found = clawback.payments.aggregate(total=Sum("amount"))["total"]
    return found or Decimal(0)


def at_posts(studio: Studio, on: dt.date) -> QuerySet[Any]:
    """Members on a day."""
    return Member.objects.filter(studio=studio, struck_at__isnull=True, joined_on__lte=on).filter(
        Q(left_on__isnull=True) | Q(left_on__gte=on)
    )
