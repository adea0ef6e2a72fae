"""What makes a hint of risk show, and what keeps it from showing."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from applications.domain import lifecycle, procedures
from applications.domain.effects import DecisionContext
from applications.models import Studio
from assessments.domain import ledger, records
from assessments.domain.handing_in import hand_in as mended
from assessments.interfaces.pages import leaders_of
from assessments.models import Obligation
from assessments.queries import reach
from assessments.queries.risks import Risk, at_risk, risks
from jurisdictions.models import Office
from tests.applications.studios import complete, hand_in
from tests.applications.test_reverting import take_back
from tests.assessments.factories import id_number, member_of, officer_of, old_studio

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
FOUNDED = dt.date(2024, 3, 10)
UNABLE, REHIRED = "change_leader_unable_keep_plaque", "change_rehired_stay"
LEADER, MISSED, MISUSE = "未及时变更领办人的", "不配合主管部门日常管理考核的", "违规挪用资金的"
GONE = "领办人已离任或不能继续，尚无接任"


def staffed(**changes: Any) -> Studio:
    """An old studio at a place whose offices are there."""
    studio = old_studio("urumqi", district="天山区", **changes)
    for role in ("city_bureau", "district_bureau"):
        officer_of(studio.jurisdiction, f"{role}@example.gov.cn", role=role)
    return studio


def looked_at(studio: Studio, on: dt.date | None = None) -> Risk:
    """What the desk says of a studio."""
    found = at_risk(reach.studios().filter(pk=studio.pk), on or TODAY())
    return found[0] if found else Risk(studio, (), ())


def told(studio: Studio, code: str, reason: str, result: str | None = None) -> None:
    """The unit files that something happened to its leader; decided where a result is given."""
    user = member_of(studio, f"{code}{result}@example.com")
    change = procedures.open_on_studio(studio, code, by=user)
    answers = {
        "change.happened_on": (TODAY() - dt.timedelta(days=3)).isoformat(),
        "change.reason": reason, "change.explanation": "情况属实。",
    }  # fmt: skip
    complete(change, answers, by=user)
    hand_in(change, by=user)
    if result is not None:
        context = DecisionContext(on=TODAY(), document_number="示人社发〔2026〕9号")
        lifecycle.decide(change, result, context=context)


@pytest.mark.clause("urumqi-20-2-b")
def test_a_leader_who_cannot_go_on_shows_once_nothing_came_of_the_filing() -> None:
    studio = staffed()
    told(studio, UNABLE, "退休")
    assert (GONE in looked_at(studio).facts, LEADER in looked_at(studio).grounds) == (False, False)
    change = studio.procedures.get()
    lifecycle.decide(change, "refused", context=DecisionContext(on=TODAY()))
    assert (GONE in looked_at(studio).facts, LEADER in looked_at(studio).grounds) == (True, True)
    studio.leaders.update(until=TODAY())
    studio.leaders.create(name="示例李新", since=TODAY())
    assert (GONE in looked_at(studio).facts, LEADER in looked_at(studio).grounds) == (False, False)


def test_a_leader_of_whom_it_was_noted_that_he_left_shows_until_another_leads() -> None:
    studio = old_studio("rongchang")
    officer_of(studio.jurisdiction, role="bureau")
    told(studio, "change_leader_left_report", "离职", "approved")
    assert looked_at(studio).facts == (GONE,)
    assert risks(studio, TODAY()) == [GONE]
    assert studio.leaders.get().until == TODAY() - dt.timedelta(days=3)
    assert leaders_of(reach.studios().get()) == "张示例（已离任）"
    studio.leaders.create(name="示例李新", since=TODAY())
    assert GONE not in looked_at(studio).facts


def test_a_departure_noted_by_mistake_is_taken_back_while_nobody_followed() -> None:
    studio = old_studio("rongchang")
    officer_of(studio.jurisdiction, role="bureau")
    told(studio, "change_leader_left_report", "离职", "approved")
    take_back(studio.procedures.get())
    assert (studio.leaders.get().until, looked_at(studio).facts) == (None, ())


@pytest.mark.clause("urumqi-18-2-a")
def test_a_leader_who_was_rehired_is_not_called_retired() -> None:
    studio = staffed(leader_id=id_number("65010219620301001"))

    def retired() -> list[str]:
        return [text for text in looked_at(studio).facts if "退休" in text]

    said = ["领办人张示例已到法定退休日期（2022年3月）"]
    assert retired() == said
    told(studio, REHIRED, "返聘", "refused")
    assert retired() == said
    told(studio, REHIRED, "返聘", "approved")
    assert retired() == []


@pytest.mark.clause("urumqi-13-f", "urumqi-13-h", "urumqi-20-3-b")
@pytest.mark.parametrize(
    ("purpose", "reason", "points"),
    [("facilities", "", False), ("other", "展板制作", True), ("daily", "", True)],
)
def test_expenses_are_looked_at_when_their_purpose_is_not_named_or_not_yet(
    purpose: str, reason: str, points: bool
) -> None:
    studio = old_studio("urumqi", term_until=dt.date(2028, 3, 10))
    ledger.enter(studio, by=member_of(studio), direction="out", source="grant", purpose=purpose,
                 amount=Decimal(1), on=dt.date(2024, 5, 1), text="示例", reason=reason)  # fmt: skip
    found = looked_at(studio)
    assert ("1 笔支出用途待核实" in found.facts, MISUSE in found.grounds) == (points, points)


@pytest.mark.clause("urumqi-16-1", "urumqi-20-1-c")
@pytest.mark.clause("urumqi-13-g")
def test_money_left_is_told_three_months_before_the_period_ends() -> None:
    studio = staffed()
    ledger.enter(studio, by=member_of(studio), direction="in", source="match", on=FOUNDED,
                 amount=Decimal(100_000), text="配套")  # fmt: skip
    Obligation.objects.filter(studio=studio).delete()
    days = [dt.date(2025, 12, 9), dt.date(2025, 12, 10), dt.date(2026, 3, 10)]
    said = (
        "建设周期至2026年3月10日届满，补助和配套资金尚余 100,000 元；原则上应在建设周期内使用完毕。"
    )
    assert [looked_at(studio, day).facts for day in days] == [(), (said,), ()]


def test_what_an_inspection_found_is_missed_after_its_day_until_it_is_mended() -> None:
    studio = old_studio("urumqi")
    officer = officer_of(studio.jurisdiction, role="city_bureau")
    last = dt.date(2024, 6, 6)
    records.write(studio, "record", "guidance", by=officer, title="台账不全", category="项目研发",
                  office=Office.objects.get(posts__user=officer), on=dt.date(2024, 5, 6),
                  mend_by=last)  # fmt: skip
    after = last + dt.timedelta(days=1)
    assert looked_at(studio, last).facts == ()
    assert (looked_at(studio, after).facts, looked_at(studio, after).grounds) == (
        ("逾期未办 1 项",), (MISSED,),
    )  # fmt: skip
    mended(Obligation.objects.get(kind="finding"), by=member_of(studio), on=after, text="已补齐")
    assert looked_at(studio, after).facts == ()


def test_a_mending_is_missed_while_the_unit_has_not_reported_it() -> None:
    studio = staffed()
    last = dt.date(2024, 6, 6)
    row = Obligation.objects.create(
        studio=studio, kind="mending", item="yearly", title="整改", party="unit",
        opens_on=FOUNDED, due_on=last,
    )  # fmt: skip
    assert looked_at(studio, last + dt.timedelta(days=1)).facts == ("逾期未办 1 项",)
    told(studio, UNABLE, "退休")
    row.application = studio.procedures.get()
    row.save()
    assert looked_at(studio, last + dt.timedelta(days=1)).facts == ()
