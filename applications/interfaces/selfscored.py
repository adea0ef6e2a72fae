"""自评: what the portal's books say of its lines, and what it comes to."""

from typing import Any

from applications.enums import Status
from applications.interfaces.standing import Standing
from jurisdictions.engine.derived import selfscore
from jurisdictions.engine.derived.assessment import ASSESS
from jurisdictions.engine.scoring import Score, ScoreInputError, plain, points_of, score
from jurisdictions.schema.assessment import Assessment
from jurisdictions.schema.forms import Section
from jurisdictions.schema.scoring import ScoreTable


def _asked(standing: Standing) -> tuple[Assessment, str, ScoreTable] | None:
    """The assessment with code and table of its self-score; None for any other filing."""
    procedure = standing.application.procedure
    if not procedure.startswith(ASSESS):
        return None
    ruleset = standing.policy.ruleset
    rules = ruleset.assessments[procedure.removeprefix(ASSESS)]
    return (rules, rules.table, ruleset.score_tables[rules.table]) if rules.table else None


def _book(standing: Standing, code: str, item: Any) -> dict[str, Any] | None:
    found: dict[str, Any] | None = standing.filing.registers.get(f"computed.{code}_{item.id}")
    return found


def books(standing: Standing, part: Section) -> list[dict[str, str]]:
    """What the books say of the lines on a page, each with the points it comes to.

    Args:
        standing: the filing.
        part: the section shown.
    """
    asked = _asked(standing)
    if asked is None:
        return []
    _, code, table = asked
    paths = {use.field for use in part.fields}
    lines = []
    for _, item in selfscore.items(table):
        book = _book(standing, code, item)
        if book and selfscore.evidence_path(code, item.id) in paths:
            lines.append({"label": item.text, "value": _said(table, item, book)})
    return lines


def _said(table: ScoreTable, item: Any, book: dict[str, Any]) -> str:
    points = "" if book["value"] is None else points_of(table, item, book["value"])
    return f"{book['text']}（按此得 {points} 分）" if points else str(book["text"])


def with_books(standing: Standing, part: Section) -> dict[str, Any]:
    """The answers a page begins with: what the books can tell is filled in until it is saved.

    Args:
        standing: the filing.
        part: the section shown.
    """
    asked = _asked(standing)
    fresh = part.id not in standing.stored and standing.application.status == Status.DRAFT
    if asked is None or not fresh:
        return standing.answers
    _, code, table = asked
    filled: dict[str, Any] = {}
    for _, item in selfscore.items(table):
        book = _book(standing, code, item)
        value, path = book["value"] if book else None, selfscore.line_path(code, item.id)
        if isinstance(value, dict):
            filled |= {f"{path}.{key}": one for key, one in value.items()}
        elif value is not None:
            filled[path] = value
    return {**filled, **standing.answers}


def worked(standing: Standing) -> dict[str, Any] | None:
    """What the self-score comes to: subtotals, total, grade, and where the books say otherwise.

    Returns:
        None for a filing without a self-score, or while a figure cannot be used.
    """
    asked = _asked(standing)
    if asked is None:
        return None
    rules, code, table = asked
    given = selfscore.lines_of(code, table, standing.facts.typed)
    try:
        found = score(table, given)
    except ScoreInputError:
        return None
    rows = [{"label": group.title, "value": f"{plain(group.points)} 分"} for group in found.groups]
    total = f"{plain(found.total)} 分（满分 {plain(table.total)} 分）"
    rows.append({"label": "自评合计", "value": total})
    # Where assessors choose the grade, points only inform them.
    if rules.grade_by == "points" and found.grade:
        rows.append({"label": "按自评对应的等次", "value": f"{found.grade}，以考核认定为准"})
    return {"rows": rows, "open": len(found.open), "differ": _differ(standing, asked, found)}


def _differ(
    standing: Standing, asked: tuple[Assessment, str, ScoreTable], found: Score
) -> list[dict[str, str]]:
    """Lines whose points are others than by the books."""
    _, code, table = asked
    own = {line.id: line.points for group in found.groups for line in group.lines}
    lines = []
    for _, item in selfscore.items(table):
        book, points = _book(standing, code, item), own[item.id]
        if not book or book["value"] is None or points is None:
            continue
        by_books = points_of(table, item, book["value"])
        if by_books and by_books != plain(points):
            text = f"“{item.text}”自评 {plain(points)} 分；平台记载：{_said(table, item, book)}"
            lines.append({"text": text})
    return lines
