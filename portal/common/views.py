"""Decorators every view of the portal carries: exactly one of reads, writes, serves.

``reads`` cannot change a row, ``writes`` runs in one transaction, ``serves`` sends a file.
``public`` opens a view to people who have not signed in; everything else is private.
"""

import functools
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed

from portal.common.contests import in_transaction
from portal.common.memory import remembering

View = Callable[..., HttpResponseBase]

WRITE = re.compile(
    r"^\s*(?:WITH\b.*?\)\s*)?(INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE|DELETE\s+FROM|"
    r"MERGE\s+INTO|TRUNCATE(?:\s+TABLE)?|ALTER|CREATE|DROP)\s+(?:ONLY\s+)?[\"`]?(\w+)",
    re.IGNORECASE | re.DOTALL,
)
# A page may be read while the session is renewed, a sign-in is counted or a limit is checked.
UNGUARDED_TABLES = frozenset({"django_session", "portal_cache"})
SAFE_METHODS = frozenset({"GET", "HEAD"})
PREVIEW_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
FILE_POLICY = "sandbox; default-src 'none'; frame-ancestors 'self'"


class WriteInReadViewError(RuntimeError):
    """A view that promised only to read tried to change a row: a mistake in the program."""


def _refuse_writes(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    found = WRITE.match(sql)
    if found and found.group(2).lower() not in UNGUARDED_TABLES:
        raise WriteInReadViewError(f"read-only view tried: {found.group(1)} {found.group(2)}")
    return execute(sql, params, many, context)


@contextmanager
def read_only() -> Iterator[None]:
    """Raise WriteInReadViewError on any write to any database inside the block.

    As nothing changes in it, what is asked often is read once there (``memory``).
    """
    with ExitStack() as stack:
        stack.enter_context(remembering())
        for connection in connections.all():
            stack.enter_context(connection.execute_wrapper(_refuse_writes))
        yield


def _mark(view: View, kind: str, original: View) -> View:
    for name in ("view_kind", "login_required", "is_public"):
        if hasattr(original, name):
            setattr(view, name, getattr(original, name))
    if hasattr(original, "view_kind"):
        raise TypeError(f"{original.__name__} carries two of reads, writes and serves")
    view.view_kind = kind  # type: ignore[attr-defined]  # read by the door table and house tests
    return view


def reads(view: View) -> View:
    """Mark a view that shows something: GET and HEAD only, any write raises."""

    @functools.wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in SAFE_METHODS:
            return HttpResponseNotAllowed(sorted(SAFE_METHODS))
        with read_only():
            response = view(request, *args, **kwargs)
            # Templates run their queries late; they belong to the reading too.
            render = getattr(response, "render", None)
            return render() if callable(render) else response

    return _mark(wrapper, "reads", view)


def writes(view: View | None = None, *, methods: tuple[str, ...] = ("POST",)) -> Any:
    """Mark a view that changes something: one transaction, POST only unless ``methods`` says more.

    With ``methods=("GET", "POST")`` the view shows its form on GET, and that half may not write.
    """
    if view is None:
        return functools.partial(writes, methods=methods)
    inner = view
    allowed = frozenset(methods) | (frozenset({"HEAD"}) if "GET" in methods else frozenset())

    @functools.wraps(inner)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in allowed:
            return HttpResponseNotAllowed(sorted(allowed))
        if request.method in SAFE_METHODS:
            with read_only():
                return inner(request, *args, **kwargs)
        return in_transaction(lambda: inner(request, *args, **kwargs), request)

    return _mark(wrapper, "writes", inner)


def serves(view: View) -> View:
    """Mark a view that sends a file: GET and HEAD only, and the file can run nothing.

    A record of who opened the file may be written, so writes are not refused here.
    """

    @functools.wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in SAFE_METHODS:
            return HttpResponseNotAllowed(sorted(SAFE_METHODS))
        with transaction.atomic():
            response = view(request, *args, **kwargs)
        kind = response.headers.get("Content-Type", "").split(";")[0]
        # Browsers refuse to open their PDF reader in a sandbox.
        policy = PREVIEW_POLICY if kind == "application/pdf" else FILE_POLICY
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("X-Frame-Options", "SAMEORIGIN")
        return response

    return _mark(wrapper, "serves", view)


def public(view: View) -> View:
    """Open a view to people who have not signed in; put it above reads, writes or serves."""
    opened = login_not_required(view)
    opened.is_public = True  # type: ignore[attr-defined]  # read by the door table and house tests
    return opened


def no_content() -> HttpResponse:
    """Return an empty answer (204)."""
    return HttpResponse(status=204)
