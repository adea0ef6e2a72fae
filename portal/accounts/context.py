"""What every page knows about the portal."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portal.accounts import demo


def portal(request: HttpRequest) -> dict[str, Any]:
    """Return the portal's name, whether it is a demonstration, and the demonstration's accounts.

    The accounts are a function: only the page that names them reads them.
    """
    return {
        "portal_name": "技能大师工作室申报评审平台",
        "portal_demo": settings.DEMO,
        "demo_accounts": demo.listed,
    }
