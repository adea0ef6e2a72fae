"""``rotate_keys``: everything under an older key is written again under the primary one."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from applications.domain import claims
from applications.models import Ban, Event
from portal.common.keyring import key_ring
from portal.common.sealed import rotate_keys


class Command(BaseCommand):
    """Reseals values and rewrites blind keys; safe to run again, safe while people work."""

    help = "密钥轮换：用 PORTAL_KEYS 的第一把密钥重新加密并重写占用键，列出仍须保留的旧密钥"

    def handle(self, **options: Any) -> None:
        """Rewrite and tell which older keys are still needed, and why."""
        resealed, rekeyed = rotate_keys(), claims.rekey_all()
        self.stdout.write(f"重新加密 {resealed} 项，重写占用和名单键 {rekeyed} 项。")
        primary = key_ring().primary
        running = Ban.objects.filter(lifted_at__isnull=True, ends_on__gte=timezone.localdate())
        for ban in running.exclude(key_id=primary).order_by("-ends_on")[:1]:
            self.stdout.write(
                f"旧密钥“{ban.key_id}”须保留至 {ban.ends_on:%Y-%m-%d}：仍有用它登记的禁申。"
            )
        older = Event.objects.exclude(chain_key__in=["", primary]).order_by("chain_key")
        for key_id in older.values_list("chain_key", flat=True).distinct():
            self.stdout.write(f"旧密钥“{key_id}”须随备份保存：核对办理记录链需要它。")
