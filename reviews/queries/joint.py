"""What several bodies decide together: which lists and cases wait for some of these offices."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q

from applications.queries import newest_digests
from jurisdictions.engine.policy import canonical
from jurisdictions.models import Office, OfficeBinding
from jurisdictions.queries import bulky, policy_of
from portal.common.memory import recall
from reviews.enums import CaseState, RunState
from reviews.models import Approval, Case, List

OPEN_RUNS = (RunState.OPEN, RunState.SIGNING)
#: Kinds with bodies; one case alone is only ever decided by the last of them.
JOINT = ("decision", "joint_decision")


def digest_of(rows: Iterable[tuple[Any, str]]) -> str:
    """Names cases in their order, each by its public id and the digest of its submission."""
    named = [[str(public_id), digest] for public_id, digest in rows]
    return hashlib.sha256(canonical(named).encode()).hexdigest()


def joint_lists(offices: Iterable[int]) -> set[int]:
    """Lists that some of these offices must approve as bodies; a page asks once."""
    mine = frozenset(offices)
    found: set[int] = recall(("reviews.joint.lists", mine), lambda: _lists(mine))
    return found


def joint_cases(offices: Iterable[int]) -> set[int]:
    """Cases that some of these offices must approve as bodies now; a page asks once."""
    return {case.pk for case in _cases(frozenset(offices))}


def to_approve(offices: Iterable[int]) -> Q:
    """Condition: a body among these offices, other than the office in charge, has not approved
    the case as it stands, in whatever attempt."""
    mine = frozenset(offices)
    found: set[int] = recall(("reviews.joint.waiting", mine), lambda: _waiting(mine))
    return Q(pk__in=found)


def places_deciding(offices: frozenset[int]) -> set[int]:
    """Jurisdictions in which some of these offices fill a role for the whole place."""
    return {place for place, _ in _bodies(offices)}


def _lists(offices: frozenset[int]) -> set[int]:
    bodies = _bodies(offices)
    if not bodies:
        return set()
    found = (
        List.objects.filter(jurisdiction__in={place for place, _ in bodies}, stage_kind__in=JOINT)
        .select_related("ruleset")
        .defer(*bulky("ruleset"))
    )
    return {row.pk for row in found if any(_roles_of(row, row, bodies))}


def _cases(offices: frozenset[int]) -> list[Case]:
    found: list[Case] = recall(("reviews.joint.cases", offices), lambda: _asked_cases(offices))
    return found


def _asked_cases(offices: frozenset[int]) -> list[Case]:
    bodies = _bodies(offices)
    if not bodies:
        return []
    found = (
        Case.objects.filter(
            jurisdiction__in={place for place, _ in bodies}, state=CaseState.OPEN,
            stage_kind=JOINT[-1],
        )
        .select_related("application__ruleset")
        .defer(*bulky("application__ruleset"))
    )  # fmt: skip
    return [row for row in found if any(_roles_of(row, row.application, bodies))]


def _waiting(offices: frozenset[int]) -> set[int]:
    cases, bodies = _cases(offices), _bodies(offices)
    if not cases:
        return set()
    given = case_approvals(cases)
    digests, found = case_digests(cases), set()
    for case in cases:
        now = digests[case.pk]
        for role in _roles_of(case, case.application, bodies):
            lead = bodies[case.jurisdiction_id, role] == case.office_id
            if not lead and (case.pk, case.stage, role, now) not in given:
                found.add(case.pk)
    return found


def case_approvals(cases: Iterable[Case]) -> set[tuple[int, str, str, str]]:
    """Case, stage, role and digest of every approval that was not taken back with its passage."""
    rows = Approval.objects.filter(case__in=[case.pk for case in cases])
    rows = rows.exclude(run__state=RunState.RECALLED)
    return set(rows.values_list("case", "run__stage", "role", "digest"))


def case_digests(cases: Iterable[Case]) -> dict[int, str]:
    """Key of each case to the digest of the case as it stands."""
    rows = list(cases)
    newest = newest_digests([case.application_id for case in rows])
    return {
        case.pk: digest_of([(case.public_id, newest.get(case.application_id, ""))])
        for case in rows
    }  # fmt: skip


def _bodies(offices: frozenset[int]) -> dict[tuple[int, str], int]:
    """Jurisdiction and role for which one of these offices decides, to that office.

    As ``road.body_office`` finds it: the first live office bound to the role for the whole place.
    """
    if not offices:
        return {}
    found: dict[tuple[int, str], int] = recall(
        ("reviews.joint", offices), lambda: _asked_bodies(offices)
    )
    return found


def _asked_bodies(offices: frozenset[int]) -> dict[tuple[int, str], int]:
    places = Office.objects.filter(pk__in=offices).values("jurisdiction")
    rows = OfficeBinding.objects.filter(
        covers="", office__is_active=True, office__jurisdiction__in=places
    )
    first: dict[tuple[int, str], int] = {}
    for place, role, office in rows.order_by("pk").values_list(
        "office__jurisdiction", "role", "office"
    ):
        first.setdefault((place, role), office)
    return {pair: office for pair, office in first.items() if office in offices}


def _roles_of(
    subject: Case | List, filed: Any, bodies: dict[tuple[int, str], int]
) -> Iterator[str]:
    """Roles these offices have among the bodies of the stage of a case or list.

    The body that is the stage's own role is the office in charge, which has it anyway.
    """
    for role in roles_asked(subject, filed):
        if (subject.jurisdiction_id, role) in bodies:
            yield role


def roles_asked(subject: Case | List, filed: Any) -> list[str]:
    """Bodies of the present stage but the role in charge, whose last signature is its approval.

    Args:
        subject: the case or list.
        filed: what has the ruleset and the procedure: its application, or the list itself.
    """
    stages = policy_of(filed.ruleset).stages(filed.procedure)
    stage = next((s for s in stages if s.id == subject.stage), None)
    return [role for role in getattr(stage, "bodies", ()) if role != getattr(stage, "office", "")]
