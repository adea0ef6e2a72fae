"""The only writer of status and result."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from applications.domain import claims, effects, events, holding, recoding, undoing
from applications.domain.effects import DecisionContext
from applications.domain.undoing import AmendContext, Undone
from applications.enums import Status
from applications.models import Application
from applications.queries import filing_of, last_submission, submitted_answers
from applications.signals import amended, decided, lapsed, lapsing, withdrawn
from jurisdictions.engine.facts import build_facts
from jurisdictions.models import Office
from jurisdictions.queries import policy_of
from portal.common.errors import DomainError
from portal.common.history import signed

MOVES: dict[str, frozenset[str]] = {
    Status.DRAFT: frozenset({Status.SUBMITTED, Status.LAPSED, Status.WITHDRAWN}),
    Status.SUBMITTED: frozenset({Status.RETURNED, Status.DECIDED, Status.WITHDRAWN, Status.LAPSED}),
    Status.RETURNED: frozenset({Status.SUBMITTED, Status.DECIDED, Status.WITHDRAWN, Status.LAPSED}),
    Status.DECIDED: frozenset(),
    Status.WITHDRAWN: frozenset(),
    Status.LAPSED: frozenset(),
}


def lock(application: Application) -> Application:
    """The filing, locked until the end of the transaction."""
    return Application.objects.select_for_update(of=("self",)).get(pk=application.pk)


def set_status(application: Application, new: str, *, by: Any, reason: str = "") -> None:
    """Move a locked filing to a new status.

    Raises:
        DomainError: the move is not in the table.
    """
    if new not in MOVES[application.status]:
        raise DomainError(
            f"申报件现为“{application.get_status_display()}”，不能改为“{Status(new).label}”。"
            "请刷新页面查看最新状态。"
        )
    application.status = new
    application.status_changed_at = timezone.now()
    signed(application, by=by, reason=reason)
    application.save()


@transaction.atomic
def withdraw(application: Application, *, by: Any, reason: str) -> Application:
    """The unit takes its filing back; its rights are given free.

    Raises:
        DomainError: it is decided already, or no reason is given.
    """
    locked = lock(application)
    if not reason.strip():
        raise DomainError("请写明撤回的理由。", field="reason")
    set_status(locked, Status.WITHDRAWN, by=by, reason=reason)
    claims.release(locked, "申报单位撤回")
    events.record(
        locked, "withdrawn", f"申报单位撤回：{reason}", actor=by, applicant_text="已撤回申报"
    )
    withdrawn.send(sender=Application, application=locked)
    return locked


@transaction.atomic
def return_for_correction(
    application: Application, *, unlocked: list[str], by: Any, office: Office, due_on: date | None
) -> Application:
    """Open the flagged fields and materials to the unit.

    Args:
        application: the filing.
        unlocked: catalogue paths, table names and ``material:<id>``.
        by: the officer who signs last.
        office: the office that returns it.
        due_on: day by which the unit should answer.

    Raises:
        DomainError: nothing is flagged, or the filing is not with an office.
    """
    locked = lock(application)
    if not unlocked:
        raise DomainError("请至少标记一处需要补正的内容。")
    locked.unlocked = sorted(set(unlocked))
    set_status(locked, Status.RETURNED, by=by, reason="退回补正")
    until = f"，请于{due_on:%Y年%-m月%-d日}前补正" if due_on else ""
    events.record(
        locked,
        "returned",
        f"退回补正 {len(locked.unlocked)} 处",
        actor=by,
        office=office,
        applicant_text=f"{office}退回补正，共 {len(locked.unlocked)} 处{until}",
        data={"unlocked": locked.unlocked},
    )
    return locked


@transaction.atomic
def go_on(application: Application, *, by: Any, office: Office, reason: str) -> Application:
    """The unit did not answer in time: the filing goes on as it was submitted last.

    Args:
        application: the filing, returned for correction.
        by: the officer who takes it up again.
        office: the office that returned it.
        reason: why; for the record of the office.

    Raises:
        DomainError: it is not with the unit.
    """
    locked = lock(application)
    locked.unlocked = []
    set_status(locked, Status.SUBMITTED, by=by, reason="逾期未补正")
    events.record(locked, "correction_overdue", f"逾期未补正，继续办理：{reason}", actor=by,
                  office=office, applicant_text="逾期未补正，按已提交的材料继续办理")  # fmt: skip
    return locked


def _told(meaning: Any) -> str:
    """A result in the words of the unit."""
    return f"办理结果：{meaning.applicant_label or meaning.label}"


@transaction.atomic
def release_result(application: Application, *, by: Any, office: Office | None) -> Application:
    """Tell the unit the result of a filing that was decided and kept back; once.

    What follows from the decision is carried out now, with the day of the decision.

    Args:
        application: the filing.
        by: who released it.
        office: the office that tells it.

    Raises:
        DomainError: what follows can no longer be carried out.
    """
    recoding.lock_together([application])
    locked = lock(application)
    recoding.lock_studios([locked])
    if locked.status != Status.DECIDED or locked.result_released_at is not None:
        return locked
    locked.result_released_at = timezone.now()
    signed(locked, by=by, reason="告知办理结果").save()
    holding.carry_out(locked)
    meaning = policy_of(locked.ruleset).procedure(locked.procedure).results[locked.result]
    events.record(locked, "result_released", f"告知办理结果：{meaning.label}", actor=by,
                  office=office, applicant_text=_told(meaning))  # fmt: skip
    return locked


@transaction.atomic
def decide(application: Application, result: str, *, context: DecisionContext) -> Application:
    """Close the filing with one of its procedure's results and run what follows from it.

    Args:
        application: the filing.
        result: code of the result.
        context: day, document and person of the decision.

    Raises:
        DomainError: unknown result, the filing is not open, what follows cannot be carried out,
            or another decision on the studio is not told yet.
    """
    recoding.lock_together([application])
    locked = lock(application)
    recoding.lock_studios([locked])
    results = policy_of(locked.ruleset).procedure(locked.procedure).results
    if result not in results:
        raise DomainError("没有这种办理结果，请刷新页面后重试。")
    meaning = results[result]
    holding.require_told(locked)
    locked.result, locked.decided_at = result, timezone.now()
    locked.result_released_at = timezone.now() if context.released else None
    set_status(locked, Status.DECIDED, by=context.by, reason=meaning.label)
    follow = holding.keep if holding.holds(meaning, context) else holding.take_effect
    follow(locked, context)
    events.record(
        locked,
        "decided",
        f"办结：{meaning.label}",
        actor=context.by,
        office=context.office,
        applicant_text=_told(meaning) if context.released else "",
        data={"result": result, "document_number": context.document_number},
    )
    decided.send(sender=Application, application=locked, result=result)
    return locked


@transaction.atomic
def amend_result(
    application: Application, result: str, *, amendment: AmendContext, office: Office
) -> list[Undone]:
    """Give a decided filing another of its procedure's results, by a recorded amendment.

    What followed from the old result is undone by counter-effects, then what follows from the
    new one is run; the old decision, its effects and its events stay on record.

    Args:
        application: the filing.
        result: code of the right result.
        amendment: day, person, reason and 文号 of the amendment.
        office: the office that decided.

    Returns:
        What was undone.

    Raises:
        DomainError: not decided, an unknown or the same result.
        CannotUndoError: an effect stands against it; says what must be done by hand.
        ClaimHeldError: somebody else holds a right that the new result needs.
    """
    locked = lock(application)
    old, meaning = locked.result, _other_result(locked, result)
    holding.require_told(locked)
    done = undoing.undo_all(locked, amendment)
    done += [_undecided(item) for item in effects.optional(meaning)]
    locked.refresh_from_db(fields=["studio"])
    locked.result = result
    signed(locked, by=amendment.by, reason=f"更正：{old} → {meaning.label}"[:100]).save()
    _follow_amended(locked, meaning, amendment, office)
    amended.send(sender=Application, application=locked, old=old, new=result)
    return done


def _follow_amended(
    application: Application, meaning: Any, amendment: AmendContext, office: Office
) -> None:
    """What follows from the right result: now, or when the unit is told of it."""
    held = holding.held_decision(application)
    context = DecisionContext(
        on=amendment.on, by=amendment.by, office=office,
        document_number=amendment.document_number,
        released=application.result_released_at is not None,
        # What was said of the filing holds, but for what the text leaves to the office.
        details={**held.details, "given": {}} if held is not None else {},
    )  # fmt: skip
    if holding.holds(meaning, context):
        holding.keep(application, context)
        return
    if held is not None:
        held.delete()
    _claims_after_amending(application, favourable=meaning.favourable)
    holding.run_effects(application, context)


def _undecided(item: Any) -> Undone:
    """An amendment grants nothing that the text leaves to the office: it says what is left."""
    return Undone(f"“{item.title}”未随更正给予", by_hand=f"“{item.title}”由机构决定，请另行办理")


def _other_result(application: Application, result: str) -> Any:
    """What another result of a decided filing means.

    Raises:
        DomainError: not decided, an unknown or the same result.
    """
    results = policy_of(application.ruleset).procedure(application.procedure).results
    if application.status != Status.DECIDED:
        raise DomainError("该件尚未办结，不需要更正。")
    if result not in results or result == application.result:
        raise DomainError("请选择与原结果不同的办理结果。", field="new", status=422)
    return results[result]


def _claims_after_amending(application: Application, *, favourable: bool) -> None:
    if not favourable:
        claims.release(application, "更正")
        return
    submission = last_submission(application)
    if submission is not None and application.studio is None:
        policy = policy_of(application.ruleset)
        filing = filing_of(application, submitted_answers(application))
        claims.take(application, build_facts(policy, application.procedure, filing))


@transaction.atomic
def lapse(application: Application, *, reason: str, by: Any = None) -> Application:
    """Close a filing that ran out of time or lost its studio; its rights are given free."""
    lapsing.send(sender=Application, application=application)
    locked = lock(application)
    set_status(locked, Status.LAPSED, by=by, reason=reason)
    claims.release(locked, reason)
    told = reason if locked.shown_to_unit else ""
    events.record(locked, "lapsed", reason, actor=by, applicant_text=told)
    lapsed.send(sender=Application, application=locked, reason=reason)
    return locked
