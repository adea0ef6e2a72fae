"""What decided filings say of the leaders of studios."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from applications.enums import Status
from applications.models import Application, Studio
from jurisdictions.engine.changing import leader_outcomes
from jurisdictions.queries import bulky, policy_of

#: Outcomes: the leader goes on past an event of his (返聘、延迟退休), another follows him, or it is
#: only noted that he left.
STAYS, FOLLOWED, LEFT = "keeps_leader", "new_leader", "left"
_OPEN = (Status.SUBMITTED, Status.RETURNED)


@dataclass(frozen=True)
class LeaderFiling:
    """A filing that tells of an event of the leader.

    Attributes:
        outcome: what it leads to when it is granted, e.g. ``new_leader`` or ``left``.
        open: whether it is with an office, or back for correction.
        granted: whether it was granted; a filing that lapsed was not.
        on: the day since which it stands like that.
    """

    outcome: str
    open: bool
    granted: bool
    on: dt.date


def leader_filings(studios: Iterable[Studio]) -> dict[int, list[LeaderFiling]]:
    """Filings about the leaders of studios, the one that moved last at the end.

    A draft says nothing yet, and one that was taken back no more: the unit may have been wrong.

    Returns:
        Filings by key of the studio; studios without any are left out.
    """
    rows = (
        Application.objects.filter(
            studio__in=list(studios), submitted_at__isnull=False,
            status__in=(*_OPEN, Status.DECIDED, Status.LAPSED),
        )
        .select_related("ruleset")
        .defer(*bulky("ruleset"))
        .order_by("status_changed_at", "pk")
    )  # fmt: skip
    found: dict[int, list[LeaderFiling]] = defaultdict(list)
    for row in rows:
        policy = policy_of(row.ruleset)
        outcome = leader_outcomes(policy).get(row.procedure)
        if outcome is None:
            continue
        result = policy.procedure(row.procedure).results.get(row.result)
        # What was decided and is not told yet is still under way for whoever reads this.
        told = row.status == Status.DECIDED and row.result_released_at is not None
        granted = told and result is not None and result.favourable
        day = timezone.localdate(row.status_changed_at)
        under_way = row.status in _OPEN or (row.status == Status.DECIDED and not told)
        found[row.studio_id or 0].append(LeaderFiling(outcome, under_way, granted, day))
    return dict(found)
