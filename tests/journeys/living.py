"""Everybody who has to do with a studio after its naming, in one browser."""

from typing import Any

from django.urls import reverse
from playwright.sync_api import Page, expect

from applications.models import Application, Studio
from reviews.models import Case, StageRun
from tests.browser import DESKTOP, PHONE, assert_accessible
from tests.journeys.applicant import sign_in
from tests.journeys.hand import Hand
from tests.journeys.officers import Officers, open_run
from tests.reviews.factories import City


class Living(Hand):
    """Opens pages of a studio as whoever looks after it, and presses buttons on them.

    Args:
        page: the browser's page.
        city: whose people act.
        office: role of the office that answers for the studios.
    """

    def __init__(self, page: Page, city: City, office: str) -> None:
        super().__init__(page, city)
        self.role = office
        self.officers = Officers(page, city, None)

    def see(self, user: Any, address: str, *, phone: bool = False) -> None:
        """Somebody opens a page, on a phone or at a desk; it is clean there."""
        self.look(user, address, phone=phone)
        assert_accessible(self.page)

    def look(self, user: Any, address: str, *, phone: bool = False) -> None:
        """Somebody, or a stranger, opens a page whose cleanness another test judges."""
        self.page.set_viewport_size(PHONE if phone else DESKTOP)  # type: ignore[arg-type]
        if user is None:
            self.page.context.clear_cookies()
        else:
            sign_in(self.page, user)
        self.page.goto(address)

    def look_here(self) -> None:
        pass

    def refused(self, label: str, says: str) -> None:
        """Press a button; what was sent is refused with a sentence."""
        with self.page.expect_navigation():
            self.button(label).click()
        expect(self.page.locator("[data-error-summary]")).to_contain_text(says)

    def sign_list(self, run: StageRun) -> None:
        """The first post submits on the page of the list that is open, then the others agree."""
        self.press("提交并签署")
        for post in self.stage(run).signoff[1:]:
            self.open(self.city.person(run.office, post), "list", run.listing.public_id)
            self.press("同意并签署")

    @property
    def officer(self) -> Any:
        """The handler of the office that answers for the studios."""
        return self.city.person(self.city.office(self.role))

    def studio_page(self, studio: Studio, name: str = "desk_studio") -> str:
        """Address of a page of a studio."""
        return reverse(f"assessments:{name}", args=[studio.public_id])

    def run_of(self, application: Application) -> StageRun:
        """The passage that is open on a filing, or on its list."""
        run = open_run(Case.objects.get(application=application))
        assert run is not None, "nothing is open"
        return run
