"""Entries of assessments in the menus."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from applications.models import Studio
from assessments.queries import dues, reach
from portal.common.menu import MenuItem, register


def _hosts(request: HttpRequest) -> bool:
    user = request.user
    return bool(user.is_authenticated) and reach.of_units(user).exists()


def _works(request: HttpRequest) -> bool:
    user = request.user
    return bool(getattr(user, "is_staff_member", False)) and bool(reach.place_ids(user))


def _oversees(request: HttpRequest) -> bool:
    user = request.user
    return bool(user.is_authenticated) and bool(reach.overseen_ids(user))


def _overdue(request: HttpRequest) -> int:
    return dues.overdue(reach.of_places(request.user).values("pk"), timezone.localdate()).count()


def officers_page(studio: Studio, user: Any) -> str:
    """Address of a studio's page for an officer who answers for it; else empty."""
    if not reach.of_places(user).filter(pk=studio.pk).exists():
        return ""
    return reverse("assessments:desk_studio", args=[studio.public_id])


def register_all() -> None:
    """Add the entries; called once when the app is ready."""
    register(
        "public",
        MenuItem(label="我的工作室", url_name="assessments:mine", order=25, visible=_hosts),
        MenuItem(label="工作室名录", url_name="assessments:register_public", order=45),
    )
    register(
        "staff",
        MenuItem(label="工作室管理", url_name="assessments:desk", icon="building",
                 group="考核与跟踪", order=400, visible=_works, count=_overdue),
        MenuItem(label="统计分析", url_name="assessments:overview", icon="chart-bar",
                 group="考核与跟踪", order=410, visible=_oversees),
    )  # fmt: skip
