"""Connects the app to Django."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """评审办理."""

    name = "reviews"
    verbose_name = "评审办理"
    default_auto_field = "django.db.models.BigAutoField"
