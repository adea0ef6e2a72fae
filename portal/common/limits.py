"""How often one person or one address may ask for something costly."""

import functools
import ipaddress
import math
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from portal.common.errors import came_from

#: Waits from here on are said in minutes.
_MINUTES_FROM = 120

View = Callable[..., HttpResponseBase]


def client_ip(request: HttpRequest) -> str:
    """Return the address the request came from.

    Only the entries of X-Forwarded-For that our own proxies added are believed: with n trusted
    proxies the n-th from the right. Anything before it may be invented by the sender.
    """
    hops = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    address = str(request.META.get("REMOTE_ADDR", ""))
    if hops:
        chain = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
        address = chain[-hops] if len(chain) >= hops else address
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return "unknown"


def over_limit(name: str, who: str, *, amount: int, seconds: int) -> int:
    """Count one use and return how many seconds to wait, 0 when within the limit.

    Args:
        name: what is limited, e.g. "search".
        who: whom to count it for.
        amount: uses allowed in each window.
        seconds: length of a window.
    """
    now = int(time.time())
    window = now // seconds
    key = f"limit:{name}:{who}:{window}"
    if cache.add(key, 1, timeout=seconds + 5):
        used = 1
    else:
        try:
            used = cache.incr(key)
        except ValueError:  # the window ended between the two steps
            used = 1
    return (window + 1) * seconds - now if used > amount else 0


def caller(request: HttpRequest) -> str:
    """Return whom to count a request for: the person or, signed out, the address."""
    user = request.user
    return f"u{user.pk}" if user.is_authenticated else client_ip(request)


def limited(name: str, *, amount: int, seconds: int) -> Callable[[View], View]:
    """Answer 429 with Retry-After when a person (or, signed out, an address) asks too often.

    Put it above ``reads``, ``writes`` or ``serves``; only unsafe methods count for ``writes``
    views that also show their form.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if getattr(view, "view_kind", "") == "writes" and request.method in {"GET", "HEAD"}:
                return view(request, *args, **kwargs)
            wait = over_limit(name, caller(request), amount=amount, seconds=seconds)
            return too_many(request, wait) if wait else view(request, *args, **kwargs)

        return wrapper

    return decorate


def too_many(request: HttpRequest, wait: int) -> HttpResponse:
    """Return the page that asks for patience; ``wait`` in seconds."""
    patience = f"{wait} 秒" if wait < _MINUTES_FROM else f"{math.ceil(wait / 60)} 分钟"
    context = {"patience": patience, "back": came_from(request)}
    response = render(request, "errors/too_many.html", context, status=429)
    response.headers["Retry-After"] = str(wait)
    return response
