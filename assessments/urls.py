"""Addresses of the app; mounted at the root, so each path carries its own prefix."""

from django.urls import URLPattern, URLResolver, path

from assessments.views import (
    changing,
    desk,
    documents,
    files,
    handovers,
    ledger,
    overview,
    public,
    receiving,
    records,
    registers,
    studio,
)

app_name = "assessments"

_ONE = "studio/<uuid:studio_id>/"
_DUE = f"{_ONE}due/<uuid:due_id>/"
_REGISTER = f"{_ONE}registers/<slug:register>/"
_DESK = "desk/<uuid:studio_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("studios/", public.register, name="register_public"),
    path("studios/results/", public.results, name="results_public"),
    path("verify/", public.lookup, name="lookup"),
    path("verify/<str:number>/", public.verify, name="verify"),
    path("studio/", studio.mine, name="mine"),
    path(_ONE, studio.studio, name="studio"),
    path(f"{_ONE}due/<uuid:due_id>/", studio.obligation, name="obligation"),
    path(f"{_ONE}due/<uuid:due_id>/file/", studio.paper_file, name="paper_file"),
    path(f"{_DUE}receive/", receiving.paper_receive, name="paper_receive"),
    path(f"{_DUE}return/", receiving.paper_return, name="paper_return"),
    path(f"{_DUE}opinions/new/", receiving.opinion_new, name="opinion_new"),
    path(f"{_DUE}agreement.pdf", documents.agreement, name="agreement"),
    path(f"{_ONE}life/", records.life, name="life"),
    path(f"{_ONE}records/", records.records, name="records"),
    path(f"{_ONE}records/<uuid:record_id>/", records.record, name="record"),
    path(f"{_ONE}records/<slug:kind>/<slug:item>/new/", records.record_new, name="record_new"),
    path(f"{_ONE}files/<slug:holder>/<uuid:row_id>/", files.kept_files, name="kept_files"),
    path(f"{_ONE}files/<uuid:file_id>/", files.kept_file, name="kept_file"),
    path(f"{_ONE}files/<uuid:file_id>/remove/", files.kept_file_remove, name="kept_file_remove"),
    path(f"{_ONE}certificate.pdf", documents.certificate, name="certificate"),
    path(f"{_ONE}summary.pdf", documents.summary_pdf, name="summary_pdf"),
    path(f"{_ONE}summary.xlsx", documents.summary_xlsx, name="summary_xlsx"),
    path(f"{_ONE}dossier.zip", documents.dossier_zip_start, name="dossier_zip"),
    path(f"{_ONE}changes/new/", changing.change_new, name="change_new"),
    path(f"{_ONE}dossier/", studio.dossier, name="dossier"),
    path(f"{_ONE}dossier/<uuid:file_id>/", studio.dossier_file, name="dossier_file"),
    path(f"{_ONE}ledger/", ledger.ledger, name="ledger"),
    path(f"{_ONE}ledger.xlsx", ledger.ledger_xlsx, name="ledger_xlsx"),
    path(f"{_ONE}ledger/import/", ledger.ledger_import, name="ledger_import"),
    path(f"{_ONE}ledger/template.xlsx", ledger.ledger_template, name="ledger_template"),
    path(f"{_ONE}ledger/papers/<slug:part>/", ledger.ledger_paper, name="ledger_paper"),
    path(f"{_ONE}ledger/new/", ledger.entry_new, name="entry_new"),
    path(f"{_ONE}ledger/account/", ledger.account, name="account"),
    path(f"{_ONE}ledger/<uuid:entry_id>/strike/", ledger.entry_strike, name="entry_strike"),
    path(f"{_ONE}ledger/<uuid:entry_id>/voucher/", ledger.voucher, name="voucher"),
    path(_REGISTER, registers.register, name="register"),
    path(f"{_REGISTER}export.xlsx", registers.register_xlsx, name="register_xlsx"),
    path(f"{_REGISTER}new/", registers.row_new, name="row_new"),
    path(f"{_REGISTER}import/", registers.register_import, name="register_import"),
    path(f"{_REGISTER}<uuid:row_id>/", registers.row, name="row"),
    path(f"{_REGISTER}<uuid:row_id>/delete/", registers.row_strike, name="row_strike"),
    path("desk/", desk.desk, name="desk"),
    path("desk/overview/", overview.overview, name="overview"),
    path("desk/overview.xlsx", overview.overview_xlsx, name="overview_xlsx"),
    path("desk/plaques/<slug:code>.pdf", documents.plaques, name="plaques"),
    path("desk/days/<slug:code>/", desk.set_day, name="set_day"),
    path("desk/import/<slug:code>/", desk.import_studios, name="import_studios"),
    path("desk/import/<slug:code>/template.xlsx", desk.import_template, name="import_template"),
    path(_DESK, desk.desk_studio, name="desk_studio"),
    path(f"{_DESK}plaque/", handovers.plaque, name="plaque"),
    path(f"{_DESK}permits/new/", handovers.permit_new, name="permit_new"),
    path(f"{_DESK}permits/<str:number>/", handovers.permit, name="permit"),
    path(f"{_DESK}revoke/", changing.revoke_new, name="revoke_new"),
    path(f"{_DESK}grants/<uuid:grant_id>/", desk.grant, name="grant"),
    path(f"{_DESK}due/<uuid:due_id>/take-over/", desk.take_over, name="take_over"),
    path(f"{_DESK}clawbacks/<uuid:clawback_id>/", desk.clawback, name="clawback"),
]
