"""The life of a studio as a picture and as a list."""

import datetime as dt
from typing import Any

from applications.models import Studio
from assessments.queries import life

WIDTH, LEFT, LANE, TOP = 960, 110, 26, 34
_RIGHT = 24
_MOST_YEARS = 12


def page(studio: Studio, kind: str, on: dt.date, *, for_unit: bool) -> dict[str, Any]:
    """The picture, the tabs that narrow the list, and the list.

    Args:
        studio: the studio.
        kind: one of ``life.KINDS``; anything else shows all.
        on: today, the right end of the picture while the studio lives.
        for_unit: leave out what the unit may not know of yet.
    """
    events = life.events(studio, for_unit=for_unit)
    known = dict(life.KINDS)
    chosen = kind if kind in known else ""
    shown = [event for event in events if not chosen or event.kind == chosen]
    counts = {code: sum(event.kind == code for event in events) for code in known}
    tabs = [{"label": "全部", "url": "?", "count": len(events), "current": not chosen}]
    tabs += [
        {"label": label, "url": f"?kind={code}", "count": counts[code], "current": code == chosen}
        for code, label in life.KINDS
        if counts[code]
    ]
    return {
        "tabs": tabs,
        "picture": picture(studio, events, on),
        "events": [
            {
                "title": event.title, "when": f"{event.on:%Y-%m-%d}", "who": known[event.kind],
                "says": event.says, "state": event.state,
            }
            for event in shown
        ],
    }  # fmt: skip


def picture(studio: Studio, events: list[life.LifeEvent], on: dt.date) -> dict[str, Any]:
    """Lanes by kind over the years; one dot an event, at its day."""
    first = dt.date(studio.founded_on.year, 1, 1)
    newest = max([event.on for event in events] + [studio.ended_on or on])
    last = dt.date(newest.year, 12, 31)
    span = max((last - first).days, 1)

    def across(day: dt.date) -> int:
        inside = min(max(day, first), last)
        return LEFT + (inside - first).days * (WIDTH - LEFT - _RIGHT) // span

    used = [code for code, _ in life.KINDS if any(event.kind == code for event in events)]
    rows = {code: TOP + LANE * number for number, code in enumerate(used)}
    labels = dict(life.KINDS)
    step = 1 + (last.year - first.year) // _MOST_YEARS
    return {
        "width": WIDTH,
        "height": TOP + LANE * len(used),
        "left": LEFT,
        "right": WIDTH - _RIGHT,
        "lanes": [{"label": labels[code], "y": y, "text": y + 4} for code, y in rows.items()],
        "years": [
            {"label": year, "x": across(dt.date(year, 1, 1))}
            for year in range(first.year, last.year + 1, step)
        ],
        "dots": [
            {
                "x": across(event.on), "y": rows[event.kind], "state": event.state or "plain",
                "title": f"{event.on:%Y-%m-%d} {event.title}",
            }
            for event in reversed(events)
        ],
        "now": across(on) if studio.ended_on is None else None,
        "label": f"{studio.name}历程图，共 {len(events)} 件事，内容见下方列表",
    }  # fmt: skip
