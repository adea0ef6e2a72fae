"""Errors that people can act on, and how a request answers them."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme


class DomainError(Exception):
    """Something a person asked for cannot be done now.

    Attributes:
        message: Chinese sentence: what is wrong, where, and what to do.
        field: name of the form field at fault, or None.
        status: HTTP status of the answer when no view catches the error; 409 unless given.
    """

    def __init__(self, message: str, *, field: str | None = None, status: int = 409) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.status = status

    def __str__(self) -> str:
        return self.message


def add_to_form(form: forms.BaseForm, error: DomainError) -> None:
    """Show ``error`` in ``form``: at its field when the form has it, else on top.

    The view then renders the bound form again, so nothing typed is lost.
    """
    field = error.field if error.field in form.fields else None
    form.add_error(field, forms.ValidationError(error.message, code="domain"))


class DomainErrorMiddleware:
    """Turns a DomainError that no view caught into a page (or, for htmx, a fragment)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a DomainError with its sentence and status; leave other errors alone."""
        if not isinstance(error, DomainError):
            return None
        htmx = bool(getattr(request, "htmx", False))
        template = "errors/_domain.html" if htmx else "errors/domain.html"
        context = {"error": error, "back": came_from(request), "sent": request.method == "POST"}
        return render(request, template, context, status=error.status)


def came_from(request: HttpRequest) -> str:
    """Return the page of this portal the request came from, empty when it came from nowhere.

    The way back to the very page that cannot be shown would lead nowhere.
    """
    address = request.headers.get("Referer", "")
    own = url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()})
    parts = urlsplit(address)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    # A path of two slashes would name another host.
    inside = own and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if inside and path != request.get_full_path() else ""
