"""Papers of a studio to take away: draft agreement, certificate, summary, archive, plaques."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from assessments.interfaces import documents, dossier_zip, next_level
from assessments.interfaces.forms import ReasonForm
from assessments.permissions import can_prefill
from assessments.queries import reach, rows
from assessments.views.common import demand, form_page, frame, is_handling, person, studio_of
from assessments.views.registers import sheet
from portal.accounts.reauth import reauthenticated
from portal.common.views import serves, writes


def _pdf(content: bytes, name: str) -> HttpResponse:
    """A paper as a download."""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@serves
def agreement(request: HttpRequest, studio_id: uuid.UUID, due_id: uuid.UUID) -> HttpResponse:
    """Send the draft of an agreement, to be signed and sealed."""
    row = get_object_or_404(rows.obligations(studio_of(request, studio_id)), public_id=due_id)
    return _pdf(documents.agreement(row), "agreement.pdf")


@serves
def certificate(request: HttpRequest, studio_id: uuid.UUID) -> HttpResponse:
    """Send the certificate of the leader."""
    return _pdf(documents.certificate(studio_of(request, studio_id)), "certificate.pdf")


@serves
def summary_pdf(request: HttpRequest, studio_id: uuid.UUID) -> HttpResponse:
    """Send the pre-filled application for the next level, sealed values masked."""
    studio = studio_of(request, studio_id)
    demand(can_prefill(studio))
    return _pdf(next_level.summary_pdf(studio, timezone.localdate()), "summary.pdf")


@serves
def summary_xlsx(request: HttpRequest, studio_id: uuid.UUID) -> HttpResponse:
    """Send the pre-filled application as a workbook."""
    studio = studio_of(request, studio_id)
    demand(can_prefill(studio))
    return sheet(next_level.summary_xlsx(studio, timezone.localdate()), "summary.xlsx")


@reauthenticated
@writes(methods=("GET", "POST"))
def summary_full(request: HttpRequest, studio_id: uuid.UUID) -> HttpResponse:
    """Ask what for, then send the application with whole numbers; each opening is on record."""
    studio = get_object_or_404(reach.of_places(person(request)), public_id=studio_id)
    handling = is_handling(request, studio)
    demand(can_prefill(studio, revealing=True, handling=handling))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        purpose = f"上一级申报预填表：{form.cleaned_data['reason']}"
        found = next_level.summary_pdf(
            studio, timezone.localdate(), purpose=purpose, by=person(request)
        )
        answer = _pdf(found, "summary-full.pdf")
        answer.headers["Cache-Control"] = "no-store"
        return answer
    context = {**frame(request, studio, "打印完整号码"), "frame": "staff.html"}
    back = reverse("assessments:desk_studio", args=[studio_id])
    return form_page(request, context, form, "打印含完整号码的预填表", back=back, submit="生成 PDF")


@reauthenticated
@writes
def dossier_zip_start(request: HttpRequest, studio_id: uuid.UUID) -> HttpResponse:
    """Ask for the archive as one file; it is made in the background."""
    job = dossier_zip.start(studio_of(request, studio_id), by=person(request))
    return redirect("common:job", job_id=job.pk)


@serves
def plaques(request: HttpRequest, code: str) -> HttpResponse:
    """Send the list of plaques and certificates of a place, with the codes for checking."""
    place = get_object_or_404(reach.whole_places(person(request)), code=code)
    found = documents.plaques(
        place, reach.plaqued(place), rows.permits_out(place), timezone.localdate()
    )
    return _pdf(found, "plaques.pdf")
