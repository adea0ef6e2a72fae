"""Looking at a page waits until the page is there.

A click of Playwright returns when the next page *begins*. Filling in, clicking and ``expect`` wait
by themselves; looking (how many, which, what does the script say) does not, and reads half a page
on a busy machine. Every look of every test therefore waits for the page first.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from playwright.sync_api import Locator, Page

LOOKS_AT_PAGE = ("evaluate", "content", "screenshot", "title")
LOOKS_AT_PART = (
    "all",
    "count",
    "evaluate_all",
    "all_inner_texts",
    "all_text_contents",
    "is_visible",
    "is_hidden",
)


def _patient(look: Callable[..., Any], page_of: Callable[[Any], Page]) -> Callable[..., Any]:
    """Return ``look`` preceded by the wait; on a page that is there the wait costs nothing."""

    @wraps(look)
    def waiting(self: Any, *given: Any, **named: Any) -> Any:
        page_of(self).wait_for_load_state()
        return look(self, *given, **named)

    return waiting


def be_patient() -> None:
    """Make looks of this process wait."""
    for name in LOOKS_AT_PAGE:
        setattr(Page, name, _patient(getattr(Page, name), lambda page: page))
    for name in LOOKS_AT_PART:
        setattr(Locator, name, _patient(getattr(Locator, name), lambda part: part.page))
