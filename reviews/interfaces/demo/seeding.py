"""One city from nothing to a place where every page has something to show."""

import datetime as dt
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from applications.models import Application
from jurisdictions.domain.publish import enter_effective_day
from jurisdictions.domain.rounds import Contact, close_round, open_round
from jurisdictions.models import Jurisdiction, Round
from jurisdictions.queries import current_ruleset, policy_of
from portal.accounts.models import User
from portal.common.clock import Clock
from portal.common.errors import DomainError
from reviews.interfaces.demo.filings import file
from reviews.interfaces.demo.people import seed_people
from reviews.interfaces.demo.plan import (
    COMPLETE,
    DRAFT,
    CityPlan,
    PlannedFiling,
    PlannedRound,
)
from reviews.interfaces.demo.reviewing import Reviewer
from reviews.interfaces.demo.samples import complete_case

_PROCEDURE = "establish"
_DRAFTS = (DRAFT, COMPLETE)


@transaction.atomic
def seed_city(plan: CityPlan, fixtures: Path, password: str, clock: Clock) -> int:
    """Make the sample data of one city; what is there stays as it is.

    Args:
        plan: what to make.
        fixtures: folder with the shipped cities; samples are their complete cases.
        password: of every sample account.
        clock: the clock the portal reads.

    Returns:
        How many filings were made.

    Raises:
        DomainError: the portal's own rules refuse something of the plan.
    """
    city = Jurisdiction.objects.get(code=plan.city)
    clock.set(clock.day(min(planned.opens for planned in plan.rounds) - 5))
    admin = seed_people(plan, city, password)
    if Round.objects.filter(jurisdiction=city, opened_by=admin).exists():
        return 0
    return _Story(plan, fixtures, city, admin, clock).tell()


class _Story:
    """The calls of a city one after the other, each with its filings.

    Args:
        plan: what happens.
        fixtures: folder with the shipped cities.
        city: where.
        admin: who opens and closes the calls.
        clock: set to the days on which it happens.
    """

    def __init__(
        self, plan: CityPlan, fixtures: Path, city: Jurisdiction, admin: User, clock: Clock
    ) -> None:
        self.plan, self.city, self.admin, self.clock = plan, city, admin, clock
        self.base = complete_case(fixtures, plan.city)
        self.units = {unit.key: unit for unit in plan.units}

    def tell(self) -> int:
        """Everything in the order of the days; returns the number of filings."""
        if self.plan.effective_from and self.city.effective_from_entered is None:
            self.city = enter_effective_day(self.city, self.plan.effective_from, by=self.admin)
        return sum(self._call(planned) for planned in self.plan.rounds)

    def _call(self, planned: PlannedRound) -> int:
        call = self._open(planned)
        wanted = [filing for filing in self.plan.filings if filing.round == planned.key]
        reviewer = Reviewer(call, self.clock)
        made = [(filing, self._file(filing, call)) for filing in wanted]
        in_hand = [(filing, row) for filing, row in made if filing.stop not in _DRAFTS]
        last = _arrival_stage(call)
        if last:
            # Where the deadline binds arrival, the first office must have done its part by then.
            for filing, application in in_hand:
                reviewer.bring(application, filing, last)
        if planned.closes < 0:
            self.clock.set(max(call.closes_at + dt.timedelta(hours=9), self.clock.now()))
            call = close_round(call, by=self.admin)
        for filing, application in in_hand:
            reviewer.bring(application, filing)
        reviewer.lists(wanted)
        return len(made)

    def _file(self, filing: PlannedFiling, call: Round) -> Application:
        self.clock.catch_up(1, until=call.closes_at - dt.timedelta(hours=2))
        return file(filing, self.units[filing.unit], call, self.base)

    def _open(self, planned: PlannedRound) -> Round:
        ruleset = current_ruleset(self.city)
        if ruleset is None:
            raise DomainError(f"{self.city}还没有发布政策，请先运行 load_cities。")
        start = ruleset.effective_from or self.city.effective_from_entered
        opens = self.clock.day(planned.opens)
        if start is not None and timezone.localdate(opens) < start:
            opens += dt.timedelta(days=(start - timezone.localdate(opens)).days)
        self.clock.set(opens - dt.timedelta(hours=1))
        closes = self.clock.day(planned.closes, hour=0) + dt.timedelta(days=1)
        office = self.plan.offices[0]
        return open_round(
            jurisdiction=self.city, ruleset=ruleset, procedure=_PROCEDURE,
            title=planned.title.format(year=timezone.localtime(opens).year),
            opens_at=opens, closes_at=closes, by=self.admin, quota=planned.quota,
            publicity_days=planned.publicity_days, reason=planned.reason,
            contact=Contact(office.name, "示例联系人", office.phone),
        )  # fmt: skip


def _arrival_stage(call: Round) -> str:
    """The stage that must have the filing before the deadline, where the text says so."""
    rules = policy_of(call.ruleset).procedure(call.procedure).rounds
    deadline = rules.deadline if rules else None
    return (deadline.arrival_stage or "") if deadline and deadline.binds == "arrival" else ""
