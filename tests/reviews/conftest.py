"""A city at work for the tests of reviews."""

from collections.abc import Iterator
from typing import Any

import pytest

from jurisdictions.domain.holidays import set_day
from portal.common.clock import Clock, moved
from reviews.models import Case
from tests.reviews import factories as make
from tests.reviews import lagoon as there
from tests.reviews.days import at, may


@pytest.fixture
def city(db: None) -> make.City:
    """A city whose first stage has all three posts."""
    return make.make_city("urumqi")


@pytest.fixture
def case(city: make.City) -> Case:
    """A filing that has just been submitted."""
    return make.submitted(city)


@pytest.fixture
def time(settings: Any) -> Iterator[Clock]:
    """Monday, 11 May 2026; days may pass. The second factor has tests of its own."""
    settings.STAFF_MFA_REQUIRED = False
    with moved() as made:
        at(made, may(11))
        yield made


@pytest.fixture
def place(time: Clock) -> make.City:
    """The Lagoon on that day, its holidays known."""
    set_day(may(1), "off", "劳动节", by=None)
    return there.lagoon()
