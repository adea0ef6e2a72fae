"""The unit is told who has its filing, since when, until when, and what is next."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.domain import lifecycle
from applications.interfaces.standing import Standing
from applications.interfaces.whereabouts import Whereabouts, whereabouts
from applications.models import Application
from jurisdictions.models import Round
from reviews.domain import gathering
from reviews.models import Case
from tests.applications.factories import filled
from tests.applications.pages import at
from tests.reviews import factories as make
from tests.reviews.test_releasing import refused, sent_back
from tests.reviews.test_walks import case_to_list

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> make.City:
    return make.make_city("urumqi")


def where(case: Case) -> Whereabouts:
    return whereabouts(Standing(Application.objects.get(pk=case.application_id)))


def test_a_draft_is_with_the_unit_until_the_call_closes(city: make.City) -> None:
    draft = filled("urumqi", city.round)
    found = whereabouts(Standing(draft))
    assert (found.holder, found.since) == ("申报单位", draft.created_at)
    assert (found.until, found.until_label) == (
        timezone.localdate(city.round.closes_at), "申报截止")  # fmt: skip
    assert found.next_step == "提交后进入“区（县）人社局初审”"


def test_a_call_that_closes_at_midnight_closes_on_the_day_before(
    city: make.City, as_user: Any
) -> None:
    day = timezone.localdate() + dt.timedelta(days=20)
    midnight = timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time()))
    Round.objects.filter(pk=city.round.pk).update(closes_at=midnight)
    draft = filled("urumqi", Round.objects.get(pk=city.round.pk))
    assert whereabouts(Standing(draft)).until == day
    client, said = as_user(draft.created_by), f"{day.year}年{day.month}月{day.day}日"
    pages = [client.get(at("timeline", draft)), client.get(reverse("applications:list"))]
    texts = [page.content.decode() for page in pages]
    assert [f"{said}（还有 20 天）" in texts[0], f"{said} 24:00" in texts[1]] == [True, True]


def test_an_office_has_it_with_its_time_limit(city: make.City) -> None:
    case = make.submitted(city)
    found, run = where(case), make.run_of(case)
    assert (found.holder, found.since, found.until) == (str(run.office), run.opened_at, run.due_on)
    assert found.open_ended == (run.due_on is None)
    assert found.next_step == "市级评审（审阅材料）"


def test_a_correction_says_until_when_and_who_goes_on(city: make.City) -> None:
    case = make.submitted(city)
    letter = sent_back(city, case)
    found = where(case)
    assert (found.holder, found.doing) == ("申报单位", "补正材料（1 处）")
    assert found.until == timezone.localdate() + dt.timedelta(days=10)
    assert found.next_step == f"补正提交后由{letter.run.office}继续办理"


def test_on_a_list_the_days_of_the_list_count(city: make.City) -> None:
    case = make.submitted(city)
    case_to_list(city, case)
    office = Case.objects.get(pk=case.pk).office
    assert office is not None
    listing = gathering.create_list(city.round, by=city.person(office))
    run = make.list_run(listing)
    found = where(case)
    assert (found.since, found.until) == (run.opened_at, run.due_on)


def test_after_the_end_only_reading_or_filing_again_is_left(city: make.City) -> None:
    case = make.submitted(city)
    refused(city, case)
    assert (where(case).holder, where(case).next_step) == ("已办结", "请阅知办理结果")
    other = make.another(city, 3)
    lifecycle.withdraw(other.application, by=other.application.created_by, reason="材料有误")
    assert (where(other).holder, where(other).next_step) == (
        "已结束", "本批次申报期内可以重新申报")  # fmt: skip
