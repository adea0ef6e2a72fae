"""How the account library finds, tells and protects the portal's people."""

import base64
from contextlib import suppress
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django import forms
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.http import HttpRequest
from django.urls import reverse

from portal.accounts.models import User
from portal.accounts.validators import clean_mobile
from portal.common.keyring import key_ring
from portal.common.limits import client_ip

WRONG_LOGIN = "账号或密码不正确。"


class MobileField(forms.CharField):
    """A mobile number in any usual spelling, cleaned to eleven digits."""

    def clean(self, value: Any) -> str:
        """Return the eleven digits."""
        return clean_mobile(super().clean(value))


class PortalAccountAdapter(DefaultAccountAdapter):
    """People sign in with an e-mail address or a mobile number; wrong is always the same text."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": WRONG_LOGIN,
        "phone_password_mismatch": WRONG_LOGIN,
        "username_password_mismatch": WRONG_LOGIN,
        "invalid_login": WRONG_LOGIN,
        "too_many_login_attempts": "尝试次数过多，请五分钟后再试。",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Close the library's own sign-up: units register on the portal's page."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Lead people of offices, experts and keepers of the portal to their work."""
        if getattr(request.user, "is_staff_member", False):
            return reverse("common:workbench")
        return str(super().get_login_redirect_url(request))

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address as the portal's own limits see it."""
        return client_ip(request)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count failures for a name from one address.

        The library counts by name alone, which lets a stranger lock somebody out, and counts all
        mobile numbers as one name.
        """
        names = (credentials.get(kind) for kind in ("email", "phone", "username"))
        login = next((str(value) for value in names if value), "").strip().lower()
        with suppress(ValidationError):
            login = clean_mobile(login)
        return f"{client_ip(request)}:{login}"

    def phone_form_field(self, **kwargs: Any) -> forms.Field:
        """Return the field that decides whether a sign-in name is a mobile number."""
        return MobileField(label="手机号码", **kwargs)

    def get_user_by_phone(self, phone: str) -> User | None:
        """Return the person with this mobile number."""
        try:
            return User.objects.filter(mobile=clean_mobile(phone)).first()
        except ValidationError:
            return None

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        """Return the stored number; numbers are taken as given, there is no SMS gateway."""
        return (user.mobile, True) if user.mobile else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        """Store a mobile number."""
        user.mobile = clean_mobile(phone)
        user.save(update_fields=["mobile"])

    def set_phone_verified(self, user: User, phone: str) -> None:
        """Store a mobile number; the portal keeps no separate mark."""
        self.set_phone(user, phone, verified=True)

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        """Refuse: without an SMS gateway no code can be sent, and none is ever asked for."""
        raise ImproperlyConfigured("no SMS gateway is configured")


def second_factor_keys() -> MultiFernet:
    """Return the keys that protect second-factor secrets, derived from the portal's key ring.

    Raises:
        KeyRingError: no key ring is configured.
    """
    ring = key_ring()
    derived = [ring.derive(key_id, "second-factor") for key_id in ring.keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])


class PortalMfaAdapter(DefaultMFAAdapter):
    """Stores second-factor secrets encrypted."""

    def get_totp_label(self, user: User) -> str:
        """Return the name an authenticator app shows."""
        return user.login_name

    def encrypt(self, text: str) -> str:
        """Return ``text`` sealed with the first key of the ring."""
        return second_factor_keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the plain secret.

        Raises:
            ImproperlyConfigured: the key it was sealed with is no longer in the ring.
        """
        try:
            return second_factor_keys().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise ImproperlyConfigured(
                "the key of a second-factor secret is missing from PORTAL_KEYS"
            ) from error
