"""字数 as Word counts them (审阅 → 字数统计 → 字数).

Word's figure is "中文字符和朝鲜语单词 + 非中文单词": each wide character (Han, kana, full-width
punctuation and forms) is one; a run of anything else between blanks or wide characters is one
word, so ``2024年3月`` is 4 and ``C++/Java`` is 1.
"""

import unicodedata
from collections.abc import Iterator
from itertools import groupby

#: How the figure came about; printed beside every measured length.
RULE_NAME = "按 Word 字数统计规则"

# Unicode calls these "ambiguous": Word sets them in the Chinese font, and counts each, as soon
# as they touch Chinese text (他说“好”——), and leaves them inside the word otherwise (don’t).
_AMBIGUOUS = frozenset("“”‘’…—–·•§×÷±°√□■○●◇◆△▲☆★→←①②③④⑤⑥⑦⑧⑨⑩ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ")

_WIDE, _EITHER, _WORD, _BLANK = "wide", "either", "word", "blank"


def count_like_word(text: str) -> int:
    """Count 字数 of ``text`` the way Word's status bar does.

    Args:
        text: plain text; paragraphs and cells separated by any white space.

    Returns:
        The number of wide characters plus the number of other words.
    """
    runs = [(kind, sum(1 for _ in group)) for kind, group in groupby(_classes(text))]
    total = 0
    inside_word = False
    for position, (kind, length) in enumerate(runs):
        counted_each = kind == _WIDE or (kind == _EITHER and _touches_wide(runs, position))
        if counted_each:
            total += length
        elif kind != _BLANK and not inside_word:
            total += 1
        inside_word = kind != _BLANK and not counted_each
    return total


def _touches_wide(runs: list[tuple[str, int]], position: int) -> bool:
    neighbours = runs[max(position - 1, 0) : position] + runs[position + 1 : position + 2]
    return any(kind == _WIDE for kind, _ in neighbours)


def _classes(text: str) -> Iterator[str]:
    for char in text:
        kind = _class_of(char)
        if kind is not None:
            yield kind


def _class_of(char: str) -> str | None:
    """Return the class of one character, or None when it is invisible and joins nothing."""
    if char.isspace() or unicodedata.category(char) == "Cc":
        return _BLANK
    if unicodedata.category(char) in {"Cf", "Mn", "Me"}:
        return None
    if char in _AMBIGUOUS:
        return _EITHER
    # Hangul is wide but spaced: Word counts Korean by words.
    if unicodedata.east_asian_width(char) in {"W", "F"} and not _is_hangul(char):
        return _WIDE
    return _WORD


def _is_hangul(char: str) -> bool:
    return "\uac00" <= char <= "\ud7a3" or "\u1100" <= char <= "\u11ff"
