"""The leaders' overview: right numbers, own places only, a fixed number of queries."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from applications.domain import procedures
from applications.models import Application, Studio
from assessments.domain import ledger, registers
from assessments.interfaces import overview as pages
from assessments.interfaces.overview import Figure
from assessments.models import Clawback, GrantDue, Obligation
from assessments.queries import figures
from jurisdictions.domain.offices import mark_staff, save_office
from jurisdictions.models import Jurisdiction
from portal.accounts.models import User
from portal.common.doors import grant
from tests.applications.factories import publish_city
from tests.assessments.factories import id_number, member_of, named_studio, officer_of, old_studio
from tests.factories import make_user

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
ON = dt.date(2026, 4, 1)


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def overseer(place: Jurisdiction) -> User:
    user = make_user("leader@example.gov.cn")
    grant(user, "oversee", place)
    mark_staff(user)
    return user


def old(ruleset: Any, number: int, district: str, industry: str) -> Studio:
    return old_studio(
        ruleset.jurisdiction.code, ruleset, number=f"OLD-{number}", occupation=f"钳工{number}",
        district=district, industry=industry,
        leader_id=id_number(f"6501021975030700{number}"),
    )  # fmt: skip


def shown(scope: figures.Scope) -> dict[str, Figure]:
    return {figure.id: figure for figure in pages.overview(scope, ON)}


def test_studios_money_and_people_are_counted_by_year_and_district() -> None:
    ruleset = publish_city("urumqi")
    one, two = old(ruleset, 1, "天山区", "装备制造"), old(ruleset, 2, "新市区", "装备制造")
    user = member_of(one)
    for studio, amount in ((one, 110_000), (two, 90_000)):
        ledger.enter(studio, by=user, direction="in", source="match", amount=Decimal(amount),
                     on=dt.date(2025, 5, 1), text="配套")  # fmt: skip
    ledger.enter(one, by=user, direction="out", source="match", purpose="training",
                 amount=Decimal(5_000), on=dt.date(2026, 2, 1), text="培训")  # fmt: skip
    registers.save_row(one, "apprentices", by=user, name="徒弟", since=dt.date(2024, 5, 1),
                       level="高级工", certified_on=dt.date(2025, 6, 1))  # fmt: skip
    found = shown(figures.Scope((ruleset.jurisdiction,)))
    assert found["studios-industry"].rows == [["装备制造", 2, 0]]
    assert found["studios-district"].rows == [["天山区", 1, 0], ["新市区", 1, 0]]
    assert found["funds"].rows == [["2025", 0, 200_000, 0], ["2026", 0, 0, 5_000]]
    assert found["funds-district"].rows == [["天山区", 0, 110_000, 5_000], ["新市区", 0, 90_000, 0]]
    assert found["trainees"].rows == [["2024", 1, 0], ["2025", 0, 1]]
    assert found["levels"].rows == [["高级工", 1]]
    narrow = shown(figures.Scope((ruleset.jurisdiction,), 2025, "天山区"))
    assert narrow["funds-district"].rows == [["天山区", 0, 110_000, 0]]
    assert narrow["studios-district"].rows == []


def test_filings_pass_rates_and_payments_come_from_the_whole_way() -> None:
    studio = named_studio("yuzhong", dt.date(2026, 3, 10))
    ledger.pay_grant(GrantDue.objects.get(), by=member_of(studio), on=ON, amount=Decimal(50_000))
    found = shown(figures.Scope((studio.jurisdiction,)))
    assert [row[1:] for row in found["filings"].rows] == [[1, 1, 1, "100%"]]
    assert found["funds"].rows == [["2026", 50_000, 0, 0]]
    empty = shown(figures.Scope((publish_city("rongchang").jurisdiction,)))
    assert (empty["filings"].rows, empty["funds"].rows) == ([], [])


def test_paybacks_results_and_papers_are_counted_by_district_too() -> None:
    ruleset = publish_city("urumqi")
    one, two = old(ruleset, 1, "天山区", "装备制造"), old(ruleset, 2, "新市区", "装备制造")
    user = make_user("clerk@example.gov.cn", name="示例经办", staff=True)
    office = save_office(ruleset.jurisdiction, code="clerks", name="示例科", by=user)
    for studio, on, amount in ((one, dt.date(2025, 3, 1), 70_000), (two, ON, 30_000)):
        case = procedures.open_on_studio(studio, "assess_final", by=user, office=office)
        row = Clawback.objects.create(studio=studio, application=case, amount=amount, decided_on=on)
        ledger.pay_back(row, by=user, on=ON, amount=Decimal(10_000))
        Application.objects.filter(pk=case.pk).update(
            status="decided",
            result="g1" if studio == one else "g3",
            status_changed_at=timezone.make_aware(dt.datetime.combine(on, dt.time(9))),
            result_released_at=timezone.now(),
        )
    # Only these two papers: what opened with the studios is another matter.
    Obligation.objects.all().delete()
    Obligation.objects.create(
        studio=one, kind="paper", item="plan", period=2025, title="计划", opens_on=ON,
        due_on=dt.date(2025, 12, 31), done_on=dt.date(2025, 12, 31),
    )  # fmt: skip
    Obligation.objects.create(
        studio=two, kind="paper", item="plan", period=2026, title="计划", opens_on=ON,
        due_on=dt.date(2026, 3, 31),
    )  # fmt: skip
    found = shown(figures.Scope((ruleset.jurisdiction,)))
    kept = ("按期", "逾期办理", "逾期未办", "未到期")
    assert found["papers"].head[1:] == kept
    # Late is gold and undone is red, wherever the columns stand.
    assert (
        dict(zip(kept, found["papers"].shown()["tones"].split(), strict=True))["逾期未办"] == "red"
    )
    assert found["clawback"].rows == [["2025", 70_000, 10_000], ["2026", 30_000, 10_000]]
    assert found["clawback-district"].rows == [
        ["天山区", 70_000, 10_000],
        ["新市区", 30_000, 10_000],
    ]
    head, rows = found["results-district"].head, found["results-district"].rows
    assert (head, rows) == (
        ("县（区）", "优秀", "不合格"), [["天山区", 1, 0], ["新市区", 0, 1]],
    )  # fmt: skip
    assert found["results-district"].tones == "blue red"
    assert found["papers-district"].rows == [["天山区", 1, 0, 0, 0], ["新市区", 0, 0, 1, 0]]
    year = shown(figures.Scope((ruleset.jurisdiction,), 2025))
    assert [year[f"{key}-district"].rows for key in ("clawback", "results", "papers")] == [
        [["天山区", 70_000, 10_000]], [["天山区", 1]], [["天山区", 1, 0, 0, 0]],
    ]  # fmt: skip


def test_results_of_before_the_portal_and_years_that_only_have_money_are_there() -> None:
    ruleset = publish_city("yuzhong")
    studio = old_studio("yuzhong", ruleset, district="示例区", grade="合格",
                        graded_on=dt.date(2026, 3, 20))  # fmt: skip
    ledger.enter(studio, by=member_of(studio), direction="in", source="match", amount=Decimal(9),
                 on=dt.date(2025, 5, 1), text="配套")  # fmt: skip
    found = shown(figures.Scope((ruleset.jurisdiction,)))
    assert (found["results"].head, found["results"].rows) == (("年度", "合格"), [["2026", 1]])
    assert (found["results"].tones, found["studios-industry"].tones) == ("blue", "blue gray")
    assert found["results-district"].rows == [["示例区", 1]]
    assert figures.years([ruleset.jurisdiction]) == [2025, 2024]


def test_an_overseer_sees_his_places_and_their_workbook(as_user: SignIn) -> None:
    ruleset, other = publish_city("urumqi"), publish_city("ziyang")
    old(ruleset, 1, "天山区", "装备制造")
    old(other, 2, "雁江区", "石雕")
    client = as_user(overseer(ruleset.jurisdiction))
    page = client.get(reverse("assessments:overview")).content.decode()
    assert ("天山区" in page, "雁江区" in page) == (True, False)
    assert "雁江区" not in client.get(reverse("assessments:overview") + "?place=ziyang"
                                   ).content.decode()  # fmt: skip
    sent = client.get(reverse("assessments:overview_xlsx"))
    book = load_workbook(BytesIO(sent.content))
    assert book["各县（区）工作室"]["A2"].value == "天山区"
    districts = [name for name in book.sheetnames if name.startswith("各县（区）")]
    assert districts == [
        f"各县（区）{what}"
        for what in ("申报和命名", "工作室", "经费（元）", "追回资助（元）", "带徒和取证（人）",
                     "考核结果（个）", "年度材料和考核按期情况（项）")
    ]  # fmt: skip
    officer = as_user(officer_of(ruleset.jurisdiction))
    for name in ("overview", "overview_xlsx"):
        assert officer.get(reverse(f"assessments:{name}")).status_code == 404


@pytest.mark.parametrize("query", ["year=20x6", "year=99999", "district=无", "place=无"])
def test_a_query_that_means_nothing_opens_the_page(as_user: SignIn, query: str) -> None:
    ruleset = publish_city("urumqi")
    client = as_user(overseer(ruleset.jurisdiction))
    assert client.get(reverse("assessments:overview") + f"?{query}").status_code == 200


def test_the_overview_needs_as_many_queries_for_four_studios_as_for_one(as_user: SignIn) -> None:
    ruleset = publish_city("urumqi")
    client = as_user(overseer(ruleset.jurisdiction))
    counts = []
    client.get(reverse("assessments:overview"))
    for numbers in ((1,), (2, 3, 4)):
        for number in numbers:
            old(ruleset, number, f"区{number}", f"产业{number}")
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("assessments:overview"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
