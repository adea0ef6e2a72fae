"""The list of sample accounts on the sign-in page; empty unless this is a demonstration."""

from dataclasses import dataclass

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


@dataclass(frozen=True)
class DemoRole:
    """One sample account as the page shows it."""

    role: str
    login: str
    password: str
    note: str


@dataclass(frozen=True)
class DemoGroup:
    """The sample accounts of one place."""

    title: str
    accounts: list[DemoRole]


def listed() -> list[DemoGroup]:
    """Return the accounts to show, by place, in the order they were registered.

    The place is what stands before the dot of the label: 某市 · 经办人.
    """
    groups: dict[str, list[DemoRole]] = {}
    for row in DemoAccount.objects.all() if settings.DEMO else ():
        place, _, role = row.label.rpartition(" · ")
        shown = DemoRole(role, row.login, row.password, row.note)
        groups.setdefault(place or "平台", []).append(shown)
    return [DemoGroup(title, accounts) for title, accounts in groups.items()]
