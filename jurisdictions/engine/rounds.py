"""Whether a round may open, what its deadline binds, how many may be named."""

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from jurisdictions.engine.policy import Policy
from jurisdictions.schema.workflow import Floating, Quota

_ROUNDING = {"down": "向下取整", "up": "向上取整", "nearest": "四舍五入"}


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
    size: int | None = None,
    result: str = "",
) -> Allowed:
    """Whether so many may be named, or one more round opened this year.

    Args:
        policy: the version.
        procedure: code of the procedure.
        chosen: number of items on the list.
        rounds_this_year: rounds of the calendar year, the new one included.
        round_quota: the number fixed for this round, where the text leaves it open.
        size: how many filings a floating number is a share of.
        result: asks for the places of one result instead of those of all.
    """
    rounds = policy.procedure(procedure).rounds
    for quota in rounds.quota if rounds else ():
        if (quota.result or "") != result:
            continue
        found = _against(quota, chosen, rounds_this_year, size)
        if found is not None:
            return found
    if not result and chosen is not None and round_quota is not None and chosen > round_quota:
        return Allowed(
            ok=False, severity="block", sentence=f"本批次名额 {round_quota} 个，已选 {chosen} 个"
        )
    return Allowed(ok=True)


def floating_places(floating: Floating, size: int) -> int:
    """How many may be named of a set of this size; exact, rounded as the ruleset says."""
    exact = Fraction(floating.share.rstrip("%")) / 100 * size
    places = {
        "down": math.floor(exact),
        "up": math.ceil(exact),
        "nearest": math.floor(exact + Fraction(1, 2)),
    }[floating.rounding]
    if floating.minimum is not None:
        places = max(places, floating.minimum)
    return places if floating.maximum is None else min(places, floating.maximum)


def quota_of(policy: Policy, procedure: str, quota: Quota) -> str:
    """What a quota is for, in words."""
    if quota.result is None:
        return "每批名额"
    return f"每批“{policy.procedure(procedure).results[quota.result].label}”名额"


def floating_words(policy: Policy, procedure: str, floating: Floating) -> str:
    """The rule of a floating number in words."""
    labels = {stage.id: stage.label for stage in policy.stages(procedure)}
    of = f"通过“{labels[floating.passed]}”件数" if floating.passed else "申报件数"
    parts = [f"{of}的 {floating.share}（{_ROUNDING[floating.rounding]}）"]
    if floating.minimum is not None:
        parts.append(f"不少于 {floating.minimum} 个")
    if floating.maximum is not None:
        parts.append(f"不超过 {floating.maximum} 个")
    return "，".join(parts)


def _against(
    quota: Quota, chosen: int | None, in_year: int | None, size: int | None
) -> Allowed | None:
    floating, places, share = quota.floating, None, ""
    if floating is not None and size is not None:
        places, share = floating_places(floating, size), floating.share
    if quota.maximum is not None and chosen is not None and chosen > quota.maximum:
        sentence = f"名额为 {quota.maximum} 个以内，已选 {chosen} 个"
    elif places is not None and chosen is not None and chosen > places:
        sentence = f"名额为 {places} 个（{size} 件的 {share}），已选 {chosen} 个"
    elif quota.per_year is not None and in_year is not None and in_year > quota.per_year:
        sentence = f"每年开展 {quota.per_year} 次，本年度已是第 {in_year} 次"
    else:
        return None
    ok = quota.severity != "block"
    return Allowed(ok=ok, severity=quota.severity, sentence=sentence, clauses=quota.clause)
