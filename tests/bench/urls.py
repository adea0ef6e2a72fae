"""The portal's addresses and one view that does nothing but keep a row."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from portal.common.models import OutboxMail
from portal.common.views import writes


@writes
def bare(request: HttpRequest) -> HttpResponse:
    """One INSERT, for a person who is signed in."""
    key = f"{request.user.pk}:{uuid.uuid4().hex}"
    OutboxMail.objects.create(key=key, to="a@b.example", subject="x", body="x")
    return HttpResponse("ok")


urlpatterns = [path("bench/bare/", bare), path("", include("portal.urls"))]
