"""The end of a passage: boxes, record, and what follows."""

from typing import Any

from applications.domain import lifecycle
from applications.domain.effects import DecisionContext
from jurisdictions.engine.workflow import TOLD_AT_ONCE
from portal.common.errors import DomainError
from portal.common.history import signed
from reviews.domain import (
    claiming,
    corrections,
    gathering,
    lapsing,
    leaving,
    letters,
    lists,
    opening,
    releasing,
    settle,
)
from reviews.domain.road import following
from reviews.domain.work import PASS, Step, Work, is_emptied, is_returned, kind_of, tell
from reviews.enums import ItemState, LetterKind, RunState
from reviews.models import Case


def keep(work: Work, reason: str) -> None:
    """Save the passage under a new version."""
    work.run.version += 1
    signed(work.run, by=work.by, reason=reason).save()


def complete(work: Work) -> None:
    """The last post has signed, or the paper is in: end the passage and go on."""
    if is_emptied(work):
        end(work, Step.ADVANCE)
        return
    step = Step.RETURN if is_returned(work) else kind_of(work.stage.kind).finish(work)
    if step is Step.STAY:
        keep(work, "签批完成")
        # The handlers go on with it: whoever signed last has it no longer.
        claiming.write(work.subject, None, None)
        return
    end(work, step)


def end(work: Work, step: Step) -> None:
    """Close the run and record it, then do what follows.

    Boxes are written after a decision: what was written with it is told with it.
    """
    state = RunState.RETURNED if step is Step.RETURN else RunState.DONE
    opening.close_run(work.run, state, by=work.by)
    _record(work, step)
    if step is Step.RETURN:
        corrections.send(work)
        return
    if step is Step.REFUSE:
        refuse(work, settle.unfavourable_result(work.policy, procedure_of(work),
                                                work.stage.refusal))  # fmt: skip
    elif work.case is not None:
        accept(work)
    _write_boxes(work)
    if step is Step.REFUSE:
        return
    if work.case is not None:
        advance_case(work.case, work.stage.id, by=work.by)
    else:
        lists.advance(work)


def procedure_of(work: Work) -> str:
    """Code of the procedure the passage belongs to."""
    return work.case.application.procedure if work.case else work.listing_in_hand.procedure


def _write_boxes(work: Work) -> None:
    box = work.stage.box
    if not box or work.stage.kind == "decision":
        return
    if work.case is not None:
        text = work.run.opinion or work.label_of(work.run.outcome or PASS)
        opening.write_box(work.case.application, box, office=work.run.office.name,
                          text=text, name=work.signer, on=work.on)  # fmt: skip
        return
    for item in work.concerned:
        text = work.text_of(item) or work.run.opinion
        text = text or work.label_of(work.result_of(item))
        opening.write_box(item.case.application, box, office=work.run.office.name,
                          text=text, name=work.signer, on=work.on)  # fmt: skip


def _record(work: Work, step: Step) -> None:
    outcome = work.label_of(work.run.outcome) or "完成"
    how = "（纸质办理）" if work.paper else ""
    text = f"{work.stage.label}：{outcome}{how}"
    label = work.stage.applicant_label
    if step is Step.ADVANCE:
        open_result = work.stage.kind in TOLD_AT_ONCE and work.case is not None and not _waits(work)
        # What an office inquires into on its own is nothing that its unit passes.
        own = work.policy.procedure(procedure_of(work)).by_office
        shown = f"{label}已通过" if open_result and not own else f"{label}已完成"
        tell(work, "stage_done", text, shown)
    else:
        tell(work, "stage_done", text)


def _waits(work: Work) -> bool:
    """Whether the passage decides, and its result is told later."""
    case = work.case
    if case is None or getattr(work.stage, "result", None) is None:
        return False
    return not releasing.sent_at_once(case, LetterKind.RESULT)


def refuse(work: Work, result: str) -> None:
    """Close the filing with the stage's refusal."""
    case = work.case
    if case is None:
        raise DomainError("名单不能整体不予通过，请逐件填写结果。")
    settle.close_case(case, by=work.by)
    lifecycle.decide(
        case.application, result,
        context=DecisionContext(on=work.on, by=work.by, office=work.run.office,
                                released=releasing.refused_at_once(case, result)),
    )  # fmt: skip
    letter = letters.refuse(work, case, result, work.run.opinion)
    if letter is not None:
        releasing.dispatch(letter, by=work.by)


def accept(work: Work) -> None:
    """A passed check may issue a letter of acceptance, or decide at once."""
    if work.case is None:
        return
    if getattr(work.stage, "acceptance", False):
        releasing.dispatch(letters.acceptance(work), by=work.by)
    result = getattr(work.stage, "result", None)
    if result is not None:
        _take_effect(work, work.case, result)


def _take_effect(work: Work, case: Case, result: str) -> None:
    """A verification decides at once; what is left of the road reports it."""
    lifecycle.decide(
        case.application, result,
        context=DecisionContext(on=work.on, by=work.by, office=work.run.office,
                                released=not _waits(work)),
    )  # fmt: skip
    case.application.refresh_from_db()
    releasing.dispatch(letters.result(work, case, result), by=work.by)


def advance_case(case: Case, after: str | None, *, by: Any) -> None:
    """Send a locked case to the next stage of its road, or decide it at the end."""
    application = case.application
    stage = lapsing.next_to_do(case, following(application, after))
    opening.write_skipped(application, after, stage.id if stage else None)
    if stage is None:
        settle.decide_at_the_end(case, by=by)
    elif stage.scope == "list":
        _go_to_list(case, stage, by=by)
    else:
        lapsing.open_again(case, stage)


def _go_to_list(case: Case, stage: Any, *, by: Any) -> None:
    """The case waits for the list of its round, or for the supplement of the one it was on."""
    held = case.items.filter(state=ItemState.HELD).order_by("-pk").first()
    if held is not None:
        leaving.resume_held(case, held)
        return
    opening.wait_for_list(case, stage)
    if case.application.round_id is None and not stage.gathers:
        gathering.list_of_one(case, by=by)
