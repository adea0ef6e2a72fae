"""Each city from its guide page to the downloaded, filled sheet, in a real browser."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from applications.enums import Status
from applications.models import Application, Studio
from jurisdictions.queries import policy_of
from portal.common.clock import moved
from tests.applications.factories import applicant, sample
from tests.journeys.applicant import Applicant, sign_in
from tests.journeys.officers import Officers
from tests.reviews.factories import CITIES, make_city

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("code", CITIES)
def test_an_enterprise_applies_and_the_city_names_its_studio(
    page: Page, settings: Any, code: str
) -> None:
    # The second factor has a journey of its own.
    settings.STAFF_MFA_REQUIRED = False
    city = make_city(code)
    unit, handler = applicant("示例精密机械有限公司")
    policy = policy_of(city.ruleset)
    given = sample(code)
    given["answers"]["unit"]["name"] = unit.name
    given["answers"]["unit"]["uscc"] = unit.uscc

    sign_in(page, handler)
    filling = Applicant(page, policy, given)
    filling.start(city.round.public_id)
    filling.fill_everything()
    receipt = filling.submit()
    application = Application.objects.get(enterprise=unit)
    assert application.number is not None
    assert application.number in receipt

    with moved() as clock:
        officers = Officers(page, city, clock)
        officers.take_to_the_end(application.case)
    application.refresh_from_db()
    assert application.status == Status.DECIDED
    assert policy.procedure("establish").results[application.result].favourable
    assert Studio.objects.filter(founding_application=application).count() == 1

    sign_in(page, city.admin)
    page.goto("/manage/applications/")
    expect(page.get_by_role("link", name=f"申报表 {application.number}")).to_be_visible()
    answer = page.request.get(f"/manage/applications/{application.public_id}/form.pdf")
    assert answer.status == 200
    assert answer.body().startswith(b"%PDF-")
