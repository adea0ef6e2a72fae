"""What holds for every request: a number, no NUL bytes, strict headers, limited sessions."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from portal.common import failures
from portal.common.logs import start_request

Answer = Callable[[HttpRequest], HttpResponse]

CONTENT_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
)
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), fullscreen=()"
STARTED, SEEN = "session_started_at", "session_seen_at"
# Seconds between two writes of "last seen": exact enough for limits counted in minutes.
SEEN_STEP = 60


class RequestGuard:
    """Numbers the request for the log and refuses NUL bytes, which no form ever sends."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer 400 to NUL bytes in the address, else pass the request on."""
        number = start_request()
        query = request.META.get("QUERY_STRING", "")
        if "\0" in request.path or "%00" in query:
            response = failures.failure(request, 400)
        else:
            response = self.get_response(request)
        response.headers["X-Request-Number"] = number
        return response


class SecurityHeaders:
    """Puts the strict content policy and its companions on every answer, errors included."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers the answer does not already carry."""
        response = self.get_response(request)
        headers = response.headers
        headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            headers["Cache-Control"] = "no-store"
        return response


class SessionLimits:
    """Ends sessions that were idle too long or are too old, whatever the cookie says."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Sign the person out when a limit has passed, else note that they were seen."""
        if request.user.is_authenticated:
            self._apply(request)
        return self.get_response(request)

    def _apply(self, request: HttpRequest) -> None:
        now = int(time.time())
        session = request.session
        started, seen = session.get(STARTED, now), session.get(SEEN, now)
        who = "staff" if getattr(request.user, "is_staff_member", False) else "applicant"
        idle = settings.SESSION_IDLE_SECONDS[who]
        if now - started > settings.SESSION_ABSOLUTE_SECONDS or now - seen > idle:
            logout(request)
            return
        if STARTED not in session or now - seen >= SEEN_STEP:
            session[STARTED], session[SEEN] = started, now
