"""Connects the app to Django."""

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    """考核与跟踪."""

    name = "assessments"
    verbose_name = "考核与跟踪"
    default_auto_field = "django.db.models.BigAutoField"
