"""Connects the app to Django."""

from typing import TYPE_CHECKING

from django.apps import AppConfig

from portal.accounts.enums import Duty
from portal.common import menu

if TYPE_CHECKING:
    from django.http import HttpRequest


def _administers(request: "HttpRequest") -> bool:
    """Whether the reader administers a jurisdiction."""
    from jurisdictions import queries  # noqa: PLC0415 - models must be loaded first

    return request.user.is_authenticated and bool(queries.places_of(request.user))


def _holds_a_post(request: "HttpRequest") -> bool:
    """Whether the reader sits at a post, or stands in for somebody."""
    from jurisdictions import queries  # noqa: PLC0415 - models must be loaded first

    user = request.user
    return bool(getattr(user, "is_staff_member", False)) and (
        bool(queries.held_now(user)) or bool(queries.deputyships_of(user))
    )


def _secures(request: "HttpRequest") -> bool:
    """Whether the reader is a security administrator."""
    return getattr(request.user, "duty", "") == Duty.SECURITY


class JurisdictionsConfig(AppConfig):
    """地区与政策."""

    name = "jurisdictions"
    verbose_name = "地区与政策"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add the entries of the menus and the kinds of notices."""
        from portal.common.notifying import Kind, register_kinds  # noqa: PLC0415 - models first

        register_kinds(Kind("calendar", "节假日安排待录入", "staff"))
        menu.register("public", menu.MenuItem(label="首页", url_name="jurisdictions:home", order=1))
        menu.register(
            "staff",
            menu.MenuItem(
                label="地区管理", url_name="jurisdictions:manage", icon="building-community",
                group="管理", order=800, visible=_administers,
            ),
            menu.MenuItem(
                label="请假代理", url_name="jurisdictions:deputies", icon="users",
                group="评审办理", order=95, visible=_holds_a_post,
            ),
            menu.MenuItem(
                label="账号管理", url_name="jurisdictions:accounts", icon="users",
                group="管理", order=890, visible=_secures,
            ),
            menu.MenuItem(
                label="节假日", url_name="jurisdictions:manage_holidays", icon="calendar",
                group="管理", order=810, visible=_administers,
            ),
        )  # fmt: skip
