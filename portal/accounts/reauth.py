"""Asking for the password again before something sensitive.

Put ``@reauthenticated`` above ``reads``, ``writes`` or ``serves`` of views that show a full ID
number, export in bulk or tell results; ``@reauthenticated_to_change`` where only the sending of a
form is sensitive: who holds which post, whose account is locked. Signing never asks. Confirming
within the last five minutes counts.
"""

import functools
from http import HTTPStatus
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from portal.common.views import View

_SENT = "sent_before_password"
_LOST = "密码已确认，但此前提交的内容没有保留，操作可能没有完成。请核对后重新办理。"


def reauthenticated(view: View, *, allow_get: bool = False) -> View:
    """Want the password again before a view; what was sent is carried out once it is given.

    Only the form sent last is kept. Who gives the password twice, or in the other of two tabs, is
    led back to work with a word, not to an address that takes nothing but forms.

    Args:
        view: carries ``reads``, ``writes`` or ``serves``.
        allow_get: the form may be looked at without.
    """
    asking = reauthentication_required(view, allow_get=allow_get)

    @functools.wraps(asking)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response: HttpResponseBase = asking(request, *args, **kwargs)
        except ReauthenticationRequired:
            if request.method == "POST":
                request.session[_SENT] = True
            raise
        refused = response.status_code == HTTPStatus.METHOD_NOT_ALLOWED
        if refused and request.method == "GET" and request.session.pop(_SENT, False):
            messages.warning(request, _LOST)
            return redirect(get_adapter(request).get_login_redirect_url(request))
        return response

    return guarded


#: The form may be looked at; what was typed is carried out once the password is given.
reauthenticated_to_change = functools.partial(reauthenticated, allow_get=True)
