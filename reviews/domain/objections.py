"""异议: taken with a receipt number, told to the office, looked into, answered, looked up."""

import re
import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from applications.domain import events
from jurisdictions.enums import PostKind
from jurisdictions.permissions import works_for
from portal.common.errors import DomainError
from portal.common.files import CheckedFile, check_upload, storage_name
from portal.common.history import signed
from portal.common.sealed import OTHER, mask, same_as_sealed, seal, unseal
from reviews.domain import claiming, corrections, settle
from reviews.domain.notices import tell_post
from reviews.domain.publicity import OVER, running, running_work
from reviews.domain.work import Work, move_item, need, open_work, tell
from reviews.enums import AnswerWay, ItemState, ObjectionState
from reviews.models import ListItem, Objection, Publicity
from reviews.permissions import can_handle_run, is_impartial

EVIDENCE_KINDS = frozenset({"pdf", "jpg", "png", "docx"})
_NUMBER = re.compile(r"YY\d{14}")


@dataclass(frozen=True)
class Answer:
    """How the objector was told the finding: the day and one of ``AnswerWay``."""

    on: date
    way: str


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

    The same once more (a second press, the page sent again) is the objection that was taken.

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
    for fault in faults_of(name, contact, text):
        raise fault
    checked = _checked(evidence) if evidence else None
    work = running_work(item.listing, by)
    notice, row = _objected(work, item, received_on or timezone.localdate())
    objection = Objection(
        publicity=notice, item=row, name=name.strip(), text=text.strip(),
        contact={"sealed": seal(OTHER, contact), "shown": mask(OTHER, contact)},
    )  # fmt: skip
    return _taken_before(objection, contact, checked) or _keep(work, objection, checked)


def faults_of(name: str, contact: str, text: str) -> list[DomainError]:
    """What is missing or too long in an objection, everything at once, in the order of the form."""
    found = [
        DomainError(f"请填写{label}。异议须实名提出。", field=field, status=422)
        for value, label, field in (
            (name, "姓名", "name"), (contact, "联系方式", "contact"), (text, "异议内容", "text")
        )
        if not value.strip()
    ]  # fmt: skip
    longest = Objection._meta.get_field("name").max_length or 0
    if len(name.strip()) > longest:
        said = f"姓名不超过 {longest} 字；单位名称较长的写简称，全称写入异议内容。"
        found.insert(0, DomainError(said, field="name", status=422))
    return found


def _taken_before(sent: Objection, contact: str, evidence: CheckedFile | None) -> Objection | None:
    """The open objection that was taken when the same came before."""
    known = sent.publicity.objections.filter(item=sent.item, name=sent.name, text=sent.text)
    waiting = known.filter(state=ObjectionState.OPEN)
    return next((before for before in waiting if _is_the_same(before, contact, evidence)), None)


def _is_the_same(before: Objection, contact: str, evidence: CheckedFile | None) -> bool:
    """Whether an objection in the same words was left with the same contact and evidence."""
    if not same_as_sealed(str(before.contact.get("sealed", "")), contact):
        return False
    if not before.evidence or evidence is None:
        return not before.evidence and evidence is None
    with before.evidence.open() as kept:
        return bool(kept.read() == evidence.content)


def _checked(evidence: Any) -> CheckedFile:
    try:
        return check_upload(evidence, name=evidence.name, allowed=EVIDENCE_KINDS)
    except DomainError as error:
        raise DomainError(error.message, field="evidence", status=error.status) from error


def _fresh_number() -> str:
    """A receipt number nobody can work out from another one."""
    while True:
        tail = "".join(secrets.choice("0123456789") for _ in range(6))
        number = f"YY{timezone.localdate():%Y%m%d}{tail}"
        if not Objection.objects.filter(number=number).exists():
            return number


def _keep(work: Work, objection: Objection, evidence: CheckedFile | None) -> Objection:
    if evidence is not None:
        _attach(objection, evidence)
    objection.number = _fresh_number()
    signed(objection, by=work.by, reason="收到异议").save()
    _note(work, objection.item, "objection", "公示期间收到异议，正在核实")
    listing = work.listing_in_hand
    # Where every handler has to keep out of it, the approvers see that somebody takes it up;
    # where they have to as well, the administrators.
    for post in (PostKind.HANDLER, PostKind.APPROVER):
        told = tell_post(
            work.run.office, [post], "office", f"收到异议：{listing.title}",
            f"{listing.title}公示期间收到异议（受理编号 {objection.number}），请登录门户核实。"
            "公示期不因此延长；未核实完毕的，不能结束公示。",
            link=reverse("reviews:list", args=[listing.public_id]),
            key=f"objection:{objection.public_id}", about=work.run,
            escalates=post == PostKind.APPROVER,
        )  # fmt: skip
        if told:
            break
    return objection


def _attach(objection: Objection, file: CheckedFile) -> None:
    stored = storage_name(file.kind)
    objection.evidence.save(stored, ContentFile(file.content), save=False)


def _objected(work: Work, item: ListItem, day: date) -> tuple[Publicity, ListItem]:
    """The notice and the item, both still open to objections on a day.

    Raises:
        DomainError: no right to enter one, the notice was over by then, or the item is not on it.
    """
    if work.by is not None and not (verdict := can_handle_run(work.by, work.run)):
        raise DomainError(verdict.reason, status=403)
    notice = running(work.listing_in_hand)
    if notice is None or not notice.published_on <= day <= notice.last_day:
        raise DomainError(OVER)
    row = next((i for i in work.items if i.pk == item.pk), None)
    if row is None or row.state == ItemState.STRUCK:
        raise DomainError("该项目不在公示名单中。", status=404)
    return notice, row


def _note(work: Work, item: ListItem, kind: str, text: str) -> None:
    """A line in the record of one item, and a new version of the passage."""
    work.run.version += 1
    work.run.save(update_fields=["version"])
    events.record(item.case.application, kind, text, actor=work.by, office=work.run.office)


@transaction.atomic
def decide_objection(
    objection: Objection,
    *,
    upheld: bool,
    finding: str,
    by: Any,
    faults: list[dict[str, Any]] | None = None,
    due_on: date | None = None,
    answer: Answer | None = None,
) -> Objection:
    """Write down what was found; an upheld objection strikes, holds or returns the item.

    Args:
        objection: the objection.
        upheld: whether it is justified.
        finding: what was found, in words.
        by: a handler of the office.
        faults: for a policy that returns the item, what is to be corrected.
        due_on: day by which the unit should answer then.
        answer: how the objector was told, when he was.

    Raises:
        DomainError: decided already, no finding, no right, or the answer has no day or way.
    """
    work = open_work(objection.publicity.run, by=by)
    locked = Objection.objects.select_for_update(of=("self",)).get(pk=objection.pk)
    claiming.handle(work)
    if locked.state != ObjectionState.OPEN:
        raise DomainError(f"该异议已由{locked.decided_by}核实完毕。")
    need(finding.strip(), "请写明核实结论。", "finding")
    locked.state = ObjectionState.UPHELD if upheld else ObjectionState.UNFOUNDED
    locked.finding, locked.decided_by, locked.decided_at = finding.strip(), by, timezone.now()
    if answer is not None:
        _answered(locked, answer)
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
        if work.listing_in_hand.decided_on or work.listing_in_hand.closed_at:
            # The list was decided without it: no decision is left to refuse it with.
            settle.refuse_item(work, item)
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
    work = running_work(item.listing, by)
    claiming.handle(work)
    row = next(i for i in work.items if i.pk == item.pk)
    if not row.objections.filter(state=ObjectionState.OPEN).exists():
        raise DomainError("该件没有未核实的异议，公示期间不能移出名单。")
    need(reason.strip(), "请写明暂缓的理由。", "reason")
    move_item(row, ItemState.HELD, reason.strip(), work)
    for waiting in row.objections.filter(state=ObjectionState.OPEN, taken_up_at=None):
        _take_up(waiting, by)
    tell(work, "item_held", f"暂缓：{reason.strip()}")
    return row


def _take_up(objection: Objection, by: Any) -> None:
    objection.taken_up_at = timezone.now()
    signed(objection, by=by, reason="开始核实").save()


def _answered(objection: Objection, answer: Answer) -> None:
    """Write the answer onto a decided objection; the caller saves.

    Raises:
        DomainError: no such way, or a day that cannot be.
    """
    if answer.way not in AnswerWay.values:
        raise DomainError("请选择答复反映人的方式。", field="answered_way", status=422)
    received = timezone.localdate(objection.received_at)
    if not received <= answer.on <= timezone.localdate():
        raise DomainError("答复日期应在收到异议之后，且不晚于今天。",
                          field="answered_on", status=422)  # fmt: skip
    objection.answered_on, objection.answered_way = answer.on, answer.way


def may_read(user: Any, objection: Objection) -> bool:
    """Whether a person reads who objected and in which words: people of the office that shows
    the notice, unless they belong to a unit on the list."""
    run = objection.publicity.run
    return bool(works_for(user, run.office)) and bool(is_impartial(user, run))


def may_open(user: Any, objection: Objection) -> bool:
    """Whether a person looks after an objection: handlers of the office that shows the notice,
    unless they belong to a unit on the list."""
    return bool(can_handle_run(user, objection.publicity.run))


@transaction.atomic
def answer_objector(objection: Objection, answer: Answer, *, by: Any) -> Objection:
    """Record that the objector was told the finding, after the finding was written down.

    Args:
        objection: a decided one; its notice may have ended since.
        answer: day and way.
        by: a handler of the office that shows the notice.

    Raises:
        DomainError: no right, nothing found yet, told already, or day or way do not fit.
    """
    locked = _locked(objection, by)
    if locked.state == ObjectionState.OPEN:
        raise DomainError("请先写明核实结论，再登记答复反映人的情况。")
    if locked.answered_on is not None:
        raise DomainError(f"已登记于 {locked.answered_on} 答复反映人。")
    _answered(locked, answer)
    signed(locked, by=by, reason="已答复反映人").save()
    return locked


@transaction.atomic
def open_contact(objection: Objection, *, by: Any, reason: str) -> str:
    """Show how the objector can be reached, once, on record; the objection is then looked into.

    Args:
        objection: the objection.
        by: a handler of the office that shows the notice.
        reason: why he must know.

    Returns:
        The contact as it was given.

    Raises:
        DomainError: no right, or no reason.
    """
    locked = _locked(objection, by)
    plain = unseal(str(locked.contact.get("sealed", "")), by=by, reason=reason)
    if locked.state == ObjectionState.OPEN and locked.taken_up_at is None:
        _take_up(locked, by)
    return plain


def _locked(objection: Objection, by: Any) -> Objection:
    """An objection, locked.

    Raises:
        DomainError: the person does not look after it.
    """
    rows = Objection.objects.select_for_update(of=("self",))
    locked = rows.select_related("publicity__run__office").get(pk=objection.pk)
    if not may_open(by, locked):
        raise DomainError("只有承办公示的机构的经办人员可以办理异议。", status=403)
    return locked


def look_up(number: str, contact: str) -> Objection | None:
    """The objection with this receipt number, for whoever also knows the contact left with it.

    Args:
        number: receipt number; blanks and case forgiven.
        contact: telephone or address as left; blanks and hyphens forgiven.
    """
    plain = "".join(number.split()).upper()
    if not _NUMBER.fullmatch(plain) or not contact.strip():
        return None
    found = Objection.objects.filter(number=plain).select_related("publicity").first()
    if found is None or not same_as_sealed(str(found.contact.get("sealed", "")), contact):
        return None
    return found
