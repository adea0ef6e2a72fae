"""The case before and the case after, among those the worklist shows under the present filter."""

from typing import Any

from django.http import QueryDict
from django.urls import reverse

from reviews.interfaces import worklist
from reviews.interfaces.addresses import query_of, with_query
from reviews.models import Case

_MOST = 2000


def neighbours(
    case: Case, user: Any, params: QueryDict, *, page: str = "case"
) -> dict[str, Any] | None:
    """Where a case stands in the filter it was opened from.

    Args:
        case: the case shown.
        user: who reads.
        params: of the address of the page.
        page: name of the page of the other cases to lead to.

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
        return with_query(reverse(f"reviews:{page}", args=[keys[index]]), query)

    return {"place": at + 1, "count": len(keys), "before": address(at - 1),
            "after": address(at + 1)}  # fmt: skip
