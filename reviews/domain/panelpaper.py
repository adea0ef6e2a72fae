"""评审汇总表: what the experts came to, printed to be signed by them."""

import hashlib
from collections import Counter
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.template.loader import render_to_string

from applications.enums import DocumentKind
from applications.models import Document
from jurisdictions.engine.scoring import plain
from jurisdictions.queries import policy_of
from portal.common.errors import DomainError
from portal.common.files import storage_name
from portal.common.pdf import render_pdf
from reviews.domain import panels, results
from reviews.domain.noticepaper import STYLE_SHEETS
from reviews.domain.seating import live_seats, need_labels
from reviews.domain.sheets import stage_of
from reviews.domain.work import PASS
from reviews.models import Case, PanelDraw, PanelResult, Seat, StageRun


def require_complete(run: StageRun, cases: list[Case]) -> None:
    """Refuse before every expert has signed.

    Raises:
        DomainError: somebody has not.
    """
    if not cases or not all(panels.all_signed(live_seats(run, case)) for case in cases):
        raise DomainError("全部专家签署之后才能生成评审汇总表。")


def paper_of(run: StageRun, cases: list[Case]) -> Document:
    """The summary as PDF, drawn once for its content.

    Args:
        run: the passage.
        cases: what was judged, in order.

    Raises:
        DomainError: somebody has not signed.
        MissingGlyphsError: a character no font can draw.
    """
    require_complete(run, cases)
    stage = stage_of(run)
    title = f"{stage.label}汇总表"
    html = render_to_string("reviews/panel/summary.html", summary(run, stage, cases, title))
    pdf = render_pdf(html, stylesheets=list(STYLE_SHEETS), title=title)
    key = hashlib.sha256(f"panel:{run.public_id}:{pdf.sha256}".encode()).hexdigest()
    with transaction.atomic():
        # The lock lets two readers draw the paper side by side and keep one.
        StageRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        known = Document.objects.filter(content_key=key).first()
        if known is not None:
            return known
        path = default_storage.save(storage_name("pdf"), ContentFile(pdf.content))
        return Document.objects.create(
            application=run.case.application if run.case else None, kind=DocumentKind.MINUTES,
            title=title[:160], content_key=key, file=path, sha256=pdf.sha256, pages=pdf.pages,
        )  # fmt: skip


def summary(run: StageRun, stage: Any, cases: list[Case], title: str) -> dict[str, Any]:
    """What the summary says."""
    subject: Any = run.case.application if run.case else run.listing
    policy = policy_of(subject.ruleset)
    ranked = (
        results.ranking(PanelResult.objects.filter(run=run).order_by("number"))
        if run.listing_id
        else {}
    )
    items, shared = [], Counter(ranked.values())
    for case in cases:
        seats = results.counted(run, case)
        found = results.judged(policy, stage, seats, case)
        place = ranked.get(case.pk)
        items.append({
            "application": case.application, "found": found, "place": place,
            "tied": place is not None and shared[place] > 1,
            "score": "" if found.score is None else plain(found.score),
            "rows": [{"name": seat.expert.name, "employer": seat.expert.employer,
                      "source": seat.source, "chair": seat.chair, "text": seat.sheet.text,
                      "said": _said(seat.sheet)} for seat in seats],
            "void": _void(run, case),
        })  # fmt: skip
    return {
        "title": title, "run": run, "stage": stage, "items": items, "office": run.office,
        "subject": subject.number if run.case else subject.title,
        "needs": need_labels(policy, (*stage.seats.sources, *stage.seats.offices)),
        "draws": list(PanelDraw.objects.filter(run=run).select_related("by")),
    }  # fmt: skip


def _void(run: StageRun, case: Case) -> list[dict[str, Any]]:
    """Signed sheets that count no more: named with the reason, as on the page."""
    rows = Seat.objects.filter(run=run, case=case, sheet__voided_at__isnull=False)
    return [
        {"name": seat.expert.name, "source": seat.source, "said": _said(seat.sheet),
         "reason": seat.sheet.void_reason, "at": seat.sheet.voided_at}
        for seat in rows.select_related("sheet", "expert__user").order_by("sheet__voided_at", "pk")
    ]  # fmt: skip


def _said(sheet: Any) -> str:
    if sheet.total is not None:
        return f"{plain(sheet.total)} 分"
    return "同意" if sheet.verdict == PASS else "不同意"
