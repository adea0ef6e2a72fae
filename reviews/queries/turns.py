"""Whose turn it is with a list, or with one filing that several bodies decide: the post it waits
for, the bodies that have not approved it."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from applications.queries import newest_digests
from jurisdictions.models import Office, OfficeBinding
from jurisdictions.queries import administered_ids, bulky
from portal.common.memory import recall
from reviews.enums import CaseState, ItemState
from reviews.models import Approval, Case, List, ListItem, Objection, Publicity, StageRun
from reviews.queries import offices_by_post, unclaimed_or
from reviews.queries.joint import (
    JOINT,
    OPEN_RUNS,
    case_approvals,
    case_digests,
    digest_of,
    places_deciding,
    roles_asked,
)
from reviews.queries.own import lists_of_own_unit

#: A body of a list: its role and the office that fills it.
Body = tuple[str, Office]


def open_list_runs() -> QuerySet[StageRun]:
    """Open passages of lists, the first to be due first; with what a line about one shows."""
    return (
        StageRun.objects.filter(listing__isnull=False, state__in=OPEN_RUNS)
        .select_related(
            "office",
            "listing__ruleset",
            "listing__round",
            "listing__office",
            "listing__claimed_by",
        )
        .defer(*bulky("listing__ruleset"))
        .order_by(F("due_on").asc(nulls_last=True), "pk")
    )


def assignable(user: Any) -> Q:
    """Condition: the case is at work at an office for which the person may assign."""
    offices = Q(office__in=offices_by_post(user)["approver"])
    return Q(state=CaseState.OPEN) & (offices | Q(jurisdiction__in=administered_ids(user)))


def nothing_to_do_yet() -> Exists:
    """Condition: the passage shows a notice whose days still run, and nobody objects."""
    running = Publicity.objects.filter(
        run=OuterRef("pk"), withdrawn_at=None, last_day__gte=timezone.localdate()
    )
    return Exists(
        running.exclude(Exists(Objection.objects.filter(publicity=OuterRef("pk"), state="open")))
    )


def list_turns(user: Any) -> list[StageRun]:
    """Passages of lists that wait for a person's post and that no colleague has taken up, or that
    wait for a body he approves for.

    A page asks once, whatever it shows of them.
    """
    found: list[StageRun] = recall(("reviews.turns", user.pk), lambda: _turns(user))
    return found


def _turns(user: Any) -> list[StageRun]:
    held = offices_by_post(user)
    if not any(held.values()):
        return []
    mine = Q(pk__in=[])
    for post, offices in held.items():
        mine |= Q(waiting_for=post, office__in=offices)
    mine &= ~Q(nothing_to_do_yet()) & unclaimed_or(user, "listing__")
    asked = lists_to_approve(held["approver"])
    open_to_him = open_list_runs().filter(~lists_of_own_unit(user, "listing"))
    return list(open_to_him.filter(mine | Q(listing__in=asked) if asked else mine))


def lists_to_approve(offices: Iterable[int]) -> set[int]:
    """Open lists that a body among these offices has not approved as they stand."""
    mine = frozenset(offices)
    found: set[int] = recall(("reviews.turns.approve", mine), lambda: _to_approve(mine))
    return found


def _to_approve(offices: frozenset[int]) -> set[int]:
    places = places_deciding(offices)
    if not places:
        return set()
    missing = missing_bodies(open_joint_lists().filter(jurisdiction__in=places))
    return {pk for pk, bodies in missing.items() if any(o.pk in offices for _, o in bodies)}


def open_joint_lists() -> QuerySet[List]:
    """Lists at a stage that bodies may have to approve, not decided yet."""
    return (
        List.objects.filter(stage_kind__in=JOINT, closed_at=None, decided_on=None)
        .select_related("ruleset")
        .defer(*bulky("ruleset"))
    )


def open_joint_cases() -> QuerySet[Case]:
    """Filings that several bodies decide each for itself, at that stage now."""
    return (
        Case.objects.filter(stage_kind__in=JOINT, state=CaseState.OPEN)
        .select_related("application__ruleset")
        .defer(*bulky("application__ruleset"))
    )


def missing_bodies(rows: Iterable[List]) -> dict[int, list[Body]]:
    """Bodies, other than the office in charge, that have not approved each list as it stands.

    Args:
        rows: lists with their rulesets; those that are decided, or at a stage without bodies,
            are left out of the answer.

    Returns:
        Key of a list to its bodies, in the order of the ruleset.
    """
    asked = {row.pk: (row, _roles(row)) for row in rows if row.decided_on is None}
    asked = {pk: pair for pk, pair in asked.items() if pair[1]}
    if not asked:
        return {}
    given = set(
        Approval.objects.filter(listing__in=asked, run__state__in=OPEN_RUNS)
        .values_list("listing", "role", "digest")
    )  # fmt: skip
    now = digests_of(asked)
    return _left(asked, lambda row, role: (row.pk, role, now[row.pk]) in given)


def missing_bodies_of_cases(rows: Iterable[Case]) -> dict[int, list[Body]]:
    """Bodies, other than the office in charge, that have not approved each filing as it stands.

    Args:
        rows: cases with their applications and rulesets.

    Returns:
        Key of a case to its bodies, in the order of the ruleset.
    """
    asked = {row.pk: (row, roles_asked(row, row.application)) for row in rows
             if row.state == CaseState.OPEN and row.stage_kind in JOINT}  # fmt: skip
    asked = {pk: pair for pk, pair in asked.items() if pair[1]}
    if not asked:
        return {}
    cases = [row for row, _ in asked.values()]
    given, now = case_approvals(cases), case_digests(cases)
    return _left(asked, lambda row, role: (row.pk, row.stage, role, now[row.pk]) in given)


def _left(
    asked: dict[int, tuple[Any, list[str]]], approved: Callable[[Any, str], bool]
) -> dict[int, list[Body]]:
    """Offices of the roles that are bound, are not in charge and have not approved."""
    offices, found = _first_bound({row.jurisdiction_id for row, _ in asked.values()}), {}
    for pk, (row, roles) in asked.items():
        bodies = [(role, offices[row.jurisdiction_id, role]) for role in roles
                  if (row.jurisdiction_id, role) in offices]  # fmt: skip
        left = [(role, office) for role, office in bodies
                if office.pk != row.office_id and not approved(row, role)]  # fmt: skip
        if left:
            found[pk] = left
    return found


def _roles(row: List) -> list[str]:
    if row.closed_at is not None or row.stage_kind not in JOINT:
        return []
    return roles_asked(row, row)


def _first_bound(places: set[int]) -> dict[tuple[int, str], Office]:
    """Jurisdiction and role to the office that decides, as ``road.body_office`` finds it."""
    rows = OfficeBinding.objects.filter(
        covers="", office__is_active=True, office__jurisdiction__in=places
    ).select_related("office")
    found: dict[tuple[int, str], Office] = {}
    for row in rows.order_by("pk"):
        found.setdefault((row.office.jurisdiction_id, row.role), row.office)
    return found


def digests_of(lists: Iterable[int]) -> dict[int, str]:
    """Key of each list to the digest of the list as it stands."""
    keys = list(lists)
    rows = ListItem.objects.filter(listing__in=keys, state=ItemState.IN).order_by("position", "pk")
    on_list: dict[int, list[tuple[Any, int]]] = defaultdict(list)
    for listing, public_id, filing in rows.values_list(
        "listing", "case__public_id", "case__application"
    ):
        on_list[listing].append((public_id, filing))
    newest = newest_digests([filing for named in on_list.values() for _, filing in named])
    return {
        key: digest_of([(public_id, newest.get(filing, "")) for public_id, filing in on_list[key]])
        for key in keys
    }
