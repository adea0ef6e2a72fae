"""What the portal's own books say about a line of a score table, with its source in words.

The sources are a closed set named in the ruleset (``computed`` of a line); a city picks among
them and never adds one. A value has the shape its line asks, or is a remark for the assessor
where a person judges.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from applications.models import Application, Studio
from assessments.enums import DueKind
from assessments.models import Activity, Apprentice, Book, LedgerEntry, Member, Obligation
from assessments.queries.dossier import completeness
from assessments.queries.policies import living_policy
from jurisdictions.engine.dates import add_months, format_date
from jurisdictions.engine.derived import assessment as derived
from jurisdictions.engine.derived import selfscore
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.scoring import plain
from jurisdictions.schema.assessment import Assessment

_WAN = Decimal(10_000)
_IN_WAN = "万元"


@dataclass(frozen=True)
class Said:
    """A value with where it comes from; ``value`` None is a remark only."""

    value: Any
    text: str


@dataclass(frozen=True)
class Span:
    """The books of one studio over the days an assessment looks at, both inside."""

    studio: Studio
    policy: Policy
    since: dt.date
    until: dt.date

    @property
    def days(self) -> str:
        """The period in words."""
        return f"{format_date(self.since)}至{format_date(self.until)}"

    @cached_property
    def years(self) -> list[tuple[dt.date, dt.date]]:
        """The years of the period, the first from its first day."""
        found: list[tuple[dt.date, dt.date]] = []
        start = self.since
        while start < self.until:
            end = min(add_months(self.since, 12 * (len(found) + 1)), self.until)
            found.append((start, end))
            start = end + dt.timedelta(days=1)
        return found

    @cached_property
    def matching(self) -> list[LedgerEntry]:
        """Money the unit put in, within the period."""
        rules = living_policy(self.studio, "ledger").ruleset.ledger
        sources = [s.id for s in rules.sources if s.kind == "match"] if rules else []
        rows = LedgerEntry.objects.filter(
            studio=self.studio, struck_at__isnull=True, direction="in", source__in=sources,
            on__range=(self.since, self.until),
        )  # fmt: skip
        return list(rows)

    @cached_property
    def apprentices(self) -> list[Apprentice]:
        """Everybody trained so far."""
        rows = Apprentice.objects.filter(
            studio=self.studio, struck_at__isnull=True, since__lte=self.until
        )
        return list(rows)

    @property
    def certified(self) -> list[Apprentice]:
        """Those who got a certificate within the period."""
        return [row for row in self.apprentices
                if row.certified_on and self.since <= row.certified_on <= self.until]  # fmt: skip

    @cached_property
    def members(self) -> list[Member]:
        """Members on the last day; the leader is not one of his team."""
        leaders = set(self.studio.leaders.filter(until=None).values_list("name", flat=True))
        rows = Member.objects.filter(
            studio=self.studio, struck_at__isnull=True, joined_on__lte=self.until
        )
        return [row for row in rows if (row.left_on is None or row.left_on >= self.until)
                and row.name not in leaders]  # fmt: skip

    def papers(self, *kinds: str) -> list[Obligation]:
        """Papers of these kinds that fell due within the period, the earliest first."""
        rows = Obligation.objects.filter(
            studio=self.studio, kind__in=kinds, due_on__range=(self.since, self.until)
        )
        return list(rows.order_by("due_on", "pk"))


def _money(span: Span, item: Any) -> Said:
    total = sum((row.amount for row in span.matching), Decimal(0))
    value = total / _WAN if getattr(item, "unit", "") == _IN_WAN else total
    said = f"经费台账：{span.days}配套资金到位 {plain(total)} 元，共 {len(span.matching)} 笔"
    return Said(value if item.kind != "judged" else None, said)


def _money_by_year(span: Span, item: Any) -> Said:
    paid = [any(a <= row.on <= b for row in span.matching) for a, b in span.years]
    said = "、".join(f"第{n}年度{'有' if there else '没有'}" for n, there in enumerate(paid, 1))
    return Said(_by_part(item, paid), f"经费台账：配套资金{said}")


def _by_part(item: Any, found: list[bool]) -> Any:
    """Year by year into the parts of a line; a year that has not come counts as absent."""
    if item.kind != "deducted":
        return all(found) and bool(found)
    return {part.id: n < len(found) and found[n] for n, part in enumerate(item.parts)}


def _spent(span: Span, item: Any) -> Said:
    rules = living_policy(span.studio, "ledger").ruleset.ledger
    grants = [s.id for s in rules.sources if s.kind == "grant"] if rules else []
    rows = LedgerEntry.objects.filter(studio=span.studio, struck_at__isnull=True, source__in=grants)
    got = sum((row.amount for row in rows if row.direction == "in"), Decimal(0))
    used = sum((row.amount for row in rows if row.direction == "out"), Decimal(0))
    return Said(None, f"经费台账：资助资金到账 {plain(got)} 元，支出 {plain(used)} 元")


def _area(span: Span, item: Any) -> Said:
    area = span.studio.area
    if area is None:
        return Said(None, "工作室登记：没有登记面积")
    return Said(area, f"工作室登记：面积 {plain(area)} 平方米")


def _formal(span: Span, item: Any) -> Said:
    count = sum(1 for row in span.members if row.is_formal)
    said = f"成员登记簿：{format_date(span.until)}正式员工 {count} 人，不含领办人"
    return Said(Decimal(count), said)


def _members(span: Span, item: Any) -> Said:
    return Said(None, f"成员登记簿：{format_date(span.until)}在册 {len(span.members)} 人")


def _posts(span: Span, item: Any) -> Said:
    rules = living_policy(span.studio, "registers").ruleset.registers.members
    held = {
        row.post for row in Member.objects.filter(studio=span.studio, struck_at=None, left_on=None)
    }
    posts = rules.posts if rules else ()
    gaps = [post.label for post in posts if post.id not in held]
    said = f"未登记：{'、'.join(gaps)}" if gaps else "各岗位均已登记"
    return Said(not gaps if posts else None, f"成员登记簿：{said}")


def _apprentices(span: Span, item: Any) -> Said:
    got = len(span.certified)
    return Said(None, f"带徒登记簿：带徒 {len(span.apprentices)} 人，期内取证 {got} 人")


def _agreements(span: Span, item: Any) -> Said:
    rows = span.apprentices
    have = sum(1 for row in rows if row.agreement_on)
    return Said(bool(rows) and have == len(rows),
                f"带徒登记簿：{len(rows)} 人中 {have} 人有师带徒协议")  # fmt: skip


def _trained(span: Span, item: Any) -> Said:
    rules = living_policy(span.studio, "registers").ruleset.registers.apprentices
    target = rules.target if rules else None
    rank = span.policy.national.rank
    floor = rank("skill_level", target.level) if target else None
    rows = [row for row in span.certified
            if floor is None or (rank("skill_level", row.level) or 0) >= floor]  # fmt: skip
    level = f"{target.level}及以上" if target else "技能等级"
    said = f"带徒登记簿：{span.days}取得{level}证书 {len(rows)} 人"
    return Said(Decimal(len(rows)) if item.kind != "judged" else None, said)


def _heads(span: Span, item: Any) -> Said:
    """Each certificate counts once, under the head that bears its level."""
    counts = {head.id: sum(1 for row in span.certified if row.level == head.text)
              for head in item.heads}  # fmt: skip
    said = "、".join(f"{head.text} {counts[head.id]} 人" for head in item.heads)
    return Said(counts, f"带徒登记簿：{span.days}取证{said}")


def _activity_days(span: Span, item: Any) -> list[dt.date]:
    rows = Activity.objects.filter(studio=span.studio, struck_at__isnull=True,
                                   on__range=(span.since, span.until))  # fmt: skip
    if item.counts:
        rows = rows.filter(category__in=item.counts)
    return list(rows.values_list("on", flat=True))


def _activities(span: Span, item: Any) -> Said:
    """Something in each year of the period."""
    days = _activity_days(span, item)
    each = [any(a <= day <= b for day in days) for a, b in span.years]
    value = None if item.kind == "judged" else bool(each) and all(each)
    return Said(value, f"活动记录：{span.days}共 {len(days)} 次")


def _took_part(span: Span, item: Any) -> Said:
    """Something in the period, whatever the year."""
    days = _activity_days(span, item)
    value = None if item.kind == "judged" else bool(days)
    return Said(value, f"活动记录：{span.days}共 {len(days)} 次")


def _plans(span: Span, item: Any) -> Said:
    rows = [row for row in span.papers(DueKind.PAPER) if _is_plan(span, row)]
    good = [row.done_on is not None and row.due_on is not None and row.done_on <= row.due_on
            for row in rows]  # fmt: skip
    handed = [row.done_on is not None for row in rows]
    late = sum(handed) - sum(good)
    said = f"年度材料：应报计划 {len(rows)} 份，按时 {sum(good)} 份，逾期 {late} 份"
    # A line that only asks whether there is a plan is not lost by a late one.
    value = (
        None
        if item.kind == "judged"
        else _by_part(item, good if item.kind == "deducted" else handed)
    )
    return Said(value, said)


def _is_plan(span: Span, row: Obligation) -> bool:
    papers = living_policy(span.studio, "calendar").ruleset.calendar
    return any(paper.id == row.item and paper.kind == "plan" for paper in papers)


def _agreement(span: Span, item: Any) -> Said:
    """Signed and handed in is not yet on file; of one filed before the portal nothing is known."""
    rows = Obligation.objects.filter(studio=span.studio, kind=DueKind.AGREEMENT)
    days = list(rows.values_list("done_on", "received_on"))
    if not days:
        return Said(None, "年度材料：平台上没有责任书，请核对备案的原件")
    done, filed = (sum(day is not None for day in column) for column in zip(*days, strict=True))
    return Said(filed > 0, f"年度材料：责任书已报送 {done} 份，已备案 {filed} 份")


def _ledger(span: Span, item: Any) -> Said:
    count = LedgerEntry.objects.filter(studio=span.studio, struck_at__isnull=True).count()
    book = Book.objects.filter(studio=span.studio).first()
    named = f"账目“{book.account}”" if book else "未登记专门账目"
    return Said(None, f"经费台账：{count} 笔，{named}")


def _dossier(span: Span, item: Any) -> Said:
    rows = completeness(span.studio)
    filled = sum(1 for row in rows if row.filled)
    return Said(None, f"工作室档案：{len(rows)} 类中 {filled} 类已有内容")


SOURCES: dict[str, Callable[[Span, Any], Said]] = {
    "matching_paid": _money,
    "matching_years": _money_by_year,
    "grants_spent": _spent,
    "area": _area,
    "formal_members": _formal,
    "members": _members,
    "posts_filled": _posts,
    "apprentices": _apprentices,
    "agreements": _agreements,
    "trained": _trained,
    "trained_heads": _heads,
    "activities": _activities,
    "took_part": _took_part,
    "plans_in_time": _plans,
    "agreement_filed": _agreement,
    "ledger_kept": _ledger,
    "dossier_filled": _dossier,
}


def said_of(span: Span, code: str) -> dict[str, Said]:
    """What the books say of each line of a table that names a source.

    Args:
        span: the studio's books over the period.
        code: of the score table.
    """
    table = span.policy.ruleset.score_tables[code]
    return {
        item.id: SOURCES[item.computed](span, item)
        for _, item in selfscore.items(table)
        if item.computed is not None
    }


def book(application: Application, policy: Policy) -> dict[str, Any]:
    """What the books say of a filing in an assessment, by name; a submit freezes it."""
    code = derived.assessment_of(application.procedure)
    rules = policy.ruleset.assessments.get(code) if code else None
    if rules is None or rules.table is None or application.studio is None:
        return {}
    span = span_of(application, policy, rules)
    return {
        f"computed.{rules.table}_{item}": {"value": _kept(said.value), "text": said.text}
        for item, said in said_of(span, rules.table).items()
    }


def _kept(value: Any) -> Any:
    return plain(value) if isinstance(value, Decimal) else value


def span_of(application: Application, policy: Policy, rules: Assessment) -> Span:
    """The days an assessment looks at: its cycle, up to the reference day.

    A mending looks at the cycle and at what came after it. An assessment that a missed run of the
    clock opened late looks no further than its cycle.
    """
    studio = application.studio
    assert studio is not None  # noqa: S101 - narrows the type only
    until = application.reference_date
    due = Obligation.objects.filter(application=application).first()
    number = due.period if due else 1
    months = rules.cycle.every_months
    if months is not None:
        since = add_months(studio.founded_on, months * (number - 1))
        # The corresponding day still belongs to the cycle before.
        since += dt.timedelta(days=1 if number > 1 else 0)
    elif rules.cycle.each_year is not None and due is not None:
        since = max(dt.date(due.period, 1, 1), studio.founded_on)
    else:
        since = studio.founded_on
    last = _last_day(studio, rules, number)
    if last is not None and not application.procedure.startswith(derived.MEND):
        until = min(until, last)
    return Span(studio, policy, min(since, until), until)


def _last_day(studio: Studio, rules: Assessment, number: int) -> dt.date | None:
    """The last day of a cycle; None for a calendar year, which opens before its end."""
    if rules.cycle.at_term_end:
        return studio.term_until
    months = rules.cycle.every_months
    return add_months(studio.founded_on, months * number) if months is not None else None
