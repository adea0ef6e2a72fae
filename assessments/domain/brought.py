"""What an old studio brings along: a ban, public money paid or claimed back, its last grade."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Model

from applications.domain.claims import FOUNDING
from applications.domain.endings import bans_of
from applications.models import Ban, Studio
from assessments.domain.ledger import grant_line
from assessments.models import Clawback, ClawbackPayment, GradeRecord, GrantDue
from jurisdictions.engine.dates import period_end
from jurisdictions.engine.policy import Policy
from jurisdictions.models import Ruleset
from jurisdictions.queries import policy_of
from portal.common.bulk import fits
from portal.common.errors import DomainError
from portal.common.history import signed

BEFORE = "平台启用前"


@dataclass(frozen=True)
class Named:
    """One studio as the old list names it."""

    name: str
    number: str
    occupation: str
    founded_on: dt.date
    unit_name: str
    unit_uscc: str
    leader_name: str
    leader_id: str
    industry: str = ""
    district: str = ""
    address: str = ""
    decision_number: str = ""
    term_until: dt.date | None = None
    department: str = ""
    area: Decimal | None = None
    title: str = ""
    plaque_number: str = ""
    ended_on: dt.date | None = None
    banned_until: dt.date | None = None
    ban_ground: str = ""
    grant_paid: Decimal | None = None
    grant_paid_on: dt.date | None = None
    second_paid: Decimal | None = None
    second_paid_on: dt.date | None = None
    graded_on: dt.date | None = None
    grade: str = ""
    partner_names: str = ""
    partner_usccs: str = ""
    partner_since: dt.date | None = None
    clawback: Decimal | None = None
    clawback_on: dt.date | None = None
    clawed_back: Decimal | None = None
    clawed_back_on: dt.date | None = None


def bring(
    studio: Studio, row: Named, leader: dict[str, Any], *, newest: Ruleset | None, by: Any
) -> Iterator[Model]:
    """All that the old list says of a studio beside its host and leader, not saved yet.

    Args:
        studio: the studio; it need not be saved either.
        row: what the list says.
        leader: the leader's sealed ID number.
        newest: the version in force at its place.
        by: the person.

    Raises:
        DomainError: something does not fit the studio or the text; ``field`` names the column.
    """
    policy = policy_of(studio.founding_ruleset)
    yield from _ban(studio, row, leader, policy)
    first, second = _grants(policy)
    paid = (
        (first, ("grant_paid", row.grant_paid, row.grant_paid_on)),
        (second, ("second_paid", row.second_paid, row.second_paid_on)),
    )
    for item, told in paid:
        grant = _grant(studio, item, told)
        if grant is not None:
            text = f"{item.title}（{BEFORE}拨付）"
            grant.entry = grant_line(grant, by=by, text=text, newest=newest)
            if grant.entry is not None:
                yield grant.entry
            yield grant
    yield from _grade(studio, row, policy)
    yield from _clawback(studio, row, policy, by=by)


def _effects(policy: Policy, kind: str, *, founding: bool | None = None) -> list[Any]:
    """Effects of a kind in all procedures, or only in the naming, or only elsewhere."""
    return [
        item
        for code, shape in policy.procedures.items()
        if founding is None or (code == FOUNDING) == founding
        for result in shape.results.values()
        for item in result.effects
        if item.kind == kind
    ]


def _ban(studio: Studio, row: Named, leader: dict[str, Any], policy: Policy) -> list[Ban]:
    until = row.banned_until
    if until is None:
        if row.ban_ground:
            raise DomainError("写了处罚事由的，须填写禁申至哪一天。", field="banned_until")
        return []
    if row.ended_on is None:
        raise DomainError("只有已终止的工作室登记禁申，请填写终止日期。", field="ended_on")
    if not row.ban_ground:
        raise DomainError("登记禁申的，须写明处罚事由。", field="ban_ground")
    item = max(_effects(policy, "ban"), key=lambda one: one.years, default=None)
    if item is None:
        raise DomainError("本地区文件没有规定禁申，不能登记。", field="banned_until")
    last = period_end(row.ended_on, years=item.years)
    if not row.ended_on <= until <= last:
        raise DomainError(
            f"禁申自终止之日起不超过{item.years}年，应在{row.ended_on}至{last}之间。",
            field="banned_until",
        )
    return bans_of(
        studio.jurisdiction,
        item,
        {"unit.uscc": row.unit_uscc, "leader.id_number": leader},
        labels={Ban.Subject.UNIT: row.unit_name, Ban.Subject.LEADER: row.leader_name},
        since=row.ended_on,
        until=until,
        ground=f"{row.ban_ground}（{BEFORE}，{studio.number} {studio.name}）",
        studio=studio,
    )


def _grants(policy: Policy) -> tuple[Any, Any]:
    """The grant of the naming, and the one a studio may get later; None where there is none."""
    given = [_effects(policy, "grant", founding=founding) for founding in (True, False)]
    return next(iter(given[0]), None), next(iter(given[1]), None)


def _grant(
    studio: Studio, item: Any, told: tuple[str, Decimal | None, dt.date | None]
) -> GrantDue | None:
    column, amount, on = told
    if amount is None and on is None:
        return None
    if item is None:
        raise DomainError("本地区文件没有规定这项资助，请留空。", field=column)
    if amount is None or amount <= 0:
        raise DomainError("写了拨付日期的，须填写大于零的金额。", field=column)
    if on is None:
        raise DomainError("写了金额的，须填写拨付日期。", field=f"{column}_on")
    if on < studio.founded_on:
        raise DomainError("拨付日期不得早于命名日期。", field=f"{column}_on")
    row = GrantDue(
        studio=studio, grant=item.id, title=item.title, amount=amount, source=item.source,
        clauses=list(item.clause), decided_on=studio.founded_on if item.once else on,
        may=item.may, extra=not item.once, paid_on=on, paid_amount=amount,
    )  # fmt: skip
    fits(row, "studio", "clauses", column=column)
    return row


def _grade(studio: Studio, row: Named, policy: Policy) -> Iterator[GradeRecord]:
    if not row.grade and row.graded_on is None:
        return
    known = {
        grade.label: (code, rules, grade)
        for code, rules in policy.ruleset.assessments.items()
        for grade in rules.grades
    }
    if row.grade not in known:
        raise DomainError(f"考核等次应为：{'、'.join(known)}。", field="grade")
    if row.graded_on is None:
        raise DomainError("写了考核等次的，须填写认定日期。", field="graded_on")
    if row.graded_on < studio.founded_on or (row.ended_on and row.graded_on > row.ended_on):
        raise DomainError("认定日期应在命名以后、终止以前。", field="graded_on")
    code, rules, grade = known[row.grade]
    yield GradeRecord(
        studio=studio, assessment=code, label=rules.label, grade=grade.label, passed=grade.passed,
        reason=f"{BEFORE}认定", clauses=list(grade.clause), decided_on=row.graded_on,
    )  # fmt: skip


def _clawback(studio: Studio, row: Named, policy: Policy, *, by: Any) -> Iterator[Model]:
    """Money that an end of before the portal claims back, and what of it has come."""
    if row.clawback is None:
        for column in ("clawback_on", "clawed_back", "clawed_back_on"):
            if getattr(row, column) is not None:
                raise DomainError("登记追回的，须填写应追回的金额。", field="clawback")
        return
    item = next(iter(_effects(policy, "clawback")), None)
    if item is None:
        raise DomainError("本地区文件没有规定追回资助，请留空。", field="clawback")
    on = row.clawback_on or row.ended_on
    if row.ended_on is None or on is None:
        raise DomainError("只有已终止的工作室登记追回，请填写终止日期。", field="ended_on")
    _payable(row, on)
    owed = Clawback(
        studio=studio, amount=row.clawback, decided_on=on, clauses=list(item.clause),
        closed_on=row.clawed_back_on if row.clawed_back == row.clawback else None,
    )  # fmt: skip
    fits(owed, "studio", "clauses", column="clawback")
    yield signed(owed, by=by, reason="补录上线前决定的追回")
    if row.clawed_back and row.clawed_back_on:
        yield ClawbackPayment(
            clawback=owed, amount=row.clawed_back, on=row.clawed_back_on, entered_by=by,
            note=f"{BEFORE}到账",
        )  # fmt: skip


def _payable(row: Named, on: dt.date) -> None:
    """Sums and days of a payback fit each other."""
    amount, back, last = row.clawback or Decimal(0), row.clawed_back, row.clawed_back_on
    if amount <= 0 or amount != round(amount, 2):
        raise DomainError("应追回金额须大于零，最多两位小数。", field="clawback")
    if on < row.founded_on:
        raise DomainError("追回决定日期不得早于命名日期。", field="clawback_on")
    if back is None and last is not None:
        raise DomainError("写了到账日期的，须填写已到账金额。", field="clawed_back")
    if back is None:
        return
    if not 0 < back <= amount or back != round(back, 2):
        raise DomainError(f"已到账金额应大于零，不超过应追回的{amount}元。", field="clawed_back")
    if last is None or last < on:
        raise DomainError(f"到账日期不得早于追回决定日期{on}。", field="clawed_back_on")
