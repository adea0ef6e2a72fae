"""From when on a unit knows of a procedure that an office started against it."""

from typing import Any

from django.db import transaction

from applications.domain import events
from applications.models import Application
from jurisdictions.queries import policy_of


@transaction.atomic
def show_to_unit(application: Application, *, by: Any, in_words: bool = True) -> None:
    """From now on the unit sees the procedure: it is being heard, or it is decided.

    Args:
        application: the procedure.
        by: who shows it; None for the road itself.
        in_words: whether its record says so to the unit; not where it is told more at once.
    """
    if application.shown_to_unit:
        return
    application.shown_to_unit = True
    application.save(update_fields=["shown_to_unit"])
    label = policy_of(application.ruleset).procedure(application.procedure).label
    events.record(
        application, "shown", f"告知单位：{label}", actor=by,
        applicant_text=f"告知：{label}" if in_words else "",
    )  # fmt: skip


def reaches_unit(application: Application, stage: str) -> bool:
    """Whether a stage, or one before it, is the one from which the unit is told."""
    policy = policy_of(application.ruleset)
    wanted = policy.procedure(application.procedure).visible_to_unit_from
    order = [row.id for row in policy.stages(application.procedure)]
    if wanted is None or wanted not in order or stage not in order:
        return wanted is None
    return order.index(stage) >= order.index(wanted)
