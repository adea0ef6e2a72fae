"""更正: the office that decided proposes, its approver signs; the decision stays as it was."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from applications.domain import amending
from applications.domain.undoing import AmendContext
from applications.models import Application
from jurisdictions.engine.docnumber import DocNumberError, check_document_number
from jurisdictions.models import Office, Round
from jurisdictions.queries import bulky, policy_of
from portal.common.errors import DomainError
from portal.common.history import signed
from reviews.domain import decisiondays, honours, noticedays, proposals, reissuing
from reviews.domain.decision import day_of
from reviews.domain.notices import mail_unit
from reviews.domain.work import lock_case, lock_filings, lock_list
from reviews.enums import AmendTarget, RunState
from reviews.models import Amendment, Case, List, StageRun
from reviews.permissions import is_impartial

#: What belongs to the document of a list, and what to one filing.
OF_LIST = (AmendTarget.DOCUMENT_NUMBER, AmendTarget.DECIDED_ON)
OF_CASE = tuple(target for target in AmendTarget if target not in OF_LIST)
_MIN_REASON = 4


@dataclass(frozen=True)
class Wrong:
    """What was wrong and what is right.

    Attributes:
        target: an ``AmendTarget``.
        new: the right text, day, or code of the result.
        reason: what was wrong, and how it was found.
        document_number: 文号 of the amendment.
        dated_on: its day.
    """

    target: str
    new: str
    reason: str
    document_number: str
    dated_on: str


def deciding_run(subject: Case | List) -> StageRun | None:
    """The passage that decided a case or a list, None while it is not decided."""
    if isinstance(subject, List):
        if subject.decided_on is None:
            return None
        runs: Any = subject.runs.filter(kind="decision")
    else:
        if subject.application.status != "decided":
            return None
        item = subject.items.filter(listing__decided_on__isnull=False).order_by("-pk").first()
        runs = item.listing.runs.filter(kind="decision") if item else subject.runs
    done = runs.filter(state__in=[RunState.DONE, RunState.OPEN, RunState.SIGNING])
    found: StageRun | None = done.select_related("office__jurisdiction").order_by("-pk").first()
    return found


def decided_items(listing: List) -> list[Application]:
    """Filings that the document of a list decided, in its order."""
    way = "case__application__ruleset"
    rows = listing.items.select_related(way).defer(*bulky(way)).order_by("position", "pk")
    return [row.case.application for row in rows if row.case.application.status == "decided"]


def choices_for(subject: Case | List) -> list[tuple[str, str, str]]:
    """What may be amended: target, name, and what the decision says now."""
    if isinstance(subject, List):
        # A grading is decided without a document: then only its day can be wrong.
        of = OF_LIST if subject.document_number else (AmendTarget.DECIDED_ON,)
        return [(str(t), t.label, list_value(subject, t)) for t in of]
    application = subject.application
    return [(str(t), t.label, amending.shown_value(application, t)) for t in OF_CASE]


def list_value(listing: List, target: str) -> str:
    """What the document of a list says now: as amended last, else as issued."""
    rows = [row for row in listing.amendments.all() if row.target == target]
    last = [row.new for row in rows if row.state == "approved"][-1:]
    return last[0] if last else str(getattr(listing, target) or "")


def results_for(case: Case) -> list[tuple[str, str]]:
    """Other results the procedure knows."""
    application = case.application
    results = policy_of(application.ruleset).procedure(application.procedure).results
    return [(code, row.label) for code, row in results.items() if code != application.result]


@transaction.atomic
def propose(subject: Case | List, wrong: Wrong, *, by: Any) -> Amendment:
    """Propose to amend a decision that took effect.

    Args:
        subject: the case, or the list whose document is wrong.
        wrong: what is amended.
        by: a handler of the office that decided.

    Raises:
        DomainError: not decided, no right, one waits already, or something is missing.
    """
    run = _run_of(subject)
    proposals.require_handler(by, run.office)
    _require_impartial(by, run)
    old, new = _read(subject, wrong)
    number, day = _document(wrong)
    about = {"listing": subject} if isinstance(subject, List) else {"case": subject}
    row = Amendment(
        office=run.office, target=wrong.target, old=old[:300], new=new,
        reason=wrong.reason.strip(), document_number=number, dated_on=day, proposed_by=by, **about,
    )  # fmt: skip
    try:
        with transaction.atomic():
            signed(row, by=by, reason="提出更正").save()
    except IntegrityError as error:
        raise DomainError("已有待审批的更正，请先办理。") from error
    label = AmendTarget(wrong.target).label
    proposals.tell_approvers(row, "更正待审批", f"“{subject}”提出更正{label}，理由见门户。")
    return row


def _run_of(subject: Case | List) -> StageRun:
    run = deciding_run(subject)
    if run is None:
        raise DomainError("还没有作出决定，不需要更正；办理中的内容请退回经办修改。")
    return run


def _require_impartial(by: Any, run: StageRun) -> None:
    verdict = is_impartial(by, run)
    if not verdict:
        raise DomainError(verdict.reason, status=403)


def _read(subject: Case | List, wrong: Wrong) -> tuple[str, str]:
    known = {target: value for target, _, value in choices_for(subject)}
    if wrong.target not in known:
        raise DomainError("请选择需要更正的事项。", field="target", status=422)
    new = amending.read_new(wrong.target, wrong.new)
    if wrong.target == AmendTarget.DOCUMENT_NUMBER:
        new = _number(new, "new")
    if wrong.target == AmendTarget.DECIDED_ON:
        _require_day(subject, new)
    old = known[wrong.target]
    worded = new
    if wrong.target == AmendTarget.RESULT and isinstance(subject, Case):
        known = dict(results_for(subject))
        if new not in known:
            raise DomainError("请选择与原结果不同的办理结果。", field="new", status=422)
        worded = known[new]
    if worded == old:
        raise DomainError("更正后的内容与原内容相同。", field="new", status=422)
    if len(wrong.reason.strip()) < _MIN_REASON:
        raise DomainError("请写明错在哪里、依据什么更正。", field="reason", status=422)
    return old, new


def _require_day(subject: Case | List, new: str) -> None:
    day = day_of(new, "请填写更正后的日期。", "new")
    filings = [subject.application_id] if isinstance(subject, Case) else (
        subject.items.values_list("case__application", flat=True))  # fmt: skip
    # What is put right may be older than the filing is here.
    decisiondays.require_fit(filings, day, "new", paper=True)
    if isinstance(subject, List):
        noticedays.require_after(subject, day, "new")


def _number(text: str, field: str) -> str:
    try:
        return str(check_document_number(text))
    except DocNumberError as error:
        raise DomainError(str(error), field=field, status=422) from error


def _document(wrong: Wrong) -> tuple[str, date]:
    day = day_of(wrong.dated_on, "请填写更正文件的日期。", "dated_on")
    return _number(wrong.document_number, "document_number"), day


@transaction.atomic
def decide(row: Amendment, *, approve: bool, by: Any, text: str = "") -> Amendment:
    """Sign or refuse a proposed amendment; a signed one is carried out at once, or not at all.

    Args:
        row: the proposal.
        approve: whether it is signed.
        by: an approver of the office, another person than the proposer.
        text: words; a refusal needs them.

    Raises:
        DomainError: answered already or no right.
        CannotUndoError: an effect of the old result cannot be undone; says what to do by hand.
    """
    subject, applications = _lock(row)
    locked = (
        Amendment.objects.select_for_update(of=("self",))
        .select_related("office__jurisdiction", "proposed_by", "decided_by")
        .get(pk=row.pk)
    )
    proposals.require_approver(by, locked)
    _require_impartial(by, _run_of(subject))
    proposals.answer(locked, approve=approve, by=by, text=text)
    if approve:
        locked.carried_out = _carry_out(locked, applications, by)
        signed(locked, by=by, reason="更正生效").save()
        for application in applications:
            reissuing.write_anew(locked, application, by=by)
            _tell_unit(locked, application)
    label = locked.get_target_display()
    proposals.tell_proposer(locked, f"更正{locked.get_state_display()}",
                            f"“{subject}”更正{label}：{locked.get_state_display()}。"
                            "说明见门户。")  # fmt: skip
    return locked


def _lock(row: Amendment) -> tuple[Case | List, list[Application]]:
    """The subject and the filings it decided, locked in the house order."""
    if row.case_id is not None:
        call = Round.objects.filter(applications__case=row.case_id)
        call.select_for_update(of=("self",)).first()
        case = lock_case(row.case_id)
        return case, [case.application]
    listing, items = lock_list(row.listing_id or 0)
    lock_filings(items)
    decided = [item.case.application for item in items]
    return listing, [found for found in decided if found.status == "decided"]


def _carry_out(row: Amendment, applications: list[Application], by: Any) -> dict[str, list[str]]:
    context = AmendContext(
        on=row.dated_on, by=by, reason=row.reason, document_number=row.document_number
    )
    office: Office = row.office
    if row.target == AmendTarget.RESULT and row.case is not None:
        honours.check_amended(row.case, row.new)
    found: dict[str, list[str]] = {"done": [], "by_hand": []}
    for application in applications:
        said = amending.amend(application, row.target, row.new, amendment=context, office=office)
        for key, lines in said.items():
            found[key] += [line for line in lines if line not in found[key]]
    found["by_hand"] += _reported(row)
    return found


def _reported(row: Amendment) -> list[str]:
    """Bodies that were told of the decision as it was, and must be told what is right."""
    of = Q(listing=row.listing_id) if row.case_id is None else (
        Q(case=row.case_id) | Q(listing__items__case=row.case_id)
    )  # fmt: skip
    runs = StageRun.objects.filter(of, kind="filing", state=RunState.DONE).order_by("pk")
    bodies = dict.fromkeys(str(run.data.get("to") or "有关机关") for run in runs)
    return [f"决定已报{body}备案的，另行报送更正" for body in bodies]


def effects_in_words(application: Application) -> list[str]:
    """What followed from the decision and would be undone, the last first."""
    rows = application.effects.filter(undone=None).order_by("-position")
    return [EFFECTS.get(row.kind, row.kind) for row in rows]


EFFECTS = {
    "found_studio": "设立工作室", "award_title": "授予称号", "issue_plaque": "授予铭牌",
    "issue_permits": "颁发工作证", "open_agreement": "签订责任书", "grant": "资助",
    "matching": "配套义务", "privilege": "后续支持", "release_claims": "释放独占",
    "revoke_studio": "终止工作室", "ban": "禁止申报", "clawback": "追回资助",
    "change_leader": "变更领办人", "end_leader": "登记领办人离任",
    "change_host": "变更所在单位", "add_host": "合作共建",
    "rename_unit": "单位更名", "move_studio": "变更工作地址", "order_mending": "责令整改",
    "set_grade": "评定等次", "suspend_studio": "列为整改中", "resume_studio": "恢复在册",
    "open_procedure": "限期整改", "recall_plaque": "收回牌匾",
    "recall_permits": "收回工作证", "file_with": "报备案",
}  # fmt: skip


def _tell_unit(row: Amendment, application: Application) -> None:
    if application.result_waits:
        # The result is told with what was amended.
        return
    # What was kept from the unit so far may have been shown to it just now.
    application.refresh_from_db(fields=["shown_to_unit"])
    mail_unit(
        application, "办理结果更正通知",
        f"您单位的申报（{application.number}）的{row.get_target_display()}已更正"
        f"（{row.document_number}，{timezone.localdate()}），内容和理由请登录门户查看。",
        key=f"amended:{row.public_id}:{application.pk}",
    )  # fmt: skip
