"""The small place with a call and its administrator."""

import pytest
from django.test import Client

from jurisdictions.models import Round, Ruleset
from portal.accounts.models import User
from tests.jurisdictions.factories import administrator, call, publish_shiyan


@pytest.fixture
def ruleset(db: None) -> Ruleset:
    return publish_shiyan()


@pytest.fixture
def open_call(ruleset: Ruleset) -> Round:
    return call(ruleset)


@pytest.fixture
def admin_user(ruleset: Ruleset) -> User:
    return administrator(ruleset.jurisdiction)


@pytest.fixture
def admin_client(admin_user: User, as_user: object, settings: object) -> Client:
    settings.STAFF_MFA_REQUIRED = False  # type: ignore[attr-defined]  # pytest-django's settings
    return as_user(admin_user)  # type: ignore[operator]  # the fixture is a function
