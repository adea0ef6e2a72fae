"""A panel of experts: seats, avoidance, draws, statements, opinions, late 回避, the proposal."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.template.loader import render_to_string
from django.utils import timezone

from applications.domain import recoding
from applications.models import Event, SheetEntry
from jurisdictions.domain.offices import appoint as give_post
from jurisdictions.domain.offices import relieve
from jurisdictions.models import Office, Post
from portal.common.doors import UnknownGrantError, grant, holds
from portal.common.errors import DomainError
from portal.common.models import Notice, OutboxMail
from reviews.domain import claiming, experts, panelpaper, seating, sheets
from reviews.domain.conflicts import conflicts
from reviews.domain.stages import SAVE, SIGN, take_action
from reviews.domain.work import StaleActionError
from reviews.models import Case, PanelDraw, PanelResult, ScoreSheet, Seat, StageRun
from tests.factories import make_member, make_uscc
from tests.kept import made_once
from tests.reviews import factories as make
from tests.reviews import panel_factories as panels

pytestmark = pytest.mark.django_db


def before_the_panel() -> tuple[make.City, Case, StageRun]:
    """The filing stands at the panel."""
    city = make.make_city("urumqi")
    case = make.submitted(city)
    return city, case, panels.at_panel(city, case)


kept, standing = made_once(before_the_panel)


@pytest.fixture
def city(standing: Any) -> make.City:
    return standing[0]


@pytest.fixture
def case(standing: Any) -> Case:
    return standing[1]


@pytest.fixture
def run(standing: Any) -> StageRun:
    return standing[2]


def fresh(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def sign(city: make.City, run: StageRun, **more: Any) -> StageRun:
    return make.sign_all(city, run, outcome="pass", **more)


def test_three_opinions_lead_to_a_signed_pass_and_the_box_of_the_sheet(
    city: make.City, case: Case, run: StageRun
) -> None:
    for number, seat in enumerate(panels.seated(city, run, panels.pool(city, 3))):
        panels.opinion(seat, "refuse" if number == 2 else "pass", f"意见{number}。")
    done = sign(city, run)
    assert done.state == "done"
    entry = SheetEntry.objects.get(application=case.application, box="expert_opinion")
    assert (
        entry.text == "专家 3 人评审，同意 2 人，不同意 1 人。\n1．意见0。\n2．意见1。\n3．意见2。"
    )
    assert fresh(case).stage_kind == "visit"
    kept = fresh(run).data["panel"][str(case.public_id)]
    assert (kept["count"], kept["agree"], kept["against"]) == (3, 2, 1)


def test_the_handler_may_word_the_opinion_himself(
    city: make.City, case: Case, run: StageRun
) -> None:
    for seat in panels.seated(city, run, panels.pool(city, 3)):
        panels.opinion(seat)
    sign(city, run, opinion="经评审，条件具备。")
    entry = SheetEntry.objects.get(application=case.application, box="expert_opinion")
    assert entry.text == "经评审，条件具备。"


def test_a_conclusion_against_the_experts_needs_its_reason(city: make.City, run: StageRun) -> None:
    for seat in panels.seated(city, run, panels.pool(city, 3)):
        panels.opinion(seat, "refuse")
    with pytest.raises(DomainError, match="须写明理由"):
        sign(city, run)
    signed = sign(city, run, data={"deviations": {"case": "不同意见经复核不成立。"}})
    assert signed.outcome == "pass"


def test_nothing_is_proposed_before_all_have_signed_and_every_source_is_there(
    city: make.City, run: StageRun
) -> None:
    people = panels.pool(city, 6)
    first, second = panels.seated(city, run, [people[0], people[3]])
    panels.opinion(first)
    with pytest.raises(DomainError, match=f"{people[3].name}尚未签署评审意见"):
        sign(city, run)
    panels.opinion(second)
    with pytest.raises(DomainError, match="不少于 3 人，现 2 人"):
        sign(city, run)
    panels.opinion(panels.seated(city, run, [people[1]])[0])
    with pytest.raises(DomainError, match="缺少：企业"):
        sign(city, run)
    panels.opinion(panels.seated(city, run, [people[2]])[0])
    assert sign(city, run).state == "done"


def test_whoever_must_avoid_the_filing_is_never_appointed(
    city: make.City, case: Case, run: StageRun
) -> None:
    application = case.application
    leader = {"name": application.leader_name, "id_number": "650102197510203117"}
    contact = application.created_by.login_name
    signer = city.person(Office.objects.get(pk=case.runs.first().office_id)).login_name
    barred = {
        "相同": panels.expert(city, 1, employer_uscc=application.unit_uscc),
        "同一人": panels.expert(city, 2, **leader),
        "同名": panels.expert(city, 3, name=application.leader_name),
        "利害关系": panels.expert(city, 4, related=(application.unit_uscc,)),
        "经办或负责": panels.expert(city, 5, login=contact),
        "办理过本件": panels.expert(city, 6, login=signer),
    }
    by = panels.handler(city, run)
    for reason, person in barred.items():
        with pytest.raises(DomainError, match=reason):
            seating.appoint(run, [person], by=by)
    assert not Seat.objects.exists()
    free = [panels.expert(city, number) for number in (7, 8, 9)]
    record = seating.draw(run, 3, by=by)
    assert {line["name"] for line in record.picked} == {person.name for person in free}
    shown = {line["name"]: "".join(line["reasons"]) for line in record.excluded}
    assert set(shown) == {person.name for person in barred.values()}
    assert all(reason in "".join(shown.values()) for reason in barred)


def test_a_colleague_who_joins_the_unit_later_can_no_longer_sign(
    city: make.City, case: Case, run: StageRun
) -> None:
    seats = panels.seated(city, run, panels.pool(city, 3))
    make_member(seats[0].expert.user, case.application.enterprise)
    with pytest.raises(DomainError, match="须回避本件"):
        panels.opinion(seats[0])


def test_a_new_employer_found_before_the_proposal_stops_it(
    city: make.City, case: Case, run: StageRun
) -> None:
    people = panels.pool(city, 3)
    for seat in panels.seated(city, run, people):
        panels.opinion(seat)
    moved = panels.profile(0, employer_uscc=case.application.unit_uscc)
    experts.change(people[0], moved, by=city.admin, reason="调动工作")
    with pytest.raises(DomainError, match="须回避"):
        sign(city, run)


def test_a_draw_is_kept_and_repeats_from_its_seed(city: make.City, run: StageRun) -> None:
    panels.pool(city, 9)
    by = panels.handler(city, run)
    record = seating.draw(run, 4, by=by, seed="0123456789abcdef")
    assert (record.seed, len(record.picked), len(record.candidates)) == ("0123456789abcdef", 4, 9)
    assert {"院校", "行业", "企业"} <= {line["source"] for line in record.picked}
    names = [line["key"] for line in record.picked]
    for seat in list(Seat.objects.all()):
        seating.release(seat, by=by, reason="重新抽取")
    again = seating.draw(run, 4, by=by, seed="0123456789abcdef")
    assert [line["key"] for line in again.picked] == names
    assert PanelDraw.objects.count() == 2
    assert len(seating.draw(run, 1, by=by).seed) == 32


def test_a_draw_that_cannot_be_filled_says_who_is_missing_and_seats_nobody(
    city: make.City, case: Case, run: StageRun
) -> None:
    panels.pool(city, 2)
    panels.expert(city, 5, employer_uscc=case.application.unit_uscc)
    with pytest.raises(DomainError, match=r"缺少：企业。因回避不能抽取：评审己5.*相同"):
        seating.draw(run, 3, by=panels.handler(city, run))
    assert (Seat.objects.count(), PanelDraw.objects.count()) == (0, 0)


def test_nothing_is_granted_before_the_statement_and_nothing_after_it_was_refused(
    city: make.City, run: StageRun
) -> None:
    people = panels.pool(city, 3)
    seat, other, _ = seating.appoint(run, people, by=panels.handler(city, run))
    user = people[0].user
    assert (holds(user, "declare", seat), holds(user, "score", seat)) == (True, False)
    with pytest.raises(DomainError, match="签署回避声明后"):
        sheets.save(seat, {"text": "抢先"}, by=user, version=0)
    ended = seating.declare(seat, by=user, clear=False, text="与领办人系师徒。")
    assert (ended.state, ended.reason) == ("conflict", "与领办人系师徒。")
    assert (holds(user, "declare", seat), holds(user, "score", seat)) == (False, False)
    assert holds(people[1].user, "declare", other)
    with pytest.raises(DomainError, match="此前已声明回避"):
        seating.appoint(run, [people[0]], by=panels.handler(city, run))


def test_the_grants_of_seats_and_experts_are_closed_lists(city: make.City, run: StageRun) -> None:
    seat = seating.appoint(run, panels.pool(city, 1), by=panels.handler(city, run))[0]
    with pytest.raises(UnknownGrantError):
        grant(seat.expert.user, "handle", seat)
    known = set(Permission.objects.filter(content_type__model="seat").values_list(
        "codename", flat=True))  # fmt: skip
    assert {"declare", "score"} <= known


def test_a_colleagues_seat_is_not_mine(city: make.City, run: StageRun) -> None:
    people = panels.pool(city, 3)
    seats = seating.appoint(run, people, by=panels.handler(city, run))
    with pytest.raises(DomainError, match="不是您的席位"):
        seating.declare(seats[1], by=people[0].user, clear=True)
    seats = [seating.declare(s, by=s.expert.user, clear=True) for s in seats]
    with pytest.raises(DomainError, match="不是您的席位"):
        sheets.sign(seats[1], {"verdict": "pass", "text": "代签"}, by=people[0].user, version=0)


def test_a_declared_relation_of_the_system_ends_the_seat_even_when_denied(
    city: make.City, case: Case, run: StageRun
) -> None:
    people = panels.pool(city, 3)
    seat = seating.appoint(run, people, by=panels.handler(city, run))[0]
    make_member(people[0].user, case.application.enterprise)
    ended = seating.declare(seat, by=people[0].user, clear=True)
    assert (ended.state, ended.reason) == ("conflict", "是申报单位的经办或负责人员")


def test_a_signed_opinion_is_locked_until_head_or_handler_opens_it_with_a_reason(
    city: make.City, run: StageRun
) -> None:
    people = panels.pool(city, 3)
    seats = panels.seated(city, run, people)
    panels.opinion(seats[0])
    with pytest.raises(DomainError, match="已签署并锁定"):
        sheets.save(seats[0], {"text": "再想想"}, by=people[0].user, version=1)
    with pytest.raises(DomainError, match="只有组长"):
        sheets.unlock(seats[0], by=people[1].user, reason="需要修改")
    seating.set_chair(run, people[1], by=panels.handler(city, run))
    with pytest.raises(DomainError, match="写明理由"):
        sheets.unlock(seats[0], by=people[1].user, reason="改")
    sheets.unlock(seats[0], by=people[1].user, reason="意见笔误，请更正")
    panels.opinion(seats[0], "refuse", "重新评审：不具备条件。")
    sheets.unlock(seats[0], by=panels.handler(city, run), reason="再次核对材料")
    history = ScoreSheet.objects.get(seat=seats[0]).history.order_by("history_id")
    reasons = [row.history_change_reason for row in history]
    assert reasons[1:] == ["签署评审意见", "解锁：意见笔误，请更正", "签署评审意见",
                           "解锁：再次核对材料"]  # fmt: skip
    assert [row.text for row in history][1] == "条件具备。"
    counts = list(PanelResult.objects.order_by("number").values_list("count", flat=True))
    assert counts == [1, 0, 1, 0]


def test_autosave_keeps_versions_and_leaves_no_trace_in_the_history(
    city: make.City, run: StageRun
) -> None:
    seat = panels.seated(city, run, panels.pool(city, 1))[0]
    user = seat.expert.user
    before = seat.sheet.history.count()
    assert sheets.save(seat, {"text": "一"}, by=user, version=0).version == 1
    assert sheets.save(seat, {"text": "一二"}, by=user, version=1).version == 2
    with pytest.raises(StaleActionError, match="另一窗口"):
        sheets.save(seat, {"text": "旧"}, by=user, version=1)
    sheet = ScoreSheet.objects.get(seat=seat)
    assert (sheet.text, sheet.version, sheet.signed_at) == ("一二", 2, None)
    assert sheet.history.count() == before


def test_a_late_relation_voids_the_opinion_and_both_results_stay(
    city: make.City, case: Case, run: StageRun
) -> None:
    seats = panels.seated(city, run, panels.pool(city, 4))
    for number, seat in enumerate(seats):
        panels.opinion(seat, "pass" if number < 2 else "refuse")
    by = panels.handler(city, run)
    take_action(run, SIGN, by=by, version=run.version, outcome="refuse", opinion="不同意。")
    assert fresh(run).state == "signing"
    sheets.recuse(seats[3], by=seats[3].expert.user, reason="刚刚得知系亲属")
    seat = fresh(seats[3])
    assert (seat.state, seat.sheet.text, seat.sheet.void_reason) == (
        "recused", "条件具备。", "刚刚得知系亲属")  # fmt: skip
    assert seat.sheet.voided_at is not None
    assert (holds(seat.expert.user, "score", seat)) is False
    rows = list(PanelResult.objects.order_by("number").values_list("agree", "against"))
    assert rows[-2:] == [(2, 2), (2, 1)]
    said = Event.objects.get(kind="expert_recused").data
    assert (said["before"]["against"], said["after"]["against"]) == (2, 1)
    again = fresh(run)
    assert (again.state, again.waiting_for, again.outcome) == ("open", "handler", "")
    assert fresh(case).waiting_for == "handler"
    paper = panelpaper.summary(again, sheets.stage_of(again), [case], "表")
    [void] = paper["items"][0]["void"]
    assert (void["name"], void["said"], void["reason"]) == (
        seat.expert.name, "不同意", "刚刚得知系亲属")  # fmt: skip
    text = render_to_string("reviews/panel/summary.html", paper)
    assert text.count("<td>刚刚得知系亲属</td>") == 1
    assert f"结果：{len(seats) - 1} 份有效" in text
    assert OutboxMail.objects.filter(subject="专家回避").count() == 1
    assert sign(city, again).state == "done"


def test_a_relation_found_after_the_end_keeps_the_conclusion_and_tells_the_office(
    city: make.City, run: StageRun
) -> None:
    seats = panels.seated(city, run, panels.pool(city, 3))
    for seat in seats:
        panels.opinion(seat)
    sign(city, run)
    sheets.recuse(seats[0], by=panels.handler(city, run), reason="事后查明系亲属")
    assert (fresh(run).state, fresh(run).outcome) == ("done", "pass")
    assert PanelResult.objects.order_by("number").last().count == 2
    mail = OutboxMail.objects.get(subject="专家回避")
    assert "已办结，请核对结果是否须更正" in mail.body


def test_the_office_hears_who_keeps_out_and_when_all_have_signed_whoever_seated_them(
    city: make.City, run: StageRun
) -> None:
    by, other = panels.handler(city, run), make.make_user("second@example.gov.cn", name="接任人")
    last, *seats = seating.appoint(run, panels.pool(city, 4), by=by)
    make.appoint(other, run.office, "handler", by=city.admin, reason="人员调整")
    relieve(Post.objects.get(user=by, office=run.office), by=city.admin, reason="人员调整")
    seating.declare(last, by=last.expert.user, clear=False, text="与领办人系师徒。")
    for seat in seats:
        seating.declare(seat, by=seat.expert.user, clear=True)
        panels.opinion(fresh(seat))
    sheets.recuse(fresh(seat), by=seat.expert.user, reason="刚刚得知系亲属")
    told = Notice.objects.filter(kind="panel", title__in=("专家回避", "专家已全部签署"))
    assert [(row.user, row.title) for row in told.order_by("pk")] == [
        (other, "专家回避"), (other, "专家已全部签署"), (other, "专家回避")
    ]  # fmt: skip


def test_a_seat_without_a_signature_may_be_taken_back_and_given_anew(
    city: make.City, run: StageRun
) -> None:
    people, by = panels.pool(city, 3), panels.handler(city, run)
    seats = panels.seated(city, run, people)
    with pytest.raises(DomainError, match="写明理由"):
        seating.release(seats[0], by=by, reason="")
    seating.release(seats[0], by=by, reason="本人出差")
    assert not holds(people[0].user, "score", seats[0])
    assert seating.appoint(run, [people[0]], by=by)[0].state == "pending"
    panels.opinion(seats[1])
    with pytest.raises(DomainError, match="登记回避"):
        seating.release(fresh(seats[1]), by=by, reason="本人出差")


def test_a_member_of_the_panel_does_not_sign_for_the_office(
    city: make.City, case: Case, run: StageRun
) -> None:
    people = panels.pool(city, 3)
    for seat in panels.seated(city, run, people):
        panels.opinion(seat)
    office = Office.objects.get(pk=run.office_id)
    give_post(people[0].user, office, "handler", by=city.admin, reason="兼任经办")
    claiming.release(case, by=panels.handler(city, run))
    with pytest.raises(DomainError, match="您是本次评审的专家"):
        take_action(run, SIGN, by=people[0].user, version=run.version, outcome="pass")


def test_once_signing_has_begun_no_seat_and_no_sheet_changes(
    city: make.City, run: StageRun
) -> None:
    people = panels.pool(city, 4)
    seats = panels.seated(city, run, people[:3])
    for seat in seats:
        panels.opinion(seat)
    by = panels.handler(city, run)
    take_action(run, SIGN, by=by, version=run.version, outcome="pass")
    with pytest.raises(DomainError, match="已提交签批"):
        seating.appoint(run, people[3:], by=by)
    with pytest.raises(DomainError, match="已提交签批"):
        sheets.unlock(seats[0], by=by, reason="需要修改")


def test_saving_a_proposal_keeps_it_without_signing(city: make.City, run: StageRun) -> None:
    by = panels.handler(city, run)
    kept = take_action(run, SAVE, by=by, version=run.version, outcome="pass", opinion="拟同意。",
                       data={"deviations": {}})  # fmt: skip
    assert (kept.state, kept.outcome, kept.opinion) == ("open", "pass", "拟同意。")


def test_experts_are_invited_and_keep_a_second_factor_while_they_serve(city: make.City) -> None:
    person = panels.expert(city, 1)
    assert person.user.is_staff_member
    assert not person.user.has_usable_password()
    mail = OutboxMail.objects.get(key=f"expert:{person.public_id}")
    assert "忘记密码" in mail.body
    assert not Notice.objects.filter(user=person.user).exists()
    experts.take_out(person, by=city.admin, reason="聘期届满")
    assert not type(person.user).objects.get(pk=person.user_id).is_staff_member
    assert not holds(person.user, "serve", person)
    experts.bring_back(person, by=city.admin, reason="续聘一年")
    assert type(person.user).objects.get(pk=person.user_id).is_staff_member


def test_the_pool_asks_for_what_avoidance_needs_and_seals_the_number(city: make.City) -> None:
    with pytest.raises(DomainError, match="信用代码"):
        panels.expert(city, 1, employer_uscc="91650100MB000")
    with pytest.raises(DomainError, match="请填写来源"):
        panels.expert(city, 1, source=" ")
    person = panels.expert(city, 1, id_number="650102197510203117")
    assert person.id_shown == "650102********3117"
    token = person.id_token
    experts.change(person, panels.profile(1, id_number="650102197510203117"), by=city.admin,
                   reason="核对信息")  # fmt: skip
    assert fresh(person).id_token == token
    with pytest.raises(DomainError, match="只有本地区管理员"):
        experts.change(person, panels.profile(1), by=person.user, reason="核对信息")
    with pytest.raises(DomainError, match="已在本地区专家库"):
        panels.expert(city, 1, employer_uscc=make_uscc("91650100MB0000099"))


def test_who_leaves_the_pool_loses_the_seats_he_has_not_signed_for(
    city: make.City, run: StageRun
) -> None:
    people = panels.pool(city, 3)
    seats = panels.seated(city, run, people)
    experts.take_out(people[0], by=city.admin, reason="聘期届满")
    assert fresh(seats[0]).state == "released"
    assert people[0].pk not in {row.pk for row in seating.pool(fresh(run))}
    assert fresh(seats[0]).ended_at <= timezone.now()


def test_a_panel_may_still_be_completed_from_paper(
    city: make.City, case: Case, run: StageRun
) -> None:
    assert make.from_paper(city, run).state == "done"
    assert fresh(case).stage_kind == "visit"


def test_an_expert_of_the_unit_stays_out_when_its_code_has_changed(
    city: make.City, case: Case, run: StageRun
) -> None:
    unit = case.application.enterprise
    person = panels.expert(city, 1, employer_uscc=unit.uscc)
    before = conflicts(person, case, run)
    recoding.give_code(unit, make_uscc("91650103MA5009999"), by=None, reason="示例")
    assert conflicts(person, fresh(case), fresh(run)) == before
    assert before == (f"工作单位与申报方“{unit.name}”相同",)
