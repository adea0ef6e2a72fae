"""The menus: each app says once which entries it adds, the frame templates draw them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest
from django.urls import reverse

from portal.common.memory import remembering

Area = Literal["public", "staff"]


def _everyone(request: HttpRequest) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class MenuItem:
    """One entry of a menu.

    Args:
        label: what the entry says, at most eight characters.
        url_name: name of an address without arguments.
        icon: an icon of the sprite; drawn in the staff menu only.
        group: heading in the staff menu; entries of one group stand together.
        order: smaller stands earlier, across all apps.
        visible: who sees the entry.
        count: a small number beside it, None for no number.
    """

    label: str
    url_name: str
    icon: str = "point"
    group: str = ""
    order: int = 100
    visible: Callable[[HttpRequest], bool] = _everyone
    count: Callable[[HttpRequest], int | None] | None = None


@dataclass
class MenuLine:
    """A menu entry as one page shows it."""

    label: str
    url: str
    icon: str
    count: int | None
    current: bool = False


@dataclass(frozen=True)
class MenuGroup:
    """Entries under one heading."""

    title: str
    lines: list[MenuLine]


_ITEMS: dict[Area, list[MenuItem]] = {"public": [], "staff": []}


def register(area: Area, *items: MenuItem) -> None:
    """Add entries to a menu; called from ``ready`` of an app. The same entry twice counts once."""
    for item in items:
        if item not in _ITEMS[area]:
            _ITEMS[area].append(item)


@remembering()
def groups(request: HttpRequest, area: Area, under: str = "") -> list[MenuGroup]:
    """Return the menu as this reader sees it; the entry of the current page is marked.

    Args:
        request: the page that is drawn.
        area: which menu.
        under: address its way back begins with; of the entries that one is marked, if it is one.
    """
    found: dict[str, list[MenuLine]] = {}
    for item in sorted(_ITEMS[area], key=lambda entry: entry.order):
        if not item.visible(request):
            continue
        count = item.count(request) if item.count else None
        line = MenuLine(item.label, reverse(item.url_name), item.icon, count)
        found.setdefault(item.group, []).append(line)
    lines = [line for group in found.values() for line in group]
    path = under if any(line.url == under != "/" for line in lines) else request.path
    _mark_current(path, lines)
    return [MenuGroup(title, group) for title, group in found.items()]


def first_address(request: HttpRequest, area: Area) -> str:
    """Return the address of the first entry this reader sees; empty when there is none."""
    for item in sorted(_ITEMS[area], key=lambda entry: entry.order):
        if item.visible(request):
            return reverse(item.url_name)
    return ""


def _mark_current(path: str, lines: list[MenuLine]) -> None:
    """Mark the entry with the longest address that begins the path; ``/`` only fits itself."""
    fitting = [
        line
        for line in lines
        if path == line.url or (line.url != "/" and path.startswith(line.url))
    ]
    if fitting:
        max(fitting, key=lambda line: len(line.url)).current = True
