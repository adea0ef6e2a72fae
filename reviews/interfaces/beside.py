"""Beside each line of a score sheet: what the unit gave itself, and what the books say."""

from collections.abc import Mapping
from typing import Any

from applications.models import Submission
from jurisdictions.engine.derived import selfscore
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.scoring import points_of
from jurisdictions.schema.scoring import ScoreTable
from reviews.domain import road
from reviews.models import Seat

Beside = dict[str, dict[str, str]]


def of_seat(seat: Seat, policy: Policy, code: str, table: ScoreTable) -> Beside:
    """Self-score and books by line; empty for a table no form asks a self-score of.

    Args:
        seat: whose sheet is shown.
        policy: the version it is judged under.
        code: of the table.
        table: the table.
    """
    submission = _judged(seat)
    if submission is None:
        return {}
    typed = road.facts_of(seat.case.application, submission).typed
    return {
        item.id: line
        for _, item in selfscore.items(table)
        if (line := _line(code, table, item, typed, submission))
    }


def filled(seat: Seat, code: str, table: ScoreTable) -> dict[str, Any]:
    """What a sheet nobody has written on begins with: the figures the books give.

    Args:
        seat: whose sheet is shown.
        code: of the table.
        table: the table.
    """
    submission = _judged(seat)
    known = submission.registers if submission else {}
    books = ((item.id, known.get(f"computed.{code}_{item.id}")) for _, item in
             selfscore.items(table))  # fmt: skip
    return {name: book["value"] for name, book in books if book and book["value"] is not None}


def _judged(seat: Seat) -> Submission | None:
    """What is judged, as it was handed in."""
    newest = seat.case.application.submissions.order_by("-number")
    return seat.run.submission or newest.first()


def _line(
    code: str, table: ScoreTable, item: Any, typed: Mapping[str, Any], submission: Submission
) -> dict[str, str]:
    found: dict[str, str] = {}
    given = selfscore.lines_of(code, table, typed)
    if item.id in given:
        found["own"] = points_of(table, item, given[item.id])
    why = str(typed.get(selfscore.evidence_path(code, item.id)) or "").strip()
    if why:
        found["evidence"] = why
    book = submission.registers.get(f"computed.{code}_{item.id}")
    if book:
        found["book"] = str(book["text"])
        if book["value"] is not None:
            found["book_points"] = points_of(table, item, book["value"])
    return found
