"""Recommending studios upward: who may be, on what ground, by whom, and how it is taken back."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.domain.undoing import AmendContext
from applications.enums import StudioStatus
from applications.models import EffectRun, Event, Studio
from assessments.domain import recommending as acts
from assessments.domain.regrading import drop_grade
from assessments.interfaces.overview import overview
from assessments.models import GradeRecord, Recommendation
from assessments.queries import life, reach, recommending
from assessments.queries.figures import Scope
from jurisdictions.domain.offices import mark_staff
from jurisdictions.models import Jurisdiction
from portal.accounts.models import User
from portal.common.doors import grant
from portal.common.errors import DomainError
from portal.common.pdf import render_pdf
from tests.assessments import assessed as way
from tests.assessments.factories import member_of, officer_of, old_studio
from tests.factories import make_user
from tests.races import all_at_once
from tests.reviews import factories as make

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
ON = dt.date(2026, 5, 6)
LETTER = "示例人社函〔2026〕3号"
LEVEL = "四川省技能大师工作室"


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def url(name: str, studio: Studio, *keys: object) -> str:
    return reverse(f"assessments:{name}", args=[studio.public_id, *keys])


def registered(studio: Studio, by: User, **changes: Any) -> Recommendation:
    """A studio recommended on the first sentence that allows it."""
    given: dict[str, Any] = {"basis": "n0", "on": ON, "number": LETTER, "reason": "业绩突出",
                             **changes}  # fmt: skip
    return acts.register(studio, by=by, **given)


@pytest.mark.clause("ziyang-8-4")
def test_a_recommendation_is_kept_with_its_sentence_and_told_in_the_life() -> None:
    studio, officer = old_studio("ziyang"), make_user("o@example.gov.cn", staff=True)
    found = [(row.level, row.clauses, row.grade) for row in recommending.bases(studio)]
    assert found == [(LEVEL, ("ziyang-8-4",), None)]
    row = registered(studio, officer)
    assert (row.level, row.clauses, row.history.get().history_change_reason) == (
        LEVEL, ["ziyang-8-4"], "登记推荐",
    )  # fmt: skip
    assert Event.objects.get(kind="studio_recommended").text == f"{studio}推荐至{LEVEL}（{LETTER}）"
    told = [(e.title, e.says, e.state) for e in life.events(studio, for_unit=True) if e.on == ON]
    assert told == [(f"推荐至{LEVEL}", LETTER, "good")]
    (candidate,) = recommending.candidates(reach.studios())
    assert candidate.done == row


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"number": "示例人社函(2026)3号"}, "应写作“示例人社函〔2026〕3号”"),
        ({"on": dt.date(2024, 3, 9)}, "不得早于命名日期"),
        ({"on": dt.date(2999, 1, 1)}, "不得晚于今天"),
        ({"reason": " "}, "写明推荐理由"),
        ({"basis": "g1_0"}, "不能作此推荐"),
    ],
)
def test_a_letter_that_does_not_fit_is_refused(changes: dict[str, Any], message: str) -> None:
    studio, officer = old_studio("ziyang"), make_user("o@example.gov.cn", staff=True)
    with pytest.raises(DomainError, match=message):
        registered(studio, officer, **changes)


def test_a_letter_counts_once_until_it_is_withdrawn_with_a_reason() -> None:
    studio, officer = old_studio("ziyang"), make_user("o@example.gov.cn", staff=True)
    row = registered(studio, officer)
    with pytest.raises(DomainError, match="这份文件已登记推荐该工作室"):
        registered(studio, officer)
    with pytest.raises(DomainError, match="写明撤回的理由"):
        acts.withdraw(row, by=officer, reason="")
    acts.withdraw(row, by=officer, reason="登记有误")
    with pytest.raises(DomainError, match="已经撤回"):
        acts.withdraw(row, by=officer, reason="登记有误")
    registered(studio, officer)
    told = [(e.says, e.state) for e in life.events(studio, for_unit=True) if e.on == ON]
    assert told == [(LETTER, "good"), ("已撤回：登记有误", "")]
    year = overview(Scope((studio.jurisdiction,)), ON)
    assert {figure.id: figure.rows for figure in year}["recommended"] == [["2026", 1]]


@pytest.mark.parametrize("status", [StudioStatus.SUSPENDED, StudioStatus.ENDED])
def test_only_a_studio_in_good_standing_is_recommended(status: str) -> None:
    studio = old_studio("ziyang")
    studio.status = status
    studio.ended_on = ON if status == StudioStatus.ENDED else None
    studio.save()
    assert (recommending.bases(studio), recommending.candidates([studio])) == ([], [])


@pytest.mark.parametrize("city", ["urumqi", "rongchang", "yuzhong"])
def test_where_the_naming_allows_nothing_a_result_is_waited_for(city: str) -> None:
    assert recommending.bases(old_studio(city)) == []


@pytest.mark.clause("chaoyang-14-1")
def test_a_district_studio_may_be_recommended_from_its_naming_on() -> None:
    (found,) = recommending.bases(old_studio("chaoyang"))
    assert (found.level, found.clauses) == ("市级技能大师工作室", ("chaoyang-14-1",))


@pytest.mark.clause("rongchang-4-2-c")
def test_a_result_from_before_the_portal_allows_it_until_another_follows() -> None:
    studio, officer = old_studio("rongchang"), make_user("o@example.gov.cn", staff=True)
    given = {"studio": studio, "assessment": "biennial", "label": "考核"}
    GradeRecord.objects.create(**given, grade="优秀", decided_on=dt.date(2025, 9, 1))
    (found,) = recommending.candidates(reach.studios())
    assert (found.basis.level, found.basis.clauses, found.done) == (
        "市级技能大师工作室", ("rongchang-4-2-c",), None,
    )  # fmt: skip
    with pytest.raises(DomainError, match="不得早于考核结果认定日期"):
        registered(studio, officer, basis=found.basis.code, on=dt.date(2025, 8, 31))
    row = registered(studio, officer, basis=found.basis.code)
    assert recommending.candidates(reach.studios())[0].done == row
    GradeRecord.objects.create(**given, grade="合格", decided_on=dt.date(2026, 9, 1))
    assert recommending.candidates(reach.studios()) == []


@pytest.mark.clause("yuzhong-11-7")
def test_a_prize_allows_it_and_is_not_amended_while_the_letter_stands() -> None:
    city = make.make_city("yuzhong")
    people = way.assessors(city)
    first, second = [
        way.scored(city, way.filed(way.studio_in(city, n)), total, people)
        for n, total in ((1, "110"), (2, "80"))
    ]
    way.graded(city, way.gathered(city, second), {first.pk: {"result": "g1_a1"}},
               reason="业绩突出，经会议研究")  # fmt: skip
    (found,) = recommending.candidates(reach.studios())
    assert (found.studio, found.basis.level, found.basis.clauses) == (
        first.application.studio, "上一层次工作室", ("yuzhong-11-7",),
    )  # fmt: skip
    today = timezone.localdate()
    row = registered(found.studio, city.admin, basis=found.basis.code, on=today,
                     target="重庆市技能大师工作室")  # fmt: skip
    assert (row.application, row.target) == (first.application, "重庆市技能大师工作室")
    graded = EffectRun.objects.get(kind="set_grade", application=first.application)
    amendment = AmendContext(today, city.admin, "核分有误")
    with pytest.raises(DomainError, match="请先撤回推荐"):
        drop_grade(graded, amendment)
    acts.withdraw(row, by=city.admin, reason="核分有误")
    drop_grade(graded, amendment)
    assert recommending.candidates(reach.studios()) == []


def test_the_office_recommends_from_its_desk_and_takes_a_letter_back(as_user: SignIn) -> None:
    studio = old_studio("ziyang")
    officer = as_user(officer_of(studio.jurisdiction, role="city_bureau"))
    desk = reverse("assessments:desk") + "?view=up"
    assert tab(officer.get(desk)) == 1
    new = url("recommend_new", studio)
    assert officer.get(new + "?basis=n0").status_code == 200
    said = {"basis": "n0", "on": "2026-05-06", "number": LETTER, "reason": "业绩突出"}
    assert officer.post(new, {**said, "number": "3号"}).status_code == 422
    scan = SimpleUploadedFile("推荐函.pdf", render_pdf("<p>示例</p>", title="示例").content)
    assert officer.post(new, {**said, "upload": scan}).status_code == 302
    row = Recommendation.objects.get()
    assert (str(row.office), row.file_name) == ("示例机构", "推荐函.pdf")
    assert tab(officer.get(desk)) == 0
    assert LETTER in officer.get(desk).content.decode()
    unit = as_user(member_of(studio))
    page = unit.get(reverse("assessments:studio", args=[studio.public_id]))
    assert [letter["number"] for letter in page.context["letters"]] == [LETTER]
    sent = unit.get(url("recommendation_file", studio, row.public_id))
    assert b"".join(sent)[:5] == b"%PDF-"
    back = url("recommendation_withdraw", studio, row.public_id)
    assert (unit.get(back).status_code, unit.get(new).status_code) == (404, 404)
    assert officer.get(back).status_code == 200
    assert officer.post(back, {"reason": ""}).status_code == 422
    assert officer.post(back, {"reason": "登记有误"}).status_code == 302
    assert tab(officer.get(desk)) == 1


def tab(page: Any) -> int:
    """The number on the tab."""
    return next(int(row["count"]) for row in page.context["tabs"] if row["label"] == "向上推荐")


def overseer(place: Jurisdiction) -> User:
    """Somebody who reads everything of a place and does nothing."""
    user = make_user("leader@example.gov.cn")
    grant(user, "oversee", place)
    mark_staff(user)
    return user


def test_who_only_reads_or_works_elsewhere_recommends_nothing(as_user: SignIn) -> None:
    studio = old_studio("ziyang")
    row = registered(studio, officer_of(studio.jurisdiction, role="city_bureau"))
    back = url("recommendation_withdraw", studio, row.public_id)
    reader = as_user(overseer(studio.jurisdiction))
    for address in (url("recommend_new", studio), back):
        assert reader.get(address).status_code == 403
        assert reader.post(address, {"reason": "x"}).status_code == 403
    elsewhere = old_studio("chaoyang", number="OLD-2")
    other = as_user(officer_of(elsewhere.jurisdiction, "other@example.gov.cn"))
    for address in (url("recommend_new", studio), back):
        assert other.get(address).status_code == 404
    assert other.get(url("recommendation_file", studio, row.public_id)).status_code == 404
    assert Recommendation.objects.get().struck_at is None


def test_a_city_that_does_not_know_it_has_no_tab(as_user: SignIn) -> None:
    studio = old_studio("urumqi")
    officer = as_user(officer_of(studio.jurisdiction, role="city_bureau"))
    page = officer.get(reverse("assessments:desk"))
    assert [row["label"] for row in page.context["tabs"] if row["label"] == "向上推荐"] == []
    assert (
        "目前没有可以向上推荐的事项" in officer.get(url("recommend_new", studio)).content.decode()
    )


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_letter_recommends_a_studio_once() -> None:
    studio, officer = old_studio("ziyang"), make_user("o@example.gov.cn", staff=True)
    told = all_at_once([lambda: registered(studio, officer) for _ in range(4)])
    assert sum(isinstance(result, Recommendation) for result in told) == 1
