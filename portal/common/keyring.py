"""The portal's own keys, apart from SECRET_KEY (ASVS 11.2).

``PORTAL_KEYS`` holds ``id:base64`` pairs separated by commas, 32 random bytes each. The first
seals; the others still open what they sealed, until ``sealed.reseal_batch`` is through.
"""

import base64
import binascii
import os
import re
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_KEY_BYTES = 32
_KEY_ID = re.compile(r"^[A-Za-z0-9_.-]{1,32}$")


class KeyRingError(ImproperlyConfigured):
    """A key is missing, unknown or malformed. Never answered with a guess."""


@dataclass(frozen=True)
class KeyRing:
    """Master keys by id, the primary one first. Purposes get keys of their own by HKDF."""

    keys: dict[str, bytes]

    def __repr__(self) -> str:
        """Name the keys, never show them."""
        return f"KeyRing({', '.join(self.keys)})"

    @property
    def primary(self) -> str:
        """Id of the key that seals."""
        return next(iter(self.keys))

    def derive(self, key_id: str, purpose: str, length: int = _KEY_BYTES) -> bytes:
        """Return the key of ``length`` bytes for one purpose under one master key.

        Raises:
            KeyRingError: the ring has no such key.
        """
        master = self.keys.get(key_id)
        if master is None:
            raise KeyRingError(
                f"密钥环中没有编号为“{key_id}”的密钥，无法读取用它加密的数据。"
                "请在 PORTAL_KEYS 中补回该密钥。"
            )
        info = f"portal/{purpose}".encode()
        return HKDF(hashes.SHA256(), length=length, salt=None, info=info).derive(master)


def key_ring() -> KeyRing:
    """Return the ring of the setting ``PORTAL_KEYS``, or of the environment without it.

    Raises:
        KeyRingError: nothing configured, or a pair that cannot be read.
    """
    text = getattr(settings, "PORTAL_KEYS", None) or os.environ.get("PORTAL_KEYS", "")
    return _parse(text)


@lru_cache(maxsize=4)
def _parse(text: str) -> KeyRing:
    pairs = [pair.strip() for pair in text.split(",") if pair.strip()]
    if not pairs:
        raise KeyRingError(
            "未配置加密密钥：请设置 PORTAL_KEYS"
            "（格式“编号:Base64”，多个用逗号分隔，第一个为当前密钥）。"
        )
    keys: dict[str, bytes] = {}
    for pair in pairs:
        key_id, _, encoded = pair.partition(":")
        if not _KEY_ID.match(key_id) or key_id in keys:
            raise KeyRingError("PORTAL_KEYS 中的密钥编号为空、重复或含有不允许的字符。")
        keys[key_id] = _decode(key_id, encoded)
    return KeyRing(keys)


def _decode(key_id: str, encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise KeyRingError(
            f"PORTAL_KEYS 中编号为“{key_id}”的密钥无效：应为 {_KEY_BYTES} 字节随机数的 Base64。"
        )
    return key


def new_key() -> str:
    """Return a fresh key in the form ``PORTAL_KEYS`` wants after the colon."""
    return base64.b64encode(os.urandom(_KEY_BYTES)).decode("ascii")
