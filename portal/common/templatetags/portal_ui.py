"""Template tags and filters of the user interface; cheap, without locale machinery."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django import template
from django.middleware.csrf import get_token
from django.template import RequestContext
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.common import menu

register = template.Library()

_DIGITS = "零一二三四五六七八九"
_TEN = 10
_HUNDRED = 100
_WAN = 10_000
_KILO = 1024


@lru_cache(maxsize=512)
def _icon(name: str, css: str, address: str) -> SafeString:
    return format_html(
        '<svg class="gj-i{}" aria-hidden="true" focusable="false"><use href="{}#i-{}"/></svg>',
        f" {css}" if css else "",
        address,
        name,
    )


@lru_cache(maxsize=1)
def _sprite() -> str:
    return static("icons.svg")


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """Draw an icon of the sprite; decoration only, the words beside it say the meaning."""
    return _icon(name, css, _sprite())


@register.simple_tag(takes_context=True)
def csrf_field(context: Context) -> SafeString:
    """Write a form's security token; unlike ``csrf_token`` it works inside ``include only``."""
    request = getattr(context, "request", None)
    if request is None:
        return SafeString("")
    return format_html(
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request)
    )


@register.simple_tag(takes_context=True)
def menu_groups(context: Context, area: menu.Area) -> list[menu.MenuGroup]:
    """Return the entries of a menu, or nothing on a page drawn without a request."""
    request = context.request if isinstance(context, RequestContext) else None
    if request is None:
        return []
    crumbs = context.get("crumbs") or [{}]
    return menu.groups(request, area, under=_part(crumbs[0], "url"))


def _part(thing: Any, name: str) -> str:
    value = thing.get(name, "") if isinstance(thing, Mapping) else getattr(thing, name, "")
    return str(value or "")


@register.simple_tag
def clause_ref(clause: Any) -> str:
    """Name a clause, as a link to its text when it has an address.

    Args:
        clause: a plain label such as 第七条（一）, or anything with ``label`` and ``url``.
    """
    if isinstance(clause, str):
        return clause
    label, url = _part(clause, "label"), _part(clause, "url")
    return format_html('<a href="{}">{}</a>', url, label) if url else label


@register.filter
def days_until(when: date | None, today: date | None = None) -> int | None:
    """Return whole calendar days from today (Beijing) until ``when``; negative once past.

    A moment at midnight ends the day before: 24:00 of it.
    """
    if when is None:
        return None
    if isinstance(when, datetime):
        local = timezone.localtime(when) if timezone.is_aware(when) else when
        when = (local - timedelta(microseconds=1)).date()
    return (when - (today or timezone.localdate())).days


@register.simple_tag
def days_left(when: date | None, today: date | None = None) -> str:
    """Say how far away a deadline is: 还有 22 天, 今天截止, 已过 3 天."""
    left = days_until(when, today)
    if left is None:
        return ""
    if left > 0:
        return f"还有 {left} 天"
    return "今天截止" if left == 0 else f"已过 {-left} 天"


@register.filter
def cn_date(value: date | None) -> str:
    """Write 2026年7月31日."""
    if not value:
        return ""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return f"{value.year}年{value.month}月{value.day}日"


@register.filter
def cn_datetime(value: datetime | None) -> str:
    """Write 2026年7月31日 17:00 (Beijing time)."""
    if not value:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{cn_date(local)} {local.hour:02d}:{local.minute:02d}"


@register.filter
def cn_deadline(value: datetime | None) -> str:
    """Write the moment something ends as people say it: 00:00 is 24:00 of the day before."""
    if not value:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    if (local.hour, local.minute) == (0, 0):
        return f"{cn_date(local - timedelta(days=1))} 24:00"
    return cn_datetime(value)


@register.filter
def short_datetime(value: datetime | None) -> str:
    """Write 2026-07-31 17:00 (Beijing time), for tables."""
    if not value:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{local:%Y-%m-%d %H:%M}"


def _decimal(value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _plain(number: Decimal) -> str:
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter
def money(value: Any) -> str:
    """Write an amount of yuan: 100,000 元."""
    number = _decimal(value)
    return "" if number is None else f"{_plain(number)} 元"


@register.filter
def wan(value: Any) -> str:
    """Write an amount of yuan in ten thousands: 100000 becomes 10 万元."""
    number = _decimal(value)
    return "" if number is None else f"{_plain(number / _WAN)} 万元"


@register.filter
def points(value: Any) -> str:
    """Write a score without superfluous zeros: 74.50 becomes 74.5."""
    number = _decimal(value)
    return "" if number is None else _plain(number)


@register.filter
def file_size(value: int | None) -> str:
    """Write the size of a file from bytes: 812 KB, 1.2 MB."""
    if value is None:
        return ""
    if value < _KILO:
        return f"{value} 字节"
    if value < _KILO * _KILO:
        return f"{round(value / _KILO)} KB"
    return f"{value / _KILO / _KILO:.1f} MB"


@register.filter
def cn_number(value: int) -> str:
    """Write 1..99 in Chinese numerals for headings: 一, 十二, 三十."""
    number = int(value)
    if not 0 <= number < _HUNDRED:
        return str(number)
    tens, ones = divmod(number, _TEN)
    if tens == 0:
        return _DIGITS[ones]
    head = "" if tens == 1 else _DIGITS[tens]
    return f"{head}十{_DIGITS[ones] if ones else ''}"


@register.filter
def lookup(mapping: Mapping[str, Any] | None, key: str) -> Any:
    """Return one entry of a mapping, names with hyphens included; empty when it is missing."""
    return "" if mapping is None else mapping.get(key, "")


@register.filter
def named(error: str, label: str) -> str:
    """Put the field's name before its error, unless the error says it already."""
    text, name = str(error), str(label)
    # A declaration's label is a whole sentence, and no name.
    return text if name in text or name.endswith("。") else f"{name}：{text}"
