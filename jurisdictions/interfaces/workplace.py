"""What every page says of the place a person works at."""

from functools import cache
from typing import Any

from django.http import HttpRequest

from jurisdictions import queries


def workplace(request: HttpRequest) -> dict[str, Any]:
    """Return the reader's office and city, asked for only where they are shown, once."""
    user = getattr(request, "user", None)
    if not getattr(user, "is_staff_member", False):
        return {}
    return {"workplace": cache(lambda: workplace_of(user))}


def workplace_of(user: Any) -> str:
    """Office and city of a person's posts; of an administrator his cities; else nothing."""
    offices = {post.office_id: post.office for post in queries.held_now(user)}
    if not offices:
        return "、".join(place.short_name for place in queries.places_of(user)[:3])
    first = next(iter(offices.values()))
    more = f"等 {len(offices)} 个机构" if len(offices) > 1 else ""
    city = first.jurisdiction.short_name
    return f"{first}{more}" if city in str(first) else f"{city} · {first}{more}"
