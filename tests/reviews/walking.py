"""A filing led along a whole road in the portal, stopping wherever something may be tried."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils import timezone

from applications.domain import statements
from applications.models import Application
from reviews.domain import (
    consulting,
    decision,
    gathering,
    hearings,
    lists,
    meeting,
    objections,
    publicity,
    replying,
    rollups,
    seating,
    sheets,
    sittings,
    visiting,
    voting,
)
from reviews.domain.stages import SIGN, take_action
from reviews.models import Case, List, Seat, StageRun
from tests.reviews import factories as make
from tests.reviews import lagoon as there
from tests.reviews import panel_factories as panels
from tests.reviews.people import Cast, gather
from tests.reviews.scenes import REASON, Scene
from tests.reviews.standing import fresh, graded, sheet_of, soon

#: The made-up city of the tests, with kinds of stages that no shipped city has.
LAGOON = "lagoon"
QUIET = ("publicity", "decision")
#: Days of a passage: no text sets any, and an extension needs a day to move on.
LIMIT = {"days": 60, "unit": "calendar", "assumption": "测试用期限"}


def limited(document: dict[str, Any]) -> None:
    """A day by which each stage should be done."""
    for stage in document["procedures"]["establish"]["workflow"]["stages"]:
        stage.setdefault("limit", LIMIT)


def founding(code: str) -> "Walk":
    """The road by which a city names studios, with a filing at its beginning."""
    city = there.lagoon() if code == LAGOON else make.make_city(code, change=limited)
    case = there.filed(city, 0) if code == LAGOON else make.submitted(city)
    return Walk(city, case, gather(city, case.application.created_by))


class Walk:
    """One filing of a city from its first stage to the end of its road."""

    def __init__(self, city: make.City, case: Case, cast: Cast) -> None:
        self.city, self.case, self.cast = city, case, cast

    def runs(self) -> Iterator[StageRun]:
        """Passages one after the other; each must be over before the next is asked for."""
        for _ in range(30):
            run = self.open_run()
            if run is None:
                if not self.start_list():
                    return
                continue
            yield run
            assert fresh(run).state == "done", f"{run.stage} is not over"
        raise AssertionError("the road has no end")

    def open_run(self) -> StageRun | None:
        """The passage that is open on the case or on its list."""
        states = ("open", "signing")
        run = StageRun.objects.filter(case=self.case, state__in=states).first()
        run = run or StageRun.objects.filter(
            listing__items__case=self.case, state__in=states
        ).first()  # fmt: skip
        return fresh(run) if run else None

    def start_list(self) -> bool:
        """Draw up the list the case waits for; False at the end of the road."""
        case = Case.objects.get(pk=self.case.pk)
        if case.state != "listed" or case.items.exists() or case.office is None:
            return False
        by = self.city.person(case.office)
        if case.application.round_id:
            gathering.create_list(self.city.round, by=by)
        else:
            gathering.gather(case, by=by)
        return True

    def scene(self, run: StageRun, state: str = "open", **more: Any) -> Scene:
        """The passage as it stands now."""
        again = fresh(run)
        if again.case_id:
            again.case = Case.objects.get(pk=again.case_id)
        return Scene(self.city, again, self.cast.at(again), state,
                     proposal=proposal(self.city, again), **more)  # fmt: skip

    def stops(self, run: StageRun) -> Iterator[Scene]:
        """Every state of a passage, bringing it on between one and the next."""
        yield from getattr(self, f"_{run.kind}", self._plain)(run)
        posts = make.stage_shape(self.city, run).signoff
        self.sign(run, posts[0])
        for number, post in enumerate(posts[1:], 1):
            last = number == len(posts) - 1
            if number == 1:
                yield self.scene(run, post, ready=not (last and self._lacks_bodies(run)))
            if last:
                self._bodies(run)
            self.sign(run, post)
        if run.kind in QUIET:
            yield from getattr(self, f"_after_{run.kind}")(run)
        back = frozenset() if self._stands(run) else frozenset({str(posts[-1])})
        yield self.scene(run, "over", back=back)

    def status(self) -> str:
        """How the filing stands."""
        return Application.objects.get(pk=self.case.application_id).status

    def stages(self) -> Any:
        """The stages of the road, as the ruleset says them."""
        return make.policy_of(self.city.ruleset).stages(self.case.application.procedure)

    def _stands(self, run: StageRun) -> bool:
        """Whether nobody can take back what was signed: it is public, in effect or on a list."""
        if run.case_id is None:
            return run.kind in QUIET
        return self.status() == "decided" or self.case.items.exists()

    def sign(self, run: StageRun, post: str) -> None:
        """A post signs, the first with a proposal."""
        now = fresh(run)
        first = post == make.stage_shape(self.city, run).signoff[0]
        given = proposal(self.city, now) if first else {}
        if first:
            posts = make.stage_shape(self.city, run).signoff
            if len(posts) == 1:
                self._bodies(run)
        take_action(now, SIGN, by=self.city.person(now.office, post), version=now.version, **given)

    def _lacks_bodies(self, run: StageRun) -> bool:
        return any(office.pk != run.office_id for office in self._body_offices(run).values())

    def _body_offices(self, run: StageRun) -> dict[str, Any]:
        roles = getattr(make.stage_shape(self.city, run), "bodies", ())
        return {role: self.city.office(role) for role in roles}

    def _bodies(self, run: StageRun) -> None:
        listing = fresh(run).listing
        for role, office in self._body_offices(run).items():
            if office.pk != run.office_id:
                decision.approve(listing, role, by=self.city.person(office, "approver"),
                                 digest=lists.digest(listing), opinion="同意。")  # fmt: skip

    def _plain(self, run: StageRun) -> Iterator[Scene]:
        yield self.scene(run)

    def _check(self, run: StageRun) -> Iterator[Scene]:
        if not make.stage_shape(self.city, run).hears_unit:
            yield self.scene(run)
            return
        yield self.scene(run, ready=False)
        application = Application.objects.get(pk=self.case.application_id)
        due = timezone.localdate() + timedelta(days=10)
        statements.ask(application, by=panels.handler(self.city, run), office=run.office,
                       due_on=due)  # fmt: skip
        statements.give(application, by=self.cast.fixed["unit"], text="不同意。")
        yield self.scene(run)

    def _recommend(self, run: StageRun) -> Iterator[Scene]:
        if rollups.stage_of(run) is None:
            yield self.scene(run)
            return
        there.propose(self.city, self.case)
        yield self.scene(run, ready=False)
        there.sign_table(self.city, self.case)
        yield self.scene(run)

    def _hearing(self, run: StageRun) -> Iterator[Scene]:
        yield self.scene(run, ready=False)
        hearings.schedule(run, by=panels.handler(self.city, run), starts_at=soon(), place="三楼")
        yield from self._panel(run)

    def _panel(self, run: StageRun) -> Iterator[Scene]:
        by, experts = panels.handler(self.city, run), self.cast.experts
        gone = Seat.objects.filter(case=run.case, state="recused").values_list("expert", flat=True)
        # Who withdrew from an earlier panel of the case is not asked again.
        roles = [r for r, e in experts.items() if r != "expert_idle" and e.pk not in gone]
        rows = seating.appoint(run, [experts[role] for role in roles], by=by)
        seats = dict(zip(roles, rows, strict=True))
        for role, seat in seats.items():
            if role != "expert_pending":
                seating.declare(seat, by=seat.expert.user, clear=True)
        self._judge(run, seats["expert_chair"])
        seating.set_chair(run, experts["expert_chair"], by=by)
        if "expert_recused" in seats:
            sheets.recuse(seats["expert_recused"], by=by, reason=REASON)
        yield self.scene(run, ready=False, seats=seats)
        pending = Seat.objects.get(pk=seats["expert_pending"].pk)
        self._judge(run, seating.declare(pending, by=pending.expert.user, clear=True))
        self._judge(run, seats["expert_seated"])

    def _judge(self, run: StageRun, seat: Seat) -> None:
        row = Seat.objects.get(pk=seat.pk)
        said = sheet_of(run, make.stage_shape(self.city, run))
        sheets.sign(row, said, by=row.expert.user, version=row.sheet.version)

    def _visit(self, run: StageRun) -> Iterator[Scene]:
        yield self.scene(run, ready=False)
        by, people = panels.handler(self.city, run), self.cast.fixed
        sitting = visiting.appoint(
            run, by=by, appointments={run.case_id: visiting.Appointment(soon(), "一号车间")},
            people=[sittings.Person("考察一号", "", people["called"]), sittings.Person("考察二号")],
        )  # fmt: skip
        yield self.scene(run, ready=False, sitting=sitting)
        row = sitting.agenda.get()
        points = make.stage_shape(self.city, run).points
        visiting.judge(row, {p.id: visiting.Said("no", "尚缺") for p in points}, by=by)
        visiting.add_photo(row, make.photo(), by=by)
        yield self.scene(run, ready=False, sitting=sitting)
        went = set(sitting.people.values_list("pk", flat=True))
        visiting.close_visit(sitting, {row.pk: ("pass", "符合")}, went, by=by)

    def _vote(self, run: StageRun) -> Iterator[Scene]:
        yield self.scene(run, ready=False)
        by, member = panels.handler(self.city, run), self.cast.fixed["called"]
        people = [sittings.Person("委员一号", "", member), sittings.Person("委员二号"),
                  sittings.Person("委员三号")]  # fmt: skip
        sitting = sittings.convene(run, by=by, people=people, starts_at=soon(), place="三楼")
        all_here = {person.pk: True for person in sitting.people.all()}
        voting.set_attendance(sitting, all_here, {}, by=by)
        yield self.scene(run, ready=False, sitting=_again(sitting))
        voting.open_ballot(sitting, by=by)
        row = sitting.agenda.get()
        voting.cast(sitting, {row.pk: "for"}, by=member)
        others = sitting.people.exclude(user=member)
        voting.enter_ballots(sitting, {(row.pk, one.pk): "for" for one in others}, by=by)
        yield self.scene(run, ready=False, sitting=_again(sitting))
        voting.close_ballot(sitting, by=by)
        sittings.attach_minutes(sitting, make.photo(), by=by)

    def _consult(self, run: StageRun) -> Iterator[Scene]:
        yield self.scene(run, ready=False)
        by = panels.handler(self.city, run)
        rows = consulting.send(run, by=by, due_on=timezone.localdate() + timedelta(days=10))
        yield self.scene(run, ready=False, asked=rows[0])
        for number, row in enumerate(rows):
            ids = list(row.replies.values_list("pk", flat=True))
            said = [replying.Answer("clear")] * len(ids)
            if number == 0:
                said[0] = replying.Answer("against", "有欠税")
            who = self.cast.fixed["consulted"] if number == 0 else self.city.person(row.office)
            replying.reply(row, dict(zip(ids, said, strict=True)), by=who, version=row.version,
                           complete=True)  # fmt: skip
        rows[0].refresh_from_db()
        yield self.scene(run, ready=False, asked=rows[0])
        consulting.handle(rows[0].replies.earliest("pk"), "explain", "已补缴", by=by)

    def _committee(self, run: StageRun) -> Iterator[Scene]:
        yield self.scene(run, ready=False)
        by = panels.handler(self.city, run)
        sitting = meeting.record(
            run, by=by, held_on=timezone.localdate(), minutes_number="纪要1号",
            results={self.case.pk: ("pass", "")},
        )  # fmt: skip
        sittings.attach_minutes(sitting, make.photo(), by=by)
        yield self.scene(run)

    def _after_publicity(self, run: StageRun) -> Iterator[Scene]:
        yield self.scene(run, "running")
        listing = List.objects.get(pk=run.listing_id)
        item = listing.items.get()
        found = objections.object_to(item, name="反映人", contact="12345", text="有异议")
        yield self.scene(run, "running", objection=found)
        by = panels.handler(self.city, run)
        objections.decide_objection(found, upheld=False, finding="不属实", by=by)
        notice = publicity.running(listing)
        assert notice is not None
        publicity.close(listing, by=by, today=notice.last_day + timedelta(days=1))

    def _after_decision(self, run: StageRun) -> Iterator[Scene]:
        if make.stage_shape(self.city, run).announcement is None:
            return
        yield self.scene(run, "announce")
        decision.announce(fresh(run).listing, by=panels.handler(self.city, run),
                          on=timezone.localdate(), where="门户网站")  # fmt: skip


def _again(sitting: Any) -> Any:
    sitting.refresh_from_db()
    return sitting


def proposal(city: make.City, run: StageRun) -> dict[str, Any]:
    """What the first post proposes: good input for every kind."""
    shape, today = make.stage_shape(city, run), timezone.localdate().isoformat()
    # What the stage before has proposed stands.
    given = {} if run.data.get("items") else graded(shape, run)
    grades = {"items": given} if given else {}
    data: dict[str, Any] = {
        "check": {"paper_copies": 9, "paper_received_on": today},
        "recommend": {"number": "示人社函〔2026〕1号", "dated_on": today,
                      "parts": {p.id: "属实。" for p in getattr(shape, "letter_parts", ())}},
        "publicity": {"title": "关于名单的公示", "body": "现予公示。", "contact": "010-00000000"},
        "decision": {"document_number": "示人社发〔2026〕8号", "decided_on": today,
                     **grades},
        "shortlist": grades,
        "filing": {"sent_on": today, "receipt": "备案回执1号", "to": "上级机关"},
    }.get(run.kind, {})  # fmt: skip
    judged = make.yes_to_all(city, run) if run.kind in ("check", "recommend") else {}
    return {
        "outcome": "pass", "opinion": "符合条件，同意。", "data": data, "verdicts": judged,
    }  # fmt: skip


def returned(walk: Walk, run: StageRun) -> Scene:
    """The first check returned for correction: signed by all posts."""
    application = walk.case.application
    form = make.policy_of(walk.city.ruleset).procedure(application.procedure).form
    field = form.sections[0].fields[0]
    due = (timezone.localdate() + timedelta(days=9)).isoformat()
    data = {"faults": [{"target": field.field, "text": "请补正。"}], "due_on": due}
    assert application.status == "submitted"
    for number, post in enumerate(make.stage_shape(walk.city, run).signoff):
        now = fresh(run)
        given = {"outcome": "return", "opinion": "请补正。", "data": data} if number == 0 else {}
        take_action(now, SIGN, by=walk.city.person(now.office, post), version=now.version, **given)
    return replace(walk.scene(run, "over"), ready=False)
