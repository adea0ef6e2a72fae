"""Closing a case and deciding it when its road ends."""

from typing import Any

from django.utils import timezone

from applications.domain import lifecycle
from applications.domain.effects import DecisionContext
from applications.enums import Status
from jurisdictions.engine.policy import Policy
from jurisdictions.queries import policy_of
from portal.common.history import signed
from reviews.domain import claiming, letters, releasing
from reviews.domain.work import Work
from reviews.enums import CaseState
from reviews.models import Case, ListItem


def close_case(case: Case, *, by: Any) -> None:
    """The review is over."""
    case.state, case.waiting_for, case.due_on = CaseState.CLOSED, "", None
    claiming.drop(case)
    case.version += 1
    signed(case, by=by, reason="办结").save()


def favourable_result(policy: Policy, procedure: str) -> str:
    """The result a filing gets when its road ends without a decision."""
    results = policy.procedure(procedure).results
    good = [code for code, result in results.items() if result.favourable]
    return good[0] if good else next(iter(results))


def unfavourable_result(policy: Policy, procedure: str, wanted: str) -> str:
    """The refusal a stage names, when the procedure has it; else the first unfavourable one.

    Args:
        policy: the version.
        procedure: code of the procedure.
        wanted: the refusal of the stage.
    """
    results = policy.procedure(procedure).results
    if wanted in results:
        return wanted
    bad = [code for code, result in results.items() if not result.favourable]
    return bad[0] if bad else wanted


def decide_at_the_end(case: Case, *, by: Any) -> None:
    """A road without a decision ends favourably; what was decided on the way stays so."""
    application = case.application
    if application.status == Status.DECIDED:
        close_case(case, by=by)
        return
    result = favourable_result(policy_of(application.ruleset), application.procedure)
    close_case(case, by=by)
    lifecycle.decide(application, result, context=DecisionContext(on=timezone.localdate(), by=by))
    releasing.tell_result(case)


def refuse_item(work: Work, item: ListItem, document_number: str = "") -> None:
    """Refuse one item of a list, with its letter; results of a list come out together."""
    application = item.case.application
    wanted = getattr(work.stage, "refusal", None) or "refused"
    result = unfavourable_result(work.policy, application.procedure, wanted)
    close_case(item.case, by=work.by)
    lifecycle.decide(
        application,
        result,
        context=DecisionContext(
            on=work.on,
            by=work.by,
            office=work.run.office,
            document_number=document_number,
            released=releasing.refused_at_once(item.case, result),
        ),
    )
    letter = letters.refuse(work, item.case, result, item.reason)
    if letter is not None:
        releasing.dispatch(letter, by=work.by)
