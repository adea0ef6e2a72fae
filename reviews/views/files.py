"""Files of visible cases; the right is checked each time."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from applications.interfaces.sheets import sheet_document
from applications.queries import last_submission, statement_of
from jurisdictions.permissions import works_for
from portal.common.files import serve_file
from portal.common.views import serves
from reviews import queries
from reviews.domain import noticepaper, objections, signoff
from reviews.domain.letters import paper_of
from reviews.interfaces.plaques import plaque_file
from reviews.views.cases import case_of
from reviews.views.lists import list_of


def _inline(request: HttpRequest) -> bool:
    return request.GET.get("inline") == "1"


@serves
def attachment(request: HttpRequest, case_id: uuid.UUID, file_id: uuid.UUID) -> HttpResponseBase:
    """Send an attachment of the filing."""
    case = case_of(request, case_id)
    file = get_object_or_404(case.application.attachments, public_id=file_id)
    return serve_file(
        request, str(file.file.name), download_name=file.name, inline=_inline(request)
    )


@serves
def statement(request: HttpRequest, case_id: uuid.UUID) -> HttpResponseBase:
    """Send the file the unit gave with its statement."""
    row = statement_of(case_of(request, case_id).application)
    if row is None or not row.file:
        raise Http404
    return serve_file(
        request, str(row.file.name), download_name=row.file_name, inline=_inline(request)
    )


@serves
def sheet(request: HttpRequest, case_id: uuid.UUID) -> HttpResponseBase:
    """Send the official sheet of the newest submission."""
    case = case_of(request, case_id)
    submission = last_submission(case.application)
    if submission is None:
        raise Http404
    document = sheet_document(submission, by=request.user)
    return serve_file(
        request, str(document.file.name), download_name=f"{document.title}.pdf", inline=True
    )


@serves
def minutes(request: HttpRequest, paper_id: int) -> HttpResponseBase:
    """Send the signed minutes of a passage."""
    paper = get_object_or_404(queries.papers_of(request.user), pk=paper_id)
    return serve_file(
        request, str(paper.file.name), download_name=paper.name, inline=_inline(request)
    )


@serves
def letter(request: HttpRequest, letter_id: uuid.UUID) -> HttpResponseBase:
    """Send a letter as PDF, drawn now when nobody asked before."""
    row = get_object_or_404(queries.letters_of(request.user), public_id=letter_id)
    document = paper_of(row)
    return serve_file(request, str(document.file.name), download_name=f"{document.title}.pdf",
                      inline=True)  # fmt: skip


@serves
def sign_off(request: HttpRequest, run_id: uuid.UUID) -> HttpResponseBase:
    """Send the internal sign-off sheet of a passage, to people of its office only."""
    run = get_object_or_404(queries.runs_with_pages(request.user), public_id=run_id)
    if not works_for(request.user, run.office):
        raise Http404
    document = signoff.paper_of(run)
    return serve_file(request, str(document.file.name), download_name=f"{document.title}.pdf",
                      inline=True)  # fmt: skip


@serves
def evidence(request: HttpRequest, list_id: uuid.UUID, objection_id: uuid.UUID) -> HttpResponseBase:
    """Send the evidence of an objection, to people of the office that looks into it."""
    listing = list_of(request, list_id)
    row: Any = get_object_or_404(queries.objections_of(listing), public_id=objection_id)
    if not row.evidence or not objections.may_read(request.user, row):
        raise Http404
    return serve_file(request, row.evidence.name,
                      download_name=f"异议证据.{row.evidence.name.rpartition('.')[2]}")  # fmt: skip


@serves
def notice_paper(
    request: HttpRequest, list_id: uuid.UUID, notice_id: uuid.UUID
) -> HttpResponseBase:
    """Send the paper of a notice of a list, a withdrawn one too, drawn now when it was not yet."""
    rows = list_of(request, list_id).publicities.select_related("run__office", "document")
    row = get_object_or_404(rows, public_id=notice_id)
    document = noticepaper.paper_of(row)
    return serve_file(request, str(document.file.name), download_name=f"{row.title}.pdf",
                      inline=True)  # fmt: skip


@serves
def plaques(request: HttpRequest, list_id: uuid.UUID) -> HttpResponseBase:
    """Send the list of plaques and certificates to be made."""
    return plaque_file(list_of(request, list_id))
