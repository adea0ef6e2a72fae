"""Addresses that belong to no app: health, security contact, long jobs."""

from django.urls import path

from portal.common import display, inbox, pages, styleguide, workbench

app_name = "common"

urlpatterns = [
    path("healthz", pages.healthz, name="healthz"),
    path("favicon.ico", pages.favicon, name="favicon"),
    path(".well-known/security.txt", pages.security_txt, name="security_txt"),
    path("display/<str:size>/", display.display_size, name="display-size"),
    path("jobs/<uuid:job_id>/", pages.job_detail, name="job"),
    path("jobs/<uuid:job_id>/cancel/", pages.job_cancel, name="job_cancel"),
    path("jobs/<uuid:job_id>/file/", pages.job_file, name="job_file"),
    path("work/", workbench.workbench, name="workbench"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.read_all, name="inbox_read_all"),
    path("inbox/settings/", inbox.preferences, name="inbox_settings"),
    path("inbox/<uuid:notice_id>/", inbox.open_notice, name="inbox_open"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("styleguide/<slug:page>/", styleguide.styleguide, name="styleguide-page"),
]
