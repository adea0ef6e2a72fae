"""签批: a result is a proposal until the last post has signed it."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from applications.enums import Status
from jurisdictions.enums import PostKind
from jurisdictions.permissions import signs_for
from portal.common.errors import DomainError
from portal.common.history import signed
from reviews.domain import (
    asking,
    claiming,
    clock,
    closing,
    corrections,
    judging,
    lists,
    opening,
    returning,
)
from reviews.domain.work import (
    PASS,
    PUBLIC_KINDS,
    RETURN,
    StaleActionError,
    Work,
    is_emptied,
    is_returned,
    kind_of,
    may_return,
    open_work,
    tell,
)
from reviews.enums import CaseState, RunState
from reviews.models import Signature, StageRun
from reviews.permissions import can_sign

SIGN, SAVE, SEND_BACK = "sign", "save", "send_back"


@transaction.atomic
def take_action(
    run: StageRun,
    action: str,
    *,
    by: Any,
    version: int,
    outcome: str = "",
    opinion: str = "",
    note: str | None = None,
    data: dict[str, Any] | None = None,
    verdicts: dict[str, tuple[str, str]] | None = None,
) -> StageRun:
    """Save, sign, or send back inside the office.

    Args:
        run: the passage.
        action: ``save``, ``sign``, or ``send_back`` to the first post with a reason.
        by: who acts.
        version: of the passage as the page showed it.
        outcome: what is concluded; only the first post proposes.
        opinion: text for the opinion box and the unit.
        note: remark for the office only; None leaves it.
        data: particulars of the kind; for a correction ``faults`` and ``due_on``.
        verdicts: point, or ``rule:<id>`` for a reason, to verdict and reason.

    Raises:
        DomainError: somebody acted meanwhile, no turn, or the proposal is incomplete.
    """
    work = _in_turn(run, by, version, action)
    if action == SEND_BACK:
        return _send_back(work, opinion)
    first = work.run.waiting_for == work.stage.signoff[0]
    if first:
        _propose(work, outcome, opinion, data or {})
        judging.record(work.run, verdicts or {}, by=by)
    if note is not None:
        work.run.note = note
    if action == SAVE:
        return _keep(work, "暂存")
    return _sign(work, "" if first else opinion)


def _in_turn(run: StageRun, by: Any, version: int, action: str) -> Work:
    """The work, when nobody acted meanwhile, it is this person's turn and nothing is out yet."""
    work = open_work(run, by=by)
    require_current(work.run, version)
    verdict = can_sign(by, work.run)
    if not verdict:
        raise DomainError(verdict.reason, status=403)
    if action == SAVE and work.data.get("phase"):
        raise DomainError("已对外公布或已发文，拟办内容不能再修改。确有错误的请按更正程序办理。")
    claiming.take(work.subject, by)
    return work


def require_current(run: StageRun, version: int) -> None:
    """Refuse an action on a passage that somebody acted on meanwhile.

    Raises:
        StaleActionError: names who did.
    """
    if run.version == version and run.state in (RunState.OPEN, RunState.SIGNING):
        return
    last = run.signatures.select_related("user").last()
    paper = run.papers.select_related("entered_by").last()
    who = last.user if last else paper.entered_by if paper else None
    raise StaleActionError(
        f"该环节已由{who}办理，您的操作没有提交。请刷新页面查看最新情况。"
        if who
        else "该环节已有变动，您的操作没有提交。请刷新页面查看最新情况。"
    )


def _propose(work: Work, outcome: str, opinion: str, data: dict[str, Any]) -> None:
    kind = kind_of(work.stage.kind)
    known = set(kind.outcomes(work.stage))
    if may_return(work.stage, of_case=work.case is not None):
        known.add(RETURN)
    if outcome and outcome not in known:
        raise DomainError("这个环节没有这种结论，请重新选择。", field="outcome", status=422)
    work.run.outcome = outcome or work.run.outcome
    work.run.opinion = opinion
    work.run.data = {**work.run.data, **data}


def _keep(work: Work, reason: str) -> StageRun:
    work.run.version += 1
    signed(work.run, by=work.by, reason=reason).save()
    return work.run


def _sign(work: Work, text: str) -> StageRun:
    run, posts = work.run, work.stage.signoff
    if not kind_of(work.stage.kind).interactive:
        raise DomainError("这个环节请用“纸质办理录入”：录入结果并上传签字的纪要。")
    _require_complete(work)
    post = run.waiting_for
    signature = _put_name(work, agrees=True, text=text or run.opinion)
    position = posts.index(post) + 1
    label = PostKind(post).label + (f"（{signature.signer}）" if signature.deputy_for else "")
    if position < len(posts):
        run.waiting_for, run.state = posts[position], RunState.SIGNING
        clock.follow(work)
        _keep(work, f"{label}签署")
        _copy_turn(work)
        tell(work, "signed", f"{work.stage.label}：{label}签署“{work.label_of(run.outcome)}”")
        return run
    closing.complete(work)
    return run


def _require_complete(work: Work) -> None:
    """What is proposed is complete; of an emptied list nothing is asked.

    Raises:
        DomainError: says what is missing.
    """
    if is_emptied(work):
        work.run.outcome = work.run.outcome or PASS
        return
    if not work.run.outcome:
        raise DomainError("请先选择结论。", field="outcome", status=422)
    returning.require_none_waiting(work)
    (corrections.check if is_returned(work) else kind_of(work.stage.kind).check)(work)


def _put_name(work: Work, *, agrees: bool, text: str) -> Signature:
    """A signature at the post whose turn it is; a deputy's names whom he stands in for."""
    principal = signs_for(work.by, work.run.office, work.run.waiting_for)
    signature = Signature.objects.create(
        run=work.run, post=work.run.waiting_for, user=work.by, deputy_for=principal,
        agrees=agrees, text=text,
    )  # fmt: skip
    work.signer = signature.signer
    return signature


def _copy_turn(work: Work) -> None:
    """The next post is free to take the case up; bodies still to approve hear of it."""
    asking.ask_bodies(work.subject, work.run)
    case = work.case
    if case is None:
        claiming.write(work.listing_in_hand, None, None)
        return
    case.waiting_for = work.run.waiting_for
    claiming.drop(case)
    case.version += 1
    signed(case, by=work.by, reason="签批流转").save()


def _send_back(work: Work, opinion: str) -> StageRun:
    run, first = work.run, work.stage.signoff[0]
    if run.waiting_for == first:
        raise DomainError("您是本环节的第一岗，没有可退回的岗位。")
    if not opinion.strip():
        raise DomainError("请写明退回经办的理由。", field="opinion", status=422)
    run.signatures.filter(recalled_at=None).update(recalled_at=timezone.now())
    _put_name(work, agrees=False, text=opinion.strip())
    run.waiting_for, run.state = first, RunState.OPEN
    _keep(work, f"退回经办：{opinion.strip()}"[:100])
    _copy_turn(work)
    tell(work, "sent_back", f"{work.stage.label}：内部退回，{opinion.strip()}"[:500])
    return run


@transaction.atomic
def recall(run: StageRun, *, by: Any) -> StageRun:
    """The last signer takes the result back, as long as the next stage has not acted.

    Raises:
        DomainError: somebody else signed last, or the next stage has acted.
    """
    work = open_work(run, by=by)
    last = work.run.signatures.filter(agrees=True, recalled_at=None).last()
    if work.run.state != RunState.DONE or last is None or last.user_id != by.pk:
        raise DomainError("只有本环节最后签署的人可以撤回。", status=403)
    if work.stage.kind in PUBLIC_KINDS:
        raise DomainError("已经对外公布的内容不能撤回，请按更正程序办理。")
    if work.case is not None and work.case.application.status == Status.DECIDED:
        raise DomainError("核实结论已经生效，不能撤回。确有错误的请按更正程序办理。")
    if work.listing is not None and work.listing.closed_at and work.stage.kind != "filing":
        raise DomainError("名单已办结，移出的件已作出决定，不能撤回。请按更正程序办理。")
    following_run = _next_untouched(work)
    if following_run is not None:
        opening.close_run(following_run, RunState.RECALLED, by=by)
    _reopen(work, last)
    tell(work, "recalled", f"{work.stage.label}：{by}撤回签批")
    return work.run


def _next_untouched(work: Work) -> StageRun | None:
    """The stage that was opened next, unless it has acted."""
    later = StageRun.objects.filter(case=work.case, listing=work.listing, pk__gt=work.run.pk)
    # What an earlier recall took back has been acted on by nobody since.
    later = later.exclude(state=RunState.RECALLED)
    rows = list(later.select_for_update(of=("self",)).order_by("pk"))
    if work.case is not None and work.case.state == CaseState.CLOSED:
        raise DomainError("该件已办结，不能撤回。请按更正程序办理。")
    if work.case is not None and not rows and work.case.items.exists():
        raise DomainError("该件已列入名单，不能撤回。")
    if len(rows) > 1 or any(_acted_on(row) for row in rows):
        raise DomainError("下一环节已经办理，不能撤回。确有错误的请按更正程序办理。")
    return rows[0] if rows else None


def _acted_on(run: StageRun) -> bool:
    """Whether anybody has done anything in a passage, a body that approves among them."""
    moved = bool(run.version) or run.state != RunState.OPEN
    return moved or bool(run.data.get("remarks")) or run.approvals.exists()


def _reopen(work: Work, last: Signature) -> None:
    run = work.run
    last.recalled_at = timezone.now()
    last.save(update_fields=["recalled_at"])
    posts = work.stage.signoff
    run.waiting_for, run.closed_at = posts[-1], None
    run.state = RunState.SIGNING if len(posts) > 1 else RunState.OPEN
    run.version += 1
    signed(run, by=work.by, reason="撤回签批").save()
    if work.case is not None:
        opening.copy_to_case(work.case, run)
        return
    lists.restore(work)
