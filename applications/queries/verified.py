"""Score sheets a filing was judged by, told by the app that keeps them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from applications.models import Application


@dataclass(frozen=True)
class SignedSheet:
    """A signed sheet that counts.

    Attributes:
        by: who signed it.
        lines: input of each line of the table.
        total: as it was kept when it was signed.
    """

    by: str
    lines: dict[str, Any]
    total: str


@dataclass(frozen=True)
class Verified:
    """The sheets of one stage.

    Attributes:
        stage: what the stage is called.
        table: code of the score table.
        sheets: those that count, in the order they were signed.
        result: what they came to; empty while that is open.
    """

    stage: str
    table: str
    sheets: tuple[SignedSheet, ...]
    result: str


Teller = Callable[[Application], list[Verified]]
_tellers: list[Teller] = []


def register_verified(teller: Teller) -> None:
    """Let the app that keeps score sheets tell those of a filing."""
    if teller not in _tellers:
        _tellers.append(teller)


def verified_scores(application: Application) -> list[Verified]:
    """The newest sheets of each stage that scores a filing, in the order of the road."""
    return [found for teller in _tellers for found in teller(application)]
