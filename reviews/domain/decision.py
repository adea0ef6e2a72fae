"""发文: one document, one day, every body's approval of the list as it stands."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from applications.domain import lifecycle, shown
from applications.domain.effects import DecisionContext
from jurisdictions.engine.docnumber import DocNumberError, check_document_number
from jurisdictions.permissions import signs_for
from portal.common.errors import DomainError
from portal.common.history import signed
from portal.common.personal import refuse_numbers
from reviews.domain import (
    choosing,
    claiming,
    closing,
    decisiondays,
    honours,
    letters,
    lists,
    noticedays,
    opening,
    releasing,
    road,
    settle,
)
from reviews.domain.work import REFUSE, Step, Work, lock_filings, need, open_work, tell
from reviews.enums import ItemState, LetterKind, RunState
from reviews.models import Approval, Case, List, Objection, StageRun
from reviews.permissions import approvals_at, can_approve_list, can_handle_run

ANNOUNCE = "announce"


def day_of(value: Any, message: str, field: str) -> date:
    """A day of a proposal, not in the future.

    Raises:
        DomainError: empty or later than today.
    """
    need(value, message, field)
    day = date.fromisoformat(str(value))
    if day > timezone.localdate():
        raise DomainError("日期不能晚于今天，请核对。", field=field, status=422)
    return day


def open_run(subject: Case | List) -> StageRun:
    """The passage a case or a list is in.

    Raises:
        DomainError: it has ended.
    """
    run = subject.runs.filter(state__in=[RunState.OPEN, RunState.SIGNING]).first()
    if run is None:
        what = "名单" if isinstance(subject, List) else "该件"
        raise DomainError(f"{what}已办结，请刷新页面查看最新情况。")
    return run


@transaction.atomic
def approve(
    subject: Case | List,
    role: str,
    *,
    by: Any,
    digest: str,
    opinion: str = "",
    paper: bool = False,
) -> Approval:
    """A body approves a list, or one case, as it stands.

    Args:
        subject: the list, or the case.
        role: office role of the body.
        by: an approver of the body; for a signed paper, a handler of the office in charge.
        digest: of the list or case as the page showed it.
        opinion: text for its opinion box.
        paper: recorded from a signed paper that is kept with the passage.

    Raises:
        DomainError: it changed, it is not this person's to approve, or it was approved.
    """
    work = open_work(open_run(subject), by=by)
    if work.run.state not in (RunState.OPEN, RunState.SIGNING):
        raise DomainError("该环节已办理完毕，请刷新页面查看最新情况。")
    office = _body(work, role)
    verdict = (
        can_handle_run(by, work.run) if paper else can_approve_list(by, work.run, office, role)
    )
    if not verdict:
        raise DomainError(verdict.reason, status=403)
    now = _still(work, digest, role, office)
    row = Approval.objects.create(
        listing=work.listing, case=work.case, run=work.run, role=role, office=office, user=by,
        digest=now, opinion=opinion, from_paper=paper,
        deputy_for=None if paper else signs_for(by, office, "approver"),
    )  # fmt: skip
    tell(work, "approved", f"{work.stage.label}：{office}审定{_what(work)}")
    return row


def _body(work: Work, role: str) -> Any:
    """The office of a body of the stage.

    Raises:
        DomainError: no body here, or nobody fills the role.
    """
    if role not in getattr(work.stage, "bodies", ()):
        raise DomainError("该机构不参与本环节审定。")
    office = road.deciding_office(work.policy, work.stage, role, work.run.office)
    if office is None:
        raise DomainError("还没有机构承担该职责，请联系管理员设置。")
    return office


def _what(work: Work) -> str:
    return "名单" if work.case is None else "该件"


def _still(work: Work, digest: str, role: str, office: Any) -> str:
    """The digest of the list or case as it stands, which is the one that was shown.

    Raises:
        DomainError: it changed, or the body approved it already.
    """
    now = lists.digest(work.subject)
    if digest != now:
        raise DomainError(
            "名单已有变动，请查看最新名单后再审定。"
            if work.case is None
            else "本件内容已有变动，请查看最新内容后再审定。"
        )
    if approvals_at(work.run).filter(role=role, digest=now).exists():
        raise DomainError(f"{office}已审定本{'名单' if work.case is None else '件'}。")
    return now


def missing_bodies(work: Work) -> list[str]:
    """Bodies that have not approved list or case as it stands; lapsing is computed here."""
    now = lists.digest(work.subject)
    got = set(approvals_at(work.run).filter(digest=now).values_list("role", flat=True))
    return [role for role in work.stage.bodies if role not in got]


def approve_for_lead(work: Work) -> None:
    """The last signature of the office in charge is its approval, where it is a body itself."""
    now = lists.digest(work.subject)
    for role in missing_bodies(work):
        office = road.deciding_office(work.policy, work.stage, role, work.run.office)
        if office is not None and office.pk == work.run.office_id:
            post = work.stage.signoff[-1]
            Approval.objects.create(listing=work.listing, case=work.case, run=work.run, role=role,
                                    office=office, user=work.by, digest=now,
                                    deputy_for=signs_for(work.by, office, post),
                                    opinion=work.run.opinion)  # fmt: skip


def approve_from_paper(work: Work) -> None:
    """The signed document carries the approval of every body that signed it."""
    listing = work.listing_in_hand
    now = lists.digest(listing)
    for role in missing_bodies(work):
        office = road.deciding_office(work.policy, work.stage, role, work.run.office)
        Approval.objects.create(listing=listing, run=work.run, role=role,
                                office=office or work.run.office, user=work.by, digest=now,
                                from_paper=True, opinion=work.run.opinion)  # fmt: skip


def require_bodies(work: Work) -> None:
    """Every body has approved the list, or the case, as it stands.

    Raises:
        DomainError: names those that have not.
    """
    approve_for_lead(work)
    missing = missing_bodies(work)
    if missing:
        place = work.subject.jurisdiction
        names = "、".join(road.body_label(work.policy, role, place) for role in missing)
        raise DomainError(
            f"以下机构尚未审定现有名单：{names}。名单变动后须重新审定。"
            if work.case is None
            else f"以下机构尚未审定本件：{names}。本件内容再有变动的，须重新审定。"
        )


def check_proposal(work: Work) -> None:
    """A decision needs its document number and its day.

    Raises:
        DomainError: says what is missing or malformed, or whose number would become public.
    """
    if work.stage.document:
        try:
            number = check_document_number(str(work.data.get("document_number") or ""))
        except DocNumberError as error:
            raise DomainError(str(error), field="document_number", status=422) from error
        work.run.data["document_number"] = str(number)
    asked = "请填写发文日期。" if work.stage.document else "请填写认定日期。"
    day = day_of(work.data.get("decided_on"), asked, "decided_on")
    if work.listing is not None:
        noticedays.require_after(work.listing, day, "decided_on")
    present = [item.case.application_id for item in work.present]
    decisiondays.require_fit(present, day, "decided_on", paper=work.paper)
    for item in work.present:
        if work.result_of(item) != REFUSE:
            shown.check_filing(item.case.application)


def require_no_objection(work: Work) -> None:
    """No objection to an item that is in may be open.

    Raises:
        DomainError: counts those that are.
    """
    waiting = Objection.objects.filter(
        item__case_id__in=[item.case_id for item in work.present], state="open"
    ).count()
    if waiting:
        raise DomainError(f"还有 {waiting} 条异议未核实完毕，不能发文。")


def decide(work: Work) -> Step:
    """Decide every item of the list at once; results come out together."""
    check_proposal(work)
    require_no_objection(work)
    if work.paper:
        approve_from_paper(work)
    else:
        require_bodies(work)
    lock_filings(work.items)
    number, on = str(work.data.get("document_number") or ""), choosing.decided_on(work)
    lists.take_places(work)
    honours.check(work.listing_in_hand, choosing.codes(work))
    work.on = on
    waits = LetterKind.RESULT in releasing.kinds_that_wait(work.run.office.jurisdiction)
    context = DecisionContext(on=on, by=work.by, office=work.run.office, document_number=number,
                              released=not waits)  # fmt: skip
    for item in [item for item in work.present if item.state == ItemState.IN]:
        settle.close_case(item.case, by=work.by)
        code = choosing.result_code(work, item)
        own = replace(context, details=choosing.details(work, item))
        lifecycle.decide(item.case.application, code, context=own)
        # After the decision: what was written with it is told with it.
        _write_boxes(work, item.case.application, work.text_of(item))
        releasing.dispatch(letters.result(work, item.case, code, number), by=work.by)
    lists.refuse_struck(work, number)
    listing = work.listing_in_hand
    listing.document_number, listing.decided_on = number, on
    listing.version += 1
    signed(listing, by=work.by, reason=f"发文 {number}".strip()).save()
    return after_decision(work)


def _write_boxes(work: Work, application: Any, said: str) -> None:
    stage, jurisdiction = work.stage, application.jurisdiction
    text = said or work.run.opinion or "同意。"
    bodies = lists.bodies_of(work.policy, stage, jurisdiction)
    opinions = {a.role: a for a in work.run.approvals.select_related("user", "deputy_for")}
    for role, box in stage.boxes.items():
        approval = opinions.get(role)
        opening.write_box(
            application, box, office=dict(bodies).get(role, ""),
            text=(approval.opinion if approval else "") or text,
            name=_name(approval, work), on=work.on,
        )  # fmt: skip
    for role, name in bodies:
        # Bodies that share a box each have an entry of their own, with room for their own seal.
        if stage.box and role not in stage.boxes:
            approval = opinions.get(role)
            opening.write_box(
                application,
                stage.box,
                office=name,
                text=(approval.opinion if approval else "") or text,
                name=_name(approval, work),
                on=work.on,
            )


def _name(approval: Approval | None, work: Work) -> str:
    """Who signed for a body: its approver; from paper, whoever signed the paper."""
    return approval.signer if approval and not approval.from_paper else work.signer


def after_decision(work: Work) -> Step:
    """Where the text asks for an announcement the stage stays open until it is recorded."""
    carried = any(item.state == ItemState.IN for item in work.items)
    if work.stage.announcement is None or work.data.get("announced_on") or not carried:
        return Step.ADVANCE
    work.run.data["phase"] = ANNOUNCE
    work.run.state, work.run.waiting_for = RunState.OPEN, work.stage.signoff[0]
    return Step.STAY


@transaction.atomic
def announce(listing: List, *, by: Any, on: date, where: str, url: str = "") -> StageRun:
    """Record that the decision was announced to the public; the stage closes.

    Raises:
        DomainError: nothing waits to be announced, or something is missing.
    """
    work = open_work(open_run(listing), by=by)
    if work.data.get("phase") != ANNOUNCE:
        raise DomainError("现在没有需要登记的公布。")
    claiming.handle(work)
    need(where.strip(), "请填写公布的载体，如门户网站、报纸。", "where")
    refuse_numbers([("公布的载体", where, "where"), ("公布的网址", url, "url")])
    if url.strip() and not url.strip().startswith(("http://", "https://")):
        raise DomainError("网址须以 http:// 或 https:// 开头。", field="url", status=422)
    decided = choosing.decided_on(work)
    if on < decided or on > timezone.localdate():
        raise DomainError("公布日期须在发文日期之后，且不晚于今天。", field="on", status=422)
    work.run.data |= {"announced_on": on.isoformat(), "where": where.strip(), "url": url.strip()}
    work.run.data.pop("phase")
    tell(work, "announced", f"向{work.stage.announcement.to}公布：{where.strip()}，{on}")
    closing.end(work, Step.ADVANCE)
    return work.run
