"""Public notices as pages."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from portal.common.files import default_max_bytes
from portal.common.personal import masked
from portal.common.templatetags.portal_ui import cn_date
from reviews import queries
from reviews.domain import noticepaper
from reviews.models import List, Publicity
from reviews.queries import proposals


def is_running(notice: Publicity) -> bool:
    """Whether objections may still come."""
    return notice.published_on <= timezone.localdate() <= notice.last_day


def line(notice: Publicity) -> dict[str, Any]:
    """One line of the index."""
    return {
        "title": notice.shown_title, "url": reverse("reviews:notice", args=[notice.public_id]),
        "place": str(notice.listing.jurisdiction), "on": notice.published_on,
        "window": f"{cn_date(notice.first_day)}至{cn_date(notice.last_day)}",
        "running": is_running(notice), "count": len(notice.rows),
    }  # fmt: skip


def notice_page(notice: Publicity) -> dict[str, Any]:
    """The notice in the form of an official document, with both its days."""
    return {
        "notice": notice, "running": is_running(notice),
        "paper": noticepaper.text_of(notice, proposals.amended_texts(notice.listing)),
        "objection_url": reverse("reviews:objection", args=[notice.public_id]),
        "paper_url": reverse("reviews:notice-paper", args=[notice.public_id])
        if notice.document_id and noticepaper.is_fit(notice) else "",
        "crumbs": [{"label": "首页", "url": "/"},
                   {"label": "公示公告", "url": reverse("reviews:notices")},
                   {"label": "公示", "url": ""}],
    }  # fmt: skip


def preview_page(listing: List) -> dict[str, Any]:
    """The notice as it would be published today.

    Raises:
        DomainError: no notice is being prepared.
    """
    back = reverse("reviews:list", args=[listing.public_id])
    return {
        "paper": noticepaper.text_of(noticepaper.draft_of(listing)), "back": back,
        "crumbs": [{"label": "名单", "url": reverse("reviews:lists")},
                   {"label": listing.title, "url": back}, {"label": "公示预览", "url": ""}],
    }  # fmt: skip


def _named(row: dict[str, str]) -> str:
    """An item by what the notice shows of it, and nothing else: studio and unit, or whatever
    columns the ruleset allows."""
    usual = [row[name] for name in ("studio_name", "unit_name") if row.get(name)]
    return masked(" · ".join(usual or [text for name, text in row.items() if name != "item"]))


def objection_page(notice: Publicity, typed: Any) -> dict[str, Any]:
    """The form of an objection."""
    shown = {row["item"]: row for row in notice.rows}
    items = [
        {"pk": str(item.pk), "label": _named(shown[str(item.pk)])}
        for item in queries.notice_items(notice)
        if str(item.pk) in shown
    ]
    return {
        "notice": notice, "running": is_running(notice), "choices": items, "typed": typed,
        "evidence_help": f"PDF、JPG、PNG 或 DOCX，不超过 {default_max_bytes() // 1024**2} MB；"
        "表格有误重新提交时须再次选择文件",
        "crumbs": [{"label": "首页", "url": "/"},
                   {"label": "公示公告", "url": reverse("reviews:notices")},
                   {"label": "公示",
                    "url": reverse("reviews:notice", args=[notice.public_id])},
                   {"label": "提出异议", "url": ""}],
    }  # fmt: skip
