"""Lists with a filing that was held and waits for the office, wherever the list is by now."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from applications.enums import Status
from reviews.enums import CaseState, ItemState, ObjectionState
from reviews.models import List, ListItem, Objection
from reviews.queries import offices_by_post
from reviews.queries.own import lists_of_own_unit


def held_lists(user: Any) -> QuerySet[List]:
    """Lists of offices a person handles for, on which a held filing waits for him.

    Each with ``objected``, whether an objection to such a filing is to be looked into, and
    ``cleared``, whether one may go on with a supplementary list (see ``lists.releasable``).
    """
    objected = Objection.objects.filter(
        publicity__listing=OuterRef("pk"), state=ObjectionState.OPEN, item__state=ItemState.HELD
    )
    open_ones = Objection.objects.filter(item=OuterRef("pk"), state=ObjectionState.OPEN)
    cleared = ListItem.objects.filter(
        ~Exists(open_ones), listing=OuterRef("pk"), state=ItemState.HELD, reserve=False,
        case__state=CaseState.LISTED, case__application__status=Status.SUBMITTED,
    )  # fmt: skip
    return (
        List.objects.filter(~lists_of_own_unit(user), office__in=offices_by_post(user)["handler"])
        .annotate(objected=Exists(objected), cleared=Exists(cleared))
        .filter(Q(objected=True) | Q(cleared=True))
        .select_related("round", "office", "claimed_by")
        .order_by("pk")
    )
