"""Numbers of people that must not become public: identity cards and mobile telephones."""

import re
import unicodedata
from collections.abc import Iterable

from portal.common.errors import DomainError

_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_GAP = re.compile(r"(?<=\d)[\s\-\u2010-\u2015]+(?=[\dXx])")


def private_numbers(text: str) -> list[str]:
    """ID numbers and mobile numbers in a text, however they are spaced."""
    plain = unicodedata.normalize("NFKC", text)
    joined = _GAP.sub("", plain)
    return [found for pattern in (_ID_NUMBER, _MOBILE) for found in pattern.findall(joined)]


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
