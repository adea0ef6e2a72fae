"""The table of acts: what each address that takes a POST carries out, and where that is proved."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

TABLE = Path(__file__).with_name("acts.yaml")


@cache
def table() -> dict[str, Any]:
    """The three parts of the table: ``passages``, ``studios`` and ``elsewhere``."""
    found: dict[str, Any] = yaml.safe_load(TABLE.read_text("utf-8"))
    return found


def doors() -> list[str]:
    """Every address in the table, as often as it stands there."""
    parts = table()
    return [*parts["passages"], *parts["studios"], *parts["elsewhere"]]


def due(met: set[str]) -> dict[str, str]:
    """Acts that somebody must have carried out on a road.

    Args:
        met: what its passages were, in the words of the table.

    Returns:
        The act, and an address that carries it out.
    """
    return {
        act: door
        for door, places in table()["passages"].items()
        for where, acts in places.items()
        if set(where.split()) <= met
        for act in acts
    }
