"""All addresses of the portal."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("jurisdictions.urls")),
    path("", include("portal.common.urls")),
    path("", include("portal.accounts.urls")),
    path("", include("applications.urls")),
    path("", include("reviews.urls")),
    path("", include("assessments.urls")),
    path("console/", admin.site.urls),
]

handler400 = "portal.common.failures.bad_request"
handler403 = "portal.common.failures.forbidden"
handler404 = "portal.common.failures.not_found"
handler500 = "portal.common.failures.server_error"
