"""The cast of the accounts' tests: plain functions, nothing made behind the back.

alice handles and paula answers for one unit; bob handles another; dora works for an office.
"""

from functools import cache
from itertools import count

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from portal.accounts.enums import MemberRole
from portal.accounts.models import Enterprise, Membership, User

PASSWORD = "correct horse battery staple"
# Codes with valid check digits (GB 32100), made up for tests.
_bodies = count(1)
_USCC_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def make_uscc(body: str) -> str:
    """Return the 18-character code for a 17-character body (GB 32100-2015, annex)."""
    total = sum(_USCC_LETTERS.index(char) * pow(3, place, 31) for place, char in enumerate(body))
    return body + _USCC_LETTERS[(31 - total % 31) % 31]


def make_user(login: str, *, name: str = "", staff: bool = False) -> User:
    """Return a person who signs in with ``login`` (e-mail address or mobile number)."""
    names = {"email": login} if "@" in login else {"mobile": login}
    user = User.objects.create_user(name=name or login, is_staff_member=staff, **names)
    user.password = _hashed()
    user.save(update_fields=["password"])
    return user


@cache
def _hashed() -> str:
    """Everybody has the same password; the deliberately slow hash of it is made once."""
    return make_password(PASSWORD)


def make_enterprise(name: str = "示例机械有限公司") -> Enterprise:
    """Return a unit with a valid code of its own."""
    body = f"91500103MA{next(_bodies):07d}"
    return Enterprise.objects.create(name=name, uscc=make_uscc(body))


def make_member(
    user: User, enterprise: Enterprise, role: MemberRole = MemberRole.HANDLER
) -> Membership:
    """Let ``user`` act for ``enterprise`` from now on."""
    return Membership.objects.create(
        user=user, enterprise=enterprise, role=role, active_from=timezone.now()
    )
