"""Connects the app to Django."""

from typing import TYPE_CHECKING, Any

from django.apps import AppConfig

from portal.accounts.enums import Duty
from portal.common import menu

if TYPE_CHECKING:
    from django.http import HttpRequest


#: Kinds of notices: key, name, and whom they are for where not everybody gets them.
_NOTICES = (
    ("submitted", "提交回执"), ("call", "申报截止变动", "unit"), ("lapsed", "事项失效"),
    ("heard", "告知陈述申辩", "unit"),
)  # fmt: skip


def _signed_in(request: "HttpRequest") -> bool:
    return bool(request.user.is_authenticated)


def _applies(request: "HttpRequest") -> bool:
    """Whether the reader files for units: people who work here do only when they act for one."""
    from portal.accounts.queries import enterprises_of  # noqa: PLC0415 - needs the models

    user: Any = request.user
    if not getattr(user, "is_staff_member", False):
        return _signed_in(request)
    return bool(enterprises_of(user).exists())


def _oversees(request: "HttpRequest") -> bool:
    """Whether the reader may list a jurisdiction's filings."""
    from applications.queries import reach  # noqa: PLC0415 - models must be loaded first

    return _signed_in(request) and bool(reach.overseen_ids(request.user))


def _administers(request: "HttpRequest") -> bool:
    """Whether the reader administers a jurisdiction."""
    from jurisdictions.queries import places_of  # noqa: PLC0415 - needs the models

    return _signed_in(request) and bool(places_of(request.user))


def _audits(request: "HttpRequest") -> bool:
    """Whether the reader is an audit administrator."""
    return getattr(request.user, "duty", "") == Duty.AUDIT


class ApplicationsConfig(AppConfig):
    """申报与工作室."""

    name = "applications"
    verbose_name = "申报与工作室"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what the effects of decisions do, the long jobs and the menu entries."""
        from applications import receivers  # noqa: F401, PLC0415 - needs the models
        from applications.domain import (  # noqa: PLC0415 - needs the models
            changing,  # noqa: F401 - registers effects
            counter,  # noqa: F401 - registers what undoes effects
            endings,  # noqa: F401 - registers effects
            reverting,  # noqa: F401 - registers what undoes effects
            studios,  # noqa: F401 - registers effects
        )
        from applications.interfaces import archive  # noqa: F401, PLC0415 - needs the models
        from portal.common.notifying import Kind, register_kinds  # noqa: PLC0415 - as above

        register_kinds(*(Kind(*row) for row in _NOTICES))

        menu.register(
            "public",
            menu.MenuItem(
                label="我的申报", url_name="applications:list", order=20, visible=_applies),
        )  # fmt: skip
        menu.register(
            "staff",
            menu.MenuItem(
                label="申报管理", url_name="applications:manage", icon="clipboard-list",
                group="管理", order=700, visible=_oversees,
            ),
            menu.MenuItem(
                label="审计记录", url_name="applications:audit_events", icon="history",
                group="管理", order=900, visible=_audits,
            ),
            menu.MenuItem(
                label="上级命名名单", url_name="applications:named_above", icon="award",
                group="管理", order=710, visible=_administers,
            ),
            menu.MenuItem(
                label="单位账号", url_name="applications:units", icon="building",
                group="管理", order=720, visible=_administers,
            ),
        )  # fmt: skip
