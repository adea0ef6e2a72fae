"""Signing in by e-mail address or mobile number."""

from allauth.account.auth_backends import AuthenticationBackend


class LoginBackend(AuthenticationBackend):
    """The library's backend; addresses and numbers are found through the account adapter."""
