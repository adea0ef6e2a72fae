"""Tags that draw official sheets: cells, repeating rows, fixed text, opinion boxes.

A template under ``templates/forms/<code>/`` says only what stands where; borders, seal places,
blank rows, continuation and attached sheets come from here and from ``static/sheet.css``.
All values are escaped; ``|`` in a label is a line break.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.template.base import Node, NodeList, Parser, Token
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from jurisdictions.interfaces.sheet_page import Overflow, SheetPage

register = template.Library()

PARTS = "forms/_parts"
_WHOLE = 100
#: Values that must stay on one line; set a little smaller so that they fit a narrow cell.
_ONE_LINE = frozenset({"id_number", "uscc", "mobile", "phone"})
_DEFAULT_ROWS = 5
#: A text of at most so many characters moves to the next page as a whole.
_KEPT_TOGETHER = 400


@dataclass(frozen=True)
class Column:
    """A column of a repeating table: catalogue columns, printed head, weight of its width."""

    spec: str
    head: str
    weight: int
    style: str


def page_of(context: Context) -> SheetPage:
    """The sheet that is being drawn."""
    page: SheetPage = context["page"]
    return page


def broken(label: str) -> SafeString:
    """A label with its line breaks."""
    return format_html_join(SafeString("<br>"), "{}", ((part,) for part in label.split("|")))


def paragraphs(text: str) -> SafeString:
    """A text with each of its lines as a paragraph."""
    kept = [line.strip() for line in text.splitlines() if line.strip()]
    return format_html_join("", "<p>{}</p>", ((line,) for line in kept))


def _classes(*names: str) -> str:
    return " ".join(name for name in names if name)


def _span(colspan: int, rowspan: int = 1) -> SafeString:
    """Spans as attributes; nothing when they are 1."""
    across = format_html(' colspan="{}"', colspan) if colspan > 1 else SafeString("")
    down = format_html(' rowspan="{}"', rowspan) if rowspan > 1 else SafeString("")
    return across + down


def percents(weights: Sequence[int]) -> list[int]:
    """Whole percentages in the proportion of ``weights``, 100 together."""
    total = sum(weights)
    exact = [weight * _WHOLE / total for weight in weights]
    floors = [int(value) for value in exact]
    by_rest = sorted(range(len(exact)), key=lambda index: floors[index] - exact[index])
    for index in by_rest[: _WHOLE - sum(floors)]:
        floors[index] += 1
    return floors


def _columns_of(weights: Sequence[int]) -> SafeString:
    cols = format_html_join("", '<col class="w{}">', ((width,) for width in percents(weights)))
    return format_html("<colgroup>{}</colgroup>", cols)


@register.simple_tag
def label_lines(label: str) -> SafeString:
    """A label with its line breaks."""
    return broken(label)


@register.simple_tag
def text_lines(text: str) -> SafeString:
    """A text with each of its lines as a paragraph."""
    return paragraphs(text)


# --- cover -------------------------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def cover_line(
    context: Context, label: str, *paths: str, join: str = " ", after: str = ""
) -> SafeString:
    """A blank of the cover: label, underlined value, words behind the line such as （公章）.

    ``filed_on`` as path stands for 填报时间.
    """
    page = page_of(context)
    value = page.filing_day() if paths == ("filed_on",) else page.joined(paths, join)
    return format_html(
        '<div class="cover-line"><span class="cover-label">{}</span>'
        '<span class="cover-value">{}</span>{}</div>',
        broken(label),
        value,
        format_html('<span class="cover-after">{}</span>', after) if after else "",
    )


@register.simple_tag(takes_context=True)
def draft_note(context: Context, text: str) -> SafeString:
    """The mark of a sheet that the portal drew up itself; repeated at the foot of each page."""
    return format_html('<p class="draft-note">{}</p>', page_of(context).sheet.draft_note or text)


@register.simple_tag
def running_head(text: str) -> SafeString:
    """Words at the head of every page from here on."""
    return format_html('<div class="running-head" data-text="{}"></div>', text)


# --- grids -------------------------------------------------------------------------------------
@register.simple_block_tag(takes_context=True)
def grid(
    context: Context, content: str, widths: str = "", bookmark: str = "", cls: str = ""
) -> SafeString:
    """A bordered table. ``widths`` are weights of its columns; none: all alike."""
    del context
    columns = _columns_of([int(weight) for weight in widths.split()]) if widths else ""
    return format_html(
        '<table class="{}"{}>{}<tbody>{}</tbody></table>',
        _classes("grid", cls),
        format_html(' data-bookmark="{}"', bookmark) if bookmark else "",
        columns,
        content,
    )


@register.simple_tag
def label(text: str, colspan: int = 1, rowspan: int = 1, cls: str = "") -> SafeString:
    """A label cell. ``cls="vertical"`` sets one character above the other."""
    inner = format_html("<span>{}</span>", text) if cls == "vertical" else broken(text)
    return format_html(
        '<th scope="row" class="{}"{}>{}</th>',
        _classes("label", cls), _span(colspan, rowspan), inner,
    )  # fmt: skip


@register.simple_tag
def heading(text: str, colspan: int = 1) -> SafeString:
    """A section heading across the table, as a row of its own."""
    return format_html(
        '<tr class="heading"><th scope="colgroup"{}>{}</th></tr>', _span(colspan), broken(text)
    )


@register.simple_tag(takes_context=True)
def cell(
    context: Context,
    *paths: str,
    colspan: int = 1,
    join: str = " ",
    style: str = "",
    cls: str = "",
) -> SafeString:
    """A value cell. Several paths share it; ``join="（）"`` puts the second in brackets."""
    page = page_of(context)
    text = page.joined(paths, join, style)
    kind = page.definition(paths[0].removesuffix("?")).type if len(paths) == 1 else ""
    return format_html(
        '<td class="{}"{}>{}</td>',
        _classes("value", "one-line" if kind in _ONE_LINE else "", cls), _span(colspan), text,
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def text_row(
    context: Context, label: str, path: str, colspan: int = 1, size: str = "", hint: str = ""
) -> SafeString:
    """A row with a large cell for a long text, under the hint the form prints in it.

    ``size`` is the least height in millimetres (a multiple of ten); a longer text grows and
    goes on over the page.
    """
    value = page_of(context).text(path)
    return format_html(
        '<tr class="{}"><th scope="row" class="label">{}</th><td class="text"{}>'
        '<div class="{}">{}{}</div></td></tr>',
        "flows" if len(value) > _KEPT_TOGETHER else "",
        broken(label),
        _span(colspan),
        _classes("text-body", f"h{size}" if size else ""),
        format_html('<p class="hint">{}</p>', hint) if hint else "",
        paragraphs(value),
    )


@register.simple_tag(takes_context=True)
def ticks(context: Context, path: str, colspan: int = 1) -> SafeString:
    """A value cell with all options of a choice and the chosen ones marked ■."""
    marks = tick_boxes(page_of(context), path)
    return format_html('<td class="value ticks"{}>{}</td>', _span(colspan), marks)


def tick_boxes(page: SheetPage, path: str) -> SafeString:
    """All options of a choice, the chosen ones marked ■."""
    marks = (("■" if choice.ticked else "□", choice.label) for choice in page.choices(path))
    return format_html_join(" ", '<span class="tick">{} {}</span>', marks)


# --- repeating rows ------------------------------------------------------------------------------
class RowsNode(Node):
    """Gathers the columns of a table, then draws it."""

    def __init__(self, table: Any, options: dict[str, Any], nodelist: NodeList) -> None:
        """Keep what was parsed."""
        self.table, self.options, self.nodelist = table, options, nodelist

    def render(self, context: Context) -> SafeString:
        """Draw the table row that holds the repeating rows."""
        page = page_of(context)
        outer, page.pending = page.pending, []
        self.nodelist.render(context)
        columns, page.pending = page.pending, outer
        options = {name: value.resolve(context) for name, value in self.options.items()}
        return draw_rows(page, self.table.resolve(context), columns, **options)


@register.tag
def rows(parser: Parser, token: Token) -> RowsNode:
    """``{% rows "team" label="…" colspan=7 %}{% col … %}…{% endrows %}`` inside a grid.

    Options: ``label`` at the left with its ``cls`` and ``label_span``; ``colspan`` of the rest;
    ``over="attach"`` sends rows beyond the printed ones to an attached sheet with the title
    ``attach``; ``size`` (low, roomy, tall) for the height of the rows.
    """
    bits = token.split_contents()
    options = dict(bit.split("=", 1) for bit in bits[2:])
    nodelist = parser.parse(("endrows",))
    parser.delete_first_token()
    compiled = {name: parser.compile_filter(value) for name, value in options.items()}
    return RowsNode(parser.compile_filter(bits[1]), compiled, nodelist)


@register.simple_tag(takes_context=True)
def col(context: Context, spec: str, head: str, weight: int = 1, style: str = "") -> str:
    """A column of ``rows``; ``spec`` may name several that share it: ``item grade?/rank?``."""
    page_of(context).pending.append(Column(spec, head, weight, style))
    return ""


def draw_rows(
    page: SheetPage,
    table: str,
    columns: Sequence[Column],
    *,
    label: str = "",
    cls: str = "",
    colspan: int = 1,
    over: str = "grow",
    attach: str = "",
    size: str = "",
    label_span: int = 1,
) -> SafeString:
    """Draw the rows of a table, padded to those the paper has; see the tag ``rows``."""
    printed = page.table(table).printed_rows or _DEFAULT_ROWS
    filled = page.rows(table, [column.spec for column in columns])
    more = filled[printed:] if over == "attach" else []
    if more:
        filled = filled[:printed]
        heads = [(column.head, column.weight) for column in columns]
        page.overflow.append(Overflow(attach or label.replace("|", ""), heads, more, printed + 1))
    return render_to_string(
        f"{PARTS}/rows.html",
        {
            "label": label, "cls": cls, "colspan": colspan, "size": size,
            "label_span": label_span, "columns": columns,
            "cols": _columns_of([column.weight for column in columns]),
            "rows": [_row(row, columns) for row in filled],
            "blanks": range(printed - len(filled)), "more": len(more),
        },
    )  # fmt: skip


def _row(values: Sequence[str], columns: Sequence[Column]) -> dict[str, Any]:
    longest = max(map(len, values), default=0)
    return {
        "cells": list(zip(values, columns, strict=True)),
        "long": longest > _KEPT_TOGETHER,
    }


@register.simple_tag(takes_context=True)
def attached(context: Context) -> SafeString:
    """The attached sheets 附表 of all tables that were too long, at the end of the sheet."""
    parts = [
        render_to_string(
            f"{PARTS}/attached.html",
            {
                "sheet": sheet, "number": number, "only": len(page_of(context).overflow) == 1,
                "cols": _columns_of([1, *(weight for _, weight in sheet.columns)]),
                "rows": list(enumerate(sheet.rows, start=sheet.start)),
            },
        )
        for number, sheet in enumerate(page_of(context).overflow, start=1)
    ]  # fmt: skip
    return format_html_join("", "{}", ((part,) for part in parts))


# --- opinion boxes -------------------------------------------------------------------------------
@dataclass(frozen=True)
class OpinionWords:
    """What a form prints in an opinion box.

    Attributes:
        sign: stands before or after the signature, exactly as on the form.
        date: the date line while it is empty.
        inline: signature and date on one line.
        fixed: declaration whose fixed sentence stands in the box.
        asks: what the opinion must speak of, at its head, separated by ``|``.
        lines: offices that each have a line of their own, separated by ``|``.
    """

    sign: str = "（盖章）"
    date: str = "年   月   日"
    inline: bool = False
    fixed: str = ""
    asks: str = ""
    lines: str = ""


@register.simple_tag(takes_context=True)
def opinion(
    context: Context, box: str, label: str = "", colspan: int = 1, size: str = "40", **words: Any
) -> SafeString:
    """A row with an opinion box: text at the top, place for seal and date bottom right.

    ``label`` is the printed one, else the ruleset's; ``size`` the least height in millimetres,
    a multiple of ten; the other arguments are those of ``OpinionWords``.
    """
    page = page_of(context)
    definition, entries, printed = page.box(box), page.opinions(box), OpinionWords(**words)
    return render_to_string(
        f"{PARTS}/opinion.html",
        {
            "label": label or definition.label, "colspan": colspan, "size": size,
            "words": printed, "sign_first": printed.sign.endswith(("：", ":")),
            "fixed": page.fixed_text(printed.fixed) if printed.fixed else "",
            "asks": printed.asks.split("|") if printed.asks else [],
            "lines": _office_lines(printed.lines.split("|"), entries) if printed.lines else [],
            "entries": entries, "several": len(entries) > 1,
            "spoken": [one for one in entries if one.name or one.date or one.office],
            "long": sum(len(entry.text) for entry in entries) > _KEPT_TOGETHER,
        },
    )  # fmt: skip


def _office_lines(offices: Sequence[str], entries: Sequence[Any]) -> list[tuple[str, Any]]:
    """Each named office with its entry, then the entries of others."""
    left = list(entries)
    found: list[tuple[str, Any]] = []
    for office in offices:
        entry = next((one for one in left if office in one.office), None)
        if entry is not None:
            left.remove(entry)
        found.append((office, entry))
    return found + [(entry.office, entry) for entry in left]


# --- fixed text ----------------------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def fixed(context: Context, path: str) -> SafeString:
    """The sentence of the form that a declaration confirms, word for word."""
    return paragraphs(page_of(context).fixed_text(path))
