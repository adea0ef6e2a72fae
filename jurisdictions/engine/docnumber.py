"""The form of a document number (发文字号) under GB/T 9704-2012 7.2.5.

Agency code, full year in hexagonal brackets, running number without 第 and without leading
zeros, 号. A fault is named exactly and the mended form is offered.
"""

import re
from dataclasses import dataclass

_OPEN, _CLOSE = "〔[［(（{【〈《「", "〕]］)）}】〉》」"
_NUMERAL = r"\d〇零一二三四五六七八九十"
_STRICT = re.compile(r"([^\W\d_]+)〔([0-9]{4})〕([1-9][0-9]*)号")
_BRACKETED = re.compile(
    rf"(?P<agency>[^{re.escape(_OPEN)}]*)(?P<open>[{re.escape(_OPEN)}])"
    rf"(?P<year>[{_NUMERAL}]+)(?P<suffix>年?)(?P<close>[{re.escape(_CLOSE)}])"
    rf"(?P<ordinal>第?)(?P<number>[{_NUMERAL}]+)(?P<hao>号?)"
)
_BARE = re.compile(
    r"(?P<agency>\D*?)(?P<year>\d{4})(?P<suffix>年?)[-—]?"
    rf"(?P<ordinal>第?)(?P<number>[{_NUMERAL}]+)(?P<hao>号?)"
)
_DIGITS = {char: str(value) for value, char in enumerate("零一二三四五六七八九")} | {"〇": "0"}
_TEN = "十"
_FULL_YEAR, _SHORT_YEAR, _FOUNDING = 4, 2, 49


class DocNumberError(ValueError):
    """A document number is not well formed.

    Attributes:
        faults: each fault in Chinese, in the order of the text.
        corrected: the mended form, or None when it cannot be guessed.
    """

    def __init__(self, text: str, faults: tuple[str, ...], corrected: str | None) -> None:
        """Word the message from the faults and the mended form."""
        self.faults = faults
        self.corrected = corrected
        advice = f"应写作“{corrected}”。" if corrected else "请按“机关代字〔年份〕×号”的样式填写。"
        super().__init__(f"文号“{text}”不符合公文格式：{'；'.join(faults)}。{advice}")


@dataclass(frozen=True)
class DocNumber:
    """A document number in its parts; `str()` gives the official form back."""

    agency: str
    year: int
    number: int

    def __str__(self) -> str:
        """机关代字〔年份〕序号号."""
        return f"{self.agency}〔{self.year}〕{self.number}号"


def check_document_number(text: str) -> DocNumber:
    """Read a document number that follows GB/T 9704-2012 to the letter.

    White space around it is ignored; anything else that differs is a fault.

    Raises:
        DocNumberError: with every fault named and, where possible, the mended form.
    """
    trimmed = text.strip()
    found = _STRICT.fullmatch(trimmed)
    if found:
        return DocNumber(found[1], int(found[2]), int(found[3]))
    if not trimmed:
        raise DocNumberError(text, ("没有填写",), None)
    raise _diagnose(trimmed)


def _diagnose(text: str) -> DocNumberError:
    """Name every fault of a text that is not in form, and mend it where that is safe."""
    compact = "".join(text.split())
    faults = ["中间不应有空格"] if compact != text else []
    found = _BRACKETED.fullmatch(compact) or _BARE.fullmatch(compact)
    if found is None:
        return DocNumberError(text, (*faults, *_missing_parts(compact)), None)
    parts = found.groupdict()
    agency, year, number = parts["agency"], _arabic(parts["year"]), _arabic(parts["number"])
    faults += _agency_faults(agency) + _year_faults(parts) + _number_faults(parts, number)
    mended = None
    if not _agency_faults(agency) and number is not None and int(number) > 0:
        full_year = _full_year(year)
        mended = str(DocNumber(agency, full_year, int(number))) if full_year else None
    return DocNumberError(text, tuple(faults), mended)


def _missing_parts(text: str) -> list[str]:
    """The faults of a text in which the three parts cannot be told apart."""
    if not re.search(r"\d{4}|[〇零一二三四五六七八九]{4}", text):
        return ["缺少四位年份"]
    if text[0] in _OPEN:
        return ["缺少发文机关代字"]
    return ["不能辨认出机关代字、年份和序号三部分"]


def _agency_faults(agency: str) -> list[str]:
    if not agency:
        return ["缺少发文机关代字"]
    return [] if re.fullmatch(r"[^\W\d_]+", agency) else ["发文机关代字中不应有数字或符号"]


def _year_faults(parts: dict[str, str]) -> list[str]:
    year, faults = parts["year"], []
    opening, closing = parts.get("open"), parts.get("close")
    if not opening:
        faults.append("年份没有用六角括号〔〕括起")
    elif (opening, closing) != ("〔", "〕"):
        faults.append(f"年份应使用六角括号〔〕，不应使用{opening}{closing}")
    if not re.fullmatch(r"[0-9]+", year):
        faults.append("年份应使用半角阿拉伯数字")
    if len(year) != _FULL_YEAR:
        faults.append("年份应写四位全称")
    if parts["suffix"]:
        faults.append("年份后不加“年”字")
    return faults


def _number_faults(parts: dict[str, str], number: str | None) -> list[str]:
    faults = []
    if parts["ordinal"]:
        faults.append("序号前不加“第”字")
    if not re.fullmatch(r"[0-9]+", parts["number"]):
        faults.append("序号应使用半角阿拉伯数字")
    if number is not None and int(number) == 0:
        faults.append("序号应从1编起")
    elif number is not None and number.startswith("0"):
        faults.append("序号不编虚位，前面不加0")
    if not parts["hao"]:
        faults.append("末尾缺少“号”字")
    return faults


def _arabic(text: str) -> str | None:
    """Half-width digits for digits or Chinese numerals below one hundred; None otherwise."""
    if _TEN in text:
        tens, _, ones = text.partition(_TEN)
        if max(len(tens), len(ones)) > 1 or _TEN in ones:
            return None
        return f"{_DIGITS.get(tens, tens or '1')}{_DIGITS.get(ones, ones or '0')}"
    return "".join(_DIGITS.get(char) or str(int(char)) for char in text)


def _full_year(year: str | None) -> int | None:
    """A four-digit year; two digits are taken for a year since the founding of the state."""
    if year is None or len(year) not in (_FULL_YEAR, _SHORT_YEAR):
        return None
    if len(year) == _FULL_YEAR:
        return int(year)
    return int(year) + (1900 if int(year) >= _FOUNDING else 2000)
