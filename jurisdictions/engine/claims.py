"""Which rights to be the only one a filing takes."""

import unicodedata
from dataclasses import dataclass
from typing import Any

from jurisdictions.engine.facts import Facts
from jurisdictions.engine.occupation import normalise_occupation
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.rules import condition_holds
from jurisdictions.engine.values import is_empty
from jurisdictions.schema.uniqueness import Claim


@dataclass(frozen=True)
class Wanted:
    """A claim to take: parts of its key in order, sealed parts still as answered."""

    claim: Claim
    parts: tuple[tuple[str, Any], ...]

    @property
    def exclusive(self) -> bool:
        """A soft claim (原则上) is shown to officers and keeps nobody out."""
        return self.claim.severity == "block"


def wanted_claims(policy: Policy, procedure: str, facts: Facts) -> list[Wanted]:
    """The claims whose condition holds and whose key is complete."""
    found = []
    for claim in policy.procedure(procedure).uniqueness.claims:
        if condition_holds(policy, procedure, claim.when, facts) is not True:
            continue
        parts = tuple((path, facts.typed.get(path)) for path in claim.key)
        if not any(is_empty(value) for _, value in parts):
            found.append(Wanted(claim, tuple((p, _normal(p, v)) for p, v in parts)))
    return found


def _normal(path: str, value: Any) -> Any:
    """Free text by its key: occupations by trade, other text without white space."""
    if not isinstance(value, str):
        return value
    if path.endswith("occupation"):
        return normalise_occupation(value)
    return "".join(unicodedata.normalize("NFKC", value).upper().split())
