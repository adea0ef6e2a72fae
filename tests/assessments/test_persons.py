"""Recommending people of a studio: who, for what, by whom, and what came of it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applications.models import Event, Studio
from assessments.domain import recommending as acts
from assessments.models import Member, Recommendation
from assessments.queries import life, persons, recommending
from portal.accounts.models import User
from portal.common.errors import DomainError
from tests.assessments.factories import officer_of, old_studio
from tests.factories import make_user

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
ON = dt.date(2026, 5, 6)
LETTER = "示例人社函〔2026〕5号"


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def registered(studio: Studio, by: User, **changes: Any) -> Recommendation:
    """The leader recommended on the first sentence that speaks of people."""
    (first, *_) = persons.grounds(studio)
    given = {"basis": first.code, "person": "张示例", "level": first.says.to[0], "on": ON,
             "number": LETTER, "reason": "业绩突出"}  # fmt: skip
    return acts.register_person(studio, by=by, **{**given, **changes})


@pytest.mark.clause("yuzhong-18-1", "ziyang-8-3-a", "ziyang-8-3-b", "chaoyang-14-2")
@pytest.mark.parametrize(
    ("city", "said"),
    [
        ("yuzhong", [("leader", 4, True, ("yuzhong-18-1",))]),
        ("ziyang", [("leader", 6, False, ("ziyang-8-3-a",)),
                    ("leader", 4, True, ("ziyang-8-3-b",))]),
        ("chaoyang", [("members", 3, True, ("chaoyang-14-2",))]),
        ("rongchang", []),
        ("urumqi", []),
    ],
)  # fmt: skip
def test_each_text_says_who_may_be_recommended_for_what(city: str, said: list[Any]) -> None:
    found = [(row.says.who, len(row.says.to), row.says.others, row.clauses)
             for row in persons.grounds(old_studio(city))]  # fmt: skip
    assert found == said


@pytest.mark.clause("chaoyang-14-2")
def test_members_there_now_may_be_recommended_where_the_text_speaks_of_members() -> None:
    studio = old_studio("chaoyang")
    given = {"studio": studio, "joined_on": dt.date(2024, 4, 1)}
    Member.objects.create(name="李示例", **given)
    Member.objects.create(name="王示例", left_on=dt.date(2025, 1, 1), **given)
    assert persons.people(studio, persons.grounds(studio)) == {"张示例": "领办人", "李示例": "成员"}


@pytest.mark.clause("yuzhong-18-1")
def test_a_person_recommended_is_told_in_the_life_and_is_no_studio_recommended() -> None:
    studio, officer = old_studio("yuzhong"), make_user("o@example.gov.cn", staff=True)
    row = registered(studio, officer, level=persons.OTHER, target="示例工匠")
    assert Event.objects.get(kind="person_recommended").text == (
        f"{studio}张示例推荐为示例工匠（{LETTER}）"
    )
    acts.note_outcome(row, by=officer, outcome="accepted", on=dt.date(2026, 8, 1))
    told = [(e.title, e.says) for e in life.events(studio, for_unit=True) if e.on >= ON]
    assert told == [("推荐张示例为示例工匠", "入选"), ("推荐张示例为示例工匠", LETTER)]
    assert recommending.candidates([studio]) == []
    acts.withdraw(row, by=officer, reason="登记有误")
    with pytest.raises(DomainError, match="已经撤回，不能登记结果"):
        acts.note_outcome(row, by=officer, outcome="declined", on=ON)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"person": "李示例"}, "规定所指的在任人员"),
        ({"level": "示例工匠"}, "没有列入这个称号"),
        ({"level": persons.OTHER}, "填写称号或项目的全称"),
        ({"on": dt.date(2024, 3, 9)}, "不得早于命名日期"),
        ({"roles": ["department"]}, "本机构不能"),
        ({"basis": "p9"}, "本机构不能"),
    ],
)
def test_what_the_text_does_not_say_is_refused(changes: dict[str, Any], message: str) -> None:
    studio, officer = old_studio("yuzhong"), make_user("o@example.gov.cn", staff=True)
    with pytest.raises(DomainError, match=message):
        registered(studio, officer, **changes)


def test_one_letter_recommends_a_person_for_a_title_once() -> None:
    studio, officer = old_studio("yuzhong"), make_user("o@example.gov.cn", staff=True)
    registered(studio, officer)
    registered(studio, officer, level="渝中英才")
    with pytest.raises(DomainError, match="已登记推荐张示例"):
        registered(studio, officer)


def test_only_the_office_the_text_means_recommends_and_notes_the_result(as_user: SignIn) -> None:
    studio = old_studio("yuzhong")
    bureau = as_user(officer_of(studio.jurisdiction, role="bureau"))
    new = reverse("assessments:recommend_person", args=[studio.public_id])
    group = as_user(officer_of(studio.jurisdiction, "g@example.gov.cn", role="leading_group"))
    assert "没有可以推荐的人员" in group.get(new).content.decode()
    desk = bureau.get(reverse("assessments:desk") + "?view=persons")
    assert [row["cells"][1]["text"] for row in desk.context["rows"]] == ["张示例"]
    said = {"basis": persons.grounds(studio)[0].code, "person": "张示例", "level": "渝中英才",
            "on": "2026-05-06", "number": LETTER, "reason": "业绩突出"}  # fmt: skip
    assert bureau.get(new).status_code == 200
    assert group.post(new, said).status_code == 422
    assert bureau.post(new, {**said, "level": persons.OTHER}).status_code == 422
    assert bureau.post(new, said).status_code == 302
    row = Recommendation.objects.get()
    note = reverse("assessments:recommendation_outcome", args=[studio.public_id, row.public_id])
    assert bureau.get(note).status_code == 200
    assert bureau.post(note, {"outcome": "accepted", "on": "2026-05-05"}).status_code == 422
    assert bureau.post(note, {"outcome": "accepted", "on": "2026-05-07"}).status_code == 302
    home = bureau.get(reverse("assessments:desk_studio", args=[studio.public_id]))
    assert [(row["person"], row["outcome"]) for row in home.context["letters"]] == [
        ("张示例", "2026-05-07 入选")
    ]
