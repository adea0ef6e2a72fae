"""Effects: what a decision does to the world, in order, each exactly once.

Other apps register their own kinds with ``@effect("kind")``; a kind without code is written
down in ``EffectRun`` and carried out by whoever reads it (a grant due, a title given). What else
an app must do once a kind has run, it registers with ``@afterwards("kind")``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from applications.domain import events
from applications.models import Application, EffectRun
from jurisdictions.models import Office
from jurisdictions.queries import policy_of
from portal.common.errors import DomainError


@dataclass(frozen=True)
class DecisionContext:
    """The decision an effect follows from.

    Attributes:
        on: day of the decision; periods begin the day after.
        by: who signed last; None for the clock.
        office: the deciding office.
        document_number: 文号, empty when the result needs none.
        released: whether the unit may read the result at once; a list holds results back.
        details: what was said about this filing alone: points, a day set by the office.
        was_held: whether it was taken earlier, found possible then, and waited to be told.
    """

    on: date
    by: Any = None
    office: Office | None = None
    document_number: str = ""
    released: bool = True
    details: Mapping[str, Any] = field(default_factory=dict)
    was_held: bool = False


#: What an office says of an optional effect that it grants, and of one that it does not.
GIVEN, DECLINED = "yes", "no"
_CHOSEN = {GIVEN: "决定给予", DECLINED: "决定不给予"}

Effect = Callable[[Application, Any, DecisionContext], dict[str, Any]]

_REGISTRY: dict[str, Effect] = {}
_AFTERWARDS: dict[str, list[Effect]] = {}


def effect(kind: str) -> Callable[[Effect], Effect]:
    """Register the code of an effect kind; a kind has one owner."""

    def register(function: Effect) -> Effect:
        if kind in _REGISTRY:
            raise ValueError(f"effect {kind} is registered twice")
        _REGISTRY[kind] = function
        return function

    return register


def afterwards(kind: str) -> Callable[[Effect], Effect]:
    """Register what an app does after an effect of another one, in the same transaction.

    What the function returns is kept beside the effect, so that its undoing finds it again.
    """

    def register(function: Effect) -> Effect:
        _AFTERWARDS.setdefault(kind, []).append(function)
        return function

    return register


def is_carried_out(kind: str) -> bool:
    """Whether a kind has code of its own, not only a line in ``EffectRun``."""
    return kind in _REGISTRY


def optional(meaning: Any) -> list[Any]:
    """Effects of a result that the text leaves to the deciding office (可)."""
    return [item for item in meaning.effects if getattr(item, "may", False)]


def run(application: Application, result: str, *, context: DecisionContext) -> list[EffectRun]:
    """Run the effects of a result inside the transaction of the decision or its amendment.

    What the text leaves to the office is run only where the office granted it; its choice is
    recorded.

    Raises:
        DomainError: they have run already.
    """
    meaning = policy_of(application.ruleset).procedure(application.procedure).results[result]
    # Effects of an amended result come after those that were undone.
    past = application.effects.exclude(undone=None).count()
    declined = _declined(application, optional(meaning), context)
    given = [item for item in meaning.effects if item not in declined]
    return [
        _run(application, position, item, context) for position, item in enumerate(given, past + 1)
    ]


def _declined(application: Application, items: list[Any], context: DecisionContext) -> list[Any]:
    """Those of the optional effects that the office did not grant; each is recorded."""
    said = context.details.get("given") or {}
    for item in items:
        what = _CHOSEN.get(said.get(item.id, ""), "未作选择，不给予")
        events.record(
            application, "may_chosen", f"“{item.title}”由机构决定：{what}", actor=context.by,
            office=context.office, data={"effect": item.id, "given": said.get(item.id) == GIVEN},
        )  # fmt: skip
    return [item for item in items if said.get(item.id, DECLINED) != GIVEN]


def _run(application: Application, position: int, item: Any, context: DecisionContext) -> EffectRun:
    plain = item.model_dump(mode="json", exclude={"clause", "assumption"})
    code = _REGISTRY.get(item.kind)
    data = {**plain, **(code(application, item, context) if code else {})}
    for also in _AFTERWARDS.get(item.kind, ()):
        data |= also(application, item, context)
    data["on"] = context.on.isoformat()
    try:
        with transaction.atomic():
            return EffectRun.objects.create(
                application=application,
                kind=item.kind,
                position=position,
                clauses=list(item.clause),
                data=data,
            )
    except IntegrityError as error:
        raise DomainError("这项决定的效力已经生效，不能重复执行。") from error
