"""A decision that the unit is not told yet changes nothing: what follows from it waits with it.

Only a decision that founds a studio takes effect at once: its number and name stand in the
document that is about to be sent, and nobody is shown a studio before its naming was told.
See docs/adr/0009.
"""

from typing import Any

from django.db import transaction

from applications.domain import claims, effects
from applications.domain.effects import DecisionContext
from applications.domain.visibility import show_to_unit
from applications.models import Application, HeldDecision, Studio
from jurisdictions.queries import policy_of
from portal.common.errors import DomainError


def holds(meaning: Any, context: DecisionContext) -> bool:
    """Whether what follows from a result waits until the unit is told.

    Args:
        meaning: the result in the ruleset.
        context: the decision.
    """
    founds = any(item.kind == "found_studio" for item in meaning.effects)
    return not context.released and not founds


def require_told(application: Application) -> None:
    """Decisions on a studio take effect in the order in which they were taken.

    Args:
        application: about to be decided or amended, locked.

    Raises:
        DomainError: another decision on its studio is not told yet.
    """
    if application.studio_id is None:
        return
    Studio.objects.select_for_update(of=("self",)).get(pk=application.studio_id)
    others = HeldDecision.objects.filter(studio=application.studio_id)
    if others.exclude(application=application).exists():
        raise DomainError(
            f"工作室“{application.studio_name}”另有一项决定尚未告知单位，"
            "请先在“待发文书”中核发其结果文书，再办理本件。"
        )


def take_effect(application: Application, context: DecisionContext) -> None:
    """Do what follows from the result of a filing, as its ruleset says; the unit may know of it."""
    meaning = _meaning(application)
    if not meaning.favourable:
        claims.release(application, meaning.label)
    run_effects(application, context)


def run_effects(application: Application, context: DecisionContext) -> None:
    """Run the effects of the result; the unit is shown whatever they come from."""
    effects.run(application, application.result, context=context)
    if _meaning(application).effects and not application.shown_to_unit:
        show_to_unit(application, by=context.by)


def _meaning(application: Application) -> Any:
    results = policy_of(application.ruleset).procedure(application.procedure).results
    return results[application.result]


def keep(application: Application, context: DecisionContext) -> None:
    """Let what follows from a decision wait, once it is sure that it can be carried out.

    Args:
        application: decided, locked.
        context: the decision.

    Raises:
        DomainError: what follows cannot be carried out; it is not decided then.
    """
    with transaction.atomic():
        take_effect(Application.objects.get(pk=application.pk), context)
        transaction.set_rollback(True)
    said = {
        "studio": application.studio, "on": context.on, "by": context.by, "office": context.office,
        "document_number": context.document_number, "details": dict(context.details),
    }  # fmt: skip
    HeldDecision.objects.update_or_create(application=application, defaults=said)


def held_decision(application: Application) -> HeldDecision | None:
    """The decision of a filing that is not told yet and takes effect when it is."""
    return HeldDecision.objects.filter(application=application).first()


def carry_out(application: Application) -> None:
    """The unit is told: do what waited, with the day of the decision.

    Raises:
        DomainError: something stands against it meanwhile.
    """
    row = held_decision(application)
    if row is None:
        return
    context = DecisionContext(
        on=row.on, by=row.by, office=row.office, document_number=row.document_number,
        details=row.details, was_held=True,
    )  # fmt: skip
    row.delete()
    take_effect(application, context)
