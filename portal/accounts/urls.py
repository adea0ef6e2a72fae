"""Addresses of accounts: signing in comes from the library, the rest is ours.

Only the library's pages that the portal uses are opened; the others have no address.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import URLPattern, URLResolver, include, path, re_path

from portal.accounts import views

sign_in = [
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    # The library's links to "sign up" lead to the portal's own page.
    path("accounts/signup/", views.register, name="account_signup"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("accounts/password/set/", account.password_set, name="account_set_password"),
    path("accounts/password/reset/", account.password_reset, name="account_reset_password"),
    path(
        "accounts/password/reset/done/",
        account.password_reset_done,
        name="account_reset_password_done",
    ),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]

second_factor = [
    path("accounts/2fa/", mfa.index, name="mfa_index"),
    path("accounts/2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("accounts/2fa/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("accounts/2fa/totp/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("accounts/2fa/totp/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path(
        "accounts/2fa/recovery-codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"
    ),
    path(
        "accounts/2fa/recovery-codes/generate/",
        recovery.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "accounts/2fa/recovery-codes/download/",
        recovery.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
]

own_pages = [
    path("register/", views.register, name="register"),
    path("invitations/<str:token>/", views.invitation, name="invitation"),
    path("me/", views.me, name="me"),
    path(
        "me/invitations/<uuid:invitation_id>/accept/",
        views.accept_invitation,
        name="invitation_accept",
    ),
    path("me/edit/", views.edit_person, name="me_edit"),
    path("me/units/<uuid:unit_id>/", views.unit, name="unit"),
    path("me/units/<uuid:unit_id>/edit/", views.edit_unit, name="unit_edit"),
    path("me/units/<uuid:unit_id>/invite/", views.invite, name="unit_invite"),
    path(
        "me/units/<uuid:unit_id>/invitations/<uuid:invitation_id>/revoke/",
        views.revoke_invitation,
        name="invitation_revoke",
    ),
    path(
        "me/units/<uuid:unit_id>/members/<int:membership_id>/hand-over/",
        views.hand_over,
        name="member_hand_over",
    ),
    path(
        "me/units/<uuid:unit_id>/members/<int:membership_id>/end/",
        views.end_membership,
        name="member_end",
    ),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *sign_in,
    *second_factor,
    path("", include((own_pages, "accounts"))),
]
