"""Under which policy a studio lives."""

from typing import Any

from applications.domain.claims import FOUNDING
from applications.models import Studio
from jurisdictions.engine.derived.assessment import assessment_of
from jurisdictions.engine.policy import Policy
from jurisdictions.models import Ruleset
from jurisdictions.queries import current_ruleset, policy_of


def founding_policy(studio: Studio) -> Policy:
    """The policy of the naming: windows and paybacks follow it for ever."""
    return policy_of(studio.founding_ruleset)


def living_policy(studio: Studio, part: str, *, newest: Ruleset | None = None) -> Policy:
    """The policy that rules a part of the studio's life now.

    A newer version takes a part over only where its ``transition.takes_over`` says so; else the
    founding text goes on.

    Args:
        studio: the studio.
        part: calendar, ledger, registers, dossier, assessments, changes or revocations.
        newest: the version in force at its place, where the caller has read it already.
    """
    founding = founding_policy(studio)
    newest = newest or current_ruleset(studio.jurisdiction)
    if newest is None or newest.pk == studio.founding_ruleset_id:
        return founding
    policy = policy_of(newest)
    return policy if part in policy.ruleset.identity.transition.takes_over else founding


def effect_of(studio: Studio, kind: str) -> Any:
    """What the founding text says of a kind of effect of the naming; None where nothing."""
    results = founding_policy(studio).procedure(FOUNDING).results.values()
    found = (item for result in results for item in result.effects if item.kind == kind)
    return next(found, None)


def assesses(policy: Policy, procedure: str) -> bool:
    """Whether a procedure is an assessment of the text, or the mending after one."""
    return assessment_of(procedure) in policy.ruleset.assessments
