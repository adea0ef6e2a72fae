"""What several bodies decide together: which lists and cases wait for some of these offices."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q

from jurisdictions.models import OfficeBinding
from jurisdictions.queries import bulky, policy_of
from portal.common.memory import recall
from reviews.enums import CaseState, RunState
from reviews.models import Approval, Case, List

OPEN_RUNS = (RunState.OPEN, RunState.SIGNING)
#: Kinds with bodies; one case alone is only ever decided by the last of them.
JOINT = ("decision", "joint_decision")


def joint_lists(offices: Iterable[int]) -> set[int]:
    """Open lists that some of these offices must approve as bodies; a page asks once."""
    mine = frozenset(offices)
    found: set[int] = recall(("reviews.joint.lists", mine), lambda: _lists(mine))
    return found


def joint_cases(offices: Iterable[int]) -> set[int]:
    """Cases that some of these offices must approve as bodies now; a page asks once."""
    mine = frozenset(offices)
    found: set[int] = recall(("reviews.joint.cases", mine), lambda: _cases(mine))
    return found


def _lists(offices: frozenset[int]) -> set[int]:
    places, roles = _places_and_roles(offices)
    if not roles:
        return set()
    found = (
        List.objects.filter(jurisdiction__in=places, stage_kind__in=JOINT)
        .select_related("ruleset")
        .defer(*bulky("ruleset"))
    )
    return {row.pk for row in found if roles & set(_bodies_at(row, row.stage))}


def _cases(offices: frozenset[int]) -> set[int]:
    places, roles = _places_and_roles(offices)
    if not roles:
        return set()
    found = (
        Case.objects.filter(jurisdiction__in=places, state=CaseState.OPEN, stage_kind=JOINT[-1])
        .select_related("application__ruleset")
        .defer(*bulky("application__ruleset"))
    )
    return {row.pk for row in found if roles & set(_bodies_at(row.application, row.stage))}


def to_approve(offices: Iterable[int]) -> Q:
    """Condition: a body among these offices, other than the office in charge, has not approved
    the case in the passage it is in."""
    mine = set(offices)
    given = Approval.objects.filter(
        case=OuterRef("pk"), office__in=mine, run__state__in=OPEN_RUNS
    )  # fmt: skip
    return Q(pk__in=joint_cases(mine)) & ~Q(office__in=mine) & Q(~Exists(given))


def _places_and_roles(offices: frozenset[int]) -> tuple[set[int], set[str]]:
    """Jurisdictions and roles of some offices; a page that only reads asks once."""
    if not offices:
        return set(), set()
    key = ("reviews.joint", offices)
    found: tuple[set[int], set[str]] = recall(key, lambda: _asked(offices))
    return found


def _asked(offices: frozenset[int]) -> tuple[set[int], set[str]]:
    rows = OfficeBinding.objects.filter(office__in=offices)
    found = list(rows.values_list("office__jurisdiction", "role"))
    return {place for place, _ in found}, {role for _, role in found}


def _bodies_at(subject: Any, code: str) -> tuple[str, ...]:
    stages = policy_of(subject.ruleset).stages(subject.procedure)
    stage = next((s for s in stages if s.id == code), None)
    return tuple(getattr(stage, "bodies", ()))
