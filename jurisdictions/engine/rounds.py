"""Whether a round may open, what its deadline binds, how many may be named."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from jurisdictions.engine.policy import Policy
from jurisdictions.schema.workflow import Quota


@dataclass(frozen=True)
class Allowed:
    """A yes, a yes with a warning, or a no, with the sentence and clauses."""

    ok: bool
    severity: str = "info"
    sentence: str = ""
    clauses: tuple[str, ...] = ()


def may_open(policy: Policy, on: date, effective_from: date | None = None) -> Allowed:
    """Whether a round may open on a day under this version.

    Args:
        policy: the version.
        on: the day of opening.
        effective_from: the day an administrator entered where the source has none.
    """
    validity = policy.ruleset.identity.validity
    start = validity.effective_from or effective_from
    if start is None:
        return Allowed(
            ok=False,
            severity="block",
            sentence="文件缺施行日期，请管理员先补录施行日期",
            clauses=validity.clause,
        )
    if on < start:
        return Allowed(
            ok=False,
            severity="block",
            sentence=f"文件自 {start} 起施行，此前不能开放申报",
            clauses=validity.clause,
        )
    if validity.effective_until and on > validity.effective_until:
        return Allowed(
            ok=False,
            severity="block",
            sentence=f"文件有效期至 {validity.effective_until}，此后不能再开放申报",
            clauses=validity.clause,
        )
    return Allowed(ok=True)


def closing_moment(policy: Policy, closes_on: date) -> datetime:
    """24:00 of the closing day in the city's own time zone."""
    zone = ZoneInfo(policy.ruleset.identity.timezone)
    return datetime.combine(closes_on + timedelta(days=1), datetime.min.time(), zone)


def in_time(
    policy: Policy,
    procedure: str,
    closes_at: datetime,
    submitted: datetime,
    arrived: datetime | None,
) -> bool:
    """Whether a filing kept the deadline: by its submit, or by its arrival at the bureau."""
    rounds = policy.procedure(procedure).rounds
    deadline = rounds.deadline if rounds else None
    if deadline is not None and deadline.binds == "arrival":
        return arrived is not None and arrived < closes_at
    return submitted < closes_at


def check_quota(
    policy: Policy,
    procedure: str,
    *,
    chosen: int | None = None,
    rounds_this_year: int | None = None,
    round_quota: int | None = None,
) -> Allowed:
    """Whether so many may be named, or one more round opened this year.

    Args:
        policy: the version.
        procedure: code of the procedure.
        chosen: number of items on the list.
        rounds_this_year: rounds of the calendar year, the new one included.
        round_quota: the number fixed for this round, where the text leaves it open.
    """
    rounds = policy.procedure(procedure).rounds
    for quota in rounds.quota if rounds else ():
        found = _against(quota, chosen, rounds_this_year)
        if found is not None:
            return found
    if chosen is not None and round_quota is not None and chosen > round_quota:
        return Allowed(
            ok=False, severity="block", sentence=f"本批次名额 {round_quota} 个，已选 {chosen} 个"
        )
    return Allowed(ok=True)


def _against(quota: Quota, chosen: int | None, in_year: int | None) -> Allowed | None:
    if quota.maximum is not None and chosen is not None and chosen > quota.maximum:
        sentence = f"名额为 {quota.maximum} 个以内，已选 {chosen} 个"
    elif quota.per_year is not None and in_year is not None and in_year > quota.per_year:
        sentence = f"每年开展 {quota.per_year} 次，本年度已是第 {in_year} 次"
    else:
        return None
    ok = quota.severity != "block"
    return Allowed(ok=ok, severity=quota.severity, sentence=sentence, clauses=quota.clause)
