"""Where each road begins and where it ends: the guide page and the downloaded, filled sheet."""

from typing import Any

from playwright.sync_api import Page, expect

from applications.enums import Status
from applications.models import Application, Studio
from jurisdictions.queries import policy_of
from reviews.models import Case
from tests.applications.factories import applicant, sample
from tests.journeys.applicant import Applicant, sign_in
from tests.journeys.officers import Officers
from tests.reviews.factories import City, make_city


class Road:
    """One filing on its way, in one browser.

    Args:
        page: the browser's page.
        code: the city.
        clock: lets days pass.
    """

    def __init__(self, page: Page, code: str, clock: Any) -> None:
        self.page = page
        self.city: City = make_city(code)
        self.officers = Officers(page, self.city, clock)
        self.bodies = self.officers.bodies
        self.policy = policy_of(self.city.ruleset)

    def apply(self) -> Case:
        """An enterprise fills in everything and submits."""
        unit, handler = applicant("示例精密机械有限公司")
        given = sample(self.city.code)
        given["answers"]["unit"] |= {"name": unit.name, "uscc": unit.uscc}
        sign_in(self.page, handler)
        filling = Applicant(self.page, self.policy, given)
        filling.start(self.city.round.public_id)
        filling.fill_everything()
        receipt = filling.submit()
        self.application = Application.objects.get(enterprise=unit)
        assert self.application.number is not None
        assert self.application.number in receipt
        return Case.objects.get(application=self.application)

    def arrives(self) -> None:
        """The city has named the studio, and its administrator downloads the filled sheet."""
        self.application.refresh_from_db()
        assert self.application.status == Status.DECIDED
        results = self.policy.procedure("establish").results
        assert results[self.application.result].favourable
        assert founded(self.application) == 1
        sign_in(self.page, self.city.admin)
        self.page.goto("/manage/applications/")
        link = self.page.get_by_role("link", name=f"申报表 {self.application.number}")
        expect(link).to_be_visible()
        address = f"/manage/applications/{self.application.public_id}/form.pdf"
        answer = self.page.request.get(address)
        assert answer.status == 200
        assert answer.body().startswith(b"%PDF-")


def founded(application: Application) -> int:
    """How many studios a filing founded."""
    return Studio.objects.filter(founding_application=application).count()
