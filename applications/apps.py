"""Connects the app to Django."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    """申报与工作室."""

    name = "applications"
    verbose_name = "申报与工作室"
    default_auto_field = "django.db.models.BigAutoField"
