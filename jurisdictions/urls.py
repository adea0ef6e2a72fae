"""Addresses of the app; mounted at the root, so each path carries its own prefix."""

from django.urls import URLPattern, URLResolver, path

from jurisdictions.views import (
    delegations,
    manage,
    manage_offices,
    manage_overseers,
    manage_policy,
    manage_replies,
    public,
    security,
    staffing,
)

app_name = "jurisdictions"

_ROUND = "manage/<slug:code>/rounds/<uuid:public_id>/"
_OFFICE = "manage/<slug:code>/offices/<uuid:public_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", public.home, name="home"),
    path("policies/<slug:code>/", public.policy_page, name="policy"),
    path("guide/<uuid:public_id>/", public.guide, name="guide"),
    path("guide/<uuid:public_id>/files/<uuid:file_id>/", public.attachment, name="attachment"),
    path("check/<uuid:public_id>/", public.self_check, name="check"),
    path("manage/", manage.desk, name="manage"),
    path("manage/holidays/", manage_policy.holiday_list, name="manage_holidays"),
    path(
        "manage/holidays/<int:holiday_id>/remove/",
        manage_policy.holiday_remove,
        name="manage_holiday_remove",
    ),
    path("manage/<slug:code>/rounds/", manage.round_list, name="manage_rounds"),
    path("manage/<slug:code>/rounds/new/", manage.round_new, name="manage_round_new"),
    path("manage/<slug:code>/effective-day/", manage.effective_day, name="manage_effective_day"),
    path(_ROUND, manage.round_detail, name="manage_round"),
    path(f"{_ROUND}extend/", manage.round_extend, name="manage_round_extend"),
    path(f"{_ROUND}close/", manage.round_close, name="manage_round_close"),
    path(f"{_ROUND}contact/", manage.round_contact, name="manage_round_contact"),
    path(f"{_ROUND}files/", manage.attachment_add, name="manage_attachment_add"),
    path(
        f"{_ROUND}files/<uuid:file_id>/remove/",
        manage.attachment_remove,
        name="manage_attachment_remove",
    ),
    path("manage/<slug:code>/offices/", manage_offices.office_list, name="manage_offices"),
    path("manage/<slug:code>/offices/new/", manage_offices.office_new, name="manage_office_new"),
    path(_OFFICE, manage_offices.office_detail, name="manage_office"),
    path(f"{_OFFICE}duties/", manage_offices.binding_add, name="manage_binding_add"),
    path(
        f"{_OFFICE}duties/<int:binding_id>/remove/",
        manage_offices.binding_remove,
        name="manage_binding_remove",
    ),
    path(f"{_OFFICE}repliers/", manage_replies.replier_add, name="manage_replier_add"),
    path(
        f"{_OFFICE}repliers/<uuid:user_id>/",
        manage_replies.replier_end,
        name="manage_replier_end",
    ),
    path("manage/<slug:code>/posts/", manage_offices.post_list, name="manage_posts"),
    path(
        "manage/<slug:code>/posts/<int:post_id>/relieve/",
        manage_offices.post_relieve,
        name="manage_post_relieve",
    ),
    path(
        "manage/<slug:code>/overseers/", manage_overseers.overseer_add, name="manage_overseer_add"
    ),
    path(
        "manage/<slug:code>/overseers/<uuid:user_id>/",
        manage_overseers.overseer_end,
        name="manage_overseer_end",
    ),
    path(
        "manage/<slug:code>/invitations/<uuid:invitation_id>/revoke/",
        staffing.revoke,
        name="manage_invitation_revoke",
    ),
    path("staff-invitations/<str:token>/", staffing.accept, name="staff_invitation"),
    path("security/accounts/", security.accounts, name="accounts"),
    path("security/accounts/<uuid:user_id>/", security.account, name="account"),
    path("deputies/", delegations.mine, name="deputies"),
    path("deputies/<uuid:delegation_id>/end/", delegations.end, name="deputy_end"),
    path("manage/<slug:code>/deputies/", delegations.of_place, name="manage_deputies"),
    path(
        "manage/<slug:code>/deputies/<uuid:delegation_id>/end/",
        delegations.end_in_place,
        name="manage_deputy_end",
    ),
    path("manage/<slug:code>/rules/", manage_policy.rule_versions, name="manage_rules"),
    path(
        "manage/<slug:code>/rules/<int:old>..<int:new>/",
        manage_policy.rule_changes,
        name="manage_rule_changes",
    ),
]
