"""Offices at work through the portal's own forms, without drawing them: the dull part."""

from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import User
from reviews.models import Case, StageRun
from tests.reviews import factories as make
from tests.reviews.standing import fresh

SIGN_IN = "portal.accounts.backends.LoginBackend"
OPEN = ("open", "signing")


class Desk:
    """Every post of a city, posting the forms its pages offer.

    Args:
        city: the city.
    """

    def __init__(self, city: make.City) -> None:
        self.city = city

    def client(self, user: User) -> Client:
        """A client signed in as somebody just now: days pass in a story, sessions end."""
        made = Client()
        made.force_login(user, backend=SIGN_IN)
        return made

    def post(self, user: User, name: str, *keys: Any, **fields: Any) -> Any:
        """Send a form; it must be taken."""
        answer = self.client(user).post(reverse(f"reviews:{name}", args=keys), fields)
        shown = answer.content.decode() if answer.status_code != 302 else ""
        assert answer.status_code == 302, f"{name}: {answer.status_code} {_faults(shown)}"
        assert "/accounts/" not in answer.headers["Location"]
        return answer

    def handler(self, run: StageRun) -> User:
        """Handler of the office that holds a passage."""
        return self.city.person(run.office)

    def run_of(self, case: Case) -> StageRun:
        """The passage open on the case, or on its list."""
        run = StageRun.objects.filter(case=case, state__in=OPEN).first()
        run = run or StageRun.objects.filter(
            listing__items__case=case, listing__items__state="in", state__in=OPEN
        ).first()  # fmt: skip
        assert run is not None, "nothing is open"
        return fresh(run)

    def at(self, case: Case, kind: str) -> StageRun:
        """The passage open now, which must be of a kind."""
        run = self.run_of(case)
        assert run.kind == kind, f"{run.stage} is a {run.kind}"
        return run

    def check(self, case: Case) -> None:
        """A check or a recommendation signed by all its posts."""
        run = self.run_of(case)
        posts = make.stage_shape(self.city, run).signoff
        self.post(self.handler(run), "act", case.public_id, **self.judged(run))
        for post in posts[1:]:
            self.post(self.city.person(run.office, post), "act", case.public_id, action="sign",
                      opinion="同意。", version=fresh(run).version)  # fmt: skip

    def judged(self, run: StageRun) -> dict[str, Any]:
        """The form of a check that passes, as its page sends it."""
        today = timezone.localdate().isoformat()
        fields: dict[str, Any] = {
            "action": "sign", "decision": "pass", "opinion": "符合条件，同意。",
            "version": run.version, "paper_received_on": today, "paper_copies": 2,
            "number": "示人社函〔2026〕8号", "dated_on": today,
        }  # fmt: skip
        for name, (verdict, reason) in make.yes_to_all(self.city, run).items():
            fields |= {f"point-{name}": verdict, f"reason-{name}": reason}
        parts = getattr(make.stage_shape(self.city, run), "letter_parts", ())
        return fields | {f"part-{part.id}": "经审查属实。" for part in parts}

    def sign_list(self, run: StageRun, **more: Any) -> None:
        """Every post signs a passage on the page of its list."""
        for number, post in enumerate(make.stage_shape(self.city, run).signoff):
            given = {"outcome": "pass", **more} if number == 0 else {}
            self.post(self.city.person(run.office, post), "list-act", run.listing.public_id,
                      action="sign", opinion="同意。", version=fresh(run).version,
                      **given)  # fmt: skip

    def seat(self, case: Case, experts: list[Any]) -> list[Any]:
        """Give experts their seats on the panel of a case; returns the seats in their order."""
        run = self.at(case, "panel")
        keys = [str(expert.public_id) for expert in experts]
        self.post(self.handler(run), "panel-run-appoint", run.public_id, experts=keys)
        seats = {seat.expert_id: seat for seat in run.seats.select_related("expert__user")}
        return [seats[expert.pk] for expert in experts]

    def propose(self, run: StageRun) -> None:
        """The office proposes after a panel; the other posts sign."""
        first, *others = make.stage_shape(self.city, run).signoff
        self.post(self.city.person(run.office, first), "panel-run-propose", run.public_id,
                  **{"action": "sign", "version": fresh(run).version,
                     "result-case": "pass"})  # fmt: skip
        for post in others:
            self.post(self.city.person(run.office, post), "run-sign", run.public_id,
                      action="sign", opinion="同意。", version=fresh(run).version)  # fmt: skip

    def publish(self, run: StageRun) -> Any:
        """Put up a notice; returns it."""
        self.sign_list(run, title="关于拟命名名单的公示", body="现将名单予以公示。",
                       contact="010-00000000")  # fmt: skip
        return run.listing.publicities.latest("pk")

    def end_notice(self, run: StageRun) -> None:
        """End a notice whose days are over."""
        self.post(self.handler(run), "list-notice", run.listing.public_id)


def _faults(html: str) -> str:
    """What a page says is wrong, for the message of a failing test."""
    marks = ("gj-field__e", 'role="alert"', "data-error-summary")
    at = min((html.find(mark) for mark in marks if mark in html), default=-1)
    return html[at : at + 400] if at >= 0 else html[-300:]
