"""分等次的名额: results that only so many filings of one call may get."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from applications.enums import Status
from applications.models import Application
from jurisdictions.engine.policy import Policy
from jurisdictions.models import Round
from jurisdictions.queries import policy_of
from portal.common.errors import DomainError
from reviews.domain.quota import numbers_of
from reviews.models import Case, List


@dataclass(frozen=True)
class Honour:
    """A result with its own number of places.

    Attributes:
        code: of the result.
        label: its name.
        places: how many of the call may get it.
        taken: how many have it.
        chosen: how many more would get it.
    """

    code: str
    label: str
    places: int
    taken: int
    chosen: int

    @property
    def over(self) -> bool:
        """Whether there are not places enough."""
        return self.taken + self.chosen > self.places

    def __str__(self) -> str:
        """Numbers in words."""
        taken = f"，本批次已有 {self.taken} 个" if self.taken else ""
        return f"“{self.label}”名额 {self.places} 个{taken}，现选 {self.chosen} 个"


def honours(listing: List, chosen: Iterable[str]) -> list[Honour]:
    """Each result with a number of its own, beside what is chosen for a list.

    Args:
        listing: the list; outside calls no number holds.
        chosen: the result of each item that is not refused.
    """
    return _honours(policy_of(listing.ruleset), listing.procedure, listing.round, Counter(chosen))


def check(listing: List, chosen: Iterable[str]) -> None:
    """Refuse more of a result than its places; the call is locked with the list.

    Raises:
        DomainError: names the result.
    """
    _require_places(honours(listing, chosen))


def check_amended(case: Case, result: str) -> None:
    """Refuse to amend a result to one whose places are taken.

    Args:
        case: its call is locked.
        result: code of the new result.

    Raises:
        DomainError: names the result.
    """
    application = case.application
    policy = policy_of(application.ruleset)
    _require_places(_honours(policy, application.procedure, application.round, Counter([result])))


def _require_places(found: list[Honour]) -> None:
    for honour in found:
        if honour.over and honour.chosen:
            raise DomainError(f"{honour}，请调整。", status=422)


def _honours(
    policy: Policy, procedure: str, call: Round | None, chosen: Counter[str]
) -> list[Honour]:
    rules = policy.procedure(procedure).rounds
    limited = [quota for quota in rules.quota if quota.result] if rules else []
    if call is None or not limited:
        return []
    decided = Application.objects.filter(round=call, status=Status.DECIDED)
    rows = decided.order_by("result").values_list("result").annotate(Count("pk"))
    taken, results = dict(rows), policy.procedure(procedure).results
    return [
        Honour(quota.result, results[quota.result].label, min(numbers_of(quota, call)),
               taken.get(quota.result, 0), chosen[quota.result])
        for quota in limited if quota.result
    ]  # fmt: skip
