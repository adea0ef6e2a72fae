"""Days of yearly papers that the text leaves to an office, and which of them are not set."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from applications.enums import StudioStatus
from applications.models import Studio
from assessments.models import SetDay
from jurisdictions.models import Jurisdiction, OfficeBinding, Ruleset
from jurisdictions.queries import colleagues_at, policy_of


@dataclass(frozen=True)
class UnsetDay:
    """A paper that does not fall due in a year, since nobody has set its day.

    Attributes:
        place: where.
        item: code of the paper.
        title: the paper in words.
        year: the year.
        role: the office that sets it.
    """

    place: Jurisdiction
    item: str
    title: str
    year: int
    role: str

    def __str__(self) -> str:
        """The sentence people read."""
        return f"尚未设定{self.year}年度“{self.title}”的报送日期，设定之前各工作室没有这项待办。"


def settable(ruleset: Ruleset | None, roles: Collection[str] | None = None) -> list[Any]:
    """Yearly papers whose day an office sets.

    Args:
        ruleset: the version in force, or None.
        roles: only those set by an office of one of these roles.
    """
    papers = policy_of(ruleset).ruleset.calendar if ruleset is not None else ()
    left = [paper for paper in papers if paper.due.set_by]
    return [paper for paper in left if roles is None or paper.due.set_by in roles]


def unset(
    rulesets: Mapping[Jurisdiction, Ruleset | None],
    on: dt.date,
    roles: Mapping[int, Collection[str]] | None = None,
) -> list[UnsetDay]:
    """Papers of the running year without a day, at places where a studio lives.

    Args:
        rulesets: the version in force at each place.
        on: today.
        roles: roles of a person's offices by key of the place; without it all papers.
    """
    asked = [
        UnsetDay(place, paper.id, paper.title, on.year, paper.due.set_by)
        for place, ruleset in rulesets.items()
        for paper in settable(ruleset, None if roles is None else roles.get(place.pk, ()))
    ]
    if not asked:
        return []
    places = {row.place.pk for row in asked}
    known = SetDay.objects.filter(jurisdiction__in=places, year=on.year)
    done = set(known.values_list("jurisdiction", "item"))
    living = Studio.objects.filter(jurisdiction__in=places).exclude(status=StudioStatus.ENDED)
    alive = set(living.order_by().values_list("jurisdiction", flat=True).distinct())
    return [row for row in asked if row.place.pk in alive and (row.place.pk, row.item) not in done]


def people_who_set(row: UnsetDay) -> Iterable[Any]:
    """Everybody at the offices that may set a day."""
    bound = OfficeBinding.objects.filter(office__jurisdiction=row.place, role=row.role)
    found = {
        person.pk: person
        for binding in bound.select_related("office")
        for person in colleagues_at(binding.office)
    }
    return found.values()
