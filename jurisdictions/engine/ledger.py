"""The ledger worked out: balances by source, duties to match, warnings, money to pay back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from jurisdictions.engine.dates import add_months, format_date, period_end
from jurisdictions.engine.policy import Policy
from jurisdictions.schema.effects import Clawback
from jurisdictions.schema.ledger import Ledger, MatchDuty

ZERO = Decimal(0)
Severity = Literal["block", "warn", "info"]
#: Notice that the period is about to end with money left.
UNSPENT_SOON = "unspent.soon"


@dataclass(frozen=True)
class Movement:
    """One line of the ledger.

    Attributes:
        kind: ``in`` for money received, ``out`` for money spent.
        source: code of the source.
        amount: positive, in yuan.
        on: the day.
        purpose: code of the purpose of an expense.
        reason: why, where the purpose is 其他.
        marked: the voucher carries the mark the text asks for.
        fixed_asset: it bought a fixed asset.
        asset_listed: the asset is entered in the list of assets.
    """

    kind: Literal["in", "out"]
    source: str
    amount: Decimal
    on: date
    purpose: str = ""
    reason: str = ""
    marked: bool = True
    fixed_asset: bool = False
    asset_listed: bool = False


@dataclass(frozen=True)
class Notice:
    """Something about the ledger that people should see."""

    id: str
    severity: Severity
    text: str
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Span:
    """The days a ledger is read for.

    Attributes:
        founded_on: naming day of the studio.
        term_until: last day of the construction period, where there is one.
        on: the day of reading.
    """

    founded_on: date
    term_until: date | None
    on: date


def balances(ledger: Ledger, movements: Sequence[Movement]) -> dict[str, Decimal]:
    """What is left of each source."""
    left = {source.id: ZERO for source in ledger.sources}
    for move in movements:
        signed = move.amount if move.kind == "in" else -move.amount
        left[move.source] = left.get(move.source, ZERO) + signed
    return left


def warnings(policy: Policy, movements: Sequence[Movement], span: Span) -> list[Notice]:
    """Everything about the ledger that does not fit, worst first; empty without a ledger."""
    ledger = policy.ruleset.ledger
    if ledger is None:
        return []
    known = [move for move in movements if move.on <= span.on]
    found = [*_overdrawn(ledger, known)]
    for duty in ledger.matching:
        found += _matching(ledger, duty, known, span)
    found += _purposes(ledger, known, span)
    found += _vouchers(ledger, known)
    found += _unspent(ledger, known, span)
    order = {"block": 0, "warn": 1, "info": 2}
    return sorted(found, key=lambda warning: order[warning.severity])


def paid_in(ledger: Ledger, movements: Iterable[Movement], kind: str) -> Decimal:
    """Money received from the sources of a kind."""
    sources = {source.id for source in ledger.sources if source.kind == kind}
    return sum((m.amount for m in movements if m.kind == "in" and m.source in sources), ZERO)


def _overdrawn(ledger: Ledger, moves: Sequence[Movement]) -> list[Notice]:
    labels = {source.id: source.label for source in ledger.sources}
    return [
        Notice(f"overdrawn.{source}", "block", f"{labels.get(source, source)}支出超过收入"
                 f" {_yuan(-left)} 元，请核对台账。")
        for source, left in balances(ledger, moves).items()
        if left < ZERO
    ]  # fmt: skip


def _yuan(amount: Decimal) -> str:
    """An amount with separators; cents only where there are some."""
    text = f"{amount:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _matching(
    ledger: Ledger, duty: MatchDuty, moves: Sequence[Movement], span: Span
) -> list[Notice]:
    first, last = _match_span(duty, span)
    if first is None or span.on < first:
        return []
    paid = paid_in(ledger, [m for m in moves if first <= m.on <= last], "match")
    wanted = _wanted(ledger, duty, moves)
    if duty.grant_received and wanted == ZERO:
        # Nothing was received yet to measure the match by; that there is some is asked apart.
        return []
    if paid >= wanted and paid > ZERO:
        return []
    text = duty.says.format(paid=_yuan(paid), wanted=_yuan(wanted), short=_yuan(wanted - paid))
    return [Notice(f"matching.{duty.id}", duty.severity, text, duty.clause)]


def _wanted(ledger: Ledger, duty: MatchDuty, moves: Sequence[Movement]) -> Decimal:
    if duty.minimum is not None:
        return duty.minimum
    return paid_in(ledger, moves, "grant") if duty.grant_received else ZERO


def _match_span(duty: MatchDuty, span: Span) -> tuple[date | None, date]:
    """First and last day whose payments count for a duty; None: it does not hold yet."""
    if duty.within == "calendar_year":
        return max(date(span.on.year, 1, 1), span.founded_on), date(span.on.year, 12, 31)
    if duty.within == "term":
        return span.founded_on, span.term_until or date.max
    if duty.within == "year_after_term":
        if span.term_until is None or span.on <= span.term_until:
            return None, span.on
        begins = max(date(span.on.year, 1, 1), span.term_until + timedelta(days=1))
        return begins, date(span.on.year, 12, 31)
    return date.min, date.max


def _purposes(ledger: Ledger, moves: Sequence[Movement], span: Span) -> list[Notice]:
    known = {purpose.id: purpose for purpose in ledger.purposes}
    clauses = tuple(dict.fromkeys(c for p in ledger.purposes for c in p.clause))
    found = []
    for number, move in enumerate(moves, 1):
        if move.kind != "out":
            continue
        purpose = known.get(move.purpose)
        if purpose is None:
            text = f"第 {number} 笔支出不在规定用途内，请说明并整改。"
            found.append(Notice("purpose.unlisted", "block", text, clauses))
        elif purpose.other:
            text = f"第 {number} 笔支出用途为“{purpose.label}”" + (
                f"：{move.reason}" if move.reason else "，尚未写明理由"
            )
            found.append(Notice("purpose.other", "warn", text, purpose.clause or clauses))
        elif purpose.period == "after_term" and span.term_until and move.on <= span.term_until:
            text = f"第 {number} 笔支出“{purpose.label}”属建设期满后的用途，现尚在建设周期内。"
            found.append(Notice("purpose.early", "warn", text, purpose.clause))
    return found


def _vouchers(ledger: Ledger, moves: Sequence[Movement]) -> list[Notice]:
    found = []
    spent = [(n, m) for n, m in enumerate(moves, 1) if m.kind == "out"]
    mark = ledger.voucher_mark
    unmarked = [str(number) for number, move in spent if mark and not move.marked]
    if mark and unmarked:
        text = f"第 {'、'.join(unmarked)} 笔支出凭证未标明经费字样。"
        found.append(Notice("voucher.unmarked", "warn", text, mark.clause))
    assets = ledger.fixed_assets
    loose = [str(n) for n, m in spent if assets and m.fixed_asset and not m.asset_listed]
    if assets and loose:
        text = f"第 {'、'.join(loose)} 笔：{assets.says}"
        found.append(Notice("asset.unlisted", "warn", text, assets.clause))
    return found


def _unspent(ledger: Ledger, moves: Sequence[Movement], span: Span) -> list[Notice]:
    rule, until = ledger.use_up, span.term_until
    if rule is None or until is None:
        return []
    kinds = {source.id for source in ledger.sources if source.kind in ("grant", "match")}
    inside = [m for m in moves if m.source in kinds and m.on <= until]
    left = sum((m.amount if m.kind == "in" else -m.amount for m in inside), ZERO)
    if left <= ZERO:
        return []
    if span.on >= until:
        return [Notice("unspent", rule.severity, rule.says.format(left=_yuan(left)), rule.clause)]
    if rule.ahead is None or span.on < add_months(until, -rule.ahead.months):
        return []
    text = rule.ahead.says.format(left=_yuan(left), until=format_date(until))
    return [Notice(UNSPENT_SOON, "info", text, rule.ahead.clause or rule.clause)]


@dataclass(frozen=True)
class Paid:
    """A payment of public money to the unit; ``extra``: one that begins a funding cycle."""

    amount: Decimal
    on: date
    extra: bool = False


def clawback_amount(
    rule: Clawback, paid: Sequence[Paid], *, founded_on: date, decided_on: date
) -> Decimal:
    """How much must be paid back.

    All grants, or those paid within the funding cycle in which the decision falls: a cycle
    begins at the naming and again at each extra grant, its last day is inside.
    """
    if rule.what == "all_grants":
        return sum((p.amount for p in paid if p.on <= decided_on), ZERO)
    starts = [founded_on, *(p.on for p in paid if p.extra and p.on <= decided_on)]
    first = max(starts)
    last = period_end(first, months=rule.cycle_months or 0)
    if decided_on > last:
        return ZERO
    return sum((p.amount for p in paid if first <= p.on <= decided_on), ZERO)
