"""Brings sample filings along their road by acting as the officers would."""

import datetime as dt
from typing import Any

from django.utils import timezone

from applications.models import Application
from jurisdictions.models import Office, Post, Round
from jurisdictions.queries import policy_of
from portal.accounts.models import User
from portal.common.clock import Clock
from reviews.domain import consulting, decision, gathering, lists, publicity, road
from reviews.domain.paper import Paper, complete_from_paper
from reviews.domain.stages import SIGN, take_action
from reviews.domain.work import PASS, REFUSE, RETURN
from reviews.interfaces.demo import judging, particulars
from reviews.interfaces.demo.plan import REFUSED, RETURNED, SUBMITTED, PlannedFiling
from reviews.models import Case, List, StageRun
from reviews.queries import OPEN_RUNS, open_run_of, waiting_cases

#: A notice of the sample data went up this many days ago, so that it still runs today.
_LATELY = 2
_DAYS_TO_CORRECT = 15
_DAYS_TO_REPLY = 10
_HERE = frozenset({"check", "recommend", "shortlist", "publicity", "decision"})


def officer(office: Office, post: str) -> User:
    """Who sits at a post of an office."""
    return Post.objects.select_related("user").filter(office=office, kind=post)[0].user


class Reviewer:
    """All officers of one call.

    Args:
        call: the call.
        clock: goes on as they work.
    """

    def __init__(self, call: Round, clock: Clock) -> None:
        self.call, self.clock = call, clock
        self.policy = policy_of(call.ruleset)
        self.road = [stage.id for stage in self.policy.stages(call.procedure)]

    def bring(self, application: Application, filing: PlannedFiling, last: str = "") -> None:
        """Act on a case until it waits where the plan wants it.

        Args:
            application: the filing.
            filing: where it comes to rest.
            last: stage after which to stop for now; "" goes on to the list.
        """
        if filing.stop == SUBMITTED:
            return
        case = Case.objects.get(application=application)
        while (run := open_run_of(case)) is not None:
            past = bool(last) and self.road.index(run.stage) > self.road.index(last)
            if past or run.stage == filing.stop:
                judging.seat(run, filing.panel if not past else (), self.clock)
                return
            self.clock.catch_up(1)
            if run.stage == filing.at and filing.stop in (RETURNED, REFUSED):
                self._end(run, filing)
                return
            self._pass(run)

    def lists(self, filings: list[PlannedFiling]) -> None:
        """Draw up the list of the call and bring it to where its furthest filing rests."""
        waiting = waiting_cases(self.call).select_related("office").order_by("pk").first()
        if waiting is None or waiting.office is None:
            return
        self.clock.catch_up(1)
        listing = gathering.create_list(self.call, by=officer(waiting.office, "handler"))
        stops = {filing.stop for filing in filings}
        while (run := listing.runs.filter(state__in=OPEN_RUNS).first()) is not None:
            if run.stage in stops and run.kind == "consult":
                self._consult(run)
                return
            if run.stage in stops and run.kind != "publicity":
                return
            self.clock.catch_up(1)
            if run.kind == "publicity" and run.stage in stops:
                self._lately()
                self._pass(run)
                return
            self._pass(run)
            self._after(listing, run)

    def _lately(self) -> None:
        """Go to a day so near that a notice or a letter of that day still runs today."""
        self.clock.set(max(self.clock.day(-_LATELY), self.clock.now()))

    def _consult(self, run: StageRun) -> None:
        """Send the letters; the offices asked have not replied yet."""
        self._lately()
        due = timezone.localdate() + dt.timedelta(days=_DAYS_TO_REPLY)
        consulting.send(run, by=officer(run.office, "handler"), due_on=due)

    def _after(self, listing: List, run: StageRun) -> None:
        """A notice runs its days and is ended; a decision is announced."""
        run.refresh_from_db()
        phase, handler = run.data.get("phase"), officer(run.office, "handler")
        if phase == publicity.RUNNING:
            notice = publicity.running(listing)
            if notice is not None:
                days = (notice.last_day - timezone.localdate()).days + 1
                self.clock.catch_up(days)
                publicity.close(listing, by=handler)
        elif phase == decision.ANNOUNCE:
            self.clock.catch_up(1)
            decision.announce(
                listing, by=handler, on=timezone.localdate(), where="示例政府门户网站"
            )

    def _pass(self, run: StageRun) -> None:
        stage = self._stage(run)
        if stage.kind in _HERE:
            self._sign(run, stage, PASS, data=particulars.signed_here(stage, run))
        else:
            self._from_paper(run, stage, PASS, "示例：符合规定，同意。")

    def _end(self, run: StageRun, filing: PlannedFiling) -> None:
        """Return the filing with its faults, or refuse it."""
        stage = self._stage(run)
        if filing.stop == RETURNED:
            due = timezone.localdate() + dt.timedelta(days=_DAYS_TO_CORRECT)
            faults = [fault.model_dump() for fault in filing.faults]
            data = {"faults": faults, "due_on": due.isoformat()}
            self._sign(run, stage, RETURN, opinion="示例：请一次补齐下列内容。", data=data)
        elif stage.kind in _HERE:
            data = particulars.signed_here(stage, run)
            self._sign(run, stage, REFUSE, opinion=filing.opinion, data=data)
        else:
            self._from_paper(run, stage, REFUSE, filing.opinion)

    def _stage(self, run: StageRun) -> Any:
        return road.stage_of(self.call.ruleset, self.call.procedure, run.stage)

    def _sign(
        self, run: StageRun, stage: Any, outcome: str, *, data: dict[str, Any],
        opinion: str = "示例：经审核，同意。",
    ) -> None:  # fmt: skip
        judged = particulars.verdicts(stage, run)
        for position, post in enumerate(stage.signoff):
            if stage.kind == "decision" and position == len(stage.signoff) - 1:
                self._bodies(run, stage)
            run.refresh_from_db()
            first = position == 0
            take_action(
                run, SIGN, by=officer(run.office, post), version=run.version,
                outcome=outcome if first else "", opinion=opinion if first else "示例：同意。",
                data=data if first else None, verdicts=judged if first else None,
            )  # fmt: skip

    def _bodies(self, run: StageRun, stage: Any) -> None:
        """The other deciding bodies approve the list as it stands."""
        listing = run.listing
        if listing is None:
            return
        for role in stage.bodies:
            office = road.body_office(self.policy, role, listing.jurisdiction)
            if office is not None and office.pk != run.office_id:
                decision.approve(
                    listing, role, by=officer(office, "approver"),
                    digest=lists.digest(listing), opinion="示例：同意。",
                )  # fmt: skip

    def _from_paper(self, run: StageRun, stage: Any, outcome: str, opinion: str) -> None:
        items = list(run.listing.items.filter(state="in")) if run.listing else []
        paper = Paper(
            signed_by="示例主持人", signed_on=timezone.localdate(), outcome=outcome,
            opinion=opinion, particulars=particulars.on_paper(stage, self.policy, items),
        )  # fmt: skip
        complete_from_paper(
            run, paper, particulars.uploads(stage), by=officer(run.office, "handler"),
            version=run.version,
        )  # fmt: skip
