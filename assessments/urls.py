"""Addresses of the app; mounted at the root, so each path carries its own prefix."""

from django.urls import URLPattern, URLResolver, path

from assessments.views import desk, ledger, public, registers, studio

app_name = "assessments"

_ONE = "studio/<uuid:studio_id>/"
_REGISTER = f"{_ONE}registers/<slug:register>/"
_DESK = "desk/<uuid:studio_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("studios/", public.register, name="register_public"),
    path("studios/results/", public.results, name="results_public"),
    path("verify/<str:number>/", public.verify, name="verify"),
    path("studio/", studio.mine, name="mine"),
    path(_ONE, studio.studio, name="studio"),
    path(f"{_ONE}due/<uuid:due_id>/", studio.obligation, name="obligation"),
    path(f"{_ONE}due/<uuid:due_id>/file/", studio.paper_file, name="paper_file"),
    path(f"{_ONE}dossier/", studio.dossier, name="dossier"),
    path(f"{_ONE}dossier/<uuid:file_id>/", studio.dossier_file, name="dossier_file"),
    path(f"{_ONE}ledger/", ledger.ledger, name="ledger"),
    path(f"{_ONE}ledger.xlsx", ledger.ledger_xlsx, name="ledger_xlsx"),
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
    path("desk/days/<slug:code>/", desk.set_day, name="set_day"),
    path("desk/import/<slug:code>/", desk.import_studios, name="import_studios"),
    path("desk/import/<slug:code>/template.xlsx", desk.import_template, name="import_template"),
    path(_DESK, desk.desk_studio, name="desk_studio"),
    path(f"{_DESK}grants/<uuid:grant_id>/", desk.grant, name="grant"),
    path(f"{_DESK}due/<uuid:due_id>/take-over/", desk.take_over, name="take_over"),
    path(f"{_DESK}clawbacks/<uuid:clawback_id>/", desk.clawback, name="clawback"),
]
