"""Fixtures shared by all tests."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Sign-in limits of one test never reach the next."""
    cache.clear()
    yield
    cache.clear()
