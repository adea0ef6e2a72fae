"""Rows of several tables, made ready one by one and saved together: a few statements for all."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from simple_history.utils import bulk_create_with_history

from portal.common.errors import DomainError


class Gathered:
    """Unsaved rows that may refer to each other; their histories are written with them.

    No signal is sent and no ``save`` of a model is called: rows are checked by who adds them.
    """

    def __init__(self, *order: type[Model]) -> None:
        """Take the tables in the order in which they are saved: what is referred to comes first."""
        self._rows: dict[type[Model], list[Any]] = {kind: [] for kind in order}

    def add(self, *rows: Model) -> None:
        """Gather rows.

        Raises:
            KeyError: of a table that was not named.
        """
        for row in rows:
            self._rows[type(row)].append(row)

    @transaction.atomic
    def save(self) -> None:
        """Save all of them, or none."""
        for kind, rows in self._rows.items():
            if not rows:
                continue
            if hasattr(kind, "history"):
                bulk_create_with_history(rows, kind)
            else:
                kind._default_manager.bulk_create(rows)


def fits(row: Model, *known: str, column: str = "") -> None:
    """Refuse what has no room in its column, before anything is saved.

    Args:
        row: what is to be saved.
        known: columns the portal itself fills; references of the row belong here.
        column: the field to name; empty names that of the row.

    Raises:
        DomainError: says what has no room; ``field`` names the column.
    """
    try:
        row.clean_fields(exclude=known)
    except ValidationError as error:
        field = column or next(iter(error.message_dict))
        raise DomainError("；".join(error.messages), field=field) from error
