"""呈批表: what a passage is about, what was judged, what is proposed, and room to sign."""

import hashlib
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
from jurisdictions.enums import PostKind
from jurisdictions.queries import policy_of
from portal.common.files import storage_name
from portal.common.pdf import render_pdf
from reviews.domain import lists, road
from reviews.domain.judging import RULE, points_of, reasons_given
from reviews.domain.work import Work, outcome_label
from reviews.enums import ItemState
from reviews.models import ListItem, StageRun
from reviews.permissions import approvals_at

STYLE_SHEET = Path(__file__).resolve().parents[1] / "static" / "reviews" / "sign_off.css"
#: Particulars of the kinds that belong on the sheet, in the order printed.
PARTICULARS = {
    "document_number": "文号", "decided_on": "发文日期", "number": "推荐函文号",
    "dated_on": "推荐函日期", "title": "公示标题", "due_on": "补正期限", "reason": "理由",
    "held_on": "日期", "minutes_number": "会议纪要", "paper_copies": "纸质材料份数",
    "paper_received_on": "纸质材料收到日期",
}  # fmt: skip


def paper_of(run: StageRun) -> Document:
    """The sheet of a passage as it stands, as PDF; drawn once for its content.

    It belongs to no filing, so that no page of the unit can ever reach it.

    Raises:
        MissingGlyphsError: a character no font can draw.
    """
    context = sheet(run)
    html = render_to_string("documents/sign_off.html", context)
    key = hashlib.sha256(f"sign_off:{run.public_id}:{html}".encode()).hexdigest()
    known = Document.objects.filter(content_key=key).first()
    if known is not None:
        return known
    pdf = render_pdf(html, stylesheets=[STYLE_SHEET], title=context["title"])
    path = default_storage.save(storage_name("pdf"), ContentFile(pdf.content))
    try:
        with transaction.atomic():
            return Document.objects.create(
                kind=DocumentKind.SIGN_OFF, title=context["title"][:160], content_key=key,
                file=path, sha256=pdf.sha256, pages=pdf.pages,
            )  # fmt: skip
    except IntegrityError:
        default_storage.delete(path)
        return Document.objects.get(content_key=key)


def sheet(run: StageRun) -> dict[str, Any]:
    """What the sheet says."""
    subject: Any = run.case.application if run.case else run.listing
    policy = policy_of(subject.ruleset)
    stage = road.stage_of(subject.ruleset, subject.procedure, run.stage)
    items = _items(run) if run.listing else []
    work = Work(run, stage, policy, None, case=run.case, listing=run.listing, items=items)
    data = run.data
    return {
        "title": f"{stage.label}呈批表", "office": run.office.name,
        "printed": format_date(timezone.localdate()),
        "facts": _facts(work), "items": [_item(work, item, n) for n, item in enumerate(items, 1)],
        "points": _points(work),
        "proposed": outcome_label(policy, subject.procedure, stage, run.outcome)
        if run.outcome else "",
        "particulars": [(label, str(data[name])) for name, label in PARTICULARS.items()
                        if data.get(name)],
        "opinion": run.opinion,
        "faults": data.get("faults", []) if run.outcome == "return" else [],
        "posts": _posts(work), "bodies": _bodies(work),
    }  # fmt: skip


def _items(run: StageRun) -> list[ListItem]:
    rows = ListItem.objects.filter(listing=run.listing).exclude(state=ItemState.STRUCK)
    return list(rows.select_related("case__application").order_by("position", "pk"))


def _facts(work: Work) -> list[tuple[str, str]]:
    run = work.run
    found = _facts_of_case(work) if work.case else _facts_of_list(work)
    found.append(("到达时间", format_date(timezone.localdate(run.opened_at))))
    if run.due_on:
        moved = [row for row in run.extensions.all() if row.state == "approved"]
        note = f"（已延期，原为{format_date(moved[0].old_due)}）" if moved else ""
        found.append(("办理期限", f"{format_date(run.due_on)}{note}"))
    for paper in run.papers.select_related("entered_by"):
        day = format_date(paper.signed_on)
        found.append(("纸质办理", f"{paper.signed_by}{day}签署，{paper.entered_by}录入"))
    if run.data.get("late"):
        found.append(("注意", str(run.data["late"])))
    return found


def _facts_of_case(work: Work) -> list[tuple[str, str]]:
    application = work.applications[0]
    procedure = work.policy.procedure(application.procedure)
    frozen = work.run.submission
    rows = [
        ("申报编号", application.number or ""), ("事项", procedure.label),
        ("申报单位", f"{application.unit_name}　{application.unit_uscc}".strip()),
        ("领办人", f"{application.leader_name}　{application.occupation}".strip()),
        ("工作室名称", application.studio_name),
        ("优先情形", application.priority),
    ]  # fmt: skip
    if frozen is not None:
        day = format_date(timezone.localdate(frozen.submitted_at))
        rows.append(("提交", f"第 {frozen.number} 稿，{day}"))
    return [(label, text) for label, text in rows if text]


def _facts_of_list(work: Work) -> list[tuple[str, str]]:
    listing = work.listing_in_hand
    rows = [("名单", listing.title), ("批次", str(listing.round or ""))]
    if listing.supplements is not None:
        rows.append(("补充", f"为“{listing.supplements}”的补充名单"))
    return [(label, text) for label, text in rows if text]


def _item(work: Work, item: ListItem, number: int) -> dict[str, Any]:
    application = item.case.application
    held = item.state == ItemState.HELD
    result = item.get_state_display() if held else work.label_of(work.result_of(item))
    return {
        "n": number, "title": application.studio_name or application.number,
        "unit": application.unit_name, "leader": application.leader_name,
        "result": result if held or work.run.outcome else "", "text": work.text_of(item),
    }  # fmt: skip


def _points(work: Work) -> list[dict[str, str]]:
    said = {j.point: j for j in work.run.judgements.select_related("by")}
    wanted = [(p.id, p.text, p.clause) for p in points_of(work.stage)]
    wanted += [
        (
            f"{RULE}{f.rule}",
            f"一般性条件的理由：{f.title}——{f.details.get('reason', '')}",
            f.clauses,
        )
        for f in reasons_given(work.run)
    ]
    found = []
    for name, text, clauses in wanted:
        judged = said.get(name)
        labels = [c["label"] for c in road.clause_labels(work.policy, clauses)]
        found.append({
            "text": text, "clause": "、".join(dict.fromkeys(labels)),
            "verdict": judged.get_verdict_display() if judged else "",
            "reason": judged.reason if judged else "",
        })  # fmt: skip
    return found


def _posts(work: Work) -> list[dict[str, Any]]:
    rows = work.run.signatures.select_related("user", "deputy_for").order_by("pk")
    kept = [row for row in rows if row.recalled_at is None]
    return [
        {
            "label": PostKind(post).label,
            "rows": [
                {"signer": row.signer, "text": row.text, "agrees": row.agrees,
                 "when": format_date(timezone.localdate(row.at))}
                for row in kept
                if row.post == post
            ],
        }
        for post in work.stage.signoff
    ]  # fmt: skip


def _bodies(work: Work) -> list[dict[str, Any]]:
    now = lists.digest(work.subject)
    rows = approvals_at(work.run).filter(digest=now).select_related("user", "deputy_for")
    valid = {row.role: row for row in rows}
    found = []
    for role, label in lists.bodies_of(work.policy, work.stage, work.subject.jurisdiction):
        row = valid.get(role)
        found.append({
            "label": label, "signer": row.signer if row else "",
            "text": row.opinion if row else "",
            "when": format_date(timezone.localdate(row.at)) if row else "",
        })  # fmt: skip
    return found
