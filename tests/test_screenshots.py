"""The pages that are staged for the pictures are there for whoever signs in."""

from typing import Any

import pytest
from django.test import Client

from portal.accounts.models import User
from tests.reviews import factories as make
from tests.screenshot_stage import contest, stage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def seen(pages: list[tuple[str, str, str]]) -> dict[str, str]:
    """Each page as the one who signs in sees it."""
    shown = {}
    for name, login, address in pages:
        client = Client()
        client.force_login(User.objects.get(email=login),
                           backend="portal.accounts.backends.LoginBackend")  # fmt: skip
        shown[name] = client.get(address).content.decode()
    return shown


def test_the_stage_leads_to_the_score_sheet_and_to_the_grades() -> None:
    shown = seen(stage(make.make_city("chaoyang"), "示例口令示例口令"))
    assert [("自评" in shown["scores"]), ("20%" in shown["grading"])] == [True, True]


def test_the_contest_leads_to_the_clock_and_to_a_tie_at_the_end_of_the_places() -> None:
    shown = seen(contest("示例口令示例口令"))
    line = "以上 2 个在名额之内；第 2 名并列，名额不足，请人工确定"
    assert [shown["hearing"].count("<gj-timer "), shown["cut"].count(line)] == [1, 1]
