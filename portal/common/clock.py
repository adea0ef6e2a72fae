"""A clock that can be moved, so that samples have a past and a notice can run its days in a test.

A call that ended last spring cannot be opened today: the portal refuses it, rightly. Inside
``moved()`` everything that asks Django for the time, model fields included, reads this clock. Only
the command that makes sample data uses it, in a process of its own, and tests.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.utils import timezone


class Clock:
    """The time the portal believes it is.

    Args:
        real: tells the real time.
    """

    def __init__(self, real: Callable[[], dt.datetime]) -> None:
        self._real = real
        self._ahead = dt.timedelta()

    def now(self) -> dt.datetime:
        """The moment, as far from the real one as last set."""
        return self._real() + self._ahead

    def set(self, moment: dt.datetime) -> None:
        """Go to a moment."""
        self._ahead = moment - self._real()

    def go_on(self, days: int) -> None:
        """Let days pass."""
        self._ahead += dt.timedelta(days=days)

    def catch_up(self, days: int, *, until: dt.datetime | None = None) -> None:
        """Let days pass, at most to ``until`` and never past the real time."""
        latest = min(until or self._real(), self._real())
        self.set(max(min(self.now() + dt.timedelta(days=days), latest), self.now()))

    def day(self, offset: int, hour: int = 9) -> dt.datetime:
        """A moment of the day that lies ``offset`` days from the real today."""
        today = timezone.localtime(self._real()).replace(hour=hour, minute=0, second=0)
        return today.replace(microsecond=0) + dt.timedelta(days=offset)


@contextmanager
def moved() -> Iterator[Clock]:
    """Let the whole process read a clock of its own inside the block, all threads included."""
    real = timezone.now
    clock = Clock(real)
    timezone.now = clock.now
    try:
        yield clock
    finally:
        timezone.now = real
