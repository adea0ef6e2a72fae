"""Connects the app to Django."""

from django.apps import AppConfig


class JurisdictionsConfig(AppConfig):
    """地区与政策."""

    name = "jurisdictions"
    verbose_name = "地区与政策"
    default_auto_field = "django.db.models.BigAutoField"
