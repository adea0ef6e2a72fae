"""Decisions on a studio that were announced, for the page on which anybody checks it."""

import datetime as dt

from applications.models import Studio
from applications.queries.announced import Announcement
from jurisdictions.queries import bulky, policy_of
from reviews.enums import ItemState
from reviews.models import ListItem, StageRun


def of_studio(studio: Studio) -> list[Announcement]:
    """Announced decisions that were told to the unit and stand as they were announced.

    Grades are left out, which have a public list of their own, and so is a decision whose result
    was amended since.
    """
    way = "case__application__ruleset"
    items = (
        ListItem.objects.filter(
            case__application__studio=studio, state=ItemState.IN,
            case__application__result_released_at__isnull=False,
        )
        .exclude(case__application__amended__target="result")
        .select_related(way).defer(*bulky(way))
    )  # fmt: skip
    by_list = {item.listing_id: item.case.application for item in items}
    runs = StageRun.objects.filter(
        listing__in=by_list, kind="decision", data__announced_on__isnull=False
    ).select_related("listing")
    found = []
    for run in runs:
        listing = run.listing
        if listing is None:
            continue
        application = by_list[listing.pk]
        shape = policy_of(application.ruleset).procedure(application.procedure)
        if "clock" in shape.initiators:
            continue
        url = str(run.data.get("url") or "")
        found.append(Announcement(
            on=dt.date.fromisoformat(run.data["announced_on"]),
            what=shape.results[application.result].label,
            number=listing.document_number, where=str(run.data.get("where") or ""),
            url=url if url.startswith(("http://", "https://")) else "",
        ))  # fmt: skip
    return found
