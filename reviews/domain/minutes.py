"""Papers of sittings: the minutes to be printed and signed."""

import hashlib
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.template.loader import render_to_string

from applications.enums import DocumentKind
from applications.models import Document
from portal.common.errors import DomainError
from portal.common.files import storage_name
from portal.common.pdf import render_pdf
from reviews.domain import visiting, voting
from reviews.domain.letters import STYLE_SHEET
from reviews.domain.sittings import lock_sitting, open_agenda
from reviews.domain.work import OUTCOME_LABELS
from reviews.enums import Choice, SittingState
from reviews.models import AgendaItem, Attendance, Sitting


def paper_of(sitting: Sitting) -> Document:
    """The minutes of a closed sitting as PDF, drawn once for its content.

    Raises:
        DomainError: the sitting is not over.
        MissingGlyphsError: a character no font can draw.
    """
    if sitting.state != SittingState.CLOSED:
        raise DomainError("会议（考察）结束后才能生成纪要。")
    title = f"{voting.stage_of(sitting).label}记录"
    html = render_to_string("reviews/minutes.html", minutes(sitting))
    pdf = render_pdf(html, stylesheets=[STYLE_SHEET], title=title)
    key = hashlib.sha256(f"minutes:{sitting.public_id}:{pdf.sha256}".encode()).hexdigest()
    with transaction.atomic():
        locked = lock_sitting(sitting.pk)
        known = Document.objects.filter(content_key=key).first()
        if known is not None:
            return known
        path = default_storage.save(storage_name("pdf"), ContentFile(pdf.content))
        document = Document.objects.create(
            application=sitting.run.case.application if sitting.run.case else None,
            kind=DocumentKind.MINUTES, title=title[:160], content_key=key, file=path,
            sha256=pdf.sha256, pages=pdf.pages,
        )  # fmt: skip
        locked.document = document
        locked.save(update_fields=["document"])
    return document


def minutes(sitting: Sitting) -> dict[str, Any]:
    """What the minutes say."""
    run = sitting.run
    stage = voting.stage_of(sitting)
    application = run.case.application if run.case else None
    subject = application.number if application else run.listing.title if run.listing else ""
    people = list(sitting.people.all())
    return {
        "sitting": sitting, "stage": stage, "office": run.office, "subject": subject,
        "title": f"{stage.label}记录", "people": people,
        "present": [person for person in people if person.present],
        "absent": [person for person in people if _is_absent(sitting, person)],
        "items": [_item(sitting, row) for row in open_agenda(sitting)],
    }  # fmt: skip


def _is_absent(sitting: Sitting, person: Attendance) -> bool:
    """Whether somebody stayed away: who never checked in to a vote did."""
    return person.present is False or (sitting.kind == "vote" and not person.present)


def _item(sitting: Sitting, row: AgendaItem) -> dict[str, Any]:
    application = row.case.application
    found: dict[str, Any] = {
        "title": voting.title_of(row), "unit": application.unit_name,
        "leader": application.leader_name, "row": row,
        "result": OUTCOME_LABELS.get(row.result, ""),
    }  # fmt: skip
    if sitting.kind == "vote":
        ballots = list(row.ballots.select_related("member").order_by("member_id"))
        found["tally"] = voting.tally(row).text
        found["ways"] = [
            {"label": choice.label,
             "names": "、".join(b.member.name for b in ballots if b.choice == choice) or "无"}
            for choice in Choice
        ]  # fmt: skip
    if sitting.kind == "visit":
        said = visiting.verdicts_of(row)
        found["points"] = [
            {"text": point.text, "verdict": said[point.id].get_verdict_display(),
             "reason": said[point.id].reason}
            for point in voting.stage_of(sitting).points
            if point.id in said
        ]  # fmt: skip
        found["notes"] = list(row.notes.exclude(text="").select_related("by"))
    return found
