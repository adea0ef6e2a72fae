"""Reminders of time limits: to the office that holds a stage, to the unit that owes a correction.

Whoever stands in for an absent officer is told what that officer is told, and for whom.

Each occasion is told once, however often the clock runs; after a standstill only the newest
reminder of several missed ones goes out.
"""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from jurisdictions.engine.dates import format_date
from jurisdictions.engine.reminding import ASSUMPTION, occasion
from jurisdictions.enums import PostKind
from jurisdictions.queries import bulky
from portal.common.errors import DomainError
from reviews.domain import road
from reviews.domain.deputies import Lent, standing_in
from reviews.domain.notices import mail_unit, tell_post
from reviews.enums import CaseState, RunState
from reviews.models import Correction, StageRun

#: No ruleset reminds earlier than this; what is due later need not be looked at.
_EARLIEST = timedelta(days=60)


def remind(on: date | None = None) -> int:
    """Remind of everything that is due on a day or was missed before it.

    Args:
        on: the day; today unless given.

    Returns:
        How many people were told something.
    """
    day = on or timezone.localdate()
    lent = standing_in()
    return sum(_stage(run, day, lent) for run in _open_runs(day)) + sum(
        _correction(notice, day, lent) for notice in _open_corrections(day)
    )


def _open_runs(day: date) -> list[StageRun]:
    rows = StageRun.objects.filter(
        state__in=[RunState.OPEN, RunState.SIGNING], due_on__lte=day + _EARLIEST
    ).select_related("office", "case__application__ruleset", "listing__ruleset")
    late = bulky("case__application__ruleset", "listing__ruleset")
    return list(rows.defer(*late).order_by("pk"))


def _open_corrections(day: date) -> list[Correction]:
    rows = Correction.objects.filter(
        answered_at=None, ended_at=None, sent_at__isnull=False, due_on__lte=day + _EARLIEST,
        case__state=CaseState.RETURNED,
    )  # fmt: skip
    rows = rows.select_related("run__office", "case__application__ruleset",
                               "case__application__enterprise")  # fmt: skip
    return list(rows.defer(*bulky("case__application__ruleset")))


def _chosen(run: StageRun) -> tuple[int, ...] | None:
    """Days before the due day, as the ruleset says them for the stage."""
    subject: Any = run.case.application if run.case else run.listing
    try:
        stage = road.stage_of(subject.ruleset, subject.procedure, run.stage)
    except DomainError:
        return None
    days: tuple[int, ...] | None = stage.limit.remind_days_before if stage.limit else None
    return days


def _mark(chosen: tuple[int, ...] | None) -> str:
    return "" if chosen is not None else f"\n（{ASSUMPTION}）"


@transaction.atomic
def _stage(run: StageRun, day: date, lent: Lent) -> int:
    """Remind whoever is to act; an overdue stage is told to the approvers of the office too."""
    chosen = _chosen(run)
    when = occasion(run.due_on, day, chosen) if run.due_on else None
    if when is None or run.due_on is None:
        return 0
    late = day > run.due_on
    subject, page = subject_of(run)
    posts = [run.waiting_for or PostKind.HANDLER, *([PostKind.APPROVER] if late else [])]
    return tell_post(
        run.office, list(dict.fromkeys(posts)), "due",
        f"{'已超期' if late else '即将到期'}：{subject}",
        f"{subject}的办理期限为{format_date(run.due_on)}，"
        f"{'现已超期，请尽快办理。' if late else '请及时办理。'}{_mark(chosen)}",
        about=run, lent=lent, link=page,
        key=f"stage:{run.public_id}:{run.due_on}:{when}:{run.waiting_for}",
    )  # fmt: skip


def subject_of(run: StageRun) -> tuple[str, str]:
    """What a passage is about, in public words, and its page."""
    if run.case is not None:
        return str(run.case.application), reverse("reviews:case", args=[run.case.public_id])
    listing = run.listing
    if listing is None:
        return "", reverse("reviews:worklist")
    return listing.title, reverse("reviews:list", args=[listing.public_id])


@transaction.atomic
def _correction(notice: Correction, day: date, lent: Lent) -> int:
    """Remind the unit; once the day has passed, the office as well."""
    chosen = _chosen(notice.run)
    when = occasion(notice.due_on, day, chosen) if notice.due_on else None
    if when is None or notice.due_on is None:
        return 0
    case, late = notice.case, day > notice.due_on
    key = f"mend:{case.public_id}:{notice.number}:{notice.due_on}:{when}"
    until = format_date(notice.due_on)
    told = mail_unit(
        case.application, "补正期限已过" if late else "补正期限将到",
        f"补正期限为{until}，{'现已超过，请尽快联系受理机关。' if late else '请及时补正并提交。'}"
        f"{_mark(chosen)}",
        key=key, kind="due", page="applications:corrections",
    )  # fmt: skip
    if not late:
        return told
    number = case.application.number
    return told + tell_post(
        notice.run.office, [PostKind.HANDLER], "due", f"补正逾期：{number}",
        f"{number}的补正期限为{until}，申报单位尚未补正提交。",
        about=case, lent=lent, link=reverse("reviews:case", args=[case.public_id]),
        key=f"{key}:office",
    )  # fmt: skip
