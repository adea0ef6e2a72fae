"""portal.common.clock: moved inside its block, right again afterwards."""

import datetime as dt

import pytest
from django.utils import timezone

from portal.common.clock import moved


def test_the_clock_is_right_again_afterwards() -> None:
    real = timezone.now
    with moved() as clock:
        clock.set(clock.day(-100))
        assert (real() - timezone.now()).days in (99, 100)
        assert (real().date() - timezone.localdate()).days in (99, 100, 101)
    assert timezone.now is real


def test_the_clock_is_right_again_after_a_failure() -> None:
    real = timezone.now
    with pytest.raises(ZeroDivisionError), moved():
        raise ZeroDivisionError
    assert timezone.now is real


def test_days_pass_and_catching_up_never_leads_into_the_future() -> None:
    with moved() as clock:
        before = timezone.now()
        clock.go_on(3)
        assert dt.timedelta(days=3) <= timezone.now() - before < dt.timedelta(days=3, minutes=1)
        clock.set(clock.day(-2))
        clock.catch_up(5)
        assert abs(timezone.now() - before) < dt.timedelta(minutes=1)
