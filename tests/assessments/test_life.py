"""The life of a studio, the desk and its risks, in a fixed number of queries."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import Studio
from assessments.domain import calendar, ledger, registers
from assessments.domain.handing_in import hand_in
from assessments.interfaces import life as life_page
from assessments.models import Obligation
from assessments.queries import life, reach
from assessments.queries.risks import at_risk
from assessments.tasks import open_calendar
from jurisdictions.domain.offices import make_administrator
from jurisdictions.models import Ruleset
from portal.accounts.models import User
from tests.applications.factories import publish_city
from tests.assessments.factories import id_number, member_of, officer_of, old_studio
from tests.factories import make_user

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def nth(ruleset: Ruleset, number: int) -> Studio:
    code = ruleset.jurisdiction.code
    return old_studio(
        code, ruleset, number=f"OLD-{number}", occupation=f"钳工{number}",
        leader_id=id_number(f"5001031962030100{number}"), district="示例区",
    )  # fmt: skip


def seen(studio: Studio, on: dt.date) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    found = reach.studios().filter(pk=studio.pk)
    return [(risk.facts, risk.grounds) for risk in at_risk(found, on)]


def test_a_life_tells_papers_money_and_people_in_the_order_of_days() -> None:
    studio = old_studio("yuzhong")
    user = member_of(studio)
    calendar.open_for(studio, dt.date(2024, 12, 10))
    hand_in(Obligation.objects.get(), by=user, on=dt.date(2025, 1, 3), text="示例计划")
    ledger.enter(studio, by=user, direction="in", source="match", amount=Decimal(50_000),
                 on=dt.date(2024, 5, 1), text="单位配套")  # fmt: skip
    registers.save_row(studio, "members", by=user, name="李示例", joined_on=dt.date(2024, 4, 1))
    told = [(event.on.isoformat(), event.kind, event.state) for event in
            life.events(studio, for_unit=True)]  # fmt: skip
    assert told == [
        ("2025-01-03", "paper", "bad"), ("2024-05-01", "money", "good"),
        ("2024-04-01", "people", ""), ("2024-03-10", "naming", "good"),
    ]  # fmt: skip
    drawn = life_page.picture(studio, life.events(studio, for_unit=True), dt.date(2025, 6, 1))
    assert [lane["label"] for lane in drawn["lanes"]] == ["命名", "年度材料", "经费", "人员"]
    assert [year["label"] for year in drawn["years"]] == [2024, 2025]
    across = [dot["x"] for dot in drawn["dots"]]
    assert across == sorted(across)


def test_the_list_of_a_life_is_narrowed_by_kind(as_user: SignIn) -> None:
    studio = old_studio("yuzhong")
    user = member_of(studio)
    registers.save_row(studio, "members", by=user, name="李示例", joined_on=dt.date(2024, 4, 1))
    where = reverse("assessments:life", args=[studio.public_id])
    client = as_user(user)
    assert "李示例加入" in client.get(where).content.decode()
    page = client.get(where + "?kind=naming").content.decode().split("历程列表")[1]
    assert ("李示例加入" in page, "示例人社〔2024〕1号" in page) == (False, True)


def test_records_point_to_missed_papers_wrong_expenses_and_a_retired_leader() -> None:
    studio = nth(publish_city("yuzhong"), 1)
    user = member_of(studio)
    assert seen(studio, dt.date(2022, 2, 28)) == []
    calendar.open_for(studio, dt.date(2025, 1, 5))
    line = ledger.enter(
        studio, by=user, direction="out", source="match", purpose="equipment",
        amount=Decimal(1), on=dt.date(2024, 5, 1), text="工具",
    )  # fmt: skip
    line.purpose = "banquet"
    line.save()
    ((facts, grounds),) = seen(studio, dt.date(2025, 1, 5))
    assert facts == (
        "逾期未办 1 项", "1 笔支出用途待核实",
        "领办人张示例已到法定退休日期（2022年3月）",
    )  # fmt: skip
    assert grounds == ()


def test_a_woman_may_have_reached_one_of_two_days() -> None:
    studio = old_studio("yuzhong", leader_id=id_number("50010319720301002"))
    ((facts, _),) = seen(studio, dt.date(2024, 6, 1))
    assert facts == ("领办人张示例可能已到法定退休日期（2022年3月或2027年10月）",)


def test_the_desk_needs_as_many_queries_for_four_studios_as_for_one(as_user: SignIn) -> None:
    ruleset = publish_city("urumqi")
    nth(ruleset, 1)
    client = as_user(officer_of(ruleset.jurisdiction, role="city_bureau"))
    counts: list[int] = []
    client.get(reverse("assessments:desk"))
    for more in ((), (2, 3, 4)):
        for number in more:
            nth(ruleset, number)
        calendar.open_all(dt.date(2025, 4, 1))
        for view in ("due", "risk", "all"):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                client.get(reverse("assessments:desk") + f"?view={view}")
            counts.append(len(queries))
    assert counts[:3] == counts[3:]


def test_the_desk_is_narrowed_by_words_and_district(as_user: SignIn) -> None:
    ruleset = publish_city("urumqi")
    nth(ruleset, 1)
    old_studio("urumqi", ruleset, number="OLD-9", name="示例电工工作室", district="天山区")
    client = as_user(officer_of(ruleset.jurisdiction, role="city_bureau"))
    for query, numbers in (("q=电工", ["OLD-9"]), ("district=示例区", ["OLD-1"]),
                           ("q=电工&district=示例区", [])):  # fmt: skip
        page = client.get(reverse("assessments:desk") + f"?view=all&{query}").content.decode()
        assert [n for n in ("OLD-1", "OLD-9") if n in page] == numbers, query


def test_the_clock_of_the_portal_runs_the_calendar() -> None:
    from django.conf import settings

    assert settings.CELERY_BEAT_SCHEDULE["calendar"]["task"] == open_calendar.name


def test_plaques_of_a_place_are_listed_with_their_codes(as_user: SignIn) -> None:
    ruleset = publish_city("yuzhong")
    nth(ruleset, 1)
    admin = make_user("a@example.gov.cn")
    make_administrator(admin, ruleset.jurisdiction, by=None)
    sent = as_user(admin).get(reverse("assessments:plaques", args=["yuzhong"]))
    assert (sent.status_code, sent.content[:5]) == (200, b"%PDF-")
    department = officer_of(ruleset.jurisdiction, role="department", covers="示例部门")
    answer = as_user(department).get(reverse("assessments:plaques", args=["yuzhong"]))
    assert answer.status_code == 404
