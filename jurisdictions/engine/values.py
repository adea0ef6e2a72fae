"""Values between paper, JSON and expressions: reading, checking, showing."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from jurisdictions.engine.dates import format_date, format_month, parse_date, parse_year_month
from jurisdictions.engine.identity import (
    CITIZEN,
    IdFacts,
    check_email,
    check_id_number,
    check_mobile,
    check_person_name,
    check_phone,
    check_postcode,
    check_uscc,
)
from jurisdictions.schema.fields import FieldDef

_CHECKS = {
    "uscc": check_uscc,
    "phone": check_phone,
    "mobile": check_mobile,
    "email": check_email,
    "postcode": check_postcode,
    "person_name": check_person_name,
}
_YES = frozenset({"true", "1", "是", "on", "yes"})
_NO = frozenset({"false", "0", "否", "off", "no"})
_UNSAVABLE = re.compile("[\0\ud800-\udfff]")
_INTEGER = re.compile(r"[+-]?\d{1,15}")
#: Technical bounds, wide of anything a form asks: what a calendar and a double can hold.
FIRST_YEAR, LAST_YEAR = 1900, 2199
_DIGITS = 15


class ValueWrongError(ValueError):
    """A value does not fit its field; the message is for the person who typed it."""


def is_empty(value: Any) -> bool:
    """No answer given. ``False`` and ``0`` are answers."""
    return value is None or (isinstance(value, str | list | tuple) and not value)


def read_value(definition: FieldDef, value: Any) -> Any:
    """The typed value of an answer: date, Decimal, int, bool, text or list of texts.

    Sealed answers (a mapping with ``sealed``) pass through where the field is sealed.

    Raises:
        ValueWrongError: the answer does not fit; says what and how to write it.
    """
    if is_empty(value):
        return None
    if isinstance(value, Mapping):
        if definition.sensitivity == "sealed" and "sealed" in value:
            return value
        raise ValueWrongError("内容格式不对，请重新填写")
    read = _READERS.get(definition.type)
    try:
        return read(value) if read else _text(definition, _line(value))
    except ValueWrongError:
        raise
    except ValueError as error:
        raise ValueWrongError(str(error)) from error


def _line(value: Any) -> str:
    """One text; a list, a tick or anything else that is no text is refused."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal | date):
        raise ValueWrongError("内容格式不对，请重新填写")
    text = str(value).strip()
    if _UNSAVABLE.search(text):
        raise ValueWrongError("含有无法保存的字符，请删去后重新填写")
    return text


def _text(definition: FieldDef, text: str) -> str:
    if definition.max_length and len(text) > definition.max_length:
        raise ValueWrongError(f"最多 {definition.max_length} 个字符，现有 {len(text)} 个")
    check = _CHECKS.get(definition.type)
    return check(text) if check else text


def _day(value: Any) -> date:
    return _within(_date_of(value) or parse_date(_line(value)))


def _month(value: Any) -> date:
    return _within(_date_of(value) or parse_year_month(_line(value)))


def _date_of(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _within(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueWrongError(f"年份应在 {FIRST_YEAR} 至 {LAST_YEAR} 之间，请核对")
    return day


def _integer(value: Any) -> int:
    text = _line(value)
    if not _INTEGER.fullmatch(text):
        raise ValueWrongError(f"“{_short(text)}”不是整数，请只填数字")
    return int(text)


def _year(value: Any) -> int:
    return _within(date(max(min(_integer(value), date.max.year), 1), 1, 1)).year


def _decimal(value: Any) -> Decimal:
    text = _line(value)
    try:
        found = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation as error:
        raise ValueWrongError(f"“{_short(text)}”不是数字，请只填数字，如 50000 或 86.5") from error
    if not found.is_finite():
        raise ValueWrongError(f"“{_short(text)}”不是有效的数字")
    if len(text) > 2 * _DIGITS or (found and not -_DIGITS <= found.adjusted() < _DIGITS):
        raise ValueWrongError(f"“{_short(text)}”超出能够填写的范围，请核对")
    return found


def _yes_no(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = _line(value).lower()
    if text not in _YES | _NO:
        raise ValueWrongError(f"“{_short(text)}”不是“是”或“否”，请重新选择")
    return text in _YES


def _choices(value: Any) -> list[str] | None:
    listed = value if isinstance(value, list | tuple) else [value]
    return [text for text in map(_line, listed) if text] or None


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


_READERS: dict[str, Callable[[Any], Any]] = {
    "date": _day,
    "month": _month,
    "integer": _integer,
    "year": _year,
    "decimal": _decimal,
    "money": _decimal,
    "yes_no": _yes_no,
    "declaration": _yes_no,
    "choices": _choices,
}


def id_facts(value: Any, kind: str | None = None) -> IdFacts | None:
    """Birth and sex of an ID answer: from the number, or as kept beside a sealed one."""
    if isinstance(value, Mapping):
        sex = value.get("sex")
        return IdFacts(
            number="",
            kind=kind or CITIZEN,
            birth=_kept_birth(value.get("birth")),
            sex=sex if sex in ("男", "女") else None,
        )
    if is_empty(value):
        return None
    return check_id_number(str(value), kind or CITIZEN)


def _kept_birth(kept: Any) -> date | None:
    """The birth kept beside a sealed number; the portal wrote it, nobody typed it."""
    try:
        return date.fromisoformat(kept) if isinstance(kept, str) else None
    except ValueError:
        return None


def show_value(definition: FieldDef | None, value: Any, *, unit: bool = True) -> str:
    """A value as people read it; sealed values only masked."""
    if is_empty(value):
        return ""
    if isinstance(value, Mapping):
        return str(value.get("shown", "已填写"))
    if definition is not None and definition.sensitivity == "sealed":
        return _masked(str(value))
    return _shown(definition, value, unit)


def _masked(text: str) -> str:
    """Two characters at each end of a long number; nothing of a short one."""
    if len(text) < 8:
        return "*" * len(text)
    return text[:2] + "*" * (len(text) - 4) + text[-2:]


def _shown(definition: FieldDef | None, value: Any, unit: bool) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        month = definition is not None and definition.type == "month"
        return format_month(value) if month else format_date(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "、".join(str(item) for item in value)
    return (
        _number(definition, value, unit) if isinstance(value, int | float | Decimal) else str(value)
    )


def _number(definition: FieldDef | None, value: int | float | Decimal, unit: bool) -> str:
    grouped = definition is not None and definition.type in ("money", "decimal")
    text = f"{Decimal(str(value)):,f}" if grouped else f"{Decimal(str(value)):f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    suffix = definition.unit if definition is not None and unit else ""
    return f"{text} {suffix}".strip() if suffix else text
