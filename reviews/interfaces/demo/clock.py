"""A clock that can be set back, so that samples have a past.

A call that ended last spring cannot be opened today: the portal refuses it, rightly. The seeding
therefore lets the portal's own code believe that it is an earlier day. Only the command that
makes sample data uses this, in a process of its own.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from django.utils import timezone


class Clock:
    """The time the portal believes it is."""

    def __init__(self) -> None:
        self._real = timezone.now
        self._behind = dt.timedelta()

    def now(self) -> dt.datetime:
        """The moment, as far behind the real one as last set."""
        return self._real() - self._behind

    def set(self, moment: dt.datetime) -> None:
        """Go to a moment."""
        self._behind = self._real() - moment

    def go_on(self, days: int, *, until: dt.datetime | None = None) -> None:
        """Let days pass, at most to ``until`` and never past the real time."""
        latest = min(until or self._real(), self._real())
        self.set(max(min(self.now() + dt.timedelta(days=days), latest), self.now()))

    def day(self, offset: int, hour: int = 9) -> dt.datetime:
        """A moment of the day that lies ``offset`` days from the real today."""
        today = timezone.localtime(self._real()).replace(hour=hour, minute=0, second=0)
        return today.replace(microsecond=0) + dt.timedelta(days=offset)


@contextmanager
def set_back() -> Iterator[Clock]:
    """Let the portal's code read this clock inside the block."""
    clock = Clock()
    with patch.object(timezone, "now", clock.now):
        yield clock
