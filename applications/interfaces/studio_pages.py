"""Where officers find a studio: the app that looks after studios says, others lead there."""

from collections.abc import Callable
from typing import Any

from applications.models import Studio

#: Address of a studio's page for a person; empty where it is none of his.
Page = Callable[[Studio, Any], str]
_PAGES: list[Page] = []


def register_page(page: Page) -> None:
    """Let another app say where the page of a studio is."""
    if page not in _PAGES:
        _PAGES.append(page)


def page_of(studio: Studio | None, user: Any) -> str:
    """Address of the page of a studio for an officer; empty where there is none for him."""
    if studio is None:
        return ""
    return next((address for page in _PAGES if (address := page(studio, user))), "")
