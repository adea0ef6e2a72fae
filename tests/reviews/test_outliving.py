"""A studio has ended: what is under way for it lapses, its tasks stop, its unit is told."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.domain import procedures
from applications.domain.outliving import lapse_left
from applications.enums import Status, StudioStatus
from applications.models import Application, Studio
from applications.signals import lapsed, lapsing
from assessments.domain import assessing
from assessments.interfaces.changing import blocked
from assessments.models import Obligation
from assessments.queries import dues
from jurisdictions.engine.derived.revocation import REQUEST, REVOKE
from portal.common.errors import DomainError
from portal.common.models import Notice
from reviews.models import Case, List, StageRun
from tests.applications.studios import complete, hand_in, named
from tests.applications.test_changing import MOVE, RENAME, begun, decided, happened, owner
from tests.applications.test_reverting import KEEP, take_back
from tests.assessments import assessed as way
from tests.reviews import factories as make

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def ended(studio: Studio, capture: Any) -> Application:
    """The studio ends on a report of its unit; what waits for the commit runs."""
    change = begun(studio, KEEP)
    complete(change, happened(**{"change.reason": "退休"}), by=owner(studio))
    hand_in(change, by=owner(studio))
    with capture(execute=True):
        decided(change)
    return change


def test_drafts_and_cases_of_an_ended_studio_lapse_and_the_unit_is_told_once(
    django_capture_on_commit_callbacks: Any,
) -> None:
    city = make.make_city("urumqi")
    studio = named("urumqi", city.round)
    draft, filed = begun(studio, RENAME), begun(studio, MOVE)
    complete(filed, happened(**{"change.new_address": "示例路9号"}), by=owner(studio))
    hand_in(filed, by=owner(studio))
    ended(studio, django_capture_on_commit_callbacks)
    found = studio.procedures.filter(pk__in=[draft.pk, filed.pk])
    assert set(found.values_list("status", flat=True)) == {Status.LAPSED}
    case = Case.objects.get(application=filed)
    assert (case.state, case.waiting_for, case.due_on) == ("closed", "", None)
    assert list(StageRun.objects.filter(case=case).values_list("state", flat=True)) == ["recalled"]
    day = f"{TODAY():%Y年%-m月%-d日}"
    told = f"工作室已于{day}终止，办理中的“变更单位名称”自行失效"
    line = draft.events.get(kind="lapsed")
    assert line.text == line.applicant_text
    assert line.text.startswith(told[:20])
    notices = Notice.objects.filter(kind="lapsed", user=owner(studio))
    assert (notices.count(), lapse_left(), notices.count()) == (2, 0, 2)


def test_what_the_unit_does_not_know_of_lapses_without_a_word_to_it() -> None:
    city = make.make_city("urumqi")
    studio = named("urumqi", city.round)
    hidden = begun(studio, RENAME)
    Application.objects.filter(pk=hidden.pk).update(shown_to_unit=False)
    Studio.objects.filter(pk=studio.pk).update(status=StudioStatus.ENDED, ended_on=TODAY())
    assert lapse_left(studio.pk) == 1
    assert hidden.events.get(kind="lapsed").applicant_text == ""
    assert Notice.objects.filter(kind="lapsed").count() == 0


def test_an_assessment_ends_with_the_studio_and_begins_anew_if_that_is_taken_back() -> None:
    city = make.make_city("yuzhong")
    people = way.assessors(city)
    studio = way.studio_in(city, 1)
    case = way.scored(city, way.filed(studio), "80", people)
    listing = way.gathered(city, case)
    Studio.objects.filter(pk=studio.pk).update(status=StudioStatus.ENDED, ended_on=TODAY())
    assert lapse_left() == 1
    listing.refresh_from_db()
    assert listing.closed_at is not None
    assert listing.runs.filter(state__in=["open", "signing"]).count() == 0
    assert dues.open_on([studio], TODAY()).filter(kind="assessment").count() == 0
    assert assessing.open_all(TODAY()) == 0
    Studio.objects.filter(pk=studio.pk).update(status=StudioStatus.ACTIVE, ended_on=None)
    assert assessing.open_all(TODAY()) == 1
    row = Obligation.objects.get(studio=studio, kind="assessment", period=1)
    assert row.application is not None
    assert (row.application.status, row.application == case.application) == ("draft", False)


def test_the_rest_of_a_list_goes_on_without_the_studio_that_ended() -> None:
    city = make.make_city("yuzhong")
    people = way.assessors(city)
    gone, stays = [way.studio_in(city, n) for n in (1, 2)]
    cases = [way.scored(city, way.filed(studio), "80", people) for studio in (gone, stays)]
    listing = way.gathered(city, cases[0])
    Studio.objects.filter(pk=gone.pk).update(status=StudioStatus.ENDED, ended_on=TODAY())
    lapse_left()
    listing.refresh_from_db()
    items = List.objects.get(pk=listing.pk).items.order_by("case")
    assert list(items.values_list("state", flat=True)) == ["struck", "in"]
    way.graded(city, listing)
    assert Case.objects.get(pk=cases[1].pk).application.result == "g1"


def test_a_revocation_taken_back_says_what_has_to_be_begun_anew(
    django_capture_on_commit_callbacks: Any,
) -> None:
    city = make.make_city("urumqi")
    studio = named("urumqi", city.round)
    begun(studio, RENAME)
    change = ended(studio, django_capture_on_commit_callbacks)
    take_back(change)
    undone = change.effects.get(kind="revoke_studio").undone
    assert undone.data["by_hand"] == (
        "因终止而失效的变更等事项，告知单位重新发起；到期的考核由系统重新发起"
    )


def inquired(city: make.City, studio: Studio) -> Application:
    """An office begins to inquire into a studio; its unit does not know."""
    office = city.office("city_bureau")
    case = procedures.open_on_studio(studio, REVOKE, by=city.person(office), office=office)
    assert not case.shown_to_unit
    return case


OFFICERS = "对该工作室发起的“取消技能大师工作室称号”尚未办结"


@pytest.mark.parametrize("path", [KEEP, REQUEST])
def test_a_unit_ends_nothing_that_an_office_inquires_into(path: str) -> None:
    city = make.make_city("urumqi")
    studio = named("urumqi", city.round)
    assert blocked(studio, path, "unit") == ""
    case = inquired(city, studio)
    said = "该工作室另有事项尚未办结，暂不能办理终止。"
    assert [blocked(studio, code, "unit") for code in (path, MOVE)] == [said, ""]
    assert f"{case.entered_by_office}{OFFICERS}" in blocked(studio, path, "office")


def test_an_end_asked_for_before_is_not_decided_during_the_inquiry() -> None:
    city = make.make_city("urumqi")
    studio = named("urumqi", city.round)
    change = begun(studio, KEEP)
    complete(change, happened(**{"change.reason": "退休"}), by=owner(studio))
    hand_in(change, by=owner(studio))
    case = inquired(city, studio)
    with pytest.raises(DomainError, match=OFFICERS):
        decided(change)
    case.refresh_from_db()
    assert (Studio.objects.get(pk=studio.pk).ended_on, case.status) == (None, Status.DRAFT)


def test_the_office_hears_that_its_inquiry_lapsed() -> None:
    city = make.make_city("urumqi")
    studio = named("urumqi", city.round)
    case = inquired(city, studio)
    Studio.objects.filter(pk=studio.pk).update(status=StudioStatus.ENDED, ended_on=TODAY())
    assert lapse_left() == 1
    office = case.entered_by_office
    assert office is not None
    told = Notice.objects.filter(kind="lapsed").values_list("user", "link")
    page = reverse("applications:timeline", args=[case.public_id])
    assert set(told) == {(city.person(office, post).pk, page) for post in make.POSTS}


def test_the_office_that_has_a_case_is_led_to_it_when_it_lapses() -> None:
    city = make.make_city("urumqi")
    studio = named("urumqi", city.round)
    filed = begun(studio, MOVE)
    complete(filed, happened(**{"change.new_address": "示例路9号"}), by=owner(studio))
    hand_in(filed, by=owner(studio))
    Studio.objects.filter(pk=studio.pk).update(status=StudioStatus.ENDED, ended_on=TODAY())
    assert lapse_left() == 1
    case = Case.objects.get(application=filed)
    told = Notice.objects.filter(kind="lapsed").exclude(user=owner(studio))
    assert set(told.values_list("link", flat=True)) == {
        reverse("reviews:case", args=[case.public_id])
    }


def test_one_filing_that_cannot_lapse_does_not_keep_up_the_others() -> None:
    city = make.make_city("urumqi")
    studio = named("urumqi", city.round)
    first, other = begun(studio, RENAME), begun(studio, MOVE)
    Studio.objects.filter(pk=studio.pk).update(status=StudioStatus.ENDED, ended_on=TODAY())

    def stands(sender: Any, application: Application, **more: Any) -> None:
        if application == first:
            raise DomainError("示例")

    lapsing.connect(stands)
    try:
        assert lapse_left() == 1
    finally:
        lapsing.disconnect(stands)
    found = studio.procedures.filter(pk__in=[first.pk, other.pk]).order_by("pk")
    assert list(found.values_list("status", flat=True)) == [Status.DRAFT, Status.LAPSED]


def test_nothing_lapses_once_the_studio_is_in_the_register_again() -> None:
    city = make.make_city("urumqi")
    studio = named("urumqi", city.round)
    for code in (RENAME, MOVE):
        begun(studio, code)
    Studio.objects.filter(pk=studio.pk).update(status=StudioStatus.ENDED, ended_on=TODAY())

    def restored(sender: Any, **more: Any) -> None:
        Studio.objects.filter(pk=studio.pk).update(status=StudioStatus.ACTIVE, ended_on=None)

    lapsed.connect(restored)
    try:
        assert lapse_left() == 1
    finally:
        lapsed.disconnect(restored)
    assert studio.procedures.filter(status=Status.DRAFT).count() == 1
