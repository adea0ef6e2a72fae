"""The clock opens each paper once, makes up for missed runs and knows the end."""

import datetime as dt

import pytest

from applications.enums import StudioStatus
from assessments.domain import calendar, reminding
from assessments.domain.handing_in import hand_in
from assessments.enums import DueKind
from assessments.models import Obligation, SetDay
from assessments.queries import dues
from assessments.tasks import open_calendar
from jurisdictions.queries import policy_of
from portal.common.errors import DomainError
from portal.common.models import Notice, OutboxMail
from tests.applications.factories import publish_city
from tests.assessments.factories import member_of, officer_of, old_studio
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def titles(studio: object) -> list[str]:
    return list(Obligation.objects.filter(studio=studio).values_list("title", flat=True))


@pytest.mark.clause("yuzhong-14-1", "yuzhong-11-1")
def test_a_missed_run_catches_up_and_a_second_run_does_nothing() -> None:
    studio = old_studio("yuzhong")
    assert titles(studio) == []
    assert calendar.open_all(dt.date(2026, 1, 5)) == 3
    assert titles(studio) == [
        "次年工作计划（2025年度）",
        "次年工作计划（2026年度）",
        "两年考核评估（第1次）",
    ]
    assert calendar.open_all(dt.date(2026, 1, 5)) == 0
    assert len(titles(studio)) == 3


def test_an_ended_studio_gets_nothing_new() -> None:
    studio = old_studio("yuzhong")
    studio.status, studio.ended_on = StudioStatus.ENDED, dt.date(2024, 12, 30)
    studio.save()
    assert calendar.open_all(dt.date(2027, 1, 1)) == 0


@pytest.mark.clause("urumqi-17-1", "urumqi-19-1-a", "urumqi-19-1-a2", "urumqi-19-2-a")
def test_papers_and_assessments_of_a_term_open_in_their_time() -> None:
    studio = old_studio("urumqi")
    calendar.open_for(studio, dt.date(2025, 12, 10))
    found = {
        (row.item, row.period): (row.kind, row.due_on)
        for row in Obligation.objects.filter(studio=studio)
    }
    assert studio.term_until == dt.date(2026, 3, 10)
    assert found[("final", 1)] == (DueKind.ASSESSMENT, dt.date(2026, 3, 10))
    assert found[("target", 2025)] == (DueKind.AGREEMENT, dt.date(2025, 12, 31))
    assert found[("yearly", 2024)] == (DueKind.ASSESSMENT, dt.date(2025, 3, 31))
    assert ("plan", 2026) not in found


@pytest.mark.clause("chaoyang-9-5")
def test_a_day_that_the_office_sets_opens_the_paper_and_may_move() -> None:
    studio = old_studio("chaoyang")
    policy, officer = policy_of(studio.founding_ruleset), make_user("o@example.gov.cn", staff=True)
    calendar.open_for(studio, dt.date(2026, 3, 1))
    assert not Obligation.objects.filter(item="yearly").exists()
    for day in (dt.date(2026, 3, 15), dt.date(2026, 3, 20)):
        calendar.set_day(studio.jurisdiction, policy, "yearly", 2026, day, by=officer)
        calendar.open_for(studio, dt.date(2026, 3, 1))
    assert Obligation.objects.get(item="yearly").due_on == dt.date(2026, 3, 20)
    assert SetDay.objects.count() == 1


@pytest.mark.clause("chaoyang-9-5")
def test_the_office_is_told_once_a_year_that_it_has_set_no_day() -> None:
    studio = old_studio("chaoyang")
    setter = officer_of(studio.jurisdiction, role="district_bureau")
    officer_of(studio.jurisdiction, "other@example.gov.cn", role="service_centre")
    notices = Notice.objects.filter(kind="day_unset").order_by("pk")
    for day in (dt.date(2026, 1, 2), dt.date(2026, 1, 3)):
        reminding.remind_of_days(day)
    assert list(notices.values_list("user", "title")) == [
        (setter.pk, "请设定2026年度“全年工作计划和运行成果”的报送日期")
    ]
    policy, day = policy_of(studio.founding_ruleset), dt.date(2027, 3, 15)
    calendar.set_day(studio.jurisdiction, policy, "yearly", 2027, day, by=setter)
    assert reminding.remind_of_days(dt.date(2027, 1, 2)) == 0
    assert reminding.remind_of_days(dt.date(2028, 1, 2)) == 1
    studio.status, studio.ended_on = StudioStatus.ENDED, dt.date(2028, 6, 1)
    studio.save()
    assert reminding.remind_of_days(dt.date(2029, 1, 2)) == 0


@pytest.mark.parametrize(
    ("item", "day", "message"),
    [
        ("agreement", dt.date(2026, 3, 1), "由文件规定"),
        ("yearly", dt.date(2027, 3, 1), "不在2026年内"),
    ],
)
def test_only_a_day_left_open_by_the_text_can_be_set(item: str, day: dt.date, message: str) -> None:
    ruleset = publish_city("chaoyang")
    officer = make_user("o@example.gov.cn", staff=True)
    with pytest.raises(DomainError, match=message):
        calendar.set_day(ruleset.jurisdiction, policy_of(ruleset), item, 2026, day, by=officer)


def test_what_is_open_and_overdue_is_told_apart_on_the_due_day() -> None:
    studio = old_studio("yuzhong")
    calendar.open_for(studio, dt.date(2025, 1, 5))
    assert dues.overdue([studio], dt.date(2024, 12, 31)).count() == 0
    assert dues.overdue([studio], dt.date(2025, 1, 1)).count() == 1
    paper = Obligation.objects.get()
    hand_in(paper, by=None, on=dt.date(2025, 1, 2), text="示例计划")
    assert dues.open_on([studio], dt.date(2025, 1, 5)).count() == 0


def test_a_paper_is_called_to_mind_once_for_each_occasion() -> None:
    studio = old_studio("yuzhong")
    member_of(studio)
    calendar.open_for(studio, dt.date(2024, 12, 5))
    before = dt.date(2024, 11, 20)
    assert reminding.remind_all(before) == 0
    for _ in range(2):
        reminding.remind_all(dt.date(2024, 12, 5))
    reminding.remind_all(dt.date(2024, 12, 24))
    reminding.remind_all(dt.date(2025, 1, 3))
    reminding.remind_all(dt.date(2025, 2, 3))
    subjects = list(OutboxMail.objects.order_by("pk").values_list("subject", flat=True))
    name = studio.name
    assert subjects == [
        f"次年工作计划（2025年度）即将到期：{name}",
        f"次年工作计划（2025年度）即将到期：{name}",
        f"次年工作计划（2025年度）已逾期：{name}",
    ]


def test_the_clock_runs_as_a_task() -> None:
    studio = old_studio("yuzhong")
    open_calendar()
    assert "次年工作计划（2025年度）" in titles(studio)
