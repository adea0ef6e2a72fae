"""A clock that only goes forward, so that a notice can run its days within a test."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from django.utils import timezone


class ForwardClock:
    """The time the portal believes it is: the real one and some days more."""

    def __init__(self) -> None:
        self._real = timezone.now
        self._ahead = dt.timedelta()

    def now(self) -> dt.datetime:
        """The moment."""
        return self._real() + self._ahead

    def go_on(self, days: int) -> None:
        """Let days pass."""
        self._ahead += dt.timedelta(days=days)


@contextmanager
def forward_clock() -> Iterator[ForwardClock]:
    """Let the portal read this clock inside the block, the live server included."""
    clock = ForwardClock()
    with patch.object(timezone, "now", clock.now):
        yield clock
