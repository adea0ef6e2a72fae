"""The pages of an assessment that the pictures show are there for whoever signs in."""

from typing import Any

import pytest
from django.test import Client

from portal.accounts.models import User
from tests.reviews import factories as make
from tests.screenshot_stage import stage

pytestmark = pytest.mark.django_db


def test_the_stage_leads_to_the_score_sheet_and_to_the_grades(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False
    shown = {}
    for name, login, address in stage(make.make_city("chaoyang"), "示例口令示例口令"):
        client = Client()
        client.force_login(User.objects.get(email=login),
                           backend="portal.accounts.backends.LoginBackend")  # fmt: skip
        shown[name] = client.get(address).content.decode()
    assert [("自评" in shown["scores"]), ("20%" in shown["grading"])] == [True, True]
