"""Connects the app to Django."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    """申报与工作室."""

    name = "applications"
    verbose_name = "申报与工作室"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what the effects of decisions do."""
        from applications.domain import endings, studios  # noqa: F401, PLC0415 - needs the models
