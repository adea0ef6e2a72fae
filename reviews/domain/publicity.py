"""公示: published on the last signature, never ended early, never with an open objection."""

import re
import unicodedata
from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from applications.domain import events
from jurisdictions.engine.dates import CalendarMissing
from jurisdictions.engine.publicity import notice_window
from jurisdictions.queries import work_calendar
from portal.common.errors import DomainError
from portal.common.files import CheckedFile, check_upload, storage_name
from portal.common.history import signed
from portal.common.sealed import OTHER, mask, seal
from reviews.domain import clock, closing, corrections
from reviews.domain.decision import open_run
from reviews.domain.work import Step, Work, move_item, need, open_work, tell
from reviews.enums import ItemState, ObjectionState, RunState
from reviews.models import List, ListItem, Objection, Publicity, StageRun
from reviews.permissions import can_handle

#: What may be shown to the public; everything else of a filing stays inside.
ALLOWED_COLUMNS = {
    "unit_name": "单位名称",
    "leader_name": "领办人",
    "occupation": "职业（工种）",
    "studio_name": "工作室名称",
    "district": "县（区）",
    "industry": "产业（领域）",
}
RUNNING = "running"
_OVER = "公示期已结束，不再受理异议。如有情况反映请与主办机关联系。"
EVIDENCE_KINDS = frozenset({"pdf", "jpg", "png", "docx"})
_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_GAP = re.compile(r"(?<=\d)[\s\-\u2010-\u2015]+(?=[\dXx])")


def columns_of(stage: Any) -> list[tuple[str, str]]:
    """Allowed columns a stage shows, with their headings."""
    return [(name, ALLOWED_COLUMNS[name]) for name in stage.columns if name in ALLOWED_COLUMNS]


def rows_of(items: list[ListItem], stage: Any) -> list[dict[str, str]]:
    """What the public sees of each item: allowed columns only."""
    return [
        {"item": str(item.pk)}
        | {name: getattr(item.case.application, name) for name, _ in columns_of(stage)}
        for item in items
    ]


def private_numbers(text: str) -> list[str]:
    """ID numbers and mobile numbers in a text, however they are spaced."""
    plain = unicodedata.normalize("NFKC", text)
    joined = _GAP.sub("", plain)
    return [found for pattern in (_ID_NUMBER, _MOBILE) for found in pattern.findall(joined)]


def scan(texts: list[str]) -> None:
    """Refuse to publish personal numbers.

    Raises:
        DomainError: says where one was found, without repeating it.
    """
    for text in texts:
        found = private_numbers(text)
        if found:
            shown = f"{found[0][:3]}…{found[0][-2:]}"
            raise DomainError(
                f"公示内容含有疑似身份证号或手机号码（{shown}），不能发布。请删去后再提交。",
                status=422,
            )


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
    for name, label in (("title", "标题"), ("body", "正文"), ("contact", "受理异议的联系方式")):
        need(str(work.data.get(name) or "").strip(), f"请填写公示{label}。", name)
    if not work.present:
        raise DomainError("名单中没有可公示的项目。")
    rows = rows_of(work.present, work.stage)
    scan([work.data["title"], work.data["body"], work.data["contact"],
          *(value for row in rows for name, value in row.items() if name != "item")])  # fmt: skip
    window_of(work.listing_in_hand, work.stage, timezone.localdate())


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
    waiting = notice.objections.filter(state=ObjectionState.OPEN).exclude(item_id__in=held).count()
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
    verdict = can_handle(by, work.run.office)
    if not verdict:
        raise DomainError(verdict.reason, status=403)
    notice = running(work.listing_in_hand)
    if notice is None or work.data.get("phase") != RUNNING:
        raise DomainError("公示尚未发布，或已经结束。")
    may_close(work, notice, today or timezone.localdate())
    work.run.data.pop("phase")
    work.run.data["ended_on"] = (today or timezone.localdate()).isoformat()
    closing.end(work, Step.ADVANCE)
    return work.run


@transaction.atomic
def object_to(
    item: ListItem,
    *,
    name: str,
    contact: str,
    text: str,
    evidence: Any = None,
    by: Any = None,
    received_on: date | None = None,
) -> Objection:
    """Take a signed objection to an item that is being shown.

    Args:
        item: the item.
        name: who objects.
        contact: telephone or address; kept under seal.
        text: what is objected to.
        evidence: a file or None.
        by: the officer who enters one that came on paper; None for the public.
        received_on: the day it came on paper.

    Raises:
        DomainError: the notice is over, something is missing, or no right to enter one.
    """
    for value, label, field in ((name, "姓名", "name"), (contact, "联系方式", "contact"),
                                (text, "异议内容", "text")):  # fmt: skip
        need(value.strip(), f"请填写{label}。异议须实名提出。", field)
    checked = None
    if evidence:
        checked = check_upload(evidence, name=evidence.name, allowed=EVIDENCE_KINDS)
    work = _running_work(item.listing, by)
    notice, row = _objected(work, item, received_on or timezone.localdate())
    objection = Objection(
        publicity=notice, item=row, name=name.strip()[:60], text=text.strip(),
        contact={"sealed": seal(OTHER, contact), "shown": mask(OTHER, contact)},
    )  # fmt: skip
    if checked is not None:
        _attach(objection, checked)
    _keep(work, row, objection)
    return objection


def _keep(work: Work, item: ListItem, objection: Objection) -> None:
    signed(objection, by=work.by, reason="收到异议").save()
    _note(work, item, "objection", "公示期间收到异议，正在核实")


def _attach(objection: Objection, file: CheckedFile) -> None:
    stored = storage_name(file.kind)
    objection.evidence.save(stored, ContentFile(file.content), save=False)


def _objected(work: Work, item: ListItem, day: date) -> tuple[Publicity, ListItem]:
    """The notice and the item, both still open to objections on a day.

    Raises:
        DomainError: no right to enter one, the notice was over by then, or the item is not on it.
    """
    if work.by is not None and not (verdict := can_handle(work.by, work.run.office)):
        raise DomainError(verdict.reason, status=403)
    notice = running(work.listing_in_hand)
    if notice is None or not notice.published_on <= day <= notice.last_day:
        raise DomainError(_OVER)
    row = next((i for i in work.items if i.pk == item.pk), None)
    if row is None or row.state == ItemState.STRUCK:
        raise DomainError("该项目不在公示名单中。", status=404)
    return notice, row


def _note(work: Work, item: ListItem, kind: str, text: str) -> None:
    """A line in the record of one item, and a new version of the passage."""
    work.run.version += 1
    work.run.save(update_fields=["version"])
    events.record(item.case.application, kind, text, actor=work.by, office=work.run.office)


def _running_work(listing: List, by: Any) -> Work:
    """The work on a notice that is up, locked; looked at again once the lock is held.

    Raises:
        DomainError: it is over, or ended while we waited for the lock.
    """
    work = open_work(_running_run(listing), by=by)
    if work.run.state != RunState.OPEN or work.data.get("phase") != RUNNING:
        raise DomainError(_OVER)
    return work


def _running_run(listing: List) -> StageRun:
    run = listing.runs.filter(kind="publicity", state=RunState.OPEN).order_by("-pk").first()
    if run is None or run.data.get("phase") != RUNNING:
        raise DomainError(_OVER)
    return run


@transaction.atomic
def decide_objection(
    objection: Objection,
    *,
    upheld: bool,
    finding: str,
    by: Any,
    faults: list[dict[str, Any]] | None = None,
    due_on: date | None = None,
) -> Objection:
    """Write down what was found; an upheld objection strikes, holds or returns the item.

    Args:
        objection: the objection.
        upheld: whether it is justified.
        finding: what was found, in words.
        by: a handler of the office.
        faults: for a policy that returns the item, what is to be corrected.
        due_on: day by which the unit should answer then.

    Raises:
        DomainError: decided already, no finding, or no right.
    """
    work = open_work(objection.publicity.run, by=by)
    locked = Objection.objects.select_for_update(of=("self",)).get(pk=objection.pk)
    verdict = can_handle(by, work.run.office)
    if not verdict:
        raise DomainError(verdict.reason, status=403)
    if locked.state != ObjectionState.OPEN:
        raise DomainError(f"该异议已由{locked.decided_by}核实完毕。")
    need(finding.strip(), "请写明核实结论。", "finding")
    locked.state = ObjectionState.UPHELD if upheld else ObjectionState.UNFOUNDED
    locked.finding, locked.decided_by, locked.decided_at = finding.strip(), by, timezone.now()
    signed(locked, by=by, reason=locked.get_state_display()).save()
    item = next(i for i in work.items if i.pk == locked.item_id)
    if upheld:
        _uphold(work, item, finding.strip(), faults or [], due_on)
    _note(work, item, "objection_decided", f"{locked.get_state_display()}：{finding.strip()}")
    return locked


def _uphold(
    work: Work, item: ListItem, finding: str, faults: list[dict[str, Any]], due_on: date | None
) -> None:
    what = work.stage.objections.upheld
    if what == "strike":
        move_item(item, ItemState.STRUCK, f"异议成立：{finding}", work)
        return
    move_item(item, ItemState.HELD, f"异议成立：{finding}", work)
    if what != "return":
        return
    need(faults, "请标记需要补正的内容。", "flags")
    said = [{**fault, "text": str(fault.get("text") or "").strip() or finding} for fault in faults]
    known = corrections.read_faults(work.policy, item.case.application.procedure, said)
    corrections.issue(work, item.case, known, due_on, finding)


@transaction.atomic
def hold_objected(item: ListItem, *, by: Any, reason: str) -> ListItem:
    """Hold an objected item so that the list may go on without it.

    Raises:
        DomainError: nobody objects to it, or the reason is missing.
    """
    work = _running_work(item.listing, by)
    verdict = can_handle(by, work.run.office)
    if not verdict:
        raise DomainError(verdict.reason, status=403)
    row = next(i for i in work.items if i.pk == item.pk)
    if not row.objections.filter(state=ObjectionState.OPEN).exists():
        raise DomainError("该件没有未核实的异议，公示期间不能移出名单。")
    need(reason.strip(), "请写明暂缓的理由。", "reason")
    move_item(row, ItemState.HELD, reason.strip(), work)
    tell(work, "item_held", f"暂缓：{reason.strip()}")
    return row


@transaction.atomic
def withdraw(notice: Publicity, *, by: Any, reason: str) -> Publicity:
    """Take a faulty notice down; it is drafted, signed and published anew with full length.

    Raises:
        DomainError: it is not running, or the reason is missing.
    """
    work = _running_work(notice.listing, by)
    verdict = can_handle(by, work.run.office)
    if not verdict:
        raise DomainError(verdict.reason, status=403)
    need(reason.strip(), "请写明撤下的理由。", "reason")
    row = Publicity.objects.get(pk=notice.pk)
    row.withdrawn_at = timezone.now()
    row.save(update_fields=["withdrawn_at"])
    work.run.signatures.filter(recalled_at=None).update(recalled_at=timezone.now())
    work.run.data.pop("phase", None)
    clock.fix(work.run, None)
    closing.keep(work, f"撤下公示：{reason.strip()}"[:100])
    tell(work, "notice_withdrawn", f"撤下公示：{reason.strip()}", "公示内容更正，将重新公示")
    return row
