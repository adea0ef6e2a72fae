"""Occupations are free text: a key to compare them by, and a look-alike test for people.

The key guards uniqueness in the database, so it only removes what carries no meaning.
`look_alike` is generous on purpose: it raises a question, a person answers it.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping

_LABEL = re.compile(
    r"职业[（(/、]?工种[）)]?[：:]?|[（(](?:职业|工种)[）)]|(?:职业|工种)(?:名称)?[：:]"
)
_TRAILING_LABEL = re.compile(r"(?<=.)(?:工种|职业)$")
_LEVEL = re.compile(
    r"国家职业资格|职业技能等级|职业资格|"
    r"(?:特级|首席|高级|一级|二级)?技师|(?:高级|中级|初级|学徒)工?(?=$|[^\u4e00-\u9fff])|"
    r"[一二三四五1-5]级"
)
_ENDING = re.compile(r"(?:操作工|作业员|制作工|工人|[工师员匠])$")
_ALIKE_PARTS, _ALIKE_WHOLE = 3, 4
_SHORTEST = 2


def drop_labels(text: str) -> str:
    """The text without labels that forms print beside it: （工种）, 职业（工种）, 工种：."""
    return _LABEL.sub("", text)


def normalise_occupation(text: str) -> str:
    """The key of an occupation: what is left when spelling differences are gone.

    NFKC (full width becomes half width), lower case, no white space, no punctuation, and
    no printed label such as 职业（工种）. What stands in brackets otherwise is kept: it
    names the trade. Applying it twice changes nothing.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    previous = None
    while previous != plain:
        previous = plain
        plain = _TRAILING_LABEL.sub("", drop_labels(plain))
        plain = unicodedata.normalize("NFKC", plain).casefold()
    key = "".join(char for char in plain if unicodedata.category(char)[0] in "LMN")
    return key if key == plain else normalise_occupation(key)


def look_alike(a: str, b: str, synonyms: Mapping[str, str] | None = None) -> bool:
    """Whether two occupations may be one and the same, for a person to judge.

    They are alike when, levels such as 技师 or 二级 set aside, the keys are equal, consist
    of the same characters, one contains the other, or the stems (without 工, 师, 员) share
    three quarters of their characters. Symmetric; two empty texts are never alike.

    Args:
        a: one occupation as typed.
        b: the other.
        synonyms: keys of other names to the key of the main name, from the occupation list.
    """
    known = synonyms or {}
    one, two = (_core(text, known) for text in (a, b))
    if not one or not two:
        return False
    if Counter(one) == Counter(two) or _contains(one, two):
        return True
    left, right = _ENDING.sub("", one), _ENDING.sub("", two)
    if _contains(left, right):
        return True
    shared = (Counter(left) & Counter(right)).total()
    return shared * _ALIKE_WHOLE >= max(len(left), len(right)) * _ALIKE_PARTS and shared > 1


def _core(text: str, synonyms: Mapping[str, str]) -> str:
    """The key without skill levels; the key itself when nothing else is left."""
    without_level = _LEVEL.sub("", unicodedata.normalize("NFKC", text))
    key = normalise_occupation(without_level) or normalise_occupation(text)
    return synonyms.get(key, key)


def _contains(one: str, two: str) -> bool:
    short, long = sorted((one, two), key=len)
    return len(short) >= _SHORTEST and short in long
