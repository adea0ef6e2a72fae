"""The list of sample accounts on the sign-in page; empty unless this is a demonstration."""

from django.conf import settings

from portal.accounts.models import DemoAccount


def register(label: str, login: str, password: str, note: str = "") -> DemoAccount:
    """Name a sample account on the sign-in page, or correct the one with the same ``login``.

    Raises:
        RuntimeError: the portal does not run as a demonstration.
    """
    if not settings.DEMO:
        raise RuntimeError("演示账号只能在演示环境（PORTAL_DEMO=1）中登记。")
    defaults = {"label": label, "password": password, "note": note}
    account, created = DemoAccount.objects.update_or_create(login=login, defaults=defaults)
    if created:
        account.position = account.pk
        account.save(update_fields=["position"])
    return account


def listed() -> list[DemoAccount]:
    """Return the accounts to show, in the order they were registered."""
    return list(DemoAccount.objects.all()) if settings.DEMO else []
