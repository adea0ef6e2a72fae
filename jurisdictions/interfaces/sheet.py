"""The official sheet of a filing: one HTML template for the preview, the paper and the blank.

Sealed values reach the sheet only through ``sealed_values``, at the moment of printing.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, TypedDict, Unpack

from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static

from jurisdictions.engine.facts import Filing, build_facts
from jurisdictions.engine.policy import Policy
from jurisdictions.interfaces.sheet_page import BoxEntry, SheetError, SheetPage
from portal.common.pagecode import qr_data_uri
from portal.common.pdf import RenderedPdf, render_pdf

__all__ = [
    "BoxEntry", "PageCode", "SheetError", "SheetHtml", "SheetOptions", "build_sheet", "check_sheet",
    "parts_digest", "render_sheet", "template_sha256",
]  # fmt: skip

#: Page number to the short keyed digest printed on that page.
PageCode = Callable[[int], str]

TEMPLATES = Path(settings.BASE_DIR) / "templates"
PARTS = TEMPLATES / "forms" / "_parts"
STYLE_SHEET = Path(settings.BASE_DIR) / "portal" / "static" / "sheet.css"
#: Characters to a page and pages of an empty sheet: a guess that ``render_sheet`` corrects.
_CHARACTERS_A_PAGE, _PAGES_AT_LEAST = 900, 6


@dataclass(frozen=True)
class SheetHtml:
    """A drawn sheet, ready for ``render_pdf``.

    Attributes:
        html: a whole document.
        stylesheets: the files that lay it out.
        title: of the document.
        coded_pages: how many pages have a page code of their own; 0 without page codes.
    """

    html: str
    stylesheets: tuple[Path, ...]
    title: str
    coded_pages: int = 0


class SheetOptions(TypedDict, total=False):
    """What ``build_sheet`` may be told; everything may be left out.

    Attributes:
        entries: what offices wrote into the opinion boxes.
        sealed_values: plain text of sealed answers by path (``leader.id_number``,
            ``team.<row_id or index>.id_number``); without it their mask is printed.
        number: number of the application, printed at the head of each page.
        submission_no: which submission, from 1; 0 for a draft.
        watermark: print 草稿 across each page.
        blank: draw the empty form; the answers are not looked at.
        filed_on: the day of filing, printed as 填报时间.
        ref_date: the day ages are counted on; without it the day of filing.
        page_code: the keyed digest for a page; None prints no codes.
        pages: for how many pages codes are made; 0 lets the sheet guess.
        preview: the page for a browser, with its style sheet linked and no page codes.
    """

    entries: Sequence[BoxEntry]
    sealed_values: Mapping[str, str]
    number: str
    submission_no: int
    watermark: bool
    blank: bool
    filed_on: date | None
    ref_date: date | None
    page_code: PageCode | None
    pages: int
    preview: bool


def build_sheet(
    policy: Policy, procedure: str, answers: Mapping[str, Any], **options: Unpack[SheetOptions]
) -> SheetHtml:
    """Draw the official sheet of one filing.

    Args:
        policy: the version of the policy the filing is pinned to.
        procedure: code of the procedure.
        answers: dotted path to value, tables as lists of rows; sealed answers masked.
        **options: see ``SheetOptions``.

    Raises:
        SheetError: the template and the ruleset do not fit, or no day is given.
    """
    page = _make_page(policy, procedure, answers, options)
    title = f"{policy.ruleset.identity.name}{page.procedure.label}申报表"
    preview = options.get("preview", False)
    context = {
        "page": page,
        "title": title,
        "watermark": options.get("watermark", False),
        "links": [static(STYLE_SHEET.name)] if preview else [],
    }
    html: str = render_to_string(page.sheet.template, context)
    page_code, coded = options.get("page_code"), 0
    if page_code is not None and not preview:
        coded = options.get("pages", 0) or _guess_pages(answers)
        style = _page_styles(
            options.get("number", ""), options.get("submission_no", 0), page_code, coded
        )
        html = html.replace("</head>", f"<style>{style}</style></head>", 1)
    return SheetHtml(html, (STYLE_SHEET,), title, coded)


def render_sheet(
    policy: Policy, procedure: str, answers: Mapping[str, Any], **options: Unpack[SheetOptions]
) -> RenderedPdf:
    """Draw a sheet and make its PDF; arguments as for ``build_sheet``.

    Raises:
        SheetError: as ``build_sheet``.
        MissingGlyphsError: a character has no glyph in the project's fonts.
    """
    sheet = build_sheet(policy, procedure, answers, **options)
    drawn = render_pdf(sheet.html, stylesheets=sheet.stylesheets, title=sheet.title)
    if sheet.coded_pages and drawn.pages > sheet.coded_pages:
        options["pages"] = drawn.pages
        sheet = build_sheet(policy, procedure, answers, **options)
        drawn = render_pdf(sheet.html, stylesheets=sheet.stylesheets, title=sheet.title)
    return drawn


def check_sheet(policy: Policy, procedure: str) -> list[str]:
    """What does not fit between a procedure's sheet and its form; empty when all does.

    Found are unknown or unprinted fields on the sheet, printed fields that the sheet leaves
    out, boxes without a place, and a template that is not the pinned one.
    """
    try:
        page = _make_page(policy, procedure, {}, {"blank": True})
        render_to_string(page.sheet.template, {"page": page, "title": "", "links": []})
    except SheetError as error:
        return [str(error)]
    printed = {path for path, use in page.fields.items() if use.printed}
    printed |= {
        f"{name}.{column.column}"
        for name, use in page.tables.items()
        for column in use.columns
        if column.printed
    }
    problems = [
        f"表单中的 {path} 标为打印，但样表上没有位置" for path in sorted(printed - page.used)
    ]
    lacking = sorted(set(page.boxes) - page.boxes_used)
    problems += [f"意见栏 {box} 在样表上没有位置" for box in lacking]
    if template_sha256(page.sheet.template) != page.sheet.sha256:
        problems.append(f"样表 {page.sheet.template} 与政策中登记的 sha256 不符")
    return problems


def template_sha256(template: str) -> str:
    """SHA-256 (hex) of a city's template file, named relative to ``templates/``.

    The shared parts are not covered: a template names the layout version it was drawn for in
    its file, and ``parts_digest`` tells when a stored PDF must be drawn again.
    """
    return hashlib.sha256((TEMPLATES / template).read_bytes()).hexdigest()


@lru_cache(maxsize=1)
def parts_digest() -> str:
    """SHA-256 (hex) over the shared parts and the style sheet, for the key of stored PDFs."""
    digest = hashlib.sha256()
    for file in [*sorted(PARTS.glob("*.html")), STYLE_SHEET]:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _make_page(
    policy: Policy, procedure: str, answers: Mapping[str, Any], options: SheetOptions
) -> SheetPage:
    facts, filed_on = None, options.get("filed_on")
    blank = options.get("blank", False)
    if not blank:
        day = options.get("ref_date") or filed_on
        if day is None:
            raise SheetError("打印申报表须给出填报日期或计算基准日")
        facts = build_facts(policy, procedure, Filing(answers, day))
    return SheetPage(
        policy=policy,
        code=procedure,
        answers=answers,
        facts=facts,
        sealed=options.get("sealed_values", {}),
        entries=() if blank else options.get("entries", ()),
        filed_on=filed_on,
    )


def _guess_pages(answers: Mapping[str, Any]) -> int:
    cells = [
        cell
        for value in answers.values()
        for row in (value if isinstance(value, list) else [value])
        for cell in (row.values() if isinstance(row, Mapping) else [row])
    ]
    return _PAGES_AT_LEAST + sum(len(str(cell)) for cell in cells) // _CHARACTERS_A_PAGE


def _page_styles(number: str, submission_no: int, page_code: PageCode, pages: int) -> str:
    """The head of each page: number, submission, page, code, and the same as a QR code.

    A page box cannot count into an image, so each page has a rule of its own.
    """
    rules = []
    for index in range(1, pages + 1):
        code = page_code(index)
        said = _css_text(f"{number}  第{submission_no}稿  第{index}页  {code}")
        image = qr_data_uri(f"{number}|{submission_no}|{index}|{code}")
        rules.append(
            f'@page:nth({index}){{@top-right{{content:"{said}"}}'
            f'@top-right-corner{{background-image:url("{image}")}}}}'
        )
    return "".join(rules)


def _css_text(text: str) -> str:
    """Text for a CSS string inside a style element: nothing can end either of them."""
    return "".join(char if char.isalnum() or char in " -" else f"\\{ord(char):x} " for char in text)
