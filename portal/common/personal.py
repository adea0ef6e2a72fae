"""Numbers of people that must not become public: identity cards and mobile telephones."""

import re
import unicodedata
from collections.abc import Iterable

from portal.common.errors import DomainError

_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")
# After a letter a number may be a code of a unit: there the day of birth tells.
_ID_AFTER_LETTER = re.compile(
    r"(?<=[A-Za-z])\d{6}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)"
)
_MOBILE = re.compile(r"(?<!\d)(?:86)?(1[3-9]\d{9})(?!\d)")
_GROUPED = re.compile(r"(?<!\d)(1[3-9]\d[\s\-._\u00b7]\d{4}[\s\-._\u00b7]\d{4})(?!\d)")
_PATTERNS = (_ID_NUMBER, _ID_AFTER_LETTER, _MOBILE, _GROUPED)
_GAP = re.compile(r"(?<=\d)[\s\-\u2010-\u2015]+(?=[\dXx])")

# The same numbers as they may be typed: with gaps, in full width.
_LOOSE = r"[\s\-\u2010-\u2015\uff0d]*"
_AS_TYPED = (
    re.compile(rf"(?<![0-9A-Za-z])(?:\d{_LOOSE}){{17}}[\dXx\uff38\uff58](?![0-9A-Za-z])"),
    re.compile(rf"(?<!\d)[1\uff11]{_LOOSE}[3-9\uff13-\uff19](?:{_LOOSE}\d){{9}}(?!\d)"),
)
MASK, HIDDEN = "＊＊＊", "（内容含有疑似个人号码，不予显示）"


def private_numbers(text: str) -> list[str]:
    """ID numbers and mobile numbers in a text, however they are spaced."""
    visible = "".join(char for char in text if unicodedata.category(char) != "Cf")
    plain = unicodedata.normalize("NFKC", visible)
    # Joined, a number may vanish in the digits before it; as written, in its own gaps.
    texts = (_GAP.sub("", plain), plain)
    found = (hit for pattern in _PATTERNS for said in texts for hit in pattern.findall(said))
    return list(dict.fromkeys(re.sub(r"[^\dXx]", "", hit) for hit in found))


def masked(text: str) -> str:
    """A text for the public, without the personal numbers in it.

    What is stored may be older than the check at publishing; it is looked at again when shown.
    """
    if not private_numbers(text):
        return text
    for pattern in _AS_TYPED:
        text = pattern.sub(MASK, text)
    return HIDDEN if private_numbers(text) else text


def refuse_numbers(texts: Iterable[tuple[str, str, str]]) -> None:
    """Refuse to make personal numbers public.

    Args:
        texts: place in words, text, and the field of the form (empty where there is none).

    Raises:
        DomainError: says in which place one was found, without repeating it.
    """
    for place, text, field in texts:
        found = private_numbers(text)
        if found:
            shown = f"{found[0][:3]}…{found[0][-2:]}"
            raise DomainError(
                f"{place}含有疑似身份证号或手机号码（{shown}），不能公开。请删去后再办理。",
                field=field,
                status=422,
            )
