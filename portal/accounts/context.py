"""What every page knows about the portal."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, Any]:
    """Return the portal's name and whether it runs as a demonstration."""
    return {"portal_name": "技能大师工作室管理平台", "portal_demo": settings.DEMO}
