"""Addresses of the app; mounted at the root, so each path carries its own prefix."""

from django.urls import URLPattern, URLResolver, path

from applications.views import (
    audit,
    files,
    filings,
    following,
    manage,
    named_above,
    papers,
    sections,
    submitting,
    together,
    units,
    window,
)

app_name = "applications"

_ONE = "apply/<uuid:public_id>/"
_FILE = f"{_ONE}files/<uuid:file_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("audit/", audit.events, name="audit_events"),
    path("audit/accounts/", audit.accounts, name="audit_accounts"),
    path("apply/", filings.my_filings, name="list"),
    path("apply/new/<uuid:round_id>/", filings.start, name="start"),
    path("apply/blank/<uuid:round_id>/", papers.blank_pdf, name="blank"),
    path("apply/window/<uuid:round_id>/", window.enter, name="window"),
    path(_ONE, filings.tasks, name="tasks"),
    path(f"{_ONE}s/<slug:section_id>/", sections.section, name="section"),
    path(f"{_ONE}s/<slug:section_id>/autosave", sections.autosave, name="autosave"),
    path(f"{_ONE}s/<slug:section_id>/compare/", sections.compare, name="compare"),
    path(f"{_ONE}files/", files.files, name="files"),
    path(f"{_ONE}files/add/<slug:material>/", files.add, name="file_add"),
    path(f"{_FILE}preview/", files.preview, name="file_preview"),
    path(f"{_FILE}download/", files.download, name="file_download"),
    path(f"{_FILE}remove/", files.remove, name="file_remove"),
    path(f"{_FILE}confirm/", files.confirm, name="file_confirm"),
    path(f"{_ONE}check/", submitting.check, name="check"),
    path(f"{_ONE}submit/", submitting.submit, name="submit"),
    path(f"{_ONE}done/", submitting.done, name="done"),
    path(f"{_ONE}corrections/", submitting.corrections, name="corrections"),
    path(f"{_ONE}timeline/", following.timeline, name="timeline"),
    path(f"{_ONE}read/", following.acknowledge, name="acknowledge"),
    path(f"{_ONE}parties/", together.parties, name="parties"),
    path(f"{_ONE}statement/", together.statement, name="statement"),
    path(f"{_ONE}statement/file/", together.statement_file, name="statement_file"),
    path(f"{_ONE}withdraw/", following.withdraw, name="withdraw"),
    path(f"{_ONE}form/", papers.sheet_preview, name="sheet_preview"),
    path(f"{_ONE}form.pdf", papers.sheet_pdf, name="sheet_pdf"),
    path(f"{_ONE}papers/<uuid:document_id>/", papers.paper_file, name="paper_file"),
    path(f"{_ONE}paper/", window.paper, name="paper"),
    path("manage/applications/", manage.listing, name="manage"),
    path("manage/applications/export.xlsx", manage.workbook, name="manage_workbook"),
    path("manage/applications/sheets/", manage.sheets_archive, name="manage_archive"),
    path("manage/applications/<uuid:public_id>/form.pdf", manage.sheet, name="manage_sheet"),
    path("manage/units/", units.listing, name="units"),
    path("manage/units/<slug:code>/<uuid:unit_id>/", units.unit_open, name="unit_open"),
    path(
        "manage/units/<slug:code>/<uuid:unit_id>/invitations/<uuid:invitation_id>/revoke/",
        units.unit_open_revoke,
        name="unit_open_revoke",
    ),
    path("manage/named-above/", named_above.listing, name="named_above"),
    path("manage/named-above/new/<slug:code>/", named_above.add, name="named_above_add"),
    path("manage/named-above/<uuid:line_id>/", named_above.edit, name="named_above_edit"),
    path(
        "manage/named-above/<uuid:line_id>/remove/",
        named_above.remove,
        name="named_above_remove",
    ),
]
