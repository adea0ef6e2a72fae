"""Assessments of the five cities as procedures, from the clock to what follows from the grade."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from applications.domain import lifecycle
from applications.enums import Status, StudioStatus
from applications.models import Application, Ban, EffectRun
from applications.permissions import can_withdraw
from assessments.domain import assessing, calendar, reminding
from assessments.models import Clawback, GradeRecord, GrantDue, Obligation
from jurisdictions.engine.dates import add_months, period_end
from jurisdictions.models import OfficeBinding
from portal.common.errors import DomainError
from portal.common.models import Notice, OutboxMail
from reviews.models import Case, List
from tests.assessments import assessed as way
from tests.assessments.factories import member_of
from tests.factories import make_user
from tests.reviews import factories as make

pytestmark = pytest.mark.django_db


@pytest.mark.clause("yuzhong-11-1")
def test_the_clock_opens_a_due_assessment_once_and_tells_the_unit() -> None:
    city = make.make_city("yuzhong")
    studio = way.studio_in(city)
    unit = member_of(studio)
    application = way.opened(studio)
    assert (application.procedure, application.created_by, application.status) == (
        "assess_biennial", None, Status.DRAFT,
    )  # fmt: skip
    assert assessing.open_all(timezone.localdate()) == 0
    assert Application.objects.filter(studio=studio).count() == 1
    mails = OutboxMail.objects.filter(subject__startswith="两年考核评估（第1次）")
    assert mails.count() == 1
    assert list(Notice.objects.values_list("user", "title")) == [
        (unit.pk, f"两年考核评估（第1次）：{studio.name}")
    ]
    # The self-score is due today: the newest reminder goes out once.
    reminding.remind_all(timezone.localdate())
    reminding.remind_all(timezone.localdate())
    assert mails.count() == 2


@pytest.mark.clause("urumqi-19-2-a")
def test_the_final_assessment_opens_three_months_before_the_term_ends() -> None:
    city = make.make_city("urumqi")
    studio = way.studio_in(city, founded_on=dt.date(2024, 9, 10))
    for day, found in ((dt.date(2026, 6, 9), 0), (dt.date(2026, 6, 10), 1)):
        calendar.open_for(studio, day)
        assessing.open_all(day)
        assert studio.procedures.filter(procedure="assess_final").count() == found


@pytest.mark.clause("yuzhong-11-2", "yuzhong-11-3", "yuzhong-11-5", "yuzhong-11-6", "yuzhong-11-7")
def test_points_give_the_grade_and_a_prize_beyond_the_share_needs_a_reason() -> None:
    city = make.make_city("yuzhong")
    people = way.assessors(city)
    first, second = [
        way.scored(city, way.filed(way.studio_in(city, n)), total, people)
        for n, total in ((1, "110"), (2, "80"))
    ]
    listing = way.gathered(city, second)
    assert [item.case_id for item in listing.items.all()] == [first.pk, second.pk]
    prize = {first.pk: {"result": "g1_a1"}}
    with pytest.raises(
        DomainError, match="原则上“优秀奖”不超过 0 个（2 个的20%，向下取整），现评定 1 个"
    ):
        way.propose(city, listing, **way.said(listing, prize))
    way.graded(city, listing, prize, reason="业绩突出，经会议研究")
    found = {row.studio.number: (row.grade, row.award, row.total) for row in
             GradeRecord.objects.select_related("studio")}  # fmt: skip
    assert found == {"OLD-001": ("合格", "优秀奖", 110), "OLD-002": ("合格", "", 80)}
    assert EffectRun.objects.get(kind="privilege").application_id == first.application_id


@pytest.mark.clause("yuzhong-11-3", "yuzhong-11-4")
def test_a_total_between_the_grades_stays_empty_until_the_bureau_gives_its_reason() -> None:
    city = make.make_city("yuzhong")
    case = way.scored(city, way.filed(way.studio_in(city)), "74.5", way.assessors(city))
    listing = way.gathered(city, case)
    with pytest.raises(DomainError, match=r"总分 74\.5 不在文件规定的任何等次内"):
        way.propose(city, listing, **way.said(listing, {}))
    with pytest.raises(DomainError, match="认定等次须写明理由"):
        way.propose(city, listing, **way.said(listing, {case.pk: {"result": "g1"}}))
    way.graded(city, listing, {case.pk: {"result": "g1", "text": "局务会研究认定合格"}})
    row = GradeRecord.objects.get()
    assert (row.grade, str(row.total), row.reason) == ("合格", "74.50", "局务会研究认定合格")


def test_nobody_may_give_another_grade_than_the_points() -> None:
    city = make.make_city("yuzhong")
    case = way.scored(city, way.filed(way.studio_in(city)), "60", way.assessors(city))
    listing = way.gathered(city, case)
    with pytest.raises(DomainError, match="按分数应为“不合格”，不能改定其他等次"):
        way.propose(city, listing, **way.said(listing, {case.pk: {"result": "g1", "text": "酌情"}}))


@pytest.mark.clause("yuzhong-11-8", "yuzhong-11-9")
def test_a_failed_studio_has_three_months_and_passes_or_ends() -> None:
    city = make.make_city("yuzhong")
    people, today = way.assessors(city), timezone.localdate()
    studios = [way.studio_in(city, n) for n in (1, 2)]
    cases = [way.scored(city, way.filed(studio), "60", people) for studio in studios]
    way.graded(city, way.gathered(city, cases[0]))
    mendings = []
    for studio in studios:
        studio.refresh_from_db()
        assert studio.status == StudioStatus.SUSPENDED
        row = Obligation.objects.get(studio=studio, kind="mending")
        assert row.due_on == period_end(today, months=3)
        assert row.application is not None
        mendings.append(way.report(row.application, member_of(studio, f"m{studio.pk}@example.com")))
    for case, total in zip(mendings, ("90", "70"), strict=True):
        done = way.scored(city, case, total, people)
        way.graded(city, List.objects.get(items__case=done))
    for studio, status in zip(studios, (StudioStatus.ACTIVE, StudioStatus.ENDED), strict=True):
        studio.refresh_from_db()
        assert studio.status == status
    kept = GradeRecord.objects.filter(mending=True).order_by("pk")
    assert [(row.grade, row.passed) for row in kept] == [("整改合格", True), ("不合格", False)]


@pytest.mark.clause(
    "urumqi-19-2-b3", "urumqi-19-2-c", "urumqi-19-2-c2", "urumqi-19-2-c3", "urumqi-19-2-d"
)
def test_failing_the_final_assessment_ends_the_studio_and_keeps_out_for_three_years() -> None:
    city = make.make_city("urumqi")
    today = timezone.localdate()
    studio = way.studio_in(city, founded_on=add_months(today, -23))
    GrantDue.objects.create(
        studio=studio, application=way.opened(studio), grant="first", title="资助", amount=50000,
        decided_on=studio.founded_on, paid_on=studio.founded_on, paid_amount=50000,
    )  # fmt: skip
    case = way.scored(city, way.filed(studio), "59.5", way.assessors(city))
    way.graded(city, way.gathered(city, case))
    studio.refresh_from_db()
    assert (studio.status, studio.ended_on) == (StudioStatus.ENDED, today)
    assert Clawback.objects.get().amount == 50000
    assert {(ban.subject, ban.ends_on) for ban in Ban.objects.all()} == {
        ("unit", period_end(today, years=3)), ("leader", period_end(today, years=3)),
    }  # fmt: skip
    assert Obligation.objects.filter(studio=studio, kind="recall", item="plaque").count() == 1


@pytest.mark.clause("urumqi-19-2-b", "urumqi-19-2-b2", "urumqi-a2-00", "urumqi-a2-t1")
def test_annex_two_grades_by_ninety_and_sixty_with_the_bonus_counted() -> None:
    city = make.make_city("urumqi")
    people = way.assessors(city)
    # The role is filled district by district: the one that has the list decides.
    OfficeBinding.objects.filter(role="district_bureau").update(covers="天山区")
    totals = {1: "90", 2: "89.5", 3: "60"}
    cases = [
        way.scored(city, way.filed(way.studio_in(city, n, district="天山区")), total, people)
        for n, total in totals.items()
    ]
    way.graded(city, way.gathered(city, cases[0]))
    found = {row.studio.number[-1]: row.grade for row in GradeRecord.objects.all()}
    assert found == {"1": "优秀", "2": "合格", "3": "合格"}


@pytest.mark.clause("chaoyang-10-2", "chaoyang-11-3", "chaoyang-11-4", "chaoyang-11-5",
                    "chaoyang-15-2")  # fmt: skip
def test_an_excellent_studio_may_get_a_second_grant_and_the_result_is_made_public() -> None:
    city = make.make_city("chaoyang")
    people = way.assessors(city)
    cases = [
        way.scored(city, way.filed(way.studio_in(city, n)), "95" if n == 1 else "70", people)
        for n in range(1, 6)
    ]
    listing = way.gathered(city, cases[0])
    given: dict[int, dict[str, Any]] = {
        case.pk: {"result": "g2", "text": "达到标准"} for case in cases
    }
    for case in cases[:2]:
        given[case.pk] = {"result": "g1", "text": "业绩突出"}
    with pytest.raises(DomainError, match="“追加资助”由机构决定，请选择给予或不给予"):
        way.propose(city, listing, **way.said(listing, given))
    for case in cases[:2]:
        given[case.pk]["given"] = {"extra_grant": "yes"}
    with pytest.raises(DomainError, match="不超过 1 个（5 个的20%，向下取整），现评定 2 个"):
        way.propose(city, listing, **way.said(listing, given))
    given[cases[1].pk] = {"result": "g2", "text": "达到标准"}
    way.graded(city, listing, given)
    grant = GrantDue.objects.get()
    assert (grant.studio_id, grant.amount, grant.may, grant.extra) == (
        cases[0].application.studio_id, 100000, True, True,
    )  # fmt: skip
    assert GradeRecord.objects.filter(public=True).count() == 5
    assert listing.runs.get(kind="decision").data["where"] == "门户网站"


@pytest.mark.clause("rongchang-4-2-b", "rongchang-4-2-c", "rongchang-4-2-d", "rongchang-4-2-e")
def test_assessors_choose_with_a_reason_and_the_office_sets_the_day_for_mending() -> None:
    city = make.make_city("rongchang")
    today = timezone.localdate()
    case = way.scored(city, way.filed(way.studio_in(city)), "85", way.assessors(city))
    listing = way.gathered(city, case)
    with pytest.raises(DomainError, match="请选择等次"):
        way.propose(city, listing, **way.said(listing, {}))
    failed = {"result": "g4", "text": "传承工作停滞"}
    with pytest.raises(DomainError, match="请填写整改截止日期"):
        way.propose(city, listing, **way.said(listing, {case.pk: failed}))
    day = today + dt.timedelta(days=40)
    way.graded(city, listing, {case.pk: {**failed, "until": day.isoformat()}})
    row = Obligation.objects.get(kind="mending")
    assert (row.due_on, row.studio.status) == (day, StudioStatus.SUSPENDED)


@pytest.mark.clause("ziyang-14-1", "ziyang-14-2", "ziyang-14-4", "ziyang-14-5", "ziyang-14-6",
                    "ziyang-14-7")  # fmt: skip
def test_a_failed_acceptance_has_at_most_six_months_and_failing_again_costs_everything() -> None:
    city = make.make_city("ziyang")
    people, today = way.assessors(city), timezone.localdate()
    term = {"founded_on": add_months(today, -36), "district": "雁江区"}
    studio = way.studio_in(city, **term)
    studio.term_until = today
    studio.save(update_fields=["term_until"])
    case = way.scored(city, way.filed(studio), "3", people)
    GrantDue.objects.create(
        studio=studio, application=case.application, grant="first", title="补助", amount=80000,
        decided_on=studio.founded_on, paid_on=studio.founded_on, paid_amount=80000,
    )  # fmt: skip
    listing = way.gathered(city, case)
    failed = {"result": "g2", "text": "两项产出未达到"}
    late = (period_end(today, months=6) + dt.timedelta(days=1)).isoformat()
    with pytest.raises(DomainError, match="整改期限不超过6个月"):
        way.propose(city, listing, **way.said(listing, {case.pk: {**failed, "until": late}}))
    last = period_end(today, months=6)
    way.graded(city, listing, {case.pk: {**failed, "until": last.isoformat()}})
    assert make.list_run(listing).kind == "filing"
    row = Obligation.objects.get(kind="mending")
    assert row.application is not None
    again = way.report(row.application, member_of(studio, "again@example.com"))
    done = way.scored(city, again, "4", people)
    way.graded(city, List.objects.get(items__case=done),
               {done.pk: {"result": "failed", "text": "再次考核仍达不到要求"}})  # fmt: skip
    studio.refresh_from_db()
    assert (studio.status, Clawback.objects.get().amount) == (StudioStatus.ENDED, 80000)


@pytest.mark.clause("urumqi-19-1-b", "urumqi-19-1-c")
def test_the_yearly_review_has_headings_and_no_grade_and_goes_up() -> None:
    city = make.make_city("urumqi")
    studio = way.studio_in(city, founded_on=dt.date(2025, 3, 1))
    day = dt.date(2025, 12, 5)
    calendar.open_for(studio, day)
    assessing.open_all(day)
    application = studio.procedures.get(procedure="assess_yearly")
    fields = [use.field for s in way.policy_of(application.ruleset).procedure("assess_yearly")
              .form.sections for use in s.fields]  # fmt: skip
    user = member_of(studio)
    way.write(application, dict.fromkeys(fields, "按计划完成"), user)
    way.submission.submit(application, by=user, idempotency_key=make.key())
    case = Case.objects.get(application=application)
    make.pass_check(city, make.run_of(case))
    case.refresh_from_db()
    listing = way.graded(city, way.gathered(city, case))
    row = GradeRecord.objects.get()
    assert (row.grade, row.about, make.list_run(listing).kind) == ("", 2025, "filing")


@pytest.mark.clause("urumqi-20-1-c", "chaoyang-13-1-b")
def test_the_office_takes_an_assessment_forward_that_the_unit_does_not_file() -> None:
    city = make.make_city("yuzhong")
    studio = way.studio_in(city)
    application = way.opened(studio)
    row, today = application.obligation, timezone.localdate()
    officer = city.person(city.office("bureau"))
    with pytest.raises(DomainError) as refused:
        assessing.take_over(row, by=make_user("x@example.com"), on=today, reason="不填")
    assert refused.value.status == 403
    with pytest.raises(DomainError, match="请写明代为发起的理由"):
        assessing.take_over(row, by=officer, on=today, reason=" ")
    taken = assessing.take_over(row, by=officer, on=today, reason="两次书面催办，单位未报送")
    assert (taken.status, taken.entered_by_office) == (Status.SUBMITTED, city.office("bureau"))
    assert Case.objects.get(application=application).stage == "check"
    assert not can_withdraw(member_of(studio), taken)
    with pytest.raises(DomainError, match="单位已经提交"):
        assessing.take_over(row, by=officer, on=today, reason="两次书面催办")


def test_a_struck_studio_would_fail_unheard_so_the_list_only_holds() -> None:
    from reviews.domain import lists

    city = make.make_city("yuzhong")
    case = way.scored(city, way.filed(way.studio_in(city)), "80", way.assessors(city))
    listing = way.gathered(city, case)
    item = listing.items.get()
    handler = city.person(city.office("bureau"))
    with pytest.raises(DomainError, match="不能移出名单"):
        lists.set_item(item, "struck", by=handler, reason="材料存疑")
    lists.set_item(item, "held", by=handler, reason="材料存疑")
    item.refresh_from_db()
    assert item.state == "held"


def test_a_decision_of_an_assessment_is_carried_out_once() -> None:
    city = make.make_city("yuzhong")
    case = way.scored(city, way.filed(way.studio_in(city)), "80", way.assessors(city))
    way.graded(city, way.gathered(city, case))
    application = Application.objects.get(pk=case.application_id)
    context = lifecycle.DecisionContext(on=timezone.localdate())
    with pytest.raises(DomainError):
        lifecycle.decide(application, "g1", context=context)
    assert GradeRecord.objects.count() == 1


def test_a_panel_held_on_paper_gives_the_score_of_its_minutes() -> None:
    city = make.make_city("yuzhong")
    case = way.filed(way.studio_in(city))
    make.pass_check(city, make.run_of(case))
    run = make.run_of(case)
    given = make.particulars(city, run)
    for total, says in (("", "请填写核定总分"), ("121", "核定总分应为 0 至 120 之间的数")):
        with pytest.raises(DomainError, match=says):
            make.from_paper(city, run, particulars={**given, "total": total})
    make.from_paper(city, run, particulars={**given, "total": "88.5"})
    case.refresh_from_db()
    listing = way.gathered(city, case)
    make.from_paper(city, make.list_run(listing))
    make.from_paper(city, make.list_run(listing))
    row = GradeRecord.objects.get()
    assert (row.grade, str(row.total)) == ("合格", "88.50")
