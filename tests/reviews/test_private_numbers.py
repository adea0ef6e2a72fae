"""No ID or mobile number becomes public by a decision, its announcement or an amendment."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.models import Application, Studio
from portal.common.errors import DomainError
from reviews.domain import amending, decision
from reviews.models import Amendment, List
from tests.reviews import factories as make
from tests.reviews.standing import list_at
from tests.reviews.test_amending import people, the_case, wrong
from tests.reviews.test_kinds import to_list
from tests.reviews.test_walks import issue, sign_decision

pytestmark = pytest.mark.django_db
MOBILE = "示例厂（13800000009）"


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def test_a_filing_with_a_number_in_a_public_column_is_not_decided() -> None:
    city = make.make_city("yuzhong", quota=5)
    run = list_at(city, [make.submitted(city)], "decision")
    application = Application.objects.get()
    Application.objects.filter(pk=application.pk).update(unit_name=MOBILE)
    assert isinstance(run.listing, List)
    with pytest.raises(DomainError) as refused:
        issue(city, run.listing)
    assert refused.value.message.startswith(f"申报件 {application.number} 的单位名称含有疑似")
    assert (Studio.objects.count(), Application.objects.get().status) == (0, "submitted")


def test_an_address_with_a_number_does_not_enter_the_register() -> None:
    city = make.make_city("yuzhong", quota=5)
    case = make.submitted(city, studio__address="示例路1号 13800000009")
    run = list_at(city, [case], "decision")
    assert isinstance(run.listing, List)
    with pytest.raises(DomainError, match="的地点含有疑似身份证号或手机号码"):
        issue(city, run.listing)
    assert Studio.objects.count() == 0


def test_an_announcement_names_nobodys_number() -> None:
    city = make.make_city("ziyang")
    listing = to_list(city, "recognition")
    sign_decision(city, listing)
    by, today = city.person(make.list_run(listing).office), timezone.localdate()
    for said, place in (
        ({"where": MOBILE}, "载体"),
        ({"where": "门户网站", "url": MOBILE}, "网址"),
    ):
        with pytest.raises(DomainError, match=f"公布的{place}含有疑似"):
            decision.announce(listing, by=by, on=today, **said)
    decision.announce(listing, by=by, on=today, where="门户网站")
    assert List.objects.get(pk=listing.pk).closed_at is not None


def test_an_amended_text_with_a_number_is_refused_on_the_page(as_user: Any) -> None:
    city = make.make_city("yuzhong", quota=5)
    run = list_at(city, [make.submitted(city)], "decision")
    assert isinstance(run.listing, List)
    issue(city, run.listing)
    case = the_case(run.listing)
    handler, _ = people(city, case)
    client: Client = as_user(handler)
    said = wrong("unit_name", MOBILE)
    answer = client.post(reverse("reviews:amend", args=[case.public_id]), vars(said))
    assert answer.status_code == 422
    assert "更正后的单位名称含有疑似身份证号或手机号码（138…09）" in answer.content.decode()
    with pytest.raises(DomainError) as refused:
        amending.propose(case, said, by=handler)
    assert (refused.value.field, Amendment.objects.count()) == ("new", 0)
