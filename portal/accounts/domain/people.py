"""Changes to one's own account."""

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from portal.accounts.models import User
from portal.common.errors import DomainError


def update_person(user: User, *, name: str, email: str, mobile: str) -> User:
    """Change one's own name and sign-in names.

    Args:
        user: the person.
        name: name shown to others.
        email: small letters, or "" for none.
        mobile: eleven digits, or "" for none.

    Raises:
        DomainError: a sign-in name was taken by somebody else meanwhile.
    """
    user.name, user.email, user.mobile = name, email or None, mobile or None
    user.full_clean(exclude=["password"], validate_unique=False)
    try:
        with transaction.atomic():
            user.save(update_fields=["name", "email", "mobile"])
            # The library keeps addresses of its own: an old one must no longer open the account.
            EmailAddress.objects.filter(user=user).exclude(email=email).delete()
    except IntegrityError as error:
        raise DomainError("邮箱或手机号码不能使用，请换一个。", field="email") from error
    return user
