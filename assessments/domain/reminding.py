"""Reminders before a paper is due, once when it is overdue, and of a day that is not set."""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from applications.enums import Status, StudioStatus
from assessments.domain import assessing
from assessments.domain.handing_in import paper_of
from assessments.domain.telling import tell_unit
from assessments.enums import DueKind, Party
from assessments.models import Obligation
from assessments.queries import days
from assessments.queries.reach import told
from jurisdictions.engine.life import Due, reminders
from jurisdictions.queries import current_rulesets, places
from portal.common.notifying import notify


def remind_all(on: dt.date) -> int:
    """Write the mails that are due on a day or were missed before it; each goes out once.

    Returns:
        How many papers and self-scores were called to mind now.
    """
    waiting = Obligation.objects.filter(
        done_on__isnull=True,
        due_on__isnull=False,
        opens_on__lte=on,
    ).exclude(studio__status=StudioStatus.ENDED)
    papers = Q(party=Party.UNIT, kind__in=[DueKind.PAPER, DueKind.AGREEMENT, DueKind.FINDING])
    # An assessment waits for the unit only until the unit has filed.
    assessed = Q(kind__in=assessing.KINDS, application__status=Status.DRAFT)
    # A reminder must not be the first to tell a unit that its studio was named.
    waiting = waiting.filter(papers | assessed, told("studio__"))
    return sum(_remind(row, on) for row in waiting.select_related("studio").iterator())


@transaction.atomic
def _remind(row: Obligation, on: dt.date) -> int:
    """Only the newest reminder of several missed ones is written."""
    occasion = _occasion(row, on)
    if occasion is None or row.due_on is None:
        return 0
    late = on > row.due_on
    title = f"{row.title}{'已逾期' if late else '即将到期'}"
    body = (
        f"{row.studio.name}的“{row.title}”应于{row.due_on:%Y年%-m月%-d日}前报送"
        f"{row.receiver}。\n{'现已逾期，请尽快报送。' if late else '请登录平台办理。'}"
    )
    return 1 if tell_unit(row, title, body, key=f"due:{row.public_id}:{occasion}") else 0


def _occasion(row: Obligation, on: dt.date) -> str | None:
    if row.due_on is None:
        return None
    if on > row.due_on:
        return "late"
    paper = assessing.rules_of(row) if row.kind in assessing.KINDS else paper_of(row)
    if paper is None:
        return None
    due = Due(row.item, row.period, row.about, row.opens_on, row.due_on)
    past = [day for day in reminders(paper, due) if day <= on]
    return past[-1].isoformat() if past else None


@transaction.atomic
def remind_of_days(on: dt.date) -> int:
    """Tell the offices once a year that the day of a yearly paper is left to them and not set.

    Returns:
        How many people were told now.
    """
    active = list(places())
    versions = current_rulesets(active)
    return sum(
        notify(
            days.people_who_set(row), "day_unset",
            f"请设定{row.year}年度“{row.title}”的报送日期", f"{row.place}{row}",
            link=reverse("assessments:set_day", args=[row.place.code]),
            key=f"set-day:{row.place.code}:{row.item}:{row.year}",
        )
        for row in days.unset({place: versions[place.pk] for place in active}, on)
    )  # fmt: skip
