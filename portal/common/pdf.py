"""HTML to PDF: the only importer of WeasyPrint.

Same input, same bytes: no clock, no random identifier, the project's fonts alone. Nothing is
fetched but the style sheets and images handed over as files by the caller and ``data:`` images.
"""

import hashlib
import logging
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import DataHandler, Request, url2pathname

from portal.common.errors import DomainError
from portal.common.fonts import describe_glyphs, missing_glyphs, use_project_fonts

# Before WeasyPrint loads fontconfig: its import looks at the fonts once.
use_project_fonts()

from weasyprint import CSS, HTML  # noqa: E402 -- the font environment comes first
from weasyprint.text.fonts import FontConfiguration  # noqa: E402 -- as above
from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: E402 -- as above

#: Claims PDF/A (conformance level A: tagged, searchable). Conformance is asserted by tests on
#: the structure; no validator is part of the project.
ARCHIVE_VARIANT = "pdf/a-2a"
_IMAGE_DATA = ("data:image/png", "data:image/jpeg", "data:image/svg+xml")
_ASSET_TYPES = {
    ".css": "text/css", ".png": "image/png", ".jpg": "image/jpeg", ".svg": "image/svg+xml",
}  # fmt: skip
#: Could attach files, claim dates and titles, or move relative addresses.
_DROPPED = frozenset({"link", "meta", "base", "title"})
_BASE_URL = "about:sheet"
_render_lock = threading.Lock()


@dataclass(frozen=True)
class RenderedPdf:
    """A finished document: bytes, number of pages, SHA-256 of the bytes (hex)."""

    content: bytes
    pages: int
    sha256: str


class MissingGlyphsError(DomainError):
    """Characters that no project font can draw; ``characters`` lists them."""

    def __init__(self, characters: Sequence[str]) -> None:
        self.characters = tuple(characters)
        super().__init__(
            f"以下字符没有可用字形，无法打印：{describe_glyphs(characters)}。"
            "请核对是否录入有误；确为生僻字的，请与系统管理员联系补充字库。",
            status=422,
        )


class SheetFetcher(URLFetcher):
    """Denies everything except ``data:`` images and files below the named folders."""

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self._folders = [folder.resolve() for folder in folders]

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Return the resource, or raise ValueError (WeasyPrint then leaves it out)."""
        if url.startswith(_IMAGE_DATA):
            # Only the data handler is reachable: the scheme was fixed by the prefix.
            with self._data_opener(url) as stream:
                return URLFetcherResponse(url, stream.read(), dict(stream.headers.items()))
        path = self._asset(url)
        if path is None:
            raise ValueError("resource outside the sheet's own assets")
        return URLFetcherResponse(
            path.as_uri(), path.read_bytes(), {"Content-Type": _ASSET_TYPES[path.suffix]}
        )

    @staticmethod
    def _data_opener(url: str) -> Any:
        return DataHandler().data_open(Request(url))  # noqa: S310 -- data: by prefix

    def _asset(self, url: str) -> Path | None:
        parts = urlsplit(url)
        if parts.scheme != "file" or parts.netloc:
            return None
        path = Path(url2pathname(parts.path)).resolve()
        inside = any(path.is_relative_to(folder) for folder in self._folders)
        return path if inside and path.suffix in _ASSET_TYPES and path.is_file() else None


class _Complaints(logging.Handler):
    """Keeps WeasyPrint's warnings about glyphs of the thread that renders."""

    def __init__(self) -> None:
        super().__init__(level=logging.WARNING)
        self.characters: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the character of a ``.notdef`` line."""
        if ".notdef" in str(record.msg) and isinstance(record.args, tuple) and record.args:
            self.characters.append(str(record.args[0]))


@lru_cache(maxsize=1)
def _font_configuration(process: int) -> FontConfiguration:
    """Return the one configuration of this process (a forked worker makes its own)."""
    del process
    use_project_fonts()
    return FontConfiguration()


@lru_cache(maxsize=64)
def _style_sheet(path: str, digest: str, process: int) -> CSS:
    """Parse a style sheet once per content; ``digest`` is the content's SHA-256."""
    del digest
    source = Path(path)
    return CSS(
        string=source.read_text(encoding="utf-8"),
        base_url=source.resolve().as_uri(),
        url_fetcher=SheetFetcher([source.parent]),
        font_config=_font_configuration(process),
    )


def render_pdf(
    html: str,
    *,
    stylesheets: Sequence[Path] = (),
    title: str,
    lang: str = "zh-CN",
    pdf_variant: str = ARCHIVE_VARIANT,
    tagged: bool = True,
    assets: Sequence[Path] = (),
) -> RenderedPdf:
    """Draw ``html`` as a PDF, deterministically and without fetching anything.

    Args:
        html: a whole page or a fragment; its values already escaped by the template.
        stylesheets: project style sheets; files beside each are readable for it alone.
        title: document title, shown by readers and part of PDF/A metadata.
        lang: language of the document.
        pdf_variant: ``pdf/a-2a`` (default), ``pdf/a-2b``, ``pdf/ua-1`` …
        tagged: whether a structure tree is written.
        assets: folders whose images the page may name by ``file:`` address.

    Raises:
        MissingGlyphsError: a character that no project font can draw, found before rendering.
    """
    page = HTML(string=html, base_url=_BASE_URL, url_fetcher=SheetFetcher(assets))
    _prepare(page.etree_element, title, lang)
    lacking = missing_glyphs([title, *page.etree_element.itertext()])
    if lacking:
        raise MissingGlyphsError(lacking)
    sheets = [(path, path.read_bytes()) for path in stylesheets]
    identifier = _identifier(html, title, lang, pdf_variant, [data for _, data in sheets])
    options = {"pdf_variant": pdf_variant, "pdf_tags": tagged, "pdf_identifier": identifier}
    content, pages = _draw(page, sheets, options)
    return RenderedPdf(content, pages, hashlib.sha256(content).hexdigest())


def _draw(
    page: HTML, sheets: list[tuple[Path, bytes]], options: dict[str, Any]
) -> tuple[bytes, int]:
    process = os.getpid()
    target = BytesIO()
    # Pango's font map is shared by the process and not safe for threads.
    with _render_lock, _listening() as complaints:
        styles = [
            _style_sheet(str(path), hashlib.sha256(data).hexdigest(), process)
            for path, data in sheets
        ]
        options = {**options, "stylesheets": styles}
        document = page.render(font_config=_font_configuration(process), **options)
        document.write_pdf(target, **options)
    if complaints.characters:
        raise MissingGlyphsError(list(dict.fromkeys(complaints.characters)))
    return target.getvalue(), len(document.pages)


def _identifier(html: str, title: str, lang: str, variant: str, sheets: list[bytes]) -> bytes:
    digest = hashlib.sha256()
    for part in [html.encode(), title.encode(), lang.encode(), variant.encode(), *sheets]:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:32].encode("ascii")


def _prepare(root: Any, title: str, lang: str) -> None:
    """Set title and language; drop what could attach files or claim dates."""
    root.set("lang", lang)
    for parent in root.iter():
        for child in list(parent):
            if _local_name(child) in _DROPPED:
                _remove(parent, child)
        if _local_name(parent) in {"a", "area"}:
            parent.attrib.pop("rel", None)
    head = root.find("head")
    heading = head.makeelement("title", {})
    heading.text = title
    head.append(heading)


def _local_name(element: Any) -> str:
    # Comments have a function for a tag.
    return element.tag.rsplit("}", 1)[-1].lower() if isinstance(element.tag, str) else ""


def _remove(parent: Any, child: Any) -> None:
    """Remove an element but keep the text behind it."""
    position = list(parent).index(child)
    if child.tail and position:
        before = parent[position - 1]
        before.tail = (before.tail or "") + child.tail
    elif child.tail:
        parent.text = (parent.text or "") + child.tail
    parent.remove(child)


@contextmanager
def _listening() -> Iterator[_Complaints]:
    logger = logging.getLogger("weasyprint")
    complaints = _Complaints()
    logger.addHandler(complaints)
    try:
        yield complaints
    finally:
        logger.removeHandler(complaints)
