"""Sample studios: every city has some, and a second run changes nothing."""

from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.management import CommandError, call_command
from django.utils import timezone

from applications.models import Claim, Studio
from assessments.interfaces.demo.plan import read_plan
from assessments.models import KeptFile, LedgerEntry, Obligation, Record
from assessments.queries import reach
from portal.accounts.models import User
from tests.applications.factories import publish_city
from tests.assessments.factories import officer_of

pytestmark = pytest.mark.django_db
FOLDER = Path(configured.BASE_DIR) / "fixtures" / "demo" / "studios"


def seed(code: str) -> str:
    out = StringIO()
    call_command("seed_studios", code, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("code", ["yuzhong", "rongchang", "ziyang", "urumqi", "chaoyang"])
def test_every_plan_is_sound(code: str) -> None:
    plan = read_plan(FOLDER, code)
    assert plan is not None
    assert Counter(row.ended is None for row in plan.studios) == {True: 3, False: 1}


def test_a_city_gets_living_studios_with_papers_in_time_late_and_missing(settings: Any) -> None:
    settings.DEMO = True
    city = publish_city("chaoyang").jurisdiction
    officer_of(city)
    plan = read_plan(FOLDER, "chaoyang")
    assert plan is not None
    for row in plan.studios:
        for record in row.records:
            city.offices.get_or_create(code=record.office, defaults={"name": "示例中心"})
    assert seed("chaoyang") == "chaoyang：生成 4 个工作室\n"
    assert Counter(Studio.objects.values_list("status", flat=True)) == {"active": 3, "ended": 1}
    done = Obligation.objects.filter(party="unit", kind__in=["paper", "agreement"])
    late = [row for row in done if row.done_on and row.due_on and row.done_on > row.due_on]
    missing = done.filter(done_on__isnull=True, due_on__lt=timezone.localdate())
    assert (len(late), missing.count()) == (1, 2)
    waiting = Obligation.objects.filter(kind="assessment", application__status="draft")
    assert waiting.filter(studio__number="CY-OLD-001").count() == 1
    ended = Studio.objects.get(status="ended")
    assert Claim.objects.filter(studio=ended).count() == 0
    assert Obligation.objects.filter(studio=ended).count() == 0
    leader = User.objects.get(email="overseer@chaoyang.example")
    assert list(reach.overseen(leader)) == [city]
    before = [model.objects.count() for model in (Studio, LedgerEntry, Record, KeptFile)]
    assert seed("chaoyang") == "chaoyang：已有演示工作室，未改动\n"
    assert [m.objects.count() for m in (Studio, LedgerEntry, Record, KeptFile)] == before


def test_only_a_demonstration_is_filled(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="PORTAL_DEMO"):
        call_command("seed_studios")
