"""Addresses of the app; mounted at the root, so each path carries its own prefix."""

from django.urls import URLPattern, URLResolver, path

from reviews.views import cases, files, lists, paper, public

app_name = "reviews"

urlpatterns: list[URLPattern | URLResolver] = [
    path("notices/", public.notices, name="notices"),
    path("notices/<uuid:notice_id>/", public.notice, name="notice"),
    path("notices/<uuid:notice_id>/objection/", public.object_to, name="objection"),
    path("review/", cases.work, name="worklist"),
    path("review/phrases/", cases.phrases, name="phrases"),
    path("review/letters/<uuid:letter_id>/", files.letter, name="letter"),
    path("review/minutes/<int:paper_id>/", files.minutes, name="minutes"),
    path("review/lists/", lists.index, name="lists"),
    path("review/lists/new/<uuid:round_id>/", lists.create, name="list-new"),
    path("review/lists/<uuid:list_id>/", lists.detail, name="list"),
    path("review/lists/<uuid:list_id>/order/", lists.order, name="list-order"),
    path("review/lists/<uuid:list_id>/items/<int:item_id>/", lists.item, name="list-item"),
    path("review/lists/<uuid:list_id>/act/", lists.act, name="list-act"),
    path("review/lists/<uuid:list_id>/recall/", lists.take_back, name="list-recall"),
    path("review/lists/<uuid:list_id>/approve/", lists.approve, name="list-approve"),
    path("review/lists/<uuid:list_id>/announce/", lists.announce, name="list-announce"),
    path("review/lists/<uuid:list_id>/notice/", lists.end_notice, name="list-notice"),
    path("review/lists/<uuid:list_id>/supplement/", lists.supplement, name="list-supplement"),
    path("review/lists/<uuid:list_id>/paper/", paper.list_paper, name="list-paper"),
    path("review/lists/<uuid:list_id>/plaques.xlsx", files.plaques, name="list-plaques"),
    path("review/lists/<uuid:list_id>/objections/", lists.enter_objection, name="list-objections"),
    path(
        "review/lists/<uuid:list_id>/objections/<uuid:objection_id>/",
        lists.objection,
        name="list-objection",
    ),
    path(
        "review/lists/<uuid:list_id>/objections/<uuid:objection_id>/evidence/",
        files.evidence,
        name="list-evidence",
    ),
    path("review/<uuid:case_id>/", cases.detail, name="case"),
    path("review/<uuid:case_id>/sheet.pdf", files.sheet, name="sheet"),
    path("review/<uuid:case_id>/act/", cases.act, name="act"),
    path("review/<uuid:case_id>/claim/", cases.claim, name="claim"),
    path("review/<uuid:case_id>/release/", cases.release, name="release"),
    path("review/<uuid:case_id>/timeline/", cases.timeline, name="timeline"),
    path("review/<uuid:case_id>/diff/<int:one>..<int:two>/", cases.compare, name="compare"),
    path("review/<uuid:case_id>/reveal/", cases.reveal, name="reveal"),
    path("review/<uuid:case_id>/reroute/", cases.reroute, name="reroute"),
    path("review/<uuid:case_id>/recall/", cases.take_back, name="recall"),
    path("review/<uuid:case_id>/paper/", paper.case_paper, name="paper"),
    path("review/<uuid:case_id>/files/<uuid:file_id>/", files.attachment, name="file"),
]
