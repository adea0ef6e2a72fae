"""Tags for sheets that the portal drew up itself: the form decides what is on the paper."""

from collections.abc import Sequence

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from jurisdictions.interfaces.sheet_page import SheetError, SheetPage
from jurisdictions.schema.forms import ColumnUse, FieldUse, Section, TableUse
from jurisdictions.templatetags.sheet import (
    PARTS,
    Column,
    draw_rows,
    opinion,
    page_of,
    paragraphs,
    tick_boxes,
)

register = template.Library()

_LONG = frozenset({"long_text", "choices"})
_TICKED = frozenset({"choice", "choices", "yes_no", "declaration"})
#: More options than this are not printed as tick boxes.
_MOST_TICKS = 14
#: Options that together are longer than this take the whole width.
_NARROW = 14
_WEIGHTS = {"long_text": 8, "text": 5, "integer": 2, "year": 2, "yes_no": 2}


@register.simple_tag(takes_context=True)
def all_sections(context: Context) -> SafeString:
    """Every printed section of the form in order, two short fields to a row."""
    page = page_of(context)
    return format_html_join("", "{}", ((draw_section(page, part),) for part in page.sections()))


@register.simple_tag(takes_context=True)
def section(context: Context, section_id: str) -> SafeString:
    """One section of the form; nothing while it does not apply to the answers."""
    page = page_of(context)
    found = next((part for part in page.sections() if part.id == section_id), None)
    return draw_section(page, found) if found else SafeString("")


@register.simple_tag(takes_context=True)
def declarations(context: Context, heading: str, title: str = "") -> SafeString:
    """The declarations of the last page with their fixed sentences, as a table of their own."""
    page = page_of(context)
    uses = [use for use in page.procedure.form.declarations if use.printed]
    shown = [use for use in uses if page.shown(use.field)]
    if not shown:
        return SafeString("")
    return _drawn(title or heading, heading, _pieces(page, shown), page, [])


@register.simple_tag(takes_context=True)
def all_boxes(context: Context, size: str = "40") -> SafeString:
    """All opinion boxes of the ruleset that the template has not drawn, in order."""
    page = page_of(context)
    left = [box for box in page.boxes.values() if box.id not in page.boxes_used]
    drawn = (
        (opinion(context, box.id, size=size, sign="签字盖章：" if box.seal else "签字："),)
        for box in left
    )
    return format_html_join("", "{}", drawn)


def draw_section(page: SheetPage, part: Section) -> SafeString:
    """One section of a draft sheet as a table of four columns."""
    shown = [use for use in part.fields if use.printed and page.shown(use.field)]
    tables = [_table(page, use) for use in part.tables if page.shown(use.table)]
    return _drawn(part.title, part.title, _pieces(page, shown), page, tables)


def _drawn(
    bookmark: str,
    heading: str,
    pieces: Sequence[Sequence[FieldUse]],
    page: SheetPage,
    tables: Sequence[SafeString],
) -> SafeString:
    values = [[(page.label(use.field), _value(page, use)) for use in piece] for piece in pieces]
    return render_to_string(
        f"{PARTS}/section.html",
        {"bookmark": bookmark, "heading": heading, "pieces": values, "tables": tables},
    )


def _table(page: SheetPage, use: TableUse) -> SafeString:
    columns = [_column(page, use.table, column) for column in use.columns if column.printed]
    if not columns:
        return SafeString("")
    label = use.label or page.policy.catalogue.tables[use.table].label
    return draw_rows(page, use.table, columns, label=label, colspan=3)


def _column(page: SheetPage, table: str, use: ColumnUse) -> Column:
    definition = page.policy.catalogue.field(f"{table}.{use.column}")
    if definition is None:
        raise SheetError(f"字段目录中没有列 {table}.{use.column}")
    weight = _WEIGHTS.get(definition.type, 3)
    side = "left" if definition.type == "long_text" else ""
    return Column(use.column, use.label or definition.label, weight, side)


def _pieces(page: SheetPage, uses: Sequence[FieldUse]) -> list[list[FieldUse]]:
    """Fields row by row: a wide one alone, narrow ones in pairs."""
    rows: list[list[FieldUse]] = []
    open_row = False
    for use in uses:
        wide = _is_wide(page, use)
        if open_row and not wide:
            rows[-1].append(use)
            open_row = False
        else:
            rows.append([use])
            open_row = not wide
    return rows


def _options(page: SheetPage, use: FieldUse) -> tuple[str, ...]:
    """What is printed as tick boxes: the form's own choices, not long national code lists."""
    definition = page.definition(use.field)
    if definition.type in ("yes_no", "declaration"):
        return ("是", "否")
    own = use.options or definition.options
    return own if definition.type in _TICKED and len(own) <= _MOST_TICKS else ()


def _is_wide(page: SheetPage, use: FieldUse) -> bool:
    length = sum(len(option) + 2 for option in _options(page, use))
    kind = page.definition(use.field).type
    return kind in _LONG or bool(use.fixed_text) or length > _NARROW


def _value(page: SheetPage, use: FieldUse) -> SafeString:
    kind = page.definition(use.field).type
    if use.fixed_text:
        agreed = page.choices(use.field)[0].ticked
        return paragraphs(f"{'■' if agreed else '□'} {page.fixed_text(use.field)}")
    if _options(page, use):
        return tick_boxes(page, use.field)
    value = page.text(use.field)
    if kind == "long_text":
        return format_html('<div class="text-body h20">{}</div>', paragraphs(value))
    return format_html("{}", value)
