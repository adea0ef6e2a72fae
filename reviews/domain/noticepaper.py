"""The notice as a paper: as it will be published, as it was published, stored once as PDF."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone

from applications.enums import DocumentKind
from applications.models import Document
from jurisdictions.engine.dates import format_date
from portal.common.errors import DomainError
from portal.common.files import storage_name
from portal.common.pdf import render_pdf
from portal.common.personal import masked, private_numbers
from reviews.domain import publicity, road
from reviews.domain.decision import open_run
from reviews.enums import ItemState
from reviews.models import List, Publicity

_STYLES = Path(__file__).resolve().parents[1] / "static" / "reviews"
STYLE_SHEETS = (_STYLES / "letter.css", _STYLES / "notice.css")
#: Item (as text) and column to the text that an amendment put right.
Amended = Mapping[tuple[str, str], str]


def text_of(notice: Publicity, amended: Amended | None = None) -> dict[str, Any]:
    """What a notice says to the public, for ``components/notice.html`` and for its paper.

    Args:
        notice: published, or a draft that was never saved.
        amended: what was put right since; left out on the paper, which stays as published.
    """
    listing = notice.listing
    stage = road.stage_of(listing.ruleset, listing.procedure, notice.run.stage)
    columns = publicity.columns_of(stage)
    table = {
        "caption": "公示名单", "head": ["序号", *(label for _, label in columns)],
        "rows": [[n, *(_cell(row, name, amended or {}) for name, _ in columns)]
                 for n, row in enumerate(notice.rows, 1)],
    }  # fmt: skip
    body: list[dict[str, Any]] = [
        {"text": text} for text in masked(notice.body).splitlines() if text
    ]
    window = (
        f"公示时间：{format_date(notice.first_day)}至{format_date(notice.last_day)}"
        f"（首尾两日均在公示期内）。"
    )
    body += [{"table": table}, {"text": window}, {"text": f"受理异议：{masked(notice.contact)}。"}]
    office = notice.run.office.name
    return {"issuer": office, "title": notice.shown_title, "body": body, "signer": office,
            "date": format_date(notice.published_on)}  # fmt: skip


def _cell(row: dict[str, str], name: str, amended: Amended) -> str:
    """One cell: as published, or as a recorded amendment corrected it since."""
    new = amended.get((row.get("item", ""), name))
    return f"{masked(new)}（已更正）" if new else masked(row.get(name, ""))


def is_fit(notice: Publicity) -> bool:
    """Whether the paper may be handed out: its text names nobody's number."""
    texts = [notice.title, notice.body, notice.contact]
    texts += [str(value) for row in notice.rows for name, value in row.items() if name != "item"]
    return not any(private_numbers(text) for text in texts)


def draft_of(listing: List) -> Publicity:
    """The notice as it would be published today, not saved.

    Raises:
        DomainError: no notice is being prepared, or nothing of it was kept yet.
    """
    run = open_run(listing)
    if run.kind != "publicity" or run.data.get("phase"):
        raise DomainError("现在没有待发布的公示。", status=403)
    if not run.data.get("title"):
        raise DomainError("公示内容尚未暂存，请先在名单页面填写并暂存，再预览。", status=403)
    stage = road.stage_of(listing.ruleset, listing.procedure, run.stage)
    today = timezone.localdate()
    first, last = publicity.window_of(listing, stage, today)
    items = listing.items.filter(state=ItemState.IN).select_related("case__application")
    return Publicity(
        listing=listing, run=run, title=run.data["title"][:200], body=run.data.get("body", ""),
        rows=publicity.rows_of(list(items.order_by("position", "pk")), stage), published_on=today,
        first_day=first, last_day=last, contact=run.data.get("contact", "")[:200],
    )  # fmt: skip


def paper_of(notice: Publicity) -> Document:
    """The notice as PDF in the form of an official document, as published; drawn once.

    Raises:
        MissingGlyphsError: a character no font can draw.
    """
    if notice.document is not None:
        return notice.document
    html = render_to_string("documents/notice.html", text_of(notice))
    key = hashlib.sha256(f"notice:{notice.public_id}:{html}".encode()).hexdigest()
    document = Document.objects.filter(content_key=key).first() or _drawn(notice, html, key)
    Publicity.objects.filter(pk=notice.pk).update(document=document)
    notice.document = document
    return document


def _drawn(notice: Publicity, html: str, key: str) -> Document:
    pdf = render_pdf(html, stylesheets=list(STYLE_SHEETS), title=notice.title)
    path = default_storage.save(storage_name("pdf"), ContentFile(pdf.content))
    try:
        with transaction.atomic():
            return Document.objects.create(
                kind=DocumentKind.NOTICE, title=notice.title[:160], content_key=key, file=path,
                sha256=pdf.sha256, pages=pdf.pages,
            )  # fmt: skip
    except IntegrityError:
        default_storage.delete(path)
        return Document.objects.get(content_key=key)
