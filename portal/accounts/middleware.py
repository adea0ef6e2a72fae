"""Staff work only with a second factor."""

from collections.abc import Callable

from allauth.mfa.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

# Places that must stay open so that a second factor can be set up, or the person can leave.
OPEN_PREFIXES = ("/accounts/", "/static/", "/healthz")


class MfaRequiredForStaff:
    """Sends staff without a second factor to the page where it is set up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, unless it is a staff member's without a second factor."""
        if self._must_enrol(request):
            messages.warning(request, "工作人员账号须先启用两步验证，才能继续使用。")
            return redirect("mfa_activate_totp")
        return self.get_response(request)

    def _must_enrol(self, request: HttpRequest) -> bool:
        user = request.user
        if not settings.STAFF_MFA_REQUIRED or not user.is_authenticated:
            return False
        if not getattr(user, "is_staff_member", False) and not getattr(user, "is_staff", False):
            return False
        if request.path.startswith(OPEN_PREFIXES):
            return False
        return not get_adapter().is_mfa_enabled(user)
