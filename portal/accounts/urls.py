"""Addresses of accounts: signing in comes from the library, the rest is ours."""

from django.urls import URLPattern, URLResolver, include, path

from portal.accounts import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("allauth.urls")),
    path("register/", views.register, name="register"),
    path("me/", views.me, name="me"),
]
