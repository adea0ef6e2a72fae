"""Addresses of the app; mounted at the root, so each path carries its own prefix."""

from django.urls import URLPattern, URLResolver

app_name = "applications"

urlpatterns: list[URLPattern | URLResolver] = []
