"""Visits and meetings: appointed, written down by several, concluded, recorded."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from applications.models import Event
from portal.common.errors import DomainError
from portal.common.models import OutboxMail
from reviews.domain import meeting, minutes, sittings, visiting
from reviews.domain.stages import SIGN, take_action
from reviews.domain.visiting import Appointment, Said
from reviews.models import AgendaItem, Case, Judgement, Sitting, SittingFile, StageRun
from tests.factories import make_member, make_user
from tests.reviews import factories as make
from tests.reviews.standing import case_at, fresh, handler, list_at, soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(city: make.City, case: Case) -> StageRun:
    return case_at(city, case, "visit")


@pytest.fixture
def team() -> list[Any]:
    return [make_user(f"visitor{n}@example.gov.cn", name=f"考察{n}号", staff=True) for n in (1, 2)]


def appointed(city: make.City, run: StageRun, team: list[Any], **changes: Any) -> Sitting:
    plan = {run.case.pk: Appointment(soon(), "一号车间")} | changes.pop("plan", {})
    return visiting.appoint(
        run, by=handler(city, run), appointments=plan,
        people=[sittings.Person(str(user), "", user) for user in team], **changes,
    )  # fmt: skip


def item_of(sitting: Sitting) -> AgendaItem:
    return sittings.open_agenda(sitting)[0]


def seen_all(sitting: Sitting) -> dict[str, Said]:
    from reviews.domain.voting import stage_of

    return {point.id: Said("yes") for point in stage_of(sitting).points}


def conclude(
    city: make.City, sitting: Sitting, result: str = "pass", text: str = "符合"
) -> Sitting:
    return visiting.close_visit(
        sitting, {item_of(sitting).pk: (result, text)},
        {person.pk for person in sitting.people.all()}, by=handler(city, fresh(sitting.run)),
    )  # fmt: skip


def test_the_unit_is_told_day_and_place_of_its_visit(
    city: make.City, run: StageRun, team: list[Any]
) -> None:
    moment = timezone.localtime().replace(month=1, day=9, hour=9, minute=30, second=0)
    appointed(city, run, team, plan={run.case.pk: Appointment(moment, "一号车间")})
    event = Event.objects.get(application=run.case.application, kind="visit_appointed")
    assert event.applicant_text.endswith(f"{moment.year}年01月09日 09:30，一号车间")
    mails = OutboxMail.objects.filter(subject__startswith="考察安排通知")
    assert "到一号车间" in mails.get().body
    assert OutboxMail.objects.filter(to=team[0].email).count() == 1


def test_a_unit_is_told_once_more_when_its_visit_is_moved_back(
    city: make.City, run: StageRun, team: list[Any]
) -> None:
    first, other = Appointment(soon(), "一号车间"), Appointment(soon(), "二号车间")
    sitting, told = None, []
    for plan in (first, first, other, first):
        more = {"version": sitting.version} if sitting else {}
        sitting = appointed(city, run, team, plan={run.case.pk: plan}, **more)
        told.append(OutboxMail.objects.filter(subject__startswith="考察安排通知").count())
    assert told == [told[0], told[0], 2 * told[0], 3 * told[0]]


def test_who_belongs_to_the_unit_or_works_here_no_more_writes_nothing_down(
    city: make.City, run: StageRun, team: list[Any]
) -> None:
    item = item_of(appointed(city, run, team))
    make_member(team[0], run.case.application.enterprise)
    team[1].is_staff_member = False
    team[1].save()
    for user, why in ((team[0], "应当回避"), (team[1], "只有考察人员")):
        with pytest.raises(DomainError, match=why):
            visiting.write_note(item, "场地整洁", by=user)


def test_a_team_smaller_than_the_ruleset_wants_is_refused(
    city: make.City, run: StageRun, team: list[Any]
) -> None:
    with pytest.raises(DomainError, match="考察人员不少于 2 人，现 1 人"):
        appointed(city, run, team[:1])


def test_two_of_the_team_write_and_neither_overwrites_the_other(
    city: make.City, run: StageRun, team: list[Any]
) -> None:
    sitting = appointed(city, run, team)
    row, (one, two) = item_of(sitting), team
    assert visiting.judge(row, {"v_premises": Said("yes")}, by=one) == []
    refused = visiting.judge(
        row, {"v_premises": Said("no", "场地未到位"), "v_team": Said("yes")}, by=two
    )
    assert refused == [
        "“固定场所和设施设备与申报一致、满足需要”已由考察1号判为符合，您的判断没有写入，请核对。"
    ]
    said = visiting.verdicts_of(row)
    assert (said["v_premises"].verdict, said["v_team"].by) == ("yes", two)
    token = visiting.token_of(said["v_premises"])
    assert visiting.judge(row, {"v_premises": Said("no", "场地未到位", token)}, by=two) == []
    visiting.write_note(row, "一号的记录", by=one)
    visiting.write_note(row, "二号的记录", by=two)
    assert sorted(row.notes.values_list("text", flat=True)) == ["一号的记录", "二号的记录"]


def test_the_same_send_again_changes_nothing(
    city: make.City, run: StageRun, team: list[Any]
) -> None:
    row = item_of(appointed(city, run, team))
    visiting.judge(row, {"v_team": Said("doubt", "两人外出")}, by=team[0])
    before = Judgement.objects.get(run=run).at
    assert visiting.judge(row, {"v_team": Said("doubt", "两人外出")}, by=team[0]) == []
    assert Judgement.objects.get(run=run).at == before
    key = uuid.uuid4()
    first = visiting.add_photo(row, make.photo(), by=team[0], key=key)
    assert visiting.add_photo(row, make.photo(), by=team[0], key=key) == first
    assert SittingFile.objects.count() == 1


def test_a_photo_is_a_checked_picture(city: make.City, run: StageRun, team: list[Any]) -> None:
    row = item_of(appointed(city, run, team))
    with pytest.raises(DomainError, match="此处可上传：JPG、PNG"):
        visiting.add_photo(row, make.paper_file(), by=team[0])


def test_a_visit_ends_with_points_photos_opinion_and_the_people_who_went(
    city: make.City, run: StageRun, team: list[Any]
) -> None:
    sitting = appointed(city, run, team)
    row = item_of(sitting)
    with pytest.raises(DomainError, match="请逐项判断"):
        conclude(city, sitting)
    said = seen_all(sitting)
    visiting.judge(row, said | {"v_team": Said("doubt")}, by=team[0])
    with pytest.raises(DomainError, match="判为存疑，须写明情况"):
        conclude(city, sitting)
    visiting.judge(row, {"v_team": Said("doubt", "待核社保")}, by=team[0])
    with pytest.raises(DomainError, match="现场照片不少于 1 张，现 0 张"):
        conclude(city, sitting)
    visiting.add_photo(row, make.photo(), by=team[1])
    with pytest.raises(DomainError, match="请填写考察意见"):
        conclude(city, sitting, text=" ")
    with pytest.raises(DomainError, match="还有存疑的要点"):
        conclude(city, sitting)
    visiting.judge(row, {"v_team": Said("yes")}, by=team[0])
    with pytest.raises(DomainError, match="实际参加考察的不少于 2 人，现 0 人"):
        visiting.close_visit(sitting, {row.pk: ("pass", "符合")}, set(), by=handler(city, run))
    sitting = conclude(city, sitting, text="场地设备属实。")

    assert minutes.paper_of(sitting).pages == 1
    run = make.sign_all(city, fresh(run), outcome="pass")
    assert (run.state, run.opinion) == ("done", "场地设备属实。")
    assert run.data["team"] == ["考察1号", "考察2号"]
    assert run.data["photos"] == 1
    with pytest.raises(DomainError, match="已提交签批或已办结"):
        visiting.write_note(row, "补记", by=team[0])


def test_a_visit_that_has_not_taken_place_cannot_end(
    city: make.City, run: StageRun, team: list[Any]
) -> None:
    later = Appointment(timezone.now() + timedelta(days=2), "一号车间")
    sitting = appointed(city, run, team, plan={run.case.pk: later})
    with pytest.raises(DomainError, match="约定的考察日期未到"):
        conclude(city, sitting)


def test_a_visit_that_refuses_ends_the_filing_with_its_reason(
    city: make.City, run: StageRun, team: list[Any]
) -> None:
    sitting = appointed(city, run, team)
    row = item_of(sitting)
    visiting.judge(row, seen_all(sitting) | {"v_premises": Said("no", "无场地")}, by=team[0])
    visiting.add_photo(row, make.photo(), by=team[0])
    conclude(city, sitting, "refuse", "没有固定场所。")
    with pytest.raises(DomainError, match="结论与本环节的办理结果不符"):
        take_action(fresh(run), SIGN, by=handler(city, run), version=run.version, outcome="pass")
    make.sign_all(city, fresh(run), outcome="refuse")
    case = Case.objects.get(pk=run.case_id)
    assert (case.state, case.application.result) == ("closed", "refused")
    assert case.letters.get(kind="refusal").body["opinion"] == "没有固定场所。"


def test_a_meeting_needs_day_number_results_reasons_and_minutes(city: make.City) -> None:
    run = list_at(city, [make.submitted(city), make.another(city, 3)], "committee")
    one, two = [item.case_id for item in run.listing.items.order_by("position")]
    by, today = handler(city, run), timezone.localdate()
    plan: dict[str, Any] = {"by": by, "held_on": today, "minutes_number": "第3次会议"}
    with pytest.raises(DomainError, match="请选择会议结果"):
        meeting.record(run, results={one: ("pass", "")}, **plan)
    with pytest.raises(DomainError, match="暂缓须写明理由"):
        meeting.record(run, results={one: ("pass", ""), two: ("hold", "")}, **plan)
    with pytest.raises(DomainError, match="日期不能晚于今天"):
        meeting.record(run, results={one: ("pass", ""), two: ("pass", "")},
                       **{**plan, "held_on": today + timedelta(days=1)})  # fmt: skip
    results = {one: ("pass", "同意"), two: ("hold", "待补充业绩")}
    sitting = meeting.record(run, results=results, **plan)
    with pytest.raises(DomainError, match="请上传会议纪要"):
        take_action(fresh(run), SIGN, by=by, version=run.version, outcome="pass")
    sittings.attach_minutes(sitting, make.paper_file(), by=by)
    run = make.sign_all(city, fresh(run), outcome="pass")
    assert list(run.listing.items.order_by("position").values_list("state", "reason")) == [
        ("in", ""), ("held", "待补充业绩")]  # fmt: skip
    assert run.data["minutes_number"] == "第3次会议"
