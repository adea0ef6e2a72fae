"""A city at work for the tests of reviews."""

import pytest

from reviews.models import Case
from tests.reviews import factories as make


@pytest.fixture
def city(db: None) -> make.City:
    """A city whose first stage has all three posts."""
    return make.make_city("urumqi")


@pytest.fixture
def case(city: make.City) -> Case:
    """A filing that has just been submitted."""
    return make.submitted(city)
