"""Offices and units are reminded of their days once for each occasion, and of nothing private."""

from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jurisdictions.engine.dates import format_date
from portal.common.models import Notice, OutboxMail
from portal.common.notifying import choose
from reviews.domain import claiming, consulting, digest, reminding
from reviews.models import Case, Correction, StageRun
from tests.canary import CANARY, plant
from tests.factories import make_member
from tests.reviews import factories as make
from tests.reviews.standing import list_at
from tests.reviews.test_releasing import refused, sent_back, waits

pytestmark = pytest.mark.django_db
NUMBER = "650102197510203117"


def told(kind: str) -> list[tuple[str, str]]:
    rows = Notice.objects.filter(kind=kind).order_by("pk").select_related("user")
    return [(str(row.user), row.title) for row in rows]


def with_days(document: dict[str, Any], days: list[int]) -> None:
    """The first stage gets a limit with reminders of its own."""
    stage = document["procedures"]["establish"]["workflow"]["stages"][0]
    stage["limit"] = {"days": 20, "unit": "calendar", "assumption": "示例",
                      "remind_days_before": days}  # fmt: skip


@pytest.fixture
def due(case: Case) -> date:
    """The first stage is due in ten days."""
    day = timezone.localdate() + timedelta(days=10)
    StageRun.objects.filter(case=case).update(due_on=day)
    return day


def test_the_holder_of_a_stage_is_reminded_before_and_after_the_day(
    city: make.City, case: Case, due: date
) -> None:
    run = make.run_of(case)
    handler, boss = str(city.person(run.office)), str(city.person(run.office, "approver"))
    number = case.application.number
    for day in (due - timedelta(days=3), due - timedelta(days=2), due, due):
        reminding.remind(day)
    assert told("due") == [(handler, f"即将到期：{number}")]
    assert "由系统拟制" in Notice.objects.get(kind="due").text
    for days in (1, 3, 7):
        reminding.remind(due + timedelta(days=days))
    assert sorted(told("due")[1:]) == sorted(
        [(handler, f"已超期：{number}"), (boss, f"已超期：{number}")]
    )
    reminding.remind(due + timedelta(days=8))
    assert len(told("due")) == 5


def test_after_a_standstill_only_the_newest_reminder_goes_out(case: Case, due: date) -> None:
    reminding.remind(due + timedelta(days=30))
    assert {title for _, title in told("due")} == {f"已超期：{case.application.number}"}


def test_the_ruleset_says_when_to_remind(db: None) -> None:
    city = make.make_city("urumqi", change=partial(with_days, days=[9, 4]))
    case = make.submitted(city)
    due = make.run_of(case).due_on
    assert due is not None
    for days in (10, 9, 5, 4, 2):
        reminding.remind(due - timedelta(days=days))
    assert len(told("due")) == 2
    assert "系统拟制" not in Notice.objects.filter(kind="due").first().text


def test_a_unit_is_reminded_of_its_correction_and_then_the_office_too(
    city: make.City, case: Case
) -> None:
    sent_back(city, case)
    last = Correction.objects.get(case=case).due_on
    assert last is not None
    number, unit = case.application.number, str(case.application.created_by)
    for _ in range(2):
        reminding.remind(last - timedelta(days=2))
    assert told("due") == [(unit, f"补正期限将到：{number}")]
    reminding.remind(last + timedelta(days=1))
    handler = str(city.person(make.StageRun.objects.get(case=case).office))
    assert told("due")[1:] == [(unit, f"补正期限已过：{number}"), (handler, f"补正逾期：{number}")]
    make.resubmit(case)
    reminding.remind(last + timedelta(days=30))
    assert [line for line in told("due") if "补正" in line[1]] == told("due")[:3]


def morning(day: date, hour: int = 8) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, 5)))


def a_working_day() -> date:
    day = timezone.localdate()
    while not digest.is_working_day(day):
        day += timedelta(days=1)
    return day


def a_day_off() -> date:
    day = timezone.localdate()
    while digest.is_working_day(day):
        day += timedelta(days=1)
    return day


def test_one_digest_a_working_day_and_none_on_a_day_off(city: make.City, case: Case) -> None:
    run, day = make.run_of(case), a_working_day()
    yesterday = day - timedelta(days=1)
    StageRun.objects.filter(pk=run.pk).update(due_on=yesterday, opened_at=morning(day))
    assert digest.send_all(morning(a_day_off())) == 0
    assert digest.send_all(morning(day, hour=7)) == 0
    assert digest.send_all(morning(day, hour=15)) == 1
    assert digest.send_all(morning(day, hour=16)) == 0
    row = Notice.objects.get(kind="digest")
    assert row.user == city.person(run.office)
    assert "已超期 1 件，新到 1 件" in row.title
    assert case.application.number in row.text
    assert OutboxMail.objects.filter(key=f"digest:{day}:mail:{row.user.pk}").count() == 1


def test_nothing_to_say_is_not_said(city: make.City, case: Case) -> None:
    day = a_working_day()
    StageRun.objects.update(due_on=None, opened_at=morning(day) - timedelta(days=30))
    assert digest.send_all(morning(day)) == 0
    assert Notice.objects.filter(kind="digest").count() == 0


def test_signatures_wait_for_the_post_whose_turn_it_is_and_claims_are_respected(
    city: make.City, case: Case
) -> None:
    run, day = make.run_of(case), a_working_day()
    StageRun.objects.update(waiting_for="reviewer", state="signing", due_on=None,
                            opened_at=morning(day) - timedelta(days=30))  # fmt: skip
    claiming.claim(case, by=city.person(run.office))
    assert digest.send_all(morning(day)) == 0
    Case.objects.update(claimed_by=None, claimed_until=None)
    assert digest.send_all(morning(day)) == 1
    assert told("digest")[0][0] == str(city.person(run.office, "reviewer"))
    assert "待签批 1 件" in told("digest")[0][1]


def test_letters_to_check_and_replies_to_give_stand_in_the_digest(
    city: make.City, case: Case
) -> None:
    waits(city, "refusal")
    letter, day = refused(city, case), a_working_day()
    asking = make.make_city("rongchang", quota=1)
    run = list_at(asking, [make.submitted(asking)], "consult")
    until = timezone.localdate() + timedelta(days=9)
    rows = consulting.send(run, by=asking.person(run.office), due_on=until)
    digest.send_all(morning(day))
    said = {(str(row.user), row.title.partition("：")[2]) for row in Notice.objects.filter(
        kind="digest")}  # fmt: skip
    boss = city.person(letter.run.office, "approver")
    assert (str(boss), "待核发文书 1 件") in said
    assert "不予" not in Notice.objects.get(kind="digest", user=boss).text
    clerks = {str(user) for row in rows for user in consulting.people_of(row.office)}
    assert {name for name, title in said if "待回复征求意见 1 件" in title} == clerks
    line = Notice.objects.filter(kind="digest", title__contains="征求意见").first()
    assert line is not None
    assert f"{run.office}（期限{format_date(until)}）" in line.text


def test_the_digest_is_silent_about_filings_of_a_unit_of_the_officer(
    city: make.City, case: Case
) -> None:
    waits(city, "refusal")
    office, day = make.run_of(case).office, a_working_day()
    boss = make.make_user("second@example.gov.cn", name="第二位审批")
    make.appoint(boss, office, "approver", by=city.admin, reason="增加人手")
    other = make.another(city, 5)
    for row in (case, other):
        refused(city, row)
    make_member(boss, case.application.enterprise)
    digest.send_all(morning(day))
    number = other.application.number
    rows = Notice.objects.filter(kind="digest", user=boss).values_list("text", flat=True)
    assert list(rows) == [f"待核发文书 1 件：{number}"]


def test_the_digest_is_silent_about_lists_with_a_unit_of_the_officer(db: None) -> None:
    city = make.make_city("rongchang", quota=1)
    filing = make.submitted(city)
    run = list_at(city, [filing], "consult")
    StageRun.objects.filter(pk=run.pk).update(due_on=timezone.localdate())
    clerk = city.person(run.office)
    make_member(clerk, filing.application.enterprise)
    digest.send_all(morning(a_working_day()))
    assert not Notice.objects.filter(kind="digest", user=clerk).exists()


def test_who_wants_no_digest_by_mail_finds_it_in_the_portal(city: make.City, case: Case) -> None:
    user, day = city.person(make.run_of(case).office), a_working_day()
    choose({("digest", "mail"): False}, by=user)
    StageRun.objects.update(due_on=day)
    assert digest.send_all(morning(day)) == 1
    assert Notice.objects.filter(user=user, kind="digest").count() == 1
    assert OutboxMail.objects.filter(key__startswith="digest:").count() == 0


def test_digests_take_as_many_queries_for_three_cases_as_for_one(
    city: make.City, case: Case
) -> None:
    day = a_working_day()
    StageRun.objects.update(due_on=day)
    with CaptureQueriesContext(connection) as one:
        digest.send_all(morning(day))
    Notice.objects.all().delete()
    make.another(city, 5)
    make.another(city, 7)
    StageRun.objects.update(due_on=day)
    Notice.objects.all().delete()
    OutboxMail.objects.all().delete()
    with CaptureQueriesContext(connection) as three:
        digest.send_all(morning(day))
    assert len(three) == len(one)


def test_no_notice_carries_anything_private(city: make.City, case: Case, due: date) -> None:
    run = make.run_of(case)
    StageRun.objects.filter(pk=run.pk).update(note="仅供内部的备注", opinion="尚未签署的意见")
    plant(city.jurisdiction)
    number = f"{CANARY}{case.application.number}"
    reminding.remind(due)
    digest.send_all(morning(a_working_day()))
    said = "\n".join(
        f"{row.title}\n{row.text}" for row in Notice.objects.filter(kind__in=["due", "digest"])
    )
    mails = "\n".join(OutboxMail.objects.values_list("body", flat=True))
    assert "即将到期" in said
    for text in (said, mails):
        assert CANARY not in text.replace(number, "")
        for private in (NUMBER, "650102********3117", "仅供内部的备注", "尚未签署的意见"):
            assert private not in text
