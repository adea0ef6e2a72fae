"""Letters to the unit, in the form of an official document, printed when somebody asks."""

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from applications.domain import events
from applications.enums import DocumentKind
from applications.models import Document
from jurisdictions.engine.dates import format_date
from portal.common.files import storage_name
from portal.common.pdf import render_pdf
from portal.common.queue import enqueue
from reviews.domain.road import clause_labels
from reviews.domain.work import Work
from reviews.enums import LetterKind, ReleaseState
from reviews.models import Case, Letter

#: Letters that tell how a filing ended.
RESULTS = (LetterKind.RESULT, LetterKind.REFUSAL)
STYLE_SHEET = Path(__file__).resolve().parents[1] / "static" / "reviews" / "letter.css"


def issue(
    work: Work, kind: str, body: dict[str, Any], *, number: str = "", case: Case | None = None
) -> Letter:
    """Write a letter; its paper is drawn after the change is kept.

    Args:
        work: the passage it follows from.
        kind: a ``LetterKind``.
        body: what the template of the kind prints.
        number: 文号; letters without one are told apart by the number of the filing.
        case: whose letter; the case of the passage unless given.
    """
    case = case or work.case
    letter = Letter.objects.create(
        case=case,
        run=work.run,
        kind=kind,
        number=number,
        dated_on=work.on or timezone.localdate(),
        body={**_frame(work, case), **body},
    )
    enqueue("reviews.tasks.render_letter", letter_id=letter.pk)
    return letter


def _frame(work: Work, case: Case | None) -> dict[str, Any]:
    application = case.application if case else work.applications[0]
    procedure = work.policy.procedure(application.procedure)
    office = work.run.office
    return {
        "issuer": office.name,
        "phone": office.phone,
        "address": office.address,
        "to": application.unit_name,
        "filing": application.number,
        "procedure": procedure.label,
        "title": application.studio_name or procedure.label,
        "leader": application.leader_name,
        "regulation": work.policy.ruleset.identity.title,
        "regulation_number": work.policy.ruleset.identity.document_number,
        # An office began it on its own: the unit has filed nothing.
        "by_office": procedure.by_office,
    }


def acceptance(work: Work) -> Letter:
    """受理通知书."""
    frozen = work.run.submission
    submitted = timezone.localdate(frozen.submitted_at) if frozen else timezone.localdate()
    return issue(work, LetterKind.ACCEPTANCE,
                 {"submitted": format_date(submitted), "opinion": work.run.opinion})  # fmt: skip


def refuse(work: Work, case: Case, code: str, opinion: str) -> Letter | None:
    """The letter of a refusal; none where the unit knows of nothing yet.

    Where what is refused was against the unit, the letter only says how it ended.
    """
    if not case.application.shown_to_unit:
        return None
    if work.policy.procedure(case.application.procedure).results[code].favourable:
        return result(work, case, code)
    return refusal(work, case, code, opinion)


def refusal(work: Work, case: Case, result: str, opinion: str) -> Letter:
    """不予受理（不予通过）通知书, with the reasons and how to appeal.

    Args:
        work: the passage it follows from.
        case: whose filing is refused.
        result: code of the result.
        opinion: the reason in words.
    """
    meaning = work.policy.procedure(case.application.procedure).results[result]
    body: dict[str, Any] = {
        "opinion": opinion,
        "stage": work.stage.label,
        "result": meaning.label,
        "appeal": meaning.appeal,
        "accepting": getattr(work.stage, "acceptance", False),
        "reasons": refused_points(work),
    }
    parts = (opinion, *(row["reason"] for row in body["reasons"]))
    said = "；".join(text for part in parts if (text := part.strip().rstrip("。；")))
    if said:
        events.record(
            case.application, "refusal_reason", f"不予通过的理由：{said}。", actor=work.by,
            office=work.run.office, applicant_text=f"理由：{said[:490]}。",
        )  # fmt: skip
    return issue(work, LetterKind.REFUSAL, body, case=case)


def result(work: Work, case: Case, code: str, document_number: str = "") -> Letter:
    """办理结果告知书: what was decided, for a filing that was not refused.

    Args:
        work: the passage that decided.
        case: whose filing.
        code: of the result.
        document_number: 文号 of the decision, printed when there is one.
    """
    meaning = work.policy.procedure(case.application.procedure).results[code]
    body = {"result": meaning.label, "appeal": meaning.appeal, "document_number": document_number,
            "opinion": ""}  # fmt: skip
    return issue(work, LetterKind.RESULT, body, case=case)


def refused_points(work: Work) -> list[dict[str, Any]]:
    """Points judged not to be met, with clauses and reasons."""
    said = {j.point: j for j in work.run.judgements.filter(verdict="no")}
    points = [*getattr(work.stage, "verdicts", ()), *getattr(work.stage, "points", ())]
    return [
        {
            "text": point.text,
            "reason": said[point.id].reason,
            "clauses": "、".join(dict.fromkeys(
                c["label"] for c in clause_labels(work.policy, point.clause))),
        }
        for point in points
        if point.id in said
    ]  # fmt: skip


def points_in_words(body: dict[str, Any]) -> list[str]:
    """The points of a refusal that were not met, one sentence each: on paper as on the page."""
    return [_in_words(row) for row in body.get("reasons", [])]


def _in_words(row: dict[str, str]) -> str:
    clauses = f"（{row['clauses']}）" if row.get("clauses") else ""
    reason = f"：{row['reason']}" if row.get("reason") else ""
    return f"“{row['text']}”{clauses}经审核未符合{reason}"


def correction(
    work: Work, case: Case, items: list[dict[str, Any]], due_on: date | None, note: str
) -> Letter:
    """补正告知书 that lists every fault at once."""
    return issue(
        work,
        LetterKind.CORRECTION,
        {
            "items": items,
            "due": format_date(due_on) if due_on else "",
            "opinion": note,
        },
        case=case,
    )


def recommendation(work: Work, number: str, parts: list[dict[str, str]]) -> Letter:
    """推荐函 upward, with its number and its parts."""
    return issue(work, LetterKind.RECOMMENDATION,
                 {"parts": parts, "opinion": work.run.opinion}, number=number)  # fmt: skip


def letter_html(letter: Letter) -> str:
    """The letter as a whole document."""
    return render_to_string(
        f"reviews/letters/{letter.kind}.html",
        {
            "letter": letter,
            "b": letter.body,
            "date": format_date(letter.dated_on),
            "points": points_in_words(letter.body),
            "void": letter.release == ReleaseState.VOID,
            "replacement": replacement_of(letter),
        },
    )


def replacement_of(letter: Letter) -> Letter | None:
    """The letter that was written in the place of one that is void; None where none was.

    That one may be void in its turn, and says then which letter replaces it.
    """
    if letter.release != ReleaseState.VOID:
        return None
    later = Letter.objects.filter(case=letter.case_id, kind__in=RESULTS, pk__gt=letter.pk)
    return later.order_by("pk").first()


def paper_of(letter: Letter) -> Document:
    """The drawn paper of a letter, made once, and once more when it has become void: every page
    of it says so then.

    Raises:
        MissingGlyphsError: a character no font can draw.
    """
    if letter.document is not None and not _drawn_before_void(letter):
        return letter.document
    html = letter_html(letter)
    title = f"{letter.get_kind_display()}（{letter.body.get('filing', '')}）"
    void = letter.release == ReleaseState.VOID
    if void:
        title = f"已作废：{title}"
    pdf = render_pdf(html, stylesheets=[STYLE_SHEET], title=title)
    key = hashlib.sha256(f"letter:{letter.public_id}:{pdf.sha256}".encode()).hexdigest()
    with transaction.atomic():
        locked = Letter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
        if locked.document is not None and not _drawn_before_void(locked):
            return locked.document
        if void != (locked.release == ReleaseState.VOID):
            # It became void while it was drawn.
            return paper_of(locked)
        path = default_storage.save(storage_name("pdf"), ContentFile(pdf.content))
        document = Document.objects.create(
            application=locked.case.application if locked.case else None,
            submission=locked.run.submission,
            kind=DocumentKind.LETTER,
            title=title[:160],
            content_key=key,
            file=path,
            sha256=pdf.sha256,
            pages=pdf.pages,
        )
        locked.document = document
        locked.save(update_fields=["document"])
    letter.document = document
    return document


def _drawn_before_void(letter: Letter) -> bool:
    """Whether the paper of a void letter is that of a letter in force."""
    paper, since = letter.document, letter.released_at
    if paper is None or since is None or letter.release != ReleaseState.VOID:
        return False
    return paper.created_at < since
