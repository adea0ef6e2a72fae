"""Counter-effects: what undoes an effect once a recorded amendment takes a result back.

The registry stands beside that of ``effects``: an app registers ``@undo("kind")`` for each kind
it knows how to undo, and ``@redate("kind")`` for kinds that keep the day of the decision. A kind
that is only written down has nothing to undo; a kind with code but without ``undo`` stands
against the amendment, and so does an ``undo`` that raises.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from applications.domain.effects import is_carried_out
from applications.models import EffectRun, EffectUndo
from jurisdictions.engine.policy import Policy
from jurisdictions.queries import policy_of
from portal.common.errors import DomainError


@dataclass(frozen=True)
class AmendContext:
    """The amendment a counter-effect follows from.

    Attributes:
        on: day of the amendment.
        by: who signed it.
        reason: what was wrong.
        document_number: 文号 of the amendment.
    """

    on: date
    by: Any
    reason: str
    document_number: str = ""


@dataclass
class Undone:
    """What a counter-effect did.

    Attributes:
        text: sentence for the record.
        by_hand: what a person must still do; empty when nothing is left.
        data: particulars, e.g. a row that was taken out.
    """

    text: str
    by_hand: str = ""
    data: dict[str, Any] = field(default_factory=dict)


class CannotUndoError(DomainError):
    """An effect stands against the amendment: why, and what must be done by hand first."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(
            "不能更正办理结果，下列已生效的事项须先行处理：" + "；".join(faults) + "。"
        )
        self.faults = faults


Undo = Callable[[EffectRun, AmendContext], Undone]
Redate = Callable[[EffectRun, Any, date], str]

_UNDO: dict[str, Undo] = {}
_BEFOREHAND: dict[str, list[Callable[[EffectRun, AmendContext], None]]] = {}
_REDATE: dict[str, Redate] = {}


def undo(kind: str) -> Callable[[Undo], Undo]:
    """Register what undoes an effect kind; a kind has one owner.

    Raises:
        ValueError: registered twice.
    """

    def register(function: Undo) -> Undo:
        if kind in _UNDO:
            raise ValueError(f"undo of {kind} is registered twice")
        _UNDO[kind] = function
        return function

    return register


def beforehand(kind: str) -> Callable[[Any], Any]:
    """Register what an app takes back of its own before an effect of another one is undone."""

    def register(function: Callable[[EffectRun, AmendContext], None]) -> Any:
        _BEFOREHAND.setdefault(kind, []).append(function)
        return function

    return register


def redate(kind: str) -> Callable[[Redate], Redate]:
    """Register what moves an effect to the corrected day of its decision.

    The function gets the effect, its entry in the ruleset, and the day; it returns a sentence.

    Raises:
        ValueError: registered twice.
    """

    def register(function: Redate) -> Redate:
        if kind in _REDATE:
            raise ValueError(f"redate of {kind} is registered twice")
        _REDATE[kind] = function
        return function

    return register


def standing(application: Any) -> list[EffectRun]:
    """Effects of a filing that are not undone, in order."""
    return list(application.effects.filter(undone=None).order_by("position"))


def undo_all(application: Any, context: AmendContext) -> list[Undone]:
    """Undo every effect that stands, the last first; all or none.

    Raises:
        CannotUndoError: names each effect that stands against it.
    """
    done, faults = [], []
    for effect in reversed(standing(application)):
        try:
            with transaction.atomic():
                done.append(_undo(effect, context))
        except DomainError as error:
            faults.append(error.message.rstrip("。"))
    if faults:
        raise CannotUndoError(faults)
    return done


def _undo(effect: EffectRun, context: AmendContext) -> Undone:
    code = _UNDO.get(effect.kind)
    if code is None and is_carried_out(effect.kind):
        raise DomainError(f"“{effect.kind}”已经生效，系统没有撤销的办法，请人工处理")
    for also in _BEFOREHAND.get(effect.kind, ()):
        also(effect, context)
    found = code(effect, context) if code else Undone(f"不再适用：{name_of(effect)}")
    EffectUndo.objects.create(
        effect=effect, reason=context.reason[:300], document_number=context.document_number,
        data={**found.data, "text": found.text, "by_hand": found.by_hand}, by=context.by,
    )  # fmt: skip
    return found


def name_of(effect: EffectRun) -> str:
    """What people call an effect: its own title, else its kind."""
    return str(effect.data.get("title") or effect.kind)


def redate_all(application: Any, on: date) -> list[str]:
    """Move what stands to the corrected day of the decision.

    Returns:
        A sentence for each effect that moved.
    """
    policy = policy_of(application.ruleset)
    said = []
    for effect in standing(application):
        code = _REDATE.get(effect.kind)
        if code is not None:
            said.append(code(effect, entry_of(policy, effect), on))
    return [text for text in said if text]


def entry_of(policy: Policy, effect: EffectRun) -> Any:
    """The entry of the ruleset an effect was run from; None when the result has it no more."""
    application = effect.application
    results = policy.procedure(application.procedure).results
    entries = results[application.result].effects if application.result in results else ()
    return next((entry for entry in entries if entry.kind == effect.kind), None)
