"""The clock of a passage: experts stop it, a year without holidays leaves it open."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse
from pydantic import TypeAdapter, ValidationError

from applications.models import Event
from jurisdictions.domain.holidays import set_day
from jurisdictions.schema.stages.check import CheckStage
from portal.common.clock import Clock, moved
from portal.common.models import Notice
from reviews.domain import clock as clocks
from reviews.domain import (
    extending,
    hearings,
    reminding,
    seating,
    sheets,
    sittings,
    sweeping,
    visiting,
)
from reviews.domain.visiting import Appointment, Said
from reviews.models import Case, ClockStop, Seat, StageRun
from tests.factories import make_user
from tests.reviews import factories as make
from tests.reviews.days import LINES, at, at_panel, december, due, may, seated, sign, with_limit
from tests.reviews.standing import case_at, fresh, handler, soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(place: make.City) -> StageRun:
    return at_panel(place, 0)


def said(case: Case, *kinds: str) -> list[str]:
    rows = Event.objects.filter(application=case.application, kind__in=kinds).order_by("pk")
    return [row.applicant_text for row in rows]


def test_working_days_on_which_experts_work_are_added_to_the_limit(
    time: Clock, place: make.City, run: StageRun
) -> None:
    at(time, may(13))
    one, two = seated(place, run, 1, 2)
    assert due(run) == (None, None)
    assert clocks.words(fresh(run)) == "专家工作期间停止计时（2026年5月13日起）"
    at(time, may(15))
    sign(one)
    assert sweeping.sweep() == 0
    at(time, may(19))
    sign(two)
    at(time, may(21))
    assert (sweeping.sweep(), sweeping.sweep()) == (1, 0)
    # 14, 15, 18 and 19 May do not count; the day on which the sweep ran does not matter.
    assert due(run) == (may(29), may(29))
    stop = ClockStop.objects.get(run=run)
    assert (stop.since, stop.until, stop.days) == (may(13), may(19), 4)
    assert (stop.old_due, stop.new_due) == (may(25), may(29))
    assert said(run.case, "clock_stopped", "clock_resumed") == [
        "“评审”：专家工作期间停止计时，不计入办理期限",
        "恢复计时：停止 4 个工作日，办理期限为2026年5月29日",
    ]


def test_calendar_days_on_which_experts_work_are_added_to_the_limit(
    time: Clock, place: make.City, run: StageRun
) -> None:
    for seat in seated(place, run, 1):
        sign(seat)
    make.sign_all(place, fresh(run), outcome="pass")
    hearing = make.run_of(run.case)
    assert (hearing.kind, hearing.due_on) == ("hearing", may(26))
    hearings.schedule(hearing, by=handler(place, hearing), starts_at=soon(), place="三楼")
    at(time, may(14))
    seats = seated(place, hearing, 2, 3)
    at(time, may(20))
    for seat in seats:
        sign(seat)
    make.sign_all(place, fresh(hearing), outcome="pass")
    assert fresh(hearing).due_on == date(2026, 6, 1)


def test_the_proposal_and_the_end_of_the_passage_let_the_clock_go_on(
    time: Clock, place: make.City, run: StageRun
) -> None:
    at(time, may(13))
    seated(place, run, 1)
    at(time, may(15))
    faults = [{"target": "leader.occupation", "text": "请写全称"}]
    make.sign_all(place, fresh(run), outcome="return", opinion="请补正。",
                  data={"faults": faults, "due_on": may(29).isoformat()})  # fmt: skip
    assert (fresh(run).due_on, fresh(run).stopped_on) == (may(27), None)
    at(time, may(20))
    make.resubmit(run.case)
    # 8 working days were left on the 15th.
    assert due(make.run_of(run.case)) == (date(2026, 6, 1), date(2026, 6, 1))


def test_an_expert_who_leaves_and_one_whose_sheet_is_opened_again_move_the_clock(
    time: Clock, place: make.City, run: StageRun
) -> None:
    by = handler(place, run)
    one, two = seated(place, run, 1, 2)
    at(time, may(12))
    sign(one)
    seating.release(Seat.objects.get(pk=two.pk), by=by, reason="出差不能到会")
    assert due(run) == (may(26), may(26))
    sheets.unlock(Seat.objects.get(pk=one.pk), by=by, reason="漏写一项评分")
    assert sweeping.sweep() == 1
    assert due(run) == (None, None)
    at(time, may(14))
    sheet = Seat.objects.get(pk=one.pk).sheet
    sheets.sign(
        Seat.objects.get(pk=one.pk), {"lines": LINES}, by=one.expert.user, version=sheet.version
    )
    assert sweeping.sweep() == 1
    assert due(run) == (may(28), may(28))


def test_nothing_is_due_and_nobody_is_reminded_while_experts_work(
    time: Clock, place: make.City, run: StageRun
) -> None:
    seats = seated(place, run, 1)
    assert reminding.remind(date(2026, 6, 30)) == 0
    assert extending.why_not(fresh(run), make.stage_shape(place, run)) == (
        "专家工作期间停止计时（2026年5月11日起），有到期日之后才能延期。"
    )
    at(time, may(12))
    sign(seats[0])
    sweeping.sweep()
    assert reminding.remind(may(26)) > 0
    assert set(Notice.objects.filter(kind="due").values_list("title", flat=True)) == {
        f"即将到期：{run.case.application.number}"
    }


def test_worklist_case_and_unit_read_why_no_day_is_told(
    client: Client, place: make.City, run: StageRun
) -> None:
    seated(place, run, 1)
    words = "专家工作期间停止计时（2026年5月11日起）"
    client.force_login(handler(place, run))
    for page in (
        reverse("reviews:worklist"),
        reverse("reviews:case", args=[run.case.public_id]),
        reverse("reviews:run", args=[run.public_id]),
    ):
        assert client.get(page).content.decode().count(words) == 1, page
    client.force_login(run.case.application.created_by)
    shown = client.get(
        reverse("applications:timeline", args=[run.case.application.public_id])
    ).content.decode()
    assert words in shown
    assert "文件未规定时限" not in shown


def test_a_visit_stops_the_clock_from_its_appointment_to_its_end(db: None) -> None:
    limit = {"days": 10, "unit": "calendar", "stops_for": ["experts"]}
    city = make.make_city("urumqi", change=partial(with_limit, kind="visit", limit=limit))
    run = case_at(city, make.submitted(city), "visit")
    first = run.due_on
    team = [make_user(f"v{n}@example.gov.cn", name=f"考察{n}号", staff=True) for n in (1, 2)]
    with moved() as time:
        time.go_on(1)
        sitting = visiting.appoint(
            run, by=handler(city, run), appointments={run.case.pk: Appointment(soon(), "车间")},
            people=[sittings.Person(str(user), "", user) for user in team],
        )  # fmt: skip
        assert due(run) == (None, None)
        time.go_on(3)
        item = sittings.open_agenda(sitting)[0]
        points = make.stage_shape(city, run).points
        visiting.judge(item, {point.id: Said("yes") for point in points}, by=team[0])
        visiting.add_photo(item, make.photo(), by=team[0], key=make.key())
        visiting.close_visit(sitting, {item.pk: ("pass", "符合")},
                             {one.pk for one in sitting.people.all()},
                             by=handler(city, fresh(run)))  # fmt: skip
        assert due(run) == (first + timedelta(days=3), first + timedelta(days=3))


def test_a_stage_without_experts_cannot_stop_for_them() -> None:
    given = {"id": "check", "kind": "check", "label": "受理", "applicant_label": "受理",
             "office": "bureau", "limit": {"days": 5, "stops_for": ["experts"]}}  # fmt: skip
    with pytest.raises(ValidationError, match="只能写在 panel、hearing、visit 环节"):
        TypeAdapter(CheckStage).validate_python(given)


def test_a_last_day_that_waits_for_the_holidays_is_told_once_they_are_entered(
    time: Clock, client: Client
) -> None:
    city, case = december(time)
    run, words = make.run_of(case), "到期日待定：尚未公布 2027 年节假日安排"
    assert (run.due_on, clocks.words(run), sweeping.sweep()) == (None, words, 0)
    client.force_login(city.person(run.office))
    for page in (reverse("reviews:worklist"), reverse("reviews:case", args=[case.public_id])):
        assert client.get(page).content.decode().count(words) == 1, page
    set_day(date(2027, 1, 1), "off", "元旦", by=None)
    assert (sweeping.sweep(), sweeping.sweep()) == (1, 0)
    # 8 working days in December after the 21st, 2 more after New Year.
    assert due(run) == (date(2027, 1, 5), date(2027, 1, 5))
    assert clocks.words(fresh(run)) == ""
    # A year is entered day by day: the last day follows until the passage ends.
    set_day(date(2027, 1, 4), "off", "调休", by=None)
    assert (sweeping.sweep(), sweeping.sweep()) == (1, 0)
    assert due(run) == (date(2027, 1, 6), date(2027, 1, 6))
    assert said(case, "due_reckoned") == [
        "“评审”的办理期限为2027年1月5日", "“评审”的办理期限为2027年1月6日",
    ]  # fmt: skip


def test_a_correction_does_not_lose_a_last_day_that_waits(time: Clock) -> None:
    city, case = december(time)
    at(time, date(2026, 12, 24))
    data = {"faults": [{"target": "leader.occupation", "text": "请写明"}],
            "due_on": "2026-12-31"}  # fmt: skip
    make.sign_all(city, make.run_of(case), outcome="return", opinion="请补正。", data=data)
    at(time, date(2026, 12, 28))
    make.resubmit(case)
    run = make.run_of(case)
    # 3 of 10 days had passed on the 24th.
    assert (run.due_on, run.due_from, run.due_days, run.due_year) == (
        None, date(2026, 12, 28), 7, 2027,
    )  # fmt: skip


def test_a_limit_that_an_action_set_otherwise_is_left_alone(time: Clock) -> None:
    _, case = december(time)
    StageRun.objects.filter(case=case).update(due_days=None)
    set_day(date(2027, 1, 1), "off", "元旦", by=None)
    assert sweeping.sweep() == 0
    assert due(make.run_of(case)) == (None, None)
