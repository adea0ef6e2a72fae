"""Values between paper, JSON and expressions: reading, checking, showing."""

from collections.abc import Mapping, Sequence
from datetime import date
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
_EMPTY: tuple[Any, ...] = (None, "", [], ())


class ValueWrongError(ValueError):
    """A value does not fit its field; the message is for the person who typed it."""


def is_empty(value: Any) -> bool:
    """No answer given. ``False`` and ``0`` are answers."""
    return any(value is nothing or value == nothing for nothing in _EMPTY) and value is not False


def read_value(definition: FieldDef, value: Any) -> Any:
    """The typed value of an answer: date, Decimal, int, bool, text or list of texts.

    Sealed answers (a mapping with ``sealed``) pass through.

    Raises:
        ValueWrongError: the text does not fit; says what and how to write it.
    """
    if is_empty(value):
        return None
    if isinstance(value, Mapping):
        return value
    try:
        return _read(definition, value)
    except ValueWrongError:
        raise
    except (ValueError, InvalidOperation) as error:
        raise ValueWrongError(str(error) or f"“{value}”格式不对") from error


def _read(definition: FieldDef, value: Any) -> Any:
    kind = definition.type
    if kind in ("date", "month"):
        parse = parse_date if kind == "date" else parse_year_month
        return value if isinstance(value, date) else parse(str(value))
    if kind in ("integer", "year"):
        return _integer(value)
    if kind in ("decimal", "money"):
        return _decimal(value)
    if kind in ("yes_no", "declaration"):
        return value if isinstance(value, bool) else str(value).lower() in ("true", "1", "是", "on")
    if kind == "choices":
        return [str(item) for item in ([value] if isinstance(value, str) else value)]
    return _text(definition, str(value).strip())


def _text(definition: FieldDef, text: str) -> str:
    if definition.max_length and len(text) > definition.max_length:
        raise ValueWrongError(f"最多 {definition.max_length} 个字符，现有 {len(text)} 个")
    check = _CHECKS.get(definition.type)
    return check(text) if check else text


def _integer(value: Any) -> int:
    if isinstance(value, bool) or str(value).strip().lstrip("-").isdigit() is False:
        raise ValueWrongError(f"“{value}”不是整数，请只填数字")
    return int(str(value))


def _decimal(value: Any) -> Decimal:
    try:
        found = Decimal(str(value).replace(",", "").replace("，", "").strip())
    except InvalidOperation as error:
        raise ValueWrongError(f"“{value}”不是数字，请只填数字，如 50000 或 86.5") from error
    if not found.is_finite():
        raise ValueWrongError(f"“{value}”不是有效的数字")
    return found


def id_facts(value: Any, kind: str | None = None) -> IdFacts | None:
    """Birth and sex of an ID answer: from the number, or as kept beside a sealed one."""
    if isinstance(value, Mapping):
        birth = value.get("birth")
        return IdFacts(
            number="",
            kind=kind or CITIZEN,
            birth=date.fromisoformat(birth) if birth else None,
            sex=value.get("sex") or None,
        )
    if is_empty(value):
        return None
    return check_id_number(str(value), kind or CITIZEN)


def show_value(definition: FieldDef | None, value: Any, *, unit: bool = True) -> str:
    """A value as people read it; sealed values only masked."""
    if is_empty(value):
        return ""
    if isinstance(value, Mapping):
        return str(value.get("shown", "已填写"))
    if definition is not None and definition.sensitivity == "sealed":
        text = str(value)
        return text[:2] + "*" * max(len(text) - 4, 0) + text[-2:]
    return _shown(definition, value, unit)


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
    text = f"{Decimal(str(value)):,f}" if grouped else str(value)
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    suffix = definition.unit if definition is not None and unit else ""
    return f"{text} {suffix}".strip() if suffix else text
