"""What the records of many studios point to, in a fixed number of queries."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max

from applications.models import Studio, StudioLeader
from applications.queries import LeaderFiling, leader_filings
from applications.queries.leaders import FOLLOWED, LEFT, STAYS
from assessments.models import Activity, GradeRecord, LedgerEntry, Obligation
from assessments.queries import dues
from assessments.queries.policies import founding_policy, living_policy
from jurisdictions.engine.changing import Seen, hinted_grounds
from jurisdictions.engine.ledger import UNSPENT_SOON
from jurisdictions.engine.life import window_open
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.retirement import retirement_options
from jurisdictions.queries import current_rulesets


@dataclass(frozen=True)
class Risk:
    """A studio somebody should look at.

    Attributes:
        studio: the studio.
        facts: what the records say.
        grounds: grounds of the founding text that they point to.
    """

    studio: Studio
    facts: tuple[str, ...]
    grounds: tuple[str, ...]


def risks(studio: Studio, on: dt.date) -> list[str]:
    """The grounds that the records of one studio point to; where they point to none, the facts."""
    return [text for risk in at_risk([studio], on) for text in risk.grounds or risk.facts]


def at_risk(studios: Iterable[Studio], on: dt.date) -> list[Risk]:
    """Studios whose records point to something, in the order given.

    Args:
        studios: living studios, as ``reach`` gives them (policy, hosts and leaders loaded).
        on: the day.
    """
    found, risks = list(studios), []
    filed = leader_filings(found)
    for studio, seen in seen_by(found, on, filed):
        policy = founding_policy(studio)
        kept = [row for row in _leading(studio) if not _stays(row, filed.get(studio.pk, []))]
        risk = Risk(
            studio,
            tuple(_facts(policy, seen, kept, on)),
            tuple(_grounds(policy, studio, seen, on)),
        )
        if risk.facts or risk.grounds:
            risks.append(risk)
    return risks


def seen_of(studio: Studio, on: dt.date) -> Seen:
    """What the records say of one studio on a day, in numbers."""
    return next(seen for _, seen in seen_by([studio], on))


def seen_by(
    studios: Iterable[Studio], on: dt.date, filed: dict[int, list[LeaderFiling]] | None = None
) -> Iterator[tuple[Studio, Seen]]:
    """What the records say of each studio on a day, in a fixed number of queries.

    Args:
        studios: the studios.
        on: the day.
        filed: filings about their leaders, where the caller has read them already.
    """
    found = list(studios)
    filed = leader_filings(found) if filed is None else filed
    keys = [studio.pk for studio in found]
    lines = _lines(keys)
    missed, newest = _missed(keys, on), _newest_activity(keys)
    places = {studio.jurisdiction_id: studio.jurisdiction for studio in found}
    versions = current_rulesets(places.values())
    failed = _failed(keys)
    for studio in found:
        ledger = living_policy(studio, "ledger", newest=versions[studio.jurisdiction_id])
        money = dues.worked_out(ledger, studio, lines[studio.pk], on)
        yield studio, Seen(
            founded_on=studio.founded_on, last_activity=newest.get(studio.pk),
            missed_papers=missed.get(studio.pk, 0),
            flagged_entries=len(dues.flagged(money.notices)),
            failed_assessments=failed.get(studio.pk, 0),
            leader_left=_left(studio, filed.get(studio.pk, [])),
            change_open=any(
                row.open and row.outcome == FOLLOWED for row in filed.get(studio.pk, [])
            ),
            unspent="".join(n.text for n in money.notices if n.id == UNSPENT_SOON),
        )  # fmt: skip


def _leading(studio: Studio) -> list[StudioLeader]:
    return [row for row in studio.leaders.all() if row.until is None]


def _left(studio: Studio, filed: list[LeaderFiling]) -> bool:
    """Nobody leads it, or the last filing said that the leader cannot go on and nobody followed.

    A filing that was refused, lapsed or only noted stands until somebody else leads the studio,
    or a later filing is granted. A departure that no office confirmed is none.
    """
    leading = _leading(studio)
    since = max((row.since for row in leading), default=dt.date.min)
    said = [r for r in filed if not r.open and r.outcome != STAYS and r.on > since]
    said = [r for r in said if r.granted or r.outcome != LEFT]
    return not leading or bool(said and (said[-1].outcome == LEFT or not said[-1].granted))


def _stays(leader: StudioLeader, filed: list[LeaderFiling]) -> bool:
    """Whether it was granted that he goes on past his retirement."""
    return any(row.granted and row.outcome == STAYS and row.on >= leader.since for row in filed)


def _failed(keys: Sequence[int]) -> dict[int, int]:
    """Assessments failed in a row up to now, mending and results of before the portal included."""
    grades = GradeRecord.objects.filter(studio__in=keys).order_by("decided_on", "pk")
    count: dict[int, int] = {}
    for studio, passed in grades.values_list("studio", "passed"):
        count[studio] = 0 if passed else count.get(studio, 0) + 1
    return count


def _grounds(policy: Policy, studio: Studio, seen: Seen, on: dt.date) -> list[str]:
    """Grounds of the founding text that the records point to; after its window there is none."""
    rules = policy.ruleset.revocations
    if rules is None or studio.ended_on or not window_open(policy, studio.founded_on, on):
        return []
    texts = {ground.id: ground.text for ground in rules.grounds}
    return [texts[code] for code in hinted_grounds(policy, seen, on)]


def _lines(keys: Sequence[int]) -> dict[int, list[LedgerEntry]]:
    found: dict[int, list[LedgerEntry]] = defaultdict(list)
    rows = LedgerEntry.objects.filter(studio__in=keys, struck_at__isnull=True)
    for row in rows.order_by("on", "pk"):
        found[row.studio_id].append(row)
    return found


def _missed(keys: Sequence[int], on: dt.date) -> dict[int, int]:
    rows = Obligation.objects.filter(
        dues.MISSED, studio__in=keys, done_on__isnull=True, opens_on__lte=on, due_on__lt=on,
        application__held__isnull=True,
    )  # fmt: skip
    return dict(rows.order_by().values_list("studio").annotate(n=Count("pk")))


def _newest_activity(keys: Sequence[int]) -> dict[int, Any]:
    rows = Activity.objects.filter(studio__in=keys, struck_at__isnull=True)
    return dict(rows.order_by().values_list("studio").annotate(newest=Max("on")))


def _facts(policy: Policy, seen: Seen, leaders: list[StudioLeader], on: dt.date) -> list[str]:
    facts = []
    if seen.missed_papers:
        facts.append(f"逾期未办 {seen.missed_papers} 项")
    if seen.flagged_entries:
        facts.append(f"{seen.flagged_entries} 笔支出用途待核实")
    if seen.leader_left:
        facts.append("领办人已离任或不能继续，尚无接任")
    if seen.unspent:
        facts.append(seen.unspent)
    facts += [text for leader in leaders if (text := _retired(policy, leader, on))]
    return facts


def _retired(policy: Policy, leader: StudioLeader, on: dt.date) -> str:
    """Says so when the statutory retirement day of a leader has come.

    A woman's original age is not in the register, so both days are possible.
    """
    days = retirement_days(policy, leader)
    past = [day for day in days if day <= on]
    if not past:
        return ""
    sure = "已" if len(past) == len(days) else "可能已"
    # The month only: with the day the masked ID number beside it could be filled in.
    months = "或".join(f"{day:%Y年%-m月}" for day in days)
    return f"领办人{leader.name}{sure}到法定退休日期（{months}）"


def retirement_days(policy: Policy, leader: StudioLeader) -> list[dt.date]:
    """The possible statutory retirement days of a leader; none while his birth is unknown."""
    birth, sex = leader.id_number.get("birth"), leader.id_number.get("sex")
    if not birth or sex not in ("男", "女"):
        return []
    table = policy.national.retirement
    options = retirement_options(dt.date.fromisoformat(birth), sex, None, table)
    return sorted(retirement.date for _, _, retirement in options)
