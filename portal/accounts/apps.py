"""Connects accounts to Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People and the enterprises they act for."""

    name = "portal.accounts"
    label = "accounts"
    verbose_name = "账号与单位"
    default_auto_field = "django.db.models.BigAutoField"
