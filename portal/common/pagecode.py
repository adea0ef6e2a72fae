"""The small code on every printed page: paper that comes back is matched to its submission.

A keyed digest, not a plain hash: numbers and pages are few enough to try them all.
"""

import base64
import hashlib
import hmac
import io

import segno

from portal.common.keyring import key_ring

_CODE_LENGTH = 10
#: What eyes and scanners confuse; base32 holds neither 0 nor 1 nor 8.
_MISREAD = str.maketrans({"0": "O", "1": "I", "8": "B"})


def page_key(key_id: str | None = None) -> bytes:
    """Return the key for page codes, derived from the key ring (primary unless named)."""
    ring = key_ring()
    return ring.derive(key_id or ring.primary, "page-code")


def page_keys() -> list[bytes]:
    """Return the page keys of every key of the ring: paper outlives a rotation."""
    return [page_key(key_id) for key_id in key_ring().keys]


def page_code(application_no: str, submission_no: int, page: int, key: bytes) -> str:
    """Return ten characters (50 bits) for one page of one submission.

    Args:
        application_no: number of the application as printed.
        submission_no: which submission, from 1.
        page: page number, from 1.
        key: from ``page_key``.
    """
    message = f"{application_no}\x00{submission_no}\x00{page}".encode()
    digest = hmac.new(key, message, hashlib.sha256).digest()
    return base64.b32encode(digest).decode("ascii")[:_CODE_LENGTH]


def verify_page_code(
    code: str, application_no: str, submission_no: int, page: int, keys: bytes | list[bytes]
) -> bool:
    """Whether ``code``, as typed or scanned, belongs to that page (case, blanks forgiven)."""
    typed = "".join(code.split()).replace("-", "").upper().translate(_MISREAD)
    tried = [keys] if isinstance(keys, bytes) else keys
    matches = [
        hmac.compare_digest(
            page_code(application_no, submission_no, page, key).encode(), typed.encode()
        )
        for key in tried
    ]
    return any(matches)


def qr_svg(data: str) -> str:
    """Return ``data`` as a QR code: an SVG element without size, colours or style attributes."""
    buffer = io.BytesIO()
    segno.make(data, error="m", micro=False).save(
        buffer, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=2, svgclass=None,
        lineclass=None,
    )  # fmt: skip
    return buffer.getvalue().decode("utf-8").strip()


def qr_data_uri(data: str, *, scale: int = 4) -> str:
    """Return ``data`` as a QR code in a ``data:image/png`` address for ``<img src>``.

    Args:
        data: what the code says.
        scale: pixels per module.
    """
    return str(segno.make(data, error="m", micro=False).png_data_uri(scale=scale, border=2))
