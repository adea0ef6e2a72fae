"""A studio over the years: the clock goes on, the portal's own clocks run, people do their part."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.domain import submission
from applications.models import Application, Studio
from applications.queries import filing_of
from assessments.domain import assessing, calendar, ledger, reminding
from assessments.domain.handing_in import hand_in, paper_of
from assessments.models import GradeRecord, GrantDue, Obligation
from jurisdictions.engine.rules import evaluate
from jurisdictions.queries import policy_of
from portal.accounts.models import User
from portal.common.clock import Clock
from reviews.models import Case, List
from tests.applications.factories import call, filled
from tests.applications.studios import complete, named
from tests.applications.studios import hand_in as submit_change
from tests.applications.test_changing import begun, happened, owner, taken
from tests.assessments import assessed as way
from tests.reviews import factories as make
from tests.reviews.test_walks import case_to_list, list_to_end

CHANGE_LEADER = "change_leader_unable_new_leader"


class Years:
    """One studio of a shipped city, from its naming day on.

    Args:
        code: the city.
        clock: the moved clock of the test.
        start: the day on which the studio is named.
        change: alters the policy first.
    """

    def __init__(
        self, code: str, clock: Clock, start: dt.date, change: Callable[[Any], None] | None = None
    ) -> None:
        self.clock, self.code = clock, code
        self._set(start)
        self.city = make.make_city(code, change=change)
        self.studio = named(code, self.city.round)
        self.people = way.assessors(self.city)
        assert self.fresh().founded_on == start

    def _set(self, day: dt.date) -> None:
        moment = dt.datetime.combine(day, dt.time(9), timezone.get_current_timezone())
        self.clock.set(moment)

    def go_to(self, day: dt.date) -> dt.date:
        """The day comes; the clocks run, twice, and the second run does nothing."""
        self._set(day)
        calendar.open_all(day)
        assessing.open_all(day)
        reminding.remind_all(day)
        assert (calendar.open_all(day), assessing.open_all(day), reminding.remind_all(day)) == (
            0, 0, 0,
        )  # fmt: skip
        return day

    def fresh(self) -> Studio:
        """The studio read again."""
        return Studio.objects.get(pk=self.studio.pk)

    @property
    def unit(self) -> User:
        """The handler of the unit."""
        return owner(self.studio)

    def pay(self, on: dt.date) -> None:
        """Every grant that is due and has a sum is paid."""
        for grant in GrantDue.objects.filter(studio=self.studio, paid_on=None):
            assert grant.amount is not None
            ledger.pay_grant(grant, by=self.city.admin, on=on, amount=grant.amount)

    def hand_in(self, item: str, on: dt.date) -> Obligation:
        """The unit hands in the earliest open paper of a kind, complete and signed."""
        rows = Obligation.objects.filter(studio=self.studio, item=item, done_on=None)
        row = rows.order_by("period")[0]
        parts = {part.id: "按计划完成。" for part in paper_of(row).parts}
        said = hand_in(row, by=self.unit, on=on, text="按计划完成。", parts=parts,
                       upload=make.paper_file("扫描件.pdf"))  # fmt: skip
        assert said.due_on is not None
        assert on <= said.due_on
        return said

    def another_leader(self) -> None:
        """The leader retires; another one is named on the whole road of the naming."""
        change = begun(self.studio, CHANGE_LEADER)
        taken(change, self.studio)
        case_to_list(self.city, Case.objects.get(application=change))
        list_to_end(self.city, List.objects.get(items__case__application=change))
        leaders = self.studio.leaders.filter(until__isnull=True)
        assert [row.name for row in leaders] == ["示例李新"]

    def other_change(self, path: str, **answers: Any) -> None:
        """The unit reports a change and the offices decide it."""
        change = begun(self.studio, path)
        complete(change, happened(**answers), by=self.unit)
        submit_change(change, by=self.unit)
        case_to_list(self.city, Case.objects.get(application=change))
        list_to_end(self.city, List.objects.get(items__case__application=change))

    def assess(self, period: int, total: str, result: str = "", **more: Any) -> GradeRecord:
        """The unit files its self-score; assessors verify, the office grades and decides."""
        code = way.ASSESSED[self.code]
        row = Obligation.objects.get(studio=self.studio, kind="assessment", item=code,
                                     period=period)  # fmt: skip
        assert row.application is not None
        way.write(row.application, way.self_scores(row.application), self.unit)
        way.upload_required(row.application, self.unit)
        self._submit(row.application)
        return self._grade(row.application, total, result, more)

    def mend(self, total: str, result: str = "", **more: Any) -> GradeRecord:
        """The unit reports what it mended and is assessed again."""
        row = Obligation.objects.get(studio=self.studio, kind="mending", done_on=None)
        assert row.application is not None
        way.write(row.application, {"mending.report": "问题已逐项整改"}, self.unit)
        self._submit(row.application)
        return self._grade(row.application, total, result, more)

    def _submit(self, application: Application) -> None:
        submission.submit(application, by=self.unit, idempotency_key=uuid.uuid4())

    def _grade(
        self, application: Application, total: str, result: str, more: dict[str, Any]
    ) -> GradeRecord:
        case = way.scored(self.city, Case.objects.get(application=application), total, self.people)
        listing = List.objects.filter(items__case=case).first() or way.gathered(self.city, case)
        reason = more.pop("reason", "")
        said = {case.pk: {"result": result, "text": "经集体研究。", **more}} if result else {}
        way.graded(self.city, listing, said, **({"reason": reason} if reason else {}))
        return GradeRecord.objects.get(application=application)

    def stops(self, closing: dt.date) -> set[str]:
        """What stops a new filing for the leader of ``another_leader`` in a call of a day."""
        self._set(closing - dt.timedelta(days=5))
        closes = dt.datetime.combine(closing, dt.time(18), timezone.get_current_timezone())
        round_ = call(self.city.ruleset, title=f"{closing}批次", closes=closes, reason="示例增开")
        application = filled(self.code, round_, leader__name="示例李新",
                             leader__id_number=make.id_number(7))  # fmt: skip
        evaluation = evaluate(policy_of(application.ruleset), "establish", filing_of(application))
        return {finding.rule for finding in evaluation.stopping}

    def told(self) -> list[str]:
        """The whole life as the desk shows it, the newest first."""
        client = Client()
        client.force_login(self.city.admin, backend="portal.accounts.backends.LoginBackend")
        answer = client.get(reverse("assessments:life", args=[self.studio.public_id]))
        assert answer.status_code == 200
        return [event["title"] for event in answer.context["events"]]
