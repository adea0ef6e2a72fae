"""Days that pass in May 2026: the Lagoon's passages, its experts, and the last days told."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from jurisdictions.domain.holidays import set_day
from portal.common.clock import Clock
from reviews.domain import seating, sheets
from reviews.models import Case, Expert, Seat, StageRun
from tests.reviews import factories as make
from tests.reviews import lagoon as there
from tests.reviews import panel_factories as panels
from tests.reviews.standing import fresh, handler

LINES = {"craft": {"points": "50", "reason": "略有不足"},
         "teaching": {"points": "40", "reason": ""}}  # fmt: skip


def at(clock: Clock, day: date) -> None:
    """Go to the morning of a day."""
    clock.set(datetime(day.year, day.month, day.day, 9, tzinfo=timezone.get_current_timezone()))


def may(day: int) -> date:
    """A day of May 2026, whose holidays end on the 5th."""
    return date(2026, 5, day)


def at_panel(city: make.City, serial: int) -> StageRun:
    """A filing at the panel, ten working days from Monday the 11th: until the 25th."""
    case = there.filed(city, serial)
    there.recommend(city, case)
    found = make.run_of(case)
    assert (found.kind, found.due_on) == ("panel", may(25))
    return found


def seated(city: make.City, run: StageRun, *numbers: int) -> list[Seat]:
    people: list[Expert] = [panels.expert(city, number) for number in numbers]
    return seating.appoint(run, people, by=handler(city, run))


def sign(seat: Seat) -> None:
    ready = seating.declare(seat, by=seat.expert.user, clear=True)
    sheets.sign(ready, {"lines": LINES}, by=seat.expert.user, version=0)


def due(run: StageRun) -> tuple[date | None, date | None]:
    """The last day on the passage and on its case."""
    return fresh(run).due_on, Case.objects.get(runs=run).due_on


def with_limit(document: dict[str, Any], kind: str, limit: dict[str, Any]) -> None:
    """A stage of a kind gets a time limit."""
    stages = document["procedures"]["establish"]["workflow"]["stages"]
    next(s for s in stages if s["kind"] == kind)["limit"] = {"assumption": "示例", **limit}


def december(time: Clock) -> tuple[make.City, Case]:
    """A filing with ten working days from 21 December; 2027 is not entered."""
    at(time, date(2026, 12, 21))
    set_day(may(1), "off", "劳动节", by=None)
    city = there.lagoon()
    case = there.filed(city, 0)
    there.recommend(city, case)
    return city, case
