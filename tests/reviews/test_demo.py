"""reviews.interfaces.demo: a demonstration is made by the portal's own code, once."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from applications.models import Application, Studio
from jurisdictions.models import Jurisdiction, Round, Ruleset
from jurisdictions.queries import open_rounds, policy_of, roles_without_office
from portal.accounts.models import DemoAccount, User
from portal.common.sealed import unseal_for_print
from reviews.interfaces.demo.plan import read_city, read_portal
from reviews.models import Case, Consultation, Expert, Publicity, Seat

pytestmark = pytest.mark.django_db
CITIES = ("yuzhong", "rongchang", "ziyang", "urumqi", "chaoyang")
DEMO = Path(__file__).resolve().parents[2] / "fixtures" / "demo"


@dataclass(frozen=True)
class Seeded:
    """A city with its demonstration, and what the command said of it."""

    code: str
    said: str

    @property
    def ruleset(self) -> Ruleset:
        return Ruleset.objects.get(jurisdiction__code=self.code)


@pytest.fixture(scope="module")
def seeded(request: Any, django_db_setup: None, django_db_blocker: Any) -> Iterator[Seeded]:
    """One city at a time, made once for all that is asked of it and taken back after that."""
    code = request.param
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_cities", code, stdout=StringIO())
        yield Seeded(code, seed(code))
        transaction.set_rollback(True)


def of(*codes: str) -> Any:
    """The cities a test is about."""
    return pytest.mark.parametrize("seeded", codes, indirect=True)


def seed(code: str) -> str:
    out = StringIO()
    with override_settings(DEMO=True):
        call_command("seed_demo", code, stdout=out)
    return out.getvalue()


def rows() -> dict[str, int]:
    return {
        model._meta.label: model._base_manager.count()
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy
    }


#: A city with both a visit and a panel of one filing has one filing more.
MORE = {"urumqi": 1}


@of(*CITIES)
def test_every_city_shows_a_filing_in_every_state(seeded: Seeded) -> None:
    more = MORE.get(seeded.code, 0)
    ruleset = seeded.ruleset
    assert seeded.said == f"{seeded.code}：生成 {9 + more} 件申报\n"
    city = Jurisdiction.objects.get(code=seeded.code)
    states = Counter(Application.objects.values_list("status", flat=True))
    assert states == {"draft": 2, "submitted": 4 + more, "returned": 1, "decided": 2}
    results = policy_of(ruleset).procedure("establish").results
    decided = Application.objects.filter(status="decided").values_list("result", flat=True)
    assert sorted(results[result].favourable for result in decided) == [False, True]
    assert Studio.objects.filter(jurisdiction=city).count() == 1
    assert Counter(Case.objects.values_list("state", flat=True)) == {
        "open": 2 + more, "listed": 2, "returned": 1, "closed": 2,
    }  # fmt: skip
    assert list(open_rounds()) == [Round.objects.latest("opens_at")]
    assert roles_without_office(policy_of(ruleset), city) == []


@of("ziyang")
def test_seeding_again_changes_nothing(seeded: Seeded) -> None:
    before = rows()
    changed = User.objects.get(email="weld-handler@ziyang.example")
    changed.name = "改过的名字"
    changed.save(update_fields=["name"])
    assert seed("ziyang") == "ziyang：已有演示数据，未改动\n"
    assert rows() == before
    assert User.objects.get(pk=changed.pk).name == "改过的名字"


@of("ziyang")
def test_a_notice_is_running_today(seeded: Seeded) -> None:
    today = timezone.localdate()
    running = Publicity.objects.get(last_day__gte=today)
    assert running.published_on < today
    assert len(running.rows) == 2
    assert all("示例" in row["leader_name"] for row in running.rows)


@of("rongchang")
def test_offices_are_asked_for_their_opinion(seeded: Seeded) -> None:
    asked = Consultation.objects.order_by("pk")
    assert [row.role for row in asked] == ["discipline", "police", "petitions", "tax"]
    assert all(row.replied_at is None and row.due_on > timezone.localdate() for row in asked)


@of(*CITIES)
def test_a_panel_is_half_scored_and_waits_for_a_statement(seeded: Seeded) -> None:
    seats = Seat.objects.select_related("sheet", "expert__user")
    assert {
        seat.expert.user.login_name.split("@")[0]: (
            seat.state, bool(seat.sheet.text), seat.sheet.signed_at is not None, seat.chair,
        )
        for seat in seats
    } == {
        "chair-expert": ("seated", True, True, True),
        "expert": ("seated", True, False, False),
        "waiting-expert": ("pending", False, False, False),
    }  # fmt: skip
    barred = Expert.objects.exclude(seats__in=seats).get()
    assert barred.employer_uscc == seats[0].case.application.unit_uscc


@of("rongchang")
def test_listed_accounts_open_the_portal(seeded: Seeded) -> None:
    password = read_portal(DEMO).password
    listed = DemoAccount.objects.values_list("login", flat=True)
    assert len(listed) == 14
    for login in listed:
        assert User.objects.get(email=login).check_password(password)


@of("yuzhong")
def test_id_numbers_of_samples_are_sealed(seeded: Seeded) -> None:
    plan = read_city(DEMO, "yuzhong")
    assert plan is not None
    plain = {str(filing.change["leader.id_number"]) for filing in plan.filings}
    frozen = [row.submissions.latest("number").answers["leader.id_number"]
              for row in Application.objects.exclude(status="draft")]  # fmt: skip
    tokens = [answer["sealed"] for answer in frozen]
    assert len(tokens) == 7
    assert {unseal_for_print(token, purpose="核对演示数据") for token in tokens} < plain
    assert all("*" in answer["shown"] for answer in frozen)


def test_outside_a_demonstration_nothing_is_made(settings: Any) -> None:
    call_command("load_cities", "yuzhong", stdout=StringIO())
    before = rows()
    settings.DEMO = False
    with pytest.raises(CommandError, match="演示数据只能在演示环境"):
        call_command("seed_demo")
    assert rows() == before
