"""Fixtures of the journeys."""

from collections.abc import Iterator
from typing import Any

import pytest

from portal.common.clock import Clock, moved


@pytest.fixture
def clock(settings: Any) -> Iterator[Clock]:
    """Days that may pass. The second factor has a journey of its own."""
    settings.STAFF_MFA_REQUIRED = False
    with moved() as made:
        yield made
