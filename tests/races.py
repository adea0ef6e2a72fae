"""Contests between threads on a real database: everybody starts at the same moment."""

import os
import threading
from collections.abc import Callable
from typing import TypeVar

from django.db import connections

T = TypeVar("T")

# ``make bar`` asks for more.
ROUNDS = int(os.environ.get("PORTAL_RACE_ROUNDS", "20"))


def all_at_once(actions: list[Callable[[], T]]) -> list[T | Exception]:
    """Run actions in a thread each, released together; results in order, errors as values."""
    barrier = threading.Barrier(len(actions))
    results: list[T | Exception] = [RuntimeError("did not run")] * len(actions)

    def run(position: int, action: Callable[[], T]) -> None:
        try:
            barrier.wait(timeout=30)
            results[position] = action()
        except Exception as error:  # noqa: BLE001  # the contest is about which errors come
            results[position] = error
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=run, args=(position, action))
        for position, action in enumerate(actions)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results
