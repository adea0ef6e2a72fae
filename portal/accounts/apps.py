"""Connects accounts to Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People and the enterprises they act for."""

    name = "portal.accounts"
    label = "accounts"
    verbose_name = "账号与单位"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Name what people are told of their accounts."""
        from portal.common.notifying import Kind, register_kinds  # noqa: PLC0415 - models first

        register_kinds(Kind("account", "账号、邀请和代理"))
