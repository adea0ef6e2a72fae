"""Works out a score table: exact decimals, reasons for deductions, subtotals, grade."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation
from typing import Any

from jurisdictions.schema.scoring import (
    AllOrNothing,
    Deducted,
    Judged,
    PerHead,
    ScoreTable,
    Shortfall,
    Tiered,
    Veto,
)

ZERO = Decimal(0)


class ScoreInputError(ValueError):
    """The input of a line cannot be used; the message says which and what to enter."""


@dataclass(frozen=True)
class Line:
    """One line worked out.

    Attributes:
        points: None while the input is missing or a person must still judge.
        why: how the points came about, or the assessor's reason.
        open: what is still missing.
    """

    id: str
    text: str
    max: Decimal
    points: Decimal | None
    given: Any = None
    why: str = ""
    open: str = ""
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class GroupScore:
    """A heading with its lines and subtotal of what is known."""

    id: str
    title: str
    max: Decimal
    bonus: bool
    points: Decimal
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Score:
    """A whole table worked out.

    Attributes:
        grade: None while lines are open, or where the text gives the total no grade.
        gap: the total stands where no grade is defined; the bureau must decide.
    """

    groups: tuple[GroupScore, ...]
    base: Decimal
    bonus: Decimal
    total: Decimal
    grade: str | None
    open: tuple[str, ...]
    gap: str = ""
    vetoed: str = ""


def score(table: ScoreTable, lines: Mapping[str, Any]) -> Score:
    """Work out a table from the input of its lines.

    Args:
        table: the score table.
        lines: line id to input: yes/no, a number, counts by id, or ``{points, reason}``.

    Raises:
        ScoreInputError: an input does not fit, or names an unknown line.
    """
    known = {item.id for group in table.groups for item in group.items}
    unknown = sorted(set(lines) - known)
    if unknown:
        raise ScoreInputError(f"评分表没有这些项：{'、'.join(unknown)}")
    groups = tuple(_group(group, lines) for group in table.groups)
    base = sum((g.points for g in groups if not g.bonus), ZERO)
    bonus = sum((g.points for g in groups if g.bonus), ZERO)
    missing = tuple(line.id for g in groups for line in g.lines if line.points is None)
    counted = base + bonus if table.bonus_counts else base
    vetoed = _veto(table, lines)
    grade, gap = (vetoed, "") if vetoed else grade_of(table, counted)
    return Score(
        groups=groups,
        base=base,
        bonus=bonus,
        total=base + bonus,
        grade=None if missing and not vetoed else grade,
        open=missing,
        gap="" if missing else gap,
        vetoed=vetoed or "",
    )


def grade_of(table: ScoreTable, total: Decimal) -> tuple[str | None, str]:
    """The grade of a total, and a sentence where the text leaves a gap. Never rounds."""
    if not table.grades:
        return None, ""
    for grade in table.grades:
        above = grade.at_least is None or total >= grade.at_least
        below = grade.at_most is None or total <= grade.at_most
        if above and below:
            return grade.label, ""
    return None, f"总分 {plain(total)} 不在文件规定的任何等次内，由主管部门说明理由后认定等次"


def _veto(table: ScoreTable, lines: Mapping[str, Any]) -> str | None:
    for group in table.groups:
        for item in group.items:
            if isinstance(item, Veto) and _yes(item, lines.get(item.id)) is True:
                return item.grade
    return None


def _group(group: Any, lines: Mapping[str, Any]) -> GroupScore:
    worked = tuple(_line(item, lines.get(item.id)) for item in group.items)
    points = sum((line.points for line in worked if line.points is not None), ZERO)
    return GroupScore(group.id, group.title, group.max, group.bonus, points, worked)


def _line(item: Any, given: Any) -> Line:
    if given is None:
        return _made(item, None, given, open_="待填写")
    if isinstance(given, Mapping) and "points" in given:
        return _overruled(item, given)
    for kind, work in _KINDS.items():
        if isinstance(item, kind):
            line: Line = work(item, given)
            return line
    raise ScoreInputError(f"不认识的评分项 {item.id}")


def _overruled(item: Any, given: Mapping[str, Any]) -> Line:
    """Points a person gave; below the maximum a reason is needed."""
    points = number(item, given["points"])
    if not ZERO <= points <= item.max:
        raise ScoreInputError(f"“{item.text}”应在 0 至 {plain(item.max)} 分之间")
    reason = str(given.get("reason") or "").strip()
    if points < item.max and not reason:
        return _made(item, None, given, open_="扣分须写明理由")
    return _made(item, points, given, reason)


def _judged(item: Judged, given: Any) -> Line:
    points = number(item, given)
    if points == item.max:
        return _made(item, points, given)
    return _overruled(item, {"points": points})


def _all_or_nothing(item: AllOrNothing, given: Any) -> Line:
    there = _yes(item, given)
    return _made(item, item.max if there else ZERO, given, "有" if there else "无，不得分")


def _shortfall(item: Shortfall, given: Any) -> Line:
    have = number(item, given)
    if have <= ZERO and item.none_gives_nothing:
        return _made(item, ZERO, given, "没有，不得分")
    short = max(item.target - have, ZERO) / item.step
    steps = short.to_integral_value(ROUND_CEILING if item.started else ROUND_FLOOR)
    points = max(item.max - steps * item.deduct, ZERO)
    lost = item.max - points
    size = "" if item.step == 1 else plain(item.step)
    why = f"少 {plain(steps)} 个{size}{item.unit}，扣 {plain(lost)} 分" if steps else "达到标准"
    return _made(item, points, given, why)


def _deducted(item: Deducted, given: Any) -> Line:
    if not isinstance(given, Mapping):
        raise ScoreInputError(f"“{item.text}”须逐项填写有或没有")
    absent = [part for part in item.parts if given.get(part.id) is False]
    open_ = [part.text for part in item.parts if part.id not in given]
    if open_:
        return _made(item, None, given, open_=f"待填写：{'、'.join(open_)}")
    points = max(item.max - sum((part.points for part in absent), ZERO), ZERO)
    return _made(item, points, given, "；".join(f"{p.text}扣 {plain(p.points)} 分" for p in absent))


def _tiered(item: Tiered, given: Any) -> Line:
    have = number(item, given)
    tiers = sorted(item.tiers, key=lambda tier: tier.at_least, reverse=True)
    reached = next((tier for tier in tiers if have >= tier.at_least), None)
    if item.between_judged and ZERO < have < tiers[0].at_least:
        return _made(item, None, given, open_="低于标准，由考核人员给分并写明理由")
    points = reached.points if reached else ZERO
    return _made(item, points, given, "" if reached is tiers[0] else "低于标准")


def _per_head(item: PerHead, given: Any) -> Line:
    if not isinstance(given, Mapping):
        raise ScoreInputError(f"“{item.text}”须按人员类别填写人数")
    earned = ZERO
    for head in item.heads:
        count = number(item, given.get(head.id, 0))
        if count < ZERO or count != count.to_integral_value():
            raise ScoreInputError(f"“{item.text}”的人数须为不小于 0 的整数")
        earned += count * head.points
    why = f"合计 {plain(earned)} 分，最高 {plain(item.max)} 分" if earned > item.max else ""
    return _made(item, min(earned, item.max), given, why)


def _veto_line(item: Veto, given: Any) -> Line:
    applies = _yes(item, given)
    return _made(item, ZERO, given, f"一票否决：{item.grade}" if applies else "")


_KINDS: dict[type, Any] = {
    Judged: _judged,
    AllOrNothing: _all_or_nothing,
    Shortfall: _shortfall,
    Deducted: _deducted,
    Tiered: _tiered,
    PerHead: _per_head,
    Veto: _veto_line,
}


def _made(item: Any, points: Decimal | None, given: Any, why: str = "", open_: str = "") -> Line:
    return Line(item.id, item.text, item.max, points, given, why, open_, item.clause)


def number(item: Any, value: Any) -> Decimal:
    """A number as an exact decimal.

    Raises:
        ScoreInputError: it is none.
    """
    try:
        found = Decimal(str(value))
    except InvalidOperation as error:
        raise ScoreInputError(f"“{item.text}”应填数字，现为“{value}”") from error
    if isinstance(value, bool) or not found.is_finite():
        raise ScoreInputError(f"“{item.text}”应填数字，现为“{value}”")
    return found


def _yes(item: Any, value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise ScoreInputError(f"“{item.text}”应填是或否")


def plain(value: Decimal) -> str:
    """A decimal as people write it: 2.5, 20, not 2E+1."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def points_of(table: ScoreTable, item: Any, given: Any) -> str:
    """What one input comes to, as points; empty for a figure that asks for a judgement.

    Args:
        table: the score table.
        item: its line.
        given: the input of the line.
    """
    try:
        worked = score(table, {item.id: given})
    except ScoreInputError:
        return ""
    line = next(line for group in worked.groups for line in group.lines if line.id == item.id)
    return "" if line.points is None else plain(line.points)


def as_dict(result: Score) -> dict[str, Any]:
    """Plain data for JSON; points as numbers written exactly, as text."""
    return {
        "groups": [
            {
                "id": group.id,
                "title": group.title,
                "max": plain(group.max),
                "points": plain(group.points),
                "bonus": group.bonus,
                "lines": [
                    {
                        "id": line.id,
                        "text": line.text,
                        "max": plain(line.max),
                        "points": None if line.points is None else plain(line.points),
                        "why": line.why,
                        "open": line.open,
                        "clauses": list(line.clauses),
                    }
                    for line in group.lines
                ],
            }
            for group in result.groups
        ],
        "base": plain(result.base),
        "bonus": plain(result.bonus),
        "total": plain(result.total),
        "grade": result.grade,
        "open": list(result.open),
        "gap": result.gap,
        "vetoed": result.vetoed,
    }


def allowed_by_cap(share: str, size: int) -> int:
    """How many of a set a share allows, rounded down; exact, never by floating point."""
    percent = Decimal(share.removesuffix("%"))
    return int((percent * size / 100).to_integral_value(ROUND_FLOOR))


def full_marks(table: ScoreTable) -> dict[str, Any]:
    """An input that gives every line its maximum and applies no veto."""
    return {item.id: _best(item) for group in table.groups for item in group.items}


def _best(item: Any) -> Any:
    if isinstance(item, AllOrNothing | Veto):
        return isinstance(item, AllOrNothing)
    if isinstance(item, Shortfall):
        return item.target
    if isinstance(item, Deducted):
        return {part.id: True for part in item.parts}
    if isinstance(item, Tiered):
        return max(tier.at_least for tier in item.tiers)
    if isinstance(item, PerHead):
        head = max(item.heads, key=lambda one: one.points)
        return {head.id: (item.max / head.points).to_integral_value(ROUND_CEILING)}
    return item.max
