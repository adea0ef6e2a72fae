"""Letters that wait for a check, and who has read those that were sent."""

import uuid
from itertools import pairwise
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from applications.models import Application
from jurisdictions.models import Jurisdiction
from portal.common.doors import visible_ids
from portal.common.errors import DomainError
from reviews.domain import releasing
from reviews.domain.letters import RESULTS, letter_html
from reviews.domain.releasing import TO_UNIT, kinds_that_wait
from reviews.enums import LetterKind, ReleaseState
from reviews.models import Case, Letter, List, ReadReceipt
from reviews.permissions import own_unit
from reviews.queries import offices_by_post

_MOST = 200


def waiting(user: Any) -> QuerySet[Letter]:
    """Letters that a person may send or hold: of offices he approves for, of his places."""
    mine = Q(run__office__in=offices_by_post(user)["approver"]) | Q(
        run__office__jurisdiction__in=visible_ids(user, "administer", Jurisdiction)
    )
    # Nobody reads, sends or keeps back what his own unit waits for.
    own = Application.objects.filter(own_unit(user, "")).values("pk")
    open_ones = (
        Letter.objects.filter(mine, release__in=[ReleaseState.WAITING, ReleaseState.HELD])
        .exclude(case__application__in=own)
        .exclude(release=ReleaseState.HELD, kind=LetterKind.CORRECTION, run__case__isnull=False)
    )
    return open_ones.select_related("case__application", "run__office__jurisdiction", "released_by")


def settable(user: Any) -> QuerySet[Jurisdiction]:
    """Places for which a person says which letters wait."""
    return Jurisdiction.objects.filter(pk__in=visible_ids(user, "administer", Jurisdiction))


def any_waiting() -> bool:
    """Whether any letter anywhere waits or is held."""
    waits = [ReleaseState.WAITING, ReleaseState.HELD]
    return Letter.objects.filter(release__in=waits).exists()


def page(
    user: Any, *, failed: Letter | None = None, error: DomainError | None = None, typed: str = ""
) -> dict[str, Any]:
    """Everything the page of waiting letters shows.

    Args:
        user: who checks.
        failed: the letter that could not be sent or held just now.
        error: why not.
        typed: the reason typed for it.
    """
    rows = list(waiting(user).order_by("pk")[:_MOST])
    return {
        "rows": [
            {"letter": row, "application": row.case.application if row.case else None,
             "error": error if failed is not None and failed.pk == row.pk else None,
             "typed": typed if failed is not None and failed.pk == row.pk else ""}
            for row in rows
        ],
        "crumbs": [{"label": "待我办理", "url": reverse("reviews:worklist")},
                   {"label": "待发文书", "url": ""}],
        "places": settable(user), "whole": whole_lists(user),
        "errors": [{"text": error.message, "href": ""}] if error else [],
    }  # fmt: skip


def whole_lists(user: Any) -> list[dict[str, Any]]:
    """Lists with several results that wait, each with their number."""
    rows = releasing.together(waiting(user)).values_list("run__listing").annotate(Count("pk"))
    counts = {key: count for key, count in rows.order_by("run__listing") if count > 1}
    return [{"listing": row, "count": counts[row.pk]}
            for row in List.objects.filter(pk__in=counts).order_by("pk")]  # fmt: skip


def whole_list(user: Any, public_id: uuid.UUID) -> List | None:
    """A list of which the person may send waiting results."""
    keys = releasing.together(waiting(user)).values("run__listing")
    return List.objects.filter(pk__in=keys, public_id=public_id).first()


def preview(letter: Letter) -> str:
    """The letter as it will be printed."""
    return letter_html(letter)


def choices(place: Jurisdiction) -> list[dict[str, Any]]:
    """Kinds of letters and whether they wait."""
    chosen = kinds_that_wait(place)
    return [{"value": kind.value, "label": kind.label, "on": kind.value in chosen}
            for kind in TO_UNIT]  # fmt: skip


def letters_of(case: Case) -> list[dict[str, Any]]:
    """Letters of a case with the first reader of each, for the record of the office."""
    known = case.letters.select_related("document", "released_by")
    rows = list(known.prefetch_related("receipts__user"))
    results = [row for row in rows if row.kind in RESULTS]
    following = {row.pk: later for row, later in pairwise(results)}
    return [
        {"letter": row, "receipt": next(iter(row.receipts.all()), None),
         "to_unit": row.kind in TO_UNIT, "waits": row.release != ReleaseState.SENT,
         "replacement": following.get(row.pk) if row.release == ReleaseState.VOID else None}
        for row in rows
    ]  # fmt: skip


def result_receipt(case: Case) -> ReadReceipt | None:
    """Who of the unit acknowledged the result."""
    return case.receipts.filter(letter=None).select_related("user").first()
