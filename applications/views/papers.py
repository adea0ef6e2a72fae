"""The official sheet: on screen, as a draft, as handed in, and blank."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from applications.interfaces import checklist, progress, sheets
from applications.interfaces.standing import Standing
from applications.models import Application, Document
from applications.queries import last_submission
from applications.views.common import filing_or_404, person
from jurisdictions.queries import policy_of, public_rounds
from portal.common.files import serve_file
from portal.common.limits import limited
from portal.common.views import public, reads, serves


def _with_sheet(request: HttpRequest, public_id: uuid.UUID) -> Application:
    """The filing; 404 where its procedure has no sheet."""
    application = filing_or_404(request, public_id)
    if policy_of(application.ruleset).procedure(application.procedure).sheet is None:
        raise Http404
    return application


@reads
def sheet_preview(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show the sheet as a page of its own; sealed numbers masked."""
    application = _with_sheet(request, public_id)
    return HttpResponse(sheets.preview(application).html)


@limited("sheet", amount=30, seconds=600)
@serves
def sheet_pdf(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Send the sheet: a draft drawn anew, or the stored document of the last submission.

    Once nothing else is missing the draft carries no draft mark: it is signed, stamped, scanned.
    """
    application = _with_sheet(request, public_id)
    submission = last_submission(application)
    if submission is not None:
        document = sheets.sheet_document(submission, by=person(request), for_unit=True)
        return _stored(request, document)
    final = checklist.only_sheet_lacking(Standing(application))
    drawn = sheets.draft_pdf(application, by=person(request), watermark=not final)
    response = HttpResponse(drawn.content, content_type="application/pdf")
    name = "申报表（签字盖章用）.pdf" if final else "申报表（草稿）.pdf"
    response["Content-Disposition"] = sheets.disposition(name)
    response["Cache-Control"] = "private, no-store"
    return response


@serves
def paper_file(
    request: HttpRequest, public_id: uuid.UUID, document_id: uuid.UUID
) -> HttpResponseBase:
    """Send a letter to the unit: only what its review says the unit may open."""
    application = filing_or_404(request, public_id)
    for paper in progress.papers_of(application):
        if paper.document.public_id == document_id:
            if request.method == "GET":
                progress.note_reading(application, paper.document, by=person(request), opened=True)
            return _stored(request, paper.document)
    raise Http404


@public
@limited("blank", amount=60, seconds=600)
@serves
def blank_pdf(request: HttpRequest, round_id: uuid.UUID) -> HttpResponseBase:
    """Send the blank sheet of a call, to fill by hand."""
    call = get_object_or_404(public_rounds(), public_id=round_id)
    return _stored(request, sheets.blank_document(call))


def _stored(request: HttpRequest, document: Document) -> HttpResponseBase:
    return serve_file(
        request, str(document.file.name), download_name=f"{document.title}.pdf", inline=True
    )
