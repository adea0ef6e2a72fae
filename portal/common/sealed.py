"""Identity numbers, bank accounts and their kin: sealed, masked, searched blind, opened on record.

Nothing outside this module sees plain values except the caller of ``unseal`` and
``unseal_for_print``, and each such call leaves a RevealLog row in the caller's transaction. What a
person gave to work that goes on without him waits under seal too (``WORK``): it returns to that
work alone, is shown to nobody, and is destroyed afterwards.
"""

import datetime as dt
import hashlib
import hmac
import os
import re
import unicodedata
import uuid
from typing import Protocol

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.common.ciphers import CIPHERS, DEFAULT_CIPHER, BrokenSealError, SealCipher
from portal.common.errors import DomainError
from portal.common.keyring import KeyRingError, key_ring
from portal.common.memory import recall
from portal.common.models.sealed import RevealLog, SealedValue

ID_NUMBER = "id_number"
BANK_ACCOUNT = "bank_account"
MOBILE = "mobile"
OTHER = "other"
WORK = "work"
KIND_LABELS = {
    ID_NUMBER: "证件号码",
    BANK_ACCOUNT: "银行账号",
    MOBILE: "手机号码",
    OTHER: "敏感信息",
    WORK: "后台任务数据",
}
#: Longer than any work takes, repeated attempts included.
KEEP_WORK = dt.timedelta(days=1)
_MIN_REASON = 4
_STAR = "*"
_SPACING = re.compile(r"[\s\-\u2010-\u2015]+")
_SYSTEM_NAME = "系统"


class Actor(Protocol):
    """The person who opens a seal: any user object."""

    pk: object

    def get_username(self) -> str:
        """Return the sign-in name."""
        ...


def normalise(kind: str, plain: str) -> str:
    """Return the one spelling of a value: half-width, no spaces or hyphens, capital X.

    Raises:
        ValueError: unknown kind, or nothing left.
    """
    if kind not in KIND_LABELS:
        raise ValueError(f"unknown kind of sealed value: {kind}")
    text = unicodedata.normalize("NFKC", plain)
    text = text.strip() if kind in (OTHER, WORK) else _SPACING.sub("", text).upper()
    if not text:
        raise ValueError("nothing to seal")
    return text


def seal(kind: str, plain: str) -> str:
    """Store ``plain`` under seal and return its token.

    Args:
        kind: one of ``KIND_LABELS``.
        plain: the value as typed; normalised before sealing.

    Raises:
        KeyRingError: no key configured, or an unknown algorithm.
    """
    row = sealed_row(kind, plain)
    row.save(force_insert=True)
    return str(row.token)


def sealed_row(kind: str, plain: str) -> SealedValue:
    """Seal a value whose row the caller saves, together with others.

    Inside ``remembering()`` its blind index may be asked for before it is saved.

    Raises:
        KeyRingError: as ``seal``.
    """
    row = SealedValue(token=uuid.uuid4(), kind=kind)
    _write(row, normalise(kind, plain))
    recall(("sealed", str(row.token)), lambda: row)
    return row


def unseal(token: str, *, by: Actor, reason: str) -> str:
    """Return the plain value for a person and write down who asked and why.

    Raises:
        DomainError: no such value, no reason, or a broken seal.
        KeyRingError: the key it was sealed under is gone.
    """
    if len(reason.strip()) < _MIN_REASON:
        raise DomainError(
            f"查看完整信息须填写事由（不少于 {_MIN_REASON} 个字）。", field="reason", status=422
        )
    row = _find(token)
    plain = _open(row)
    _log(row, RevealLog.Purpose.VIEW, by, reason.strip())
    return plain


def unseal_for_print(token: str, *, purpose: str, by: Actor | None = None) -> str:
    """Return the plain value for a sheet that must show it, on record like any other.

    Args:
        token: as ``seal`` returned it.
        purpose: which paper, for example ``申报表 A-12 第 2 稿``.
        by: who asked for the paper; None when the clock or a worker did.
    """
    row = _find(token)
    plain = _open(row)
    _log(row, RevealLog.Purpose.PRINT, by, purpose.strip())
    return plain


def open_work(token: str) -> str:
    """Return what a person gave to work in the background; no other kind opens here.

    Raises:
        DomainError: it is gone, or is no such thing.
    """
    row = _find(token)
    if row.kind != WORK:
        raise DomainError("没有找到对应的加密信息。", status=404)
    return _open(row)


def drop_work(token: str) -> None:
    """Destroy what was given to work that is done."""
    SealedValue.objects.filter(pk=token, kind=WORK).delete()


def drop_old_work() -> int:
    """Destroy what was given to work that was cancelled or failed; returns how many."""
    old = SealedValue.objects.filter(kind=WORK, created_at__lt=timezone.now() - KEEP_WORK)
    return old.delete()[0]


def mask(kind: str, plain: str) -> str:
    """Return the form that may be shown everywhere.

    An 18-digit identity number keeps 6 and 4, other numbers their first and last two, a bank
    account its last four, a mobile number 3 and 4; what is too short shows nothing.
    """
    text = normalise(kind, plain)
    if kind == ID_NUMBER:
        return _keep(text, 6, 4) if len(text) == 18 else _keep(text, 2, 2)
    if kind == BANK_ACCOUNT:
        return _keep(text, 0, 4)
    if kind == MOBILE:
        return _keep(text, 3, 4) if len(text) == 11 else _keep(text, 2, 2)
    return _keep(text, 1, 0)


def _keep(text: str, first: int, last: int) -> str:
    # At least half is hidden, or a short value would be readable through its mask.
    if (first + last) * 2 > len(text) and (first, last) != (6, 4) and (first, last) != (3, 4):
        return _STAR * len(text)
    hidden = len(text) - first - last
    return text[:first] + _STAR * hidden + (text[-last:] if last else "")


def blind(kind: str, plain: str, key_id: str | None = None) -> str:
    """Return the blind index: equal for equal values, useless without the key.

    Args:
        kind: one of ``KIND_LABELS``; the same digits of another kind give another index.
        plain: the value.
        key_id: which key; None takes the primary one.
    """
    ring = key_ring()
    key = ring.derive(key_id or ring.primary, "blind-index")
    message = f"{kind}\x00{normalise(kind, plain)}".encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()


def blind_token(token: str, key_id: str | None = None) -> str:
    """Return the blind index of a sealed value without showing it to anybody.

    Raises:
        DomainError: no such value, or its key is missing.
    """
    row: SealedValue = recall(("sealed", token), lambda: _find(token))
    return blind(row.kind, _open(row), key_id)


def same_as_sealed(token: str, plain: str) -> bool:
    """Whether a sealed value is this text, spacing aside; it is shown to nobody.

    Raises:
        DomainError: no such value, or its key is missing.
    """
    kept, asked = (_bare(text) for text in (_open(_find(token)), plain))
    return hmac.compare_digest(kept.encode(), asked.encode())


def _bare(text: str) -> str:
    return _SPACING.sub("", unicodedata.normalize("NFKC", text)).upper()


def blind_under_all_keys(kind: str, plain: str) -> dict[str, str]:
    """Return key id -> blind index, primary first.

    A claim is looked up under every key and written under the primary one, so uniqueness holds
    while a rotation is under way.
    """
    return {key_id: blind(kind, plain, key_id) for key_id in key_ring().keys}


def reseal_batch(limit: int = 500) -> int:
    """Seal up to ``limit`` values again under the primary key and the chosen algorithm.

    Returns:
        How many were done; 0 means the rotation is complete and old keys may go (after the
        blind indexes were written under the new key as well).
    """
    key_id, cipher = key_ring().primary, _cipher_in_use()
    with transaction.atomic():
        rows = (
            SealedValue.objects.select_for_update(skip_locked=True)
            .exclude(key_id=key_id, algorithm=cipher.identifier)
            .order_by("pk")[:limit]
        )
        done = 0
        for row in rows:
            _write(row, _open(row))
            row.save(update_fields=["ciphertext", "key_id", "algorithm"])
            done += 1
    return done


def rotate_keys(batch: int = 500) -> int:
    """Run ``reseal_batch`` until nothing is left; returns how many values were resealed."""
    total = 0
    while done := reseal_batch(batch):
        total += done
    return total


def _cipher_in_use() -> SealCipher:
    chosen = getattr(settings, "PORTAL_SEAL_ALGORITHM", None) or os.environ.get(
        "PORTAL_SEAL_ALGORITHM", DEFAULT_CIPHER
    )
    return _cipher(chosen)


def _cipher(identifier: str) -> SealCipher:
    cipher = CIPHERS.get(identifier)
    if cipher is None:
        known = "、".join(CIPHERS)
        raise KeyRingError(f"不支持的加密算法“{identifier}”，可用：{known}。")
    return cipher


def _bound_to(row: SealedValue) -> bytes:
    # Ties the ciphertext to its place: swapped between two rows it no longer opens.
    return f"{row.kind}\x00{row.token}".encode()


def _write(row: SealedValue, text: str) -> None:
    ring, cipher = key_ring(), _cipher_in_use()
    key = ring.derive(ring.primary, f"seal/{cipher.identifier}", cipher.key_bytes)
    row.ciphertext = cipher.encrypt(key, text.encode(), _bound_to(row))
    row.key_id, row.algorithm = ring.primary, cipher.identifier


def _open(row: SealedValue) -> str:
    cipher = _cipher(row.algorithm)
    key = key_ring().derive(row.key_id, f"seal/{cipher.identifier}", cipher.key_bytes)
    try:
        return cipher.decrypt(key, bytes(row.ciphertext), _bound_to(row)).decode()
    except BrokenSealError as error:
        raise DomainError(
            "加密信息校验失败，数据可能被改动或密钥不符。请联系系统管理员核查。", status=500
        ) from error


def _find(token: str) -> SealedValue:
    try:
        return SealedValue.objects.get(pk=uuid.UUID(str(token)))
    except (SealedValue.DoesNotExist, ValueError) as error:
        raise DomainError("没有找到对应的加密信息。", status=404) from error


def _log(row: SealedValue, purpose: RevealLog.Purpose, by: Actor | None, reason: str) -> None:
    RevealLog.objects.create(
        token=row.token,
        kind=row.kind,
        purpose=purpose,
        actor_id="" if by is None else str(by.pk),
        actor_name=_SYSTEM_NAME if by is None else _name_of(by),
        reason=reason,
    )


def _name_of(by: Actor) -> str:
    full_name = getattr(by, "get_full_name", None)
    name = full_name() if callable(full_name) else ""
    return str(name or by.get_username())
