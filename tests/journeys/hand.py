"""One browser, handed from person to person."""

from typing import Any

from django.urls import reverse
from playwright.sync_api import Locator, Page

from jurisdictions.queries import policy_of
from portal.accounts.models import User
from reviews.models import StageRun
from tests.journeys.applicant import sign_in
from tests.reviews import factories as make
from tests.reviews.factories import City
from tests.reviews.standing import fresh

#: A signed paper and a photo, as a browser sends them.
PAPER = {"name": "签字件.pdf", "mimeType": "application/pdf"}
PHOTO = {"name": "现场.jpg", "mimeType": "image/jpeg"}


def signed_paper() -> Any:
    """A paper with signatures, scanned."""
    return {**PAPER, "buffer": make.paper_file().read()}


def snapshot() -> Any:
    """A photo taken on the spot."""
    return {**PHOTO, "buffer": make.photo().read()}


class Hand:
    """Opens pages as somebody and presses buttons on them.

    Args:
        page: the browser's page.
        city: whose people act.
    """

    def __init__(self, page: Page, city: City) -> None:
        self.page, self.city = page, city

    def open(self, user: User, name: str, *keys: Any) -> None:
        """Sign in as somebody and go to a page."""
        sign_in(self.page, user)
        self.page.goto(reverse(f"reviews:{name}", args=keys))

    def press(self, label: str, within: Locator | None = None) -> None:
        """Press a button that sends a form; what was sent must be taken."""
        with self.page.expect_navigation():
            self.button(label, within).click()
        assert self.page.locator("[data-error-summary]").all_inner_texts() == []

    def follow(self, link: Locator) -> None:
        """Click a link and be on the page it leads to."""
        with self.page.expect_navigation():
            link.first.click()

    def button(self, label: str, within: Locator | None = None) -> Locator:
        """The button with exactly this label."""
        return (within or self.page).get_by_role("button", name=label, exact=True).first

    def stage(self, run: StageRun) -> Any:
        """What the ruleset says of the stage of a passage."""
        subject = run.case.application if run.case else run.listing
        assert subject is not None
        stages = policy_of(subject.ruleset).stages(subject.procedure)
        return next(stage for stage in stages if stage.id == run.stage)

    def handler(self, run: StageRun) -> User:
        """Who handles a passage at its office."""
        return self.city.person(fresh(run).office)

    def others_sign(self, run: StageRun) -> None:
        """Every post after the first agrees on the page of the passage."""
        for post in self.stage(run).signoff[1:]:
            self.open(self.city.person(run.office, post), "run", run.public_id)
            self.press("同意并签署")

    def sign(self, run: StageRun) -> None:
        """The first post submits on the page that is open, then the others agree."""
        self.press("提交并签署")
        self.others_sign(run)
