"""Pages of no app: health, security contact, progress of long work."""

import datetime as dt
import uuid

from django.conf import settings
from django.db import connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.utils import timezone

from portal.common import jobs
from portal.common.views import public, reads, serves, writes

# htmx stops polling on this status (htmx documentation, "polling").
STOP_POLLING = 286


@public
@reads
def healthz(request: HttpRequest) -> HttpResponse:
    """Tell a load balancer whether this process reaches its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@public
@reads
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead to the mark: beside a PDF a browser asks at this address."""
    return redirect(static("img/mark.svg"))


@public
@reads
def security_txt(request: HttpRequest) -> HttpResponse:
    """Say where weaknesses are to be reported (RFC 9116)."""
    expires = (timezone.now() + dt.timedelta(days=180)).replace(microsecond=0)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires.astimezone(dt.UTC).strftime('%Y-%m-%dT%H:%M:%SZ')}",
        "Preferred-Languages: zh, en",
        f"Canonical: {settings.PUBLIC_URL}/.well-known/security.txt",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@reads
def job_detail(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """Show how far a job is; htmx fetches the inner part every two seconds until it ends."""
    job = get_object_or_404(jobs.jobs_of(request.user), pk=job_id)
    if getattr(request, "htmx", False):
        status = STOP_POLLING if job.is_final else 200
        return render(request, "portal/_job.html", {"job": job}, status=status)
    return render(request, "portal/job.html", {"job": job})


@writes
def job_cancel(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """Cancel a job."""
    job = get_object_or_404(jobs.jobs_of(request.user), pk=job_id)
    jobs.cancel(job, by=request.user)
    return redirect("common:job", job_id=job.pk)


@serves
def job_file(request: HttpRequest, job_id: uuid.UUID) -> FileResponse:
    """Send the result of a finished job."""
    job = get_object_or_404(jobs.jobs_of(request.user), pk=job_id)
    if not job.file:
        raise Http404
    return FileResponse(job.file.open("rb"), as_attachment=True, filename=job.file_name)
