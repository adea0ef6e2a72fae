"""What every page says of the reader's notices."""

from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from portal.common import notifying


def notices(request: HttpRequest) -> dict[str, Any]:
    """Return the address of the notices and a count asked for only where it is shown, once."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}

    @cache
    def unread() -> int:
        return notifying.unread_count(user)

    return {"messages_url": reverse("common:inbox"), "unread": unread}
