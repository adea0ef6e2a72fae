"""Decisions on a studio that were announced to the public, told by the app that decides."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from applications.models import Studio


@dataclass(frozen=True)
class Announcement:
    """One decision as it was announced.

    Attributes:
        on: the day.
        what: what was decided.
        number: 文号 of the decision; empty where it has none.
        where: where it was announced.
        url: address of the announcement; empty where none was given.
    """

    on: dt.date
    what: str
    number: str
    where: str
    url: str


Teller = Callable[[Studio], list[Announcement]]
_tellers: list[Teller] = []


def register_announced(teller: Teller) -> None:
    """Let the app that decides tell what it announced of a studio."""
    if teller not in _tellers:
        _tellers.append(teller)


def announced(studio: Studio) -> list[Announcement]:
    """What was announced of a studio and stands, the newest first."""
    found = [row for teller in _tellers for row in teller(studio)]
    return sorted(found, key=lambda row: row.on, reverse=True)
