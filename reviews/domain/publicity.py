"""公示: published on the last signature, never ended early, never with an open objection."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from jurisdictions.engine.dates import CalendarMissing
from jurisdictions.engine.publicity import notice_window
from jurisdictions.queries import work_calendar
from jurisdictions.schema.stages.publicity import NOTICE_COLUMNS
from portal.common.errors import DomainError
from portal.common.history import signed
from portal.common.personal import refuse_numbers
from portal.common.queue import enqueue
from reviews.domain import claiming, clock, closing
from reviews.domain.decision import open_run
from reviews.domain.work import Step, Work, need, open_work, tell
from reviews.enums import ItemState, ObjectionState, RunState
from reviews.models import List, ListItem, Objection, Publicity, StageRun

RUNNING = "running"
_WRITTEN = (("title", "标题"), ("body", "正文"), ("contact", "受理异议的联系方式"))
OVER = "公示期已结束，不再受理异议。如有情况反映请与主办机关联系。"


def columns_of(stage: Any) -> list[tuple[str, str]]:
    """Columns a stage shows, with their headings.

    A version published before names were checked may hold one that is not public: never shown.
    """
    return [(name, NOTICE_COLUMNS[name]) for name in stage.columns if name in NOTICE_COLUMNS]


def rows_of(items: list[ListItem], stage: Any) -> list[dict[str, str]]:
    """What the public sees of each item: allowed columns only."""
    return [
        {"item": str(item.pk)}
        | {name: getattr(item.case.application, name) for name, _ in columns_of(stage)}
        for item in items
    ]


def window_of(listing: List, stage: Any, published: date) -> tuple[date, date]:
    """First and last day of the notice, both inside.

    Raises:
        DomainError: the number of days is not set, or the calendar lacks a year.
    """
    chosen = listing.round.publicity_days if listing.round else None
    try:
        return notice_window(stage.period, published, work_calendar(), chosen)
    except (CalendarMissing, ValueError) as error:
        raise DomainError(str(error)) from error


def check_proposal(work: Work) -> None:
    """A notice needs title, text and contact, and nobody's private numbers.

    Raises:
        DomainError: says what is missing or may not be published.
    """
    for name, label in _WRITTEN:
        need(str(work.data.get(name) or "").strip(), f"请填写公示{label}。", name)
    if not work.present:
        raise DomainError("名单中没有可公示的项目。")
    refuse_numbers(_shown_of(work))
    window_of(work.listing_in_hand, work.stage, timezone.localdate())


def _shown_of(work: Work) -> Iterator[tuple[str, str, str]]:
    """Everything the notice would show, with the place it stands in."""
    for name, label in (*_WRITTEN, ("url", "发布网址")):
        yield f"公示的{label}", str(work.data.get(name) or ""), name
    for number, row in enumerate(rows_of(work.present, work.stage), 1):
        for name, label in columns_of(work.stage):
            yield f"公示名单第 {number} 项的{label}", row[name], ""


def finish(work: Work) -> Step:
    """The last signature publishes; the stage stays open while the notice runs."""
    if work.paper:
        return Step.ADVANCE
    check_proposal(work)
    today, listing = timezone.localdate(), work.listing_in_hand
    first, last = window_of(listing, work.stage, today)
    notice = Publicity.objects.create(
        listing=listing, run=work.run, title=work.data["title"][:200], body=work.data["body"],
        rows=rows_of(work.present, work.stage), published_on=today, first_day=first,
        last_day=last, url=str(work.data.get("url") or ""), contact=work.data["contact"][:200],
        published_by=work.by,
    )  # fmt: skip
    work.run.data["phase"] = RUNNING
    work.run.state, work.run.waiting_for = RunState.OPEN, work.stage.signoff[0]
    clock.fix(work.run, last)
    listing.due_on = last
    listing.version += 1
    signed(listing, by=work.by, reason="发布公示").save()
    enqueue("reviews.tasks.render_notice", notice_id=notice.pk)
    tell(work, "published", f"发布公示：{first} 至 {last}",
         f"{work.stage.applicant_label}：{first} 至 {last}",
         publicity=str(notice.public_id))  # fmt: skip
    return Step.STAY


def running(listing: List) -> Publicity | None:
    """The notice of a list that is up."""
    return listing.publicities.filter(withdrawn_at=None).order_by("-pk").first()


def may_close(work: Work, notice: Publicity, today: date) -> None:
    """Refuse an end that is early, or with an objection still open.

    Raises:
        DomainError: says until when, or how many.
    """
    if today <= notice.last_day:
        raise DomainError(f"公示至 {notice.last_day} 止（当日仍在公示期内），不能提前结束。")
    held = [item.pk for item in work.items if item.state == ItemState.HELD]
    # Those to a notice that was taken down for a mistake count as well.
    known = Objection.objects.filter(publicity__listing=notice.listing_id)
    waiting = known.filter(state=ObjectionState.OPEN).exclude(item_id__in=held).count()
    if waiting:
        raise DomainError(
            f"还有 {waiting} 条异议未核实完毕，不能结束公示。"
            "核实需要较长时间的，可将该件暂缓，名单其他各件先行办理。"
        )


@transaction.atomic
def close(listing: List, *, by: Any, today: date | None = None) -> StageRun:
    """End the notice after its last day and send the list on.

    Args:
        listing: the list.
        by: a handler of the office.
        today: the present day.

    Raises:
        DomainError: too early, an objection is open, or nothing is published.
    """
    work = open_work(open_run(listing), by=by)
    claiming.handle(work)
    notice = running(work.listing_in_hand)
    if notice is None or work.data.get("phase") != RUNNING:
        raise DomainError("公示尚未发布，或已经结束。")
    may_close(work, notice, today or timezone.localdate())
    work.run.data.pop("phase")
    work.run.data["ended_on"] = (today or timezone.localdate()).isoformat()
    closing.end(work, Step.ADVANCE)
    return work.run


def running_work(listing: List, by: Any) -> Work:
    """The work on a notice that is up, locked; looked at again once the lock is held.

    Raises:
        DomainError: it is over, or ended while we waited for the lock.
    """
    work = open_work(_running_run(listing), by=by)
    if work.run.state != RunState.OPEN or work.data.get("phase") != RUNNING:
        raise DomainError(OVER)
    return work


def _running_run(listing: List) -> StageRun:
    run = listing.runs.filter(kind="publicity", state=RunState.OPEN).order_by("-pk").first()
    if run is None or run.data.get("phase") != RUNNING:
        raise DomainError(OVER)
    return run


@transaction.atomic
def withdraw(notice: Publicity, *, by: Any, reason: str) -> Publicity:
    """Take a faulty notice down; it is drafted, signed and published anew with full length.

    Raises:
        DomainError: it is not running, or the reason is missing.
    """
    work = running_work(notice.listing, by)
    claiming.handle(work)
    need(reason.strip(), "请写明撤下的理由。", "reason")
    row = Publicity.objects.get(pk=notice.pk)
    row.withdrawn_at = timezone.now()
    row.save(update_fields=["withdrawn_at"])
    work.run.signatures.filter(recalled_at=None).update(recalled_at=timezone.now())
    work.run.data.pop("phase", None)
    clock.fix(work.run, None)
    listing = work.listing_in_hand
    listing.due_on = None
    signed(listing, by=by, reason="撤下公示").save()
    closing.keep(work, f"撤下公示：{reason.strip()}"[:100])
    tell(work, "notice_withdrawn", f"撤下公示：{reason.strip()}", "公示内容更正，将重新公示")
    return row
