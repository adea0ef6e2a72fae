"""What the portal's own records point to: grounds of the founding text, which a person judges."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Q

from applications.enums import Status
from applications.models import Studio
from assessments.enums import DueKind
from assessments.models import Activity, LedgerEntry
from assessments.queries.dues import overdue, worked_out
from assessments.queries.policies import founding_policy, living_policy
from jurisdictions.engine.changing import Seen, hinted_grounds
from jurisdictions.engine.life import window_open
from jurisdictions.models import Jurisdiction, Ruleset
from jurisdictions.queries import current_rulesets

# An assessment is missed by the unit that has not filed, or for which an office filed.
_UNFILED = Q(application__isnull=True) | Q(application__status=Status.DRAFT)
_TAKEN_OVER = Q(application__entered_by_office__isnull=False)
_MISSED = Q(kind__in=[DueKind.PAPER, DueKind.AGREEMENT]) | Q(kind=DueKind.ASSESSMENT) & (
    _UNFILED | _TAKEN_OVER
)


@dataclass(frozen=True)
class _Records:
    """What is on record of some studios, each kind read once for all of them."""

    lines: Mapping[int, list[LedgerEntry]]
    active: Mapping[int, dt.date]
    missed: Mapping[int, int]
    newest: Mapping[int, Ruleset | None]


def risks(studio: Studio, on: dt.date) -> list[str]:
    """The grounds that the records of one studio point to."""
    return next((texts for _, texts in at_risk([studio], on)), [])


def at_risk(studios: Iterable[Studio], on: dt.date) -> list[tuple[Studio, list[str]]]:
    """Studios whose records point to a ground, each with the texts of the grounds.

    Args:
        studios: with their place, founding version and leaders.
        on: the day.
    """
    watched = [studio for studio in studios if _is_watched(studio, on)]
    records = _records(watched, on)
    found = [(studio, _grounds(studio, records, on)) for studio in watched]
    return [(studio, texts) for studio, texts in found if texts]


def _is_watched(studio: Studio, on: dt.date) -> bool:
    policy = founding_policy(studio)
    if policy.ruleset.revocations is None or studio.ended_on:
        return False
    return window_open(policy, studio.founded_on, on)


def _records(studios: list[Studio], on: dt.date) -> _Records:
    lines: dict[int, list[LedgerEntry]] = {}
    kept = LedgerEntry.objects.filter(studio__in=studios, struck_at__isnull=True)
    for line in kept.order_by("on", "pk"):
        lines.setdefault(line.studio_id, []).append(line)
    activities = Activity.objects.filter(studio__in=studios, struck_at__isnull=True)
    late = overdue(studios, on).filter(_MISSED).order_by()
    places: dict[int, Jurisdiction] = {row.jurisdiction_id: row.jurisdiction for row in studios}
    return _Records(
        lines=lines,
        active=_by_studio(activities, Max("on")),
        missed=_by_studio(late, Count("pk")),
        newest=current_rulesets(places.values()),
    )


def _by_studio(rows: Any, figure: Any) -> dict[int, Any]:
    grouped = rows.order_by().values("studio").annotate(figure=figure)
    return dict(grouped.values_list("studio", "figure"))


def _grounds(studio: Studio, records: _Records, on: dt.date) -> list[str]:
    policy = founding_policy(studio)
    ledger = living_policy(studio, "ledger", newest=records.newest[studio.jurisdiction_id])
    notices = worked_out(ledger, studio, records.lines.get(studio.pk, []), on).notices
    seen = Seen(
        founded_on=studio.founded_on,
        last_activity=records.active.get(studio.pk),
        missed_papers=records.missed.get(studio.pk, 0),
        flagged_entries=sum(1 for notice in notices if notice.id == "purpose.unlisted"),
        leader_left=all(leader.until is not None for leader in studio.leaders.all()),
    )
    rules = policy.ruleset.revocations
    texts = {ground.id: ground.text for ground in rules.grounds} if rules else {}
    return [texts[code] for code in hinted_grounds(policy, seen, on)]
