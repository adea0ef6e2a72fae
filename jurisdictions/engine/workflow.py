"""Which stages a case passes, which it skips, and who acts."""

import re
from dataclasses import dataclass
from typing import Any

from jurisdictions.engine.facts import Facts
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.rules import condition_holds

#: 市级评审（现场考察）: a part of the step before the bracket.
_PART = re.compile(r"^(?P<whole>.+?)（(?P<part>[^（）]+)）$")
#: Kinds whose outcome the unit hears as they end; what the others came to is told with the result.
TOLD_AT_ONCE = frozenset({"check", "recommend", "filing"})


def whole_of(label: str) -> str:
    """The step that a stage is a part of, in the applicant's words."""
    match = _PART.match(label)
    return match["whole"] if match else label


@dataclass(frozen=True)
class Step:
    """One stage for one case; ``skipped`` stages print ``box_skipped`` in their box."""

    stage: Any
    skipped: bool


def road(policy: Policy, procedure: str, facts: Facts) -> list[Step]:
    """All stages of a procedure in order, each taken or skipped on these facts.

    A condition that cannot be decided keeps the stage: nobody is waved through by a gap.
    """
    return [
        Step(stage, condition_holds(policy, procedure, stage.when, facts) is False)
        for stage in policy.stages(procedure)
    ]


def next_stage(policy: Policy, procedure: str, facts: Facts, after: str | None) -> Any | None:
    """The next stage that applies after one (None: from the start), or None at the end."""
    taken = [step.stage for step in road(policy, procedure, facts) if not step.skipped]
    every = [stage.id for stage in policy.stages(procedure)]
    if after is None:
        return taken[0] if taken else None
    position = every.index(after)
    return next((stage for stage in taken if every.index(stage.id) > position), None)


def boxes_told_later(policy: Policy, procedure: str) -> frozenset[str]:
    """Boxes of the sheet that the unit reads with the result of its filing, and not before: what
    experts, meetings and other offices said of it."""
    later = [stage for stage in policy.stages(procedure) if stage.kind not in TOLD_AT_ONCE]
    boxes = [box for stage in later for box in getattr(stage, "boxes", {}).values()]
    return frozenset(filter(None, (*(stage.box for stage in later), *boxes)))
