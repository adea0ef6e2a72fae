"""The case before and the case after, among those the worklist shows under the present filter."""

from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from reviews.interfaces import worklist
from reviews.models import Case

#: What a filter consists of; the page number is none of it.
PARTS = ("tab", "q", "stage", "time")
_MOST = 2000


def query_of(params: Any) -> str:
    """The filter of an address, without anything else, as text for another address."""
    return urlencode([(name, params[name]) for name in PARTS if params.get(name)])


def with_query(address: str, query: str) -> str:
    """An address with a filter behind it."""
    return f"{address}?{query}" if query else address


def neighbours(case: Case, user: Any, params: QueryDict) -> dict[str, Any] | None:
    """Where a case stands in the filter it was opened from.

    Args:
        case: the case shown.
        user: who reads.
        params: of the address of the page.

    Returns:
        ``place``, ``count``, ``before`` and ``after`` (addresses or empty); None when the page
        was not opened from a list, or the case is not in that list any more.
    """
    query = query_of(params)
    if not query:
        return None
    keys = list(worklist.ordered(user, params).values_list("public_id", flat=True)[:_MOST])
    if case.public_id not in keys:
        return None
    at = keys.index(case.public_id)

    def address(index: int) -> str:
        if not 0 <= index < len(keys):
            return ""
        return with_query(reverse("reviews:case", args=[keys[index]]), query)

    return {"place": at + 1, "count": len(keys), "before": address(at - 1),
            "after": address(at + 1)}  # fmt: skip
