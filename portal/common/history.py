"""Who changed a row and why, for the tables that keep their history."""

from typing import Any, TypeVar

from django.db.models import Model

Row = TypeVar("Row", bound=Model)


def signed(row: Row, *, by: Any, reason: str) -> Row:
    """Put the actor and the reason on ``row``; the next save writes both into its history.

    Args:
        row: an instance of a model with ``HistoricalRecords``.
        by: the person who acts, or None for the portal itself.
        reason: Chinese sentence.
    """
    row._history_user = by  # type: ignore[attr-defined]  # read by simple-history on save
    row._change_reason = reason  # type: ignore[attr-defined]  # as above, read on save
    return row
