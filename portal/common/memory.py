"""What a page that only reads has read already.

Inside ``remembering()`` nothing may change, so the same question has the same answer: grants and
sealed rows are then read once for each page. Nothing outlives the block. A function that only
reads carries it (``@remembering()``) where it asks the same several times for a page that writes.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_memory: ContextVar[dict[Hashable, Any] | None] = ContextVar("page_memory", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Remember answers inside the block; a block within a block shares the outer memory."""
    if _memory.get() is not None:
        yield
        return
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


def recall(key: Hashable, ask: Callable[[], Any]) -> Any:
    """Return the remembered answer, asking the first time; outside a block ask each time.

    Args:
        key: names the question; begins with the module that asks.
        ask: gets the answer.
    """
    memory = _memory.get()
    if memory is None:
        return ask()
    if key not in memory:
        memory[key] = ask()
    return memory[key]
