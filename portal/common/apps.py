"""Connects the shared ground to Django."""

from importlib import import_module

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Outbox, long jobs and the doors to libraries."""

    name = "portal.common"
    label = "portal_common"
    verbose_name = "公共设施"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks."""
        import_module("portal.common.checks")
