"""Authenticated ciphers by id, so that 国密 is a setting and not a rewrite.

Payload: one version byte, 12 bytes of nonce, ciphertext, 16 bytes of tag.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, CipherAlgorithm, algorithms, modes

_VERSION = b"\x01"
_NONCE = 12
_TAG = 16


class BrokenSealError(Exception):
    """The payload was altered, moved to another record, or sealed under another key."""


@dataclass(frozen=True)
class SealCipher:
    """One algorithm: its id as stored beside the ciphertext, and its key length in bytes."""

    identifier: str
    key_bytes: int
    algorithm: Callable[[bytes], CipherAlgorithm]

    def encrypt(self, key: bytes, plain: bytes, bound_to: bytes) -> bytes:
        """Return the payload; ``bound_to`` must be given again to open it."""
        nonce = os.urandom(_NONCE)
        writer = Cipher(self.algorithm(key), modes.GCM(nonce)).encryptor()
        writer.authenticate_additional_data(bound_to)
        body = writer.update(plain) + writer.finalize()
        return _VERSION + nonce + body + writer.tag

    def decrypt(self, key: bytes, payload: bytes, bound_to: bytes) -> bytes:
        """Return the plain bytes.

        Raises:
            BrokenSealError: anything about the payload is not as it was sealed.
        """
        if payload[:1] != _VERSION or len(payload) < 1 + _NONCE + _TAG:
            raise BrokenSealError("unknown payload version")
        nonce, body, tag = payload[1 : 1 + _NONCE], payload[1 + _NONCE : -_TAG], payload[-_TAG:]
        reader = Cipher(self.algorithm(key), modes.GCM(nonce, tag)).decryptor()
        reader.authenticate_additional_data(bound_to)
        try:
            return reader.update(body) + reader.finalize()
        except InvalidTag as error:
            raise BrokenSealError("authentication failed") from error


CIPHERS = {
    cipher.identifier: cipher
    for cipher in (
        SealCipher("A256GCM", 32, algorithms.AES),
        SealCipher("SM4GCM", 16, algorithms.SM4),
    )
}
DEFAULT_CIPHER = "A256GCM"
