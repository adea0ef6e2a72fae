"""乌鲁木齐: two studios of one call; one does well, the other fails and is barred."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from applications.models import Ban
from assessments.models import GradeRecord, Obligation
from portal.common.clock import Clock
from tests.applications.factories import applicant
from tests.journeys.filing import Filing
from tests.journeys.life import OTHER, Life
from tests.reviews import factories as make

pytestmark = pytest.mark.django_db

#: Who led the studio that failed, and what his unit spent in the three years before it asks again.
SAME: dict[str, Any] = {
    **{key.replace("__", "."): value for key, value in OTHER.items()},
    "education_funds": [{"year": year, "amount": 200_000} for year in (2028, 2029, 2030)],
}
NEWCOMER = {"leader.name": "示例赵新", "leader.id_number": make.id_number(9)}
#: What ledger and registers alone give: money matched, people, plans, certificates.
FED = {"yearly_plan": "2", "matching": "20", "formal_team": "5", "agreements": "1",
       "records": "2", "trained": "25"}  # fmt: skip
REFUSED = (
    "申办单位或领办人在第十九条规定的期满考核不合格后三年禁止申办期内，不得申办；"
    "禁止申办期至2031年6月12日届满，当日仍在期内。"
)


def prolonged(document: dict[str, Any]) -> None:
    """A text that stays in force beyond the ban, as a successor with the same conditions would."""
    document["identity"]["validity"]["effective_until"] = "2035-12-31"


@pytest.mark.clause(
    "urumqi-4-2",
    "urumqi-13-d",
    "urumqi-17-1",
    "urumqi-18-1-b",
    "urumqi-18-1-c",
    "urumqi-18-3",
    "urumqi-19-1-a",
    "urumqi-19-1-a2",
    "urumqi-19-1-b",
    "urumqi-19-1-c",
    "urumqi-19-2-b",
    "urumqi-19-2-b3",
    "urumqi-19-2-c",
    "urumqi-19-2-c2",
    "urumqi-19-2-c3",
    "urumqi-19-2-d",
)
def test_one_studio_excels_and_keeps_its_plaque_the_other_is_barred_for_three_years(
    clock: Clock,
) -> None:
    named_on = dt.date(2026, 9, 7)
    good = Life("urumqi", clock, named_on, prolonged)
    failing = Life("urumqi", clock, named_on, beside=good)
    good.go_to(2026, 10, 12)
    assert (good.pay("city_bureau"), failing.pay("city_bureau")) == (100_000, 100_000)
    kept_and_changed(good)
    first_papers(good, failing)
    best = excellent(good)
    assert (best.grade, best.total, good.public()) == ("优秀", Decimal(102), ("在册", []))
    # The text gives an excellent studio nothing beyond its grade.
    assert good.see(good.officer("city_bureau"), "desk_studio").context["recommendable"] is False
    failed(failing)
    plaque_kept(good)
    barred(failing)


def kept_and_changed(good: Life) -> None:
    """Registers and money, then another leader on the whole road of the naming."""
    good.book("in", "match", 100_000, "2026-10-12")
    good.book("out", "match", 60_000, "2026-10-12", purpose="training", voucher="记-8号")
    good.go_to(2026, 11, 2)
    good.carried(good.another_leader("change_leader_unable_new_leader").hand_in())
    now = good.fresh()
    assert [row.name for row in now.leaders.filter(until=None)] == ["示例李新"]
    assert now.name.startswith("示例李新")


def first_papers(good: Life, failing: Life) -> None:
    """Reminded before the day, one hands in; the other is called late the day after."""
    good.go_to(2026, 12, 21)
    assert (good.mails("全年工作总结（2026年度）即将到期"), good.mails("已逾期")) == (1, 0)
    for paper in ("target", "summary", "plan"):
        good.hand_in(paper, to="district_bureau")
    yearly_report(good, 2026)
    good.go_to(2027, 1, 1)
    assert (good.mails("已逾期"), failing.mails("全年工作总结（2026年度）已逾期")) == (0, 1)
    desk = failing.see(failing.officer("district_bureau"), "desk_studio").context["dues"]
    late = [row["cells"] for row in desk if row["cells"][-1]["tag"]["label"] == "逾期"]
    assert {cells[0]["text"] for cells in late} == {
        "年度目标任务书（2026年度）", "全年工作总结（2026年度）", "下一年度工作计划（2027年度）",
    }  # fmt: skip


def yearly_report(story: Life, year: int) -> None:
    """The year's assessment under its headings: written up, checked, filed with the city."""
    row = story.due("yearly", about=year)
    assert row.application is not None
    filing = Filing(story.desk, story.unit, row.application)
    headings = ("system", "funds", "teaching", "heritage", "promotion")
    filing.fill({f"report.yearly_{part}": "按计划完成。" for part in headings})
    record = story.graded(filing.hand_in())
    assert (record.grade, record.passed) == ("", True)


def excellent(good: Life) -> GradeRecord:
    """The second year's papers; then the registers feed the sheet of the term by themselves."""
    good.go_to(2027, 12, 20)
    for paper in ("target", "summary", "plan"):
        assert good.hand_in(paper).done_on == dt.date(2027, 12, 20)
    good.trained(5, since="2026-11-20", level="高级工", on="2027-10-20")
    good.go_to(2028, 6, 12)
    for day in ("2027-06-01", "2028-03-01"):
        good.enter("activities", category="teaching", title="现场带徒", on=day)
    application = good.self_score("final", 1)
    books = good.verified(application, "102")
    assert {line: books[line] for line in FED} == FED
    return good.graded(application)


def failed(failing: Life) -> None:
    """Less than 60 ends the studio: plaque and money back, three years outside."""
    application = failing.self_score("final", 1)
    books = failing.verified(application, "59")
    assert {line: books[line] for line in FED} == {**dict.fromkeys(FED, "0"), "formal_team": "5"}
    assert failing.graded(application).grade == "不合格"
    assert (failing.fresh().ended_on, failing.public()) == (dt.date(2028, 6, 12), ("已终止", []))
    told = [(event["title"], event["says"]) for event in
            failing.see(failing.officer("city_bureau"), "life").context["events"]]  # fmt: skip
    unit, leader = failing.studio.hosts.get().name, failing.studio.leaders.get().name
    assert [line for line in told if line[0].endswith("禁止申办")] == [
        (f"{name}禁止申办", "至2031-06-12，当日仍在期内") for name in (unit, leader)
    ]
    assert failing.settle("plaque", "city_bureau").done_on == dt.date(2028, 6, 12)
    owed = failing.pay_back("city_bureau", 40_000)
    assert (owed.amount, owed.closed_on) == (100_000, None)
    (shown,) = failing.see(failing.officer("city_bureau"), "desk_studio").context["clawbacks"]
    assert (shown["amount"], shown["back"], shown["closed"]) == ("100,000", "40,000", "")
    failing.go_to(2028, 7, 3)
    assert failing.pay_back("city_bureau", 60_000).closed_on == dt.date(2028, 7, 3)


def plaque_kept(good: Life) -> None:
    """A leader with a national title retires: the studio ends and keeps its plaque."""
    good.go_to(2029, 3, 5)
    good.carried(good.change("change_leader_unable_keep_plaque", {}).hand_in())
    assert (good.fresh().ended_on, good.public()) == (dt.date(2029, 3, 5), ("已终止", []))
    owing = Obligation.objects.filter(studio=good.studio, kind="recall")
    assert owing.count() == 0
    assert Ban.objects.filter(starts_on=dt.date(2029, 3, 5)).count() == 0


def barred(failing: Life) -> None:
    """Unit and leader are each refused on the last day of the ban, whenever the call closes.

    The next day both are taken, each without the other.
    """
    failing.go_to(2031, 6, 12)
    round_ = failing.call_for(dt.date(2031, 6, 30))
    unit = failing.apply_again(round_, **SAME)
    refused(unit)
    unit.fill(NEWCOMER)
    refused(unit)
    elsewhere = {name: value for name, value in SAME.items() if name != "unit.uscc"}
    leader = failing.apply_again(round_, by=applicant("示例另一有限公司"), **elsewhere)
    refused(leader)
    failing.go_to(2031, 6, 13)
    for filing in (unit, leader):
        filing.sign_in()
    assert [filing.hand_in().status for filing in (unit, leader)] == ["submitted", "submitted"]


def refused(filing: Filing) -> None:
    """The check and the submit both name the ban and its last day, and nothing else."""
    assert [stop["text"] for stop in filing.check()["stops"]] == [REFUSED]
    answer = filing.submit()
    assert answer.status_code == 422
    assert [stop["text"] for stop in answer.context["stops"]] == [REFUSED]
