"""What many tests of a file begin with: made once, taken back after the last of them.

Each test works in a savepoint of its own and on a copy of its own, so none sees what another
did. Only for files without tests that commit.
"""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction


def made_once(make: Callable[[], Any]) -> tuple[Any, Any]:
    """Return two fixtures for the names of a module: what is kept, and a test's copy of it.

    The second asks for the first by name, which must be ``kept``.

    Args:
        make: makes rows, and returns what leads to them.
    """

    @pytest.fixture(scope="module")
    def kept(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
        with django_db_blocker.unblock(), transaction.atomic():
            made = make()
            # It is never committed: nothing shall wait for that.
            connection.run_on_commit.clear()
            yield made
            transaction.set_rollback(True)

    @pytest.fixture
    def standing(db: None, kept: Any) -> Any:
        return copy.deepcopy(kept)

    return kept, standing
