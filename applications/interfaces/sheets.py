"""The official sheet of a filing: drafts drawn on request, submissions drawn once and kept."""

from collections.abc import Mapping
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.http import content_disposition_header

from applications.enums import DocumentKind
from applications.models import Application, Document, SheetEntry, Submission
from applications.queries import answers_of, last_submission
from jurisdictions.engine.policy import digest
from jurisdictions.engine.workflow import boxes_told_later
from jurisdictions.interfaces.sheet import (
    BoxEntry,
    SheetHtml,
    build_sheet,
    parts_digest,
    render_sheet,
)
from jurisdictions.models import Round
from jurisdictions.queries import policy_of
from portal.common.files import storage_name
from portal.common.pagecode import page_code, page_key
from portal.common.pdf import RenderedPdf
from portal.common.sealed import unseal_for_print


def box_entries(application: Application, *, for_unit: bool = False) -> list[BoxEntry]:
    """What offices wrote; a later entry of an office in a box replaces its earlier one.

    Args:
        application: the filing.
        for_unit: leave out what the unit is told with its result, as long as it was not told.
    """
    newest: dict[tuple[str, str], SheetEntry] = {}
    rows = application.sheet_entries.order_by("pk")
    if for_unit and application.result_released_at is None:
        policy = policy_of(application.ruleset)
        rows = rows.exclude(box__in=boxes_told_later(policy, application.procedure))
    if for_unit and application.result_waits:
        rows = rows.filter(created_at__lt=application.decided_at)
    for entry in rows:
        newest[entry.box, entry.office] = entry
    return [BoxEntry(e.box, e.office, e.text, e.name, e.date) for e in newest.values()]


def sealed_plain(answers: Mapping[str, Any], *, purpose: str, by: Any) -> dict[str, str]:
    """Plain text of every sealed answer, for the print only; each opening is logged."""
    found: dict[str, str] = {}
    for path, value in answers.items():
        if isinstance(value, Mapping) and "sealed" in value:
            found[path] = unseal_for_print(str(value["sealed"]), purpose=purpose, by=by)
        elif isinstance(value, list):
            for index, row in enumerate(value):
                found |= _sealed_cells(path, index, row, purpose, by)
    return found


def _sealed_cells(table: str, index: int, row: Any, purpose: str, by: Any) -> dict[str, str]:
    if not isinstance(row, Mapping):
        return {}
    return {
        f"{table}.{row.get('row_id', index)}.{name}": unseal_for_print(
            str(cell["sealed"]), purpose=purpose, by=by
        )
        for name, cell in row.items()
        if isinstance(cell, Mapping) and "sealed" in cell
    }


def preview(application: Application) -> SheetHtml:
    """The sheet as a page for the unit's browser; sealed answers masked."""
    policy = policy_of(application.ruleset)
    submission = last_submission(application)
    return build_sheet(
        policy,
        application.procedure,
        submission.answers if submission else answers_of(application),
        entries=box_entries(application, for_unit=True),
        number=application.number or "",
        submission_no=submission.number if submission else 0,
        watermark=submission is None,
        filed_on=_filed_on(submission),
        ref_date=application.reference_date,
        preview=True,
    )


def draft_pdf(application: Application, *, by: Any, watermark: bool = True) -> RenderedPdf:
    """The sheet of a draft; never stored.

    Args:
        application: the filing.
        by: who asks; opening sealed numbers is logged under the name.
        watermark: print 草稿; without it the paper is meant to be signed and stamped.
    """
    answers = answers_of(application)
    return render_sheet(
        policy_of(application.ruleset),
        application.procedure,
        answers,
        sealed_values=sealed_plain(answers, purpose="打印申报表草稿", by=by),
        watermark=watermark,
        filed_on=timezone.localdate(),
        ref_date=application.reference_date,
    )


def blank_document(round_: Round) -> Document:
    """The stored empty sheet of a call's policy version, to fill by hand; drawn once."""
    policy = policy_of(round_.ruleset)
    sheet = policy.procedure(round_.procedure).sheet
    key = digest(["blank", policy.digest, round_.procedure, sheet.sha256 if sheet else "",
                  parts_digest()])  # fmt: skip
    known = Document.objects.filter(content_key=key).first()
    if known is not None:
        return known
    drawn = render_sheet(policy, round_.procedure, {}, blank=True)
    title = (
        f"{policy.ruleset.identity.name}{policy.procedure(round_.procedure).label}申报表（空白）"
    )
    return _store(drawn, key=key, title=title[:160])


def disposition(name: str, *, attachment: bool = False) -> str:
    """Content-Disposition of a file under a Chinese name, shown in the browser or saved."""
    return content_disposition_header(as_attachment=attachment, filename=name) or "attachment"


def content_key(submission: Submission, *, for_unit: bool = False) -> str:
    """Names everything that decides how the sheet of a submission looks."""
    application = submission.application
    sheet = policy_of(application.ruleset).procedure(application.procedure).sheet
    entries = [
        [e.box, e.office, e.text, e.name, e.date.isoformat() if e.date else ""]
        for e in box_entries(application, for_unit=for_unit)
    ]
    template = sheet.sha256 if sheet else ""
    return digest([submission.digest, application.number, entries, template, parts_digest()])


def sheet_document(submission: Submission, *, by: Any = None, for_unit: bool = False) -> Document:
    """The stored PDF of a submission as it stands now; drawn when its content is new.

    Args:
        submission: the submission.
        by: who asks; opening sealed numbers is logged under the name.
        for_unit: as the unit may read it now.
    """
    key = content_key(submission, for_unit=for_unit)
    known = Document.objects.filter(content_key=key).first()
    if known is not None:
        return known
    application = submission.application
    return _store(
        _draw(submission, by=by, for_unit=for_unit),
        key=key,
        title=f"申报表 {application.number}",
        application=application,
        submission=submission,
    )


def _store(drawn: RenderedPdf, *, key: str, title: str, **owner: Any) -> Document:
    path = default_storage.save(storage_name("pdf"), ContentFile(drawn.content))
    try:
        with transaction.atomic():
            return Document.objects.create(
                kind=DocumentKind.SHEET,
                title=title,
                content_key=key,
                file=path,
                sha256=drawn.sha256,
                pages=drawn.pages,
                **owner,
            )
    except IntegrityError:
        # Another worker drew the same content meanwhile: one copy is kept.
        default_storage.delete(path)
        return Document.objects.get(content_key=key)


def _draw(submission: Submission, *, by: Any, for_unit: bool) -> RenderedPdf:
    application = submission.application
    number = application.number or ""
    key = page_key()

    def code(page: int) -> str:
        return page_code(number, submission.number, page, key)

    return render_sheet(
        policy_of(application.ruleset),
        application.procedure,
        submission.answers,
        entries=box_entries(application, for_unit=for_unit),
        sealed_values=sealed_plain(submission.answers, purpose="打印申报表", by=by),
        number=number,
        submission_no=submission.number,
        filed_on=_filed_on(submission),
        ref_date=application.reference_date,
        page_code=code,
    )


def _filed_on(submission: Submission | None) -> Any:
    moment = submission.submitted_at if submission else timezone.now()
    return timezone.localtime(moment).date()
