"""Extensions, amendments and returns from lists a person may see or must answer."""

from typing import Any

from django.db.models import Q, QuerySet

from applications.models import Amended
from applications.queries.reach import overseen_ids
from reviews.models import Amendment, Case, Extension, ItemReturn, List
from reviews.queries import (
    my_offices,
    offices_by_post,
    visible_cases,
    visible_lists,
    visible_runs,
)
from reviews.queries.own import about_own_unit, lists_of_own_unit, of_own_unit


def _near(user: Any) -> Q:
    return Q(office__in=my_offices(user)) | Q(office__jurisdiction__in=overseen_ids(user))


def extensions_of(user: Any) -> QuerySet[Extension]:
    """Extensions proposed at a person's offices, of passages the person may see."""
    return Extension.objects.filter(
        _near(user), run__in=visible_runs(user).values("pk")
    ).select_related(
        "office__jurisdiction", "proposed_by", "decided_by", "deputy_for",
        "run__case__application__ruleset", "run__listing__ruleset", "run__office",
    )  # fmt: skip


def amendments_of(user: Any) -> QuerySet[Amendment]:
    """Amendments proposed at a person's offices, of decisions the person may see."""
    return Amendment.objects.filter(
        _near(user),
        Q(case__in=visible_cases(user).values("pk"))
        | Q(listing__in=visible_lists(user).values("pk")),
    ).select_related(
        "office__jurisdiction", "proposed_by", "decided_by", "deputy_for",
        "case__application__ruleset", "listing__ruleset",
    )  # fmt: skip


def returns_of(user: Any) -> QuerySet[ItemReturn]:
    """Returns from lists proposed at a person's offices, of lists the person may see."""
    return ItemReturn.objects.filter(
        _near(user), run__in=visible_runs(user).values("pk")
    ).select_related(
        "office__jurisdiction", "proposed_by", "decided_by", "deputy_for",
        "item__case__application", "run__listing__ruleset",
    )  # fmt: skip


def to_answer(user: Any) -> int:
    """How many proposals wait for a signature of the person: none that he is not shown (回避)."""
    held = offices_by_post(user)
    cases = Case.objects.filter(of_own_unit(user)).values("pk")
    lists = List.objects.filter(lists_of_own_unit(user)).values("pk")
    waiting = {"office__in": held["approver"], "state": "proposed"}
    turn = Q(pk__in=[])
    for post, offices in held.items():
        turn |= Q(post=post, office__in=offices)
    own_run = about_own_unit(user)
    rows = (
        Extension.objects.filter(**waiting).exclude(own_run),
        Amendment.objects.filter(**waiting).exclude(Q(case__in=cases) | Q(listing__in=lists)),
        ItemReturn.objects.filter(turn, state="proposed").exclude(own_run),
    )
    return sum(found.exclude(proposed_by=user).count() for found in rows)


def open_proposals() -> list[tuple[int, str, Extension | Amendment | ItemReturn]]:
    """Every proposal that waits, with the office and the post that must answer it."""
    extensions = Extension.objects.filter(state="proposed").select_related(
        "run__case__application", "run__listing"
    )
    amendments = Amendment.objects.filter(state="proposed").select_related(
        "case__application", "listing"
    )
    returns = ItemReturn.objects.filter(state="proposed").select_related("item__case__application")
    found: list[tuple[int, str, Extension | Amendment | ItemReturn]] = [
        *((row.office_id, "approver", row) for row in extensions),
        *((row.office_id, "approver", row) for row in amendments),
        *((row.office_id, row.post, row) for row in returns),
    ]
    return found


def amended_texts(listing: List) -> dict[tuple[str, str], str]:
    """Item (as text) and target to the text that a recorded amendment put right, the last one."""
    rows = Amended.objects.filter(application__case__items__listing=listing).order_by("pk")
    return {
        (str(item), target): new
        for item, target, new in rows.values_list("application__case__items", "target", "new")
    }
