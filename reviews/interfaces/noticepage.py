"""Public notices as pages."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from portal.common.templatetags.portal_ui import cn_date
from reviews import queries
from reviews.domain import publicity, road
from reviews.models import Publicity
from reviews.queries import proposals


def is_running(notice: Publicity) -> bool:
    """Whether objections may still come."""
    return notice.published_on <= timezone.localdate() <= notice.last_day


def line(notice: Publicity) -> dict[str, Any]:
    """One line of the index."""
    return {
        "title": notice.title, "url": reverse("reviews:notice", args=[notice.public_id]),
        "place": str(notice.listing.jurisdiction), "on": notice.published_on,
        "window": f"{cn_date(notice.first_day)}至{cn_date(notice.last_day)}",
        "running": is_running(notice), "count": len(notice.rows),
    }  # fmt: skip


def notice_page(notice: Publicity) -> dict[str, Any]:
    """The notice in the form of an official document, with both its days."""
    listing, amended = notice.listing, proposals.amended_texts(notice.listing)
    stage = road.stage_of(listing.ruleset, listing.procedure, notice.run.stage)
    columns = publicity.columns_of(stage)
    table = {
        "caption": "公示名单", "head": ["序号", *(label for _, label in columns)],
        "rows": [[n, *(_shown(row, name, amended) for name, _ in columns)]
                 for n, row in enumerate(notice.rows, 1)],
    }  # fmt: skip
    body: list[dict[str, Any]] = [{"text": text} for text in notice.body.splitlines() if text]
    window = (
        f"公示时间：{cn_date(notice.first_day)}至{cn_date(notice.last_day)}"
        f"（首尾两日均在公示期内）。"
    )
    body += [{"table": table}, {"text": window}, {"text": f"受理异议：{notice.contact}。"}]
    return {
        "notice": notice, "running": is_running(notice),
        "paper": {"issuer": notice.run.office.name, "title": notice.title, "body": body,
                  "signer": notice.run.office.name, "date": cn_date(notice.published_on)},
        "objection_url": reverse("reviews:objection", args=[notice.public_id]),
        "crumbs": [{"label": "首页", "url": "/"},
                   {"label": "公示公告", "url": reverse("reviews:notices")},
                   {"label": "公示", "url": ""}],
    }  # fmt: skip


def _shown(row: dict[str, str], name: str, amended: dict[tuple[str, str], str]) -> str:
    """One cell: as published, or as a recorded amendment corrected it since."""
    new = amended.get((row.get("item", ""), name))
    return f"{new}（已更正）" if new else row.get(name, "")


def objection_page(notice: Publicity, typed: Any) -> dict[str, Any]:
    """The form of an objection."""
    items = [
        {
            "pk": str(item.pk),
            "label": " · ".join(
                filter(None, (item.case.application.studio_name, item.case.application.unit_name))
            ),
        }
        for item in queries.notice_items(notice)
    ]
    return {
        "notice": notice, "running": is_running(notice), "choices": items, "typed": typed,
        "crumbs": [{"label": "公示公告", "url": reverse("reviews:notices")},
                   {"label": notice.title,
                    "url": reverse("reviews:notice", args=[notice.public_id])},
                   {"label": "提出异议", "url": ""}],
    }  # fmt: skip
