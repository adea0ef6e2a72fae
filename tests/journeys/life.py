"""A studio over the years as people live it: they open pages and send forms, the clock runs."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from applications.models import Application, Ban, Studio
from assessments.models import Clawback, GradeRecord, GrantDue, Obligation, Recommendation
from jurisdictions.models import Round
from portal.accounts.models import Enterprise, User
from portal.common.clock import Clock
from portal.common.models import OutboxMail
from reviews.models import Case, List
from tests.applications.factories import sample
from tests.applications.studios import named
from tests.applications.test_changing import owner
from tests.assessments import assessed as way
from tests.factories import make_uscc
from tests.journeys.desk import Desk
from tests.journeys.filing import Filing, flat
from tests.journeys.walk import Walk
from tests.reviews import factories as make

Answer = Any
#: Another unit with another leader.
OTHER = {"leader__name": "示例王建", "leader__id_number": make.id_number(3),
         "unit__uscc": make_uscc("91650100MA7000003")}  # fmt: skip


class Life:
    """One studio of a shipped city, from its naming day on.

    Args:
        code: the city.
        clock: the moved clock of the test.
        start: the day on which the studio is named.
        change: alters the policy first.
        beside: another studio of the same city and clock, named the same day.
    """

    def __init__(
        self, code: str, clock: Clock, start: dt.date,
        change: Callable[[Any], None] | None = None, *, beside: "Life | None" = None,
    ) -> None:  # fmt: skip
        self.clock, self.code = clock, code
        self._set(start)
        self.city = beside.city if beside else make.make_city(code, change=change)
        self.desk = Desk(self.city)
        self.studio = named(code, self.city.round, **(OTHER if beside else {}))
        self.people = beside.people if beside else way.assessors(self.city)
        assert self.fresh().founded_on == start

    def _set(self, day: dt.date) -> None:
        moment = dt.datetime.combine(day, dt.time(9), timezone.get_current_timezone())
        self.clock.set(moment)

    def go_to(self, year: int, month: int, day: int) -> dt.date:
        """The day comes and the beat does its rounds; a second round does nothing twice."""
        on = dt.date(year, month, day)
        assert on >= timezone.localdate()
        self._set(on)
        sweep()
        before = _counts()
        sweep()
        assert _counts() == before
        return on

    # --- looking ---

    def fresh(self) -> Studio:
        """The studio read again."""
        return Studio.objects.get(pk=self.studio.pk)

    @property
    def unit(self) -> User:
        """The handler of the unit."""
        return owner(self.studio)

    def officer(self, role: str) -> User:
        """The handler of an office."""
        return self.city.person(self.city.office(role))

    def at(self, name: str, *keys: Any) -> str:
        """Address of a page of the studio."""
        return reverse(f"assessments:{name}", args=[self.studio.public_id, *keys])

    def see(self, user: User | None, name: str, /, *keys: Any) -> Answer:
        """Open a page of the studio; it must open."""
        client = self.desk.client(user) if user else Client()
        answer = client.get(self.at(name, *keys))
        assert answer.status_code == 200, (name, answer.status_code)
        return answer

    def send(self, user: User, name: str, /, *keys: Any, **fields: Any) -> Answer:
        """Send a form of the studio's pages; it must be taken."""
        given = {key: value for key, value in fields.items() if value is not None}
        answer = self.desk.client(user).post(self.at(name, *keys), given)
        assert answer.status_code == 302, (name, answer.status_code, _said(answer))
        return answer

    def public(self) -> tuple[str, list[str]]:
        """What the check page and the register tell anybody: the status and public results."""
        studio = self.fresh()
        page = Client().get(reverse("assessments:verify", args=[studio.number]))
        listed = Client().get(reverse("assessments:register_public"), {"q": studio.number})
        lines = [row for row in listed.context["rows"] if row["id"] == studio.number]
        label = page.context["tag"]["label"]
        assert [row["cells"][-1]["tag"]["label"] for row in lines] == [label]
        return label, [f"{row.label}：{row.grade}" for row in page.context["results"]]

    def mails(self, word: str) -> int:
        """How many reminders with a word in their subject the unit's handler has had."""
        return OutboxMail.objects.filter(to=self.unit.email, subject__contains=word).count()

    # --- papers, registers, money ---

    def due(self, item: str, **more: Any) -> Obligation:
        """The earliest open line of a kind, which the unit's page must show."""
        rows = Obligation.objects.filter(studio=self.studio, item=item, done_on=None, **more)
        found = rows.order_by("period", "pk")[0]
        if found.party == "unit":
            assert found.title in self.see(self.unit, "studio").content.decode()
        return found

    def hand_in(self, item: str, to: str = "") -> Obligation:
        """The unit hands in a paper on its page, complete and signed; its receiver takes it."""
        row = self.due(item)
        page = self.see(self.unit, "obligation", row.public_id)
        assert page.context["allowed"], page.context["reason"]
        fields = {name: "按计划完成。" for name in page.context["form"].fields if name != "upload"}
        self.send(self.unit, "obligation", row.public_id, upload=make.paper_file("扫描件.pdf"),
                  **fields)  # fmt: skip
        if to:
            self.send(self.officer(to), "paper_receive", row.public_id)
        row.refresh_from_db()
        return row

    def settle(self, item: str, role: str) -> Obligation:
        """An office writes down that something of its own is done."""
        row = self.due(item)
        self.send(self.officer(role), "obligation", row.public_id, text="已办理，回执1号。")
        row.refresh_from_db()
        return row

    def enter(self, register: str, /, **columns: Any) -> None:
        """The unit enters a line of a register."""
        self.send(self.unit, "row_new", register, **columns)

    def trained(self, count: int, *, since: str, level: str, on: str, **more: Any) -> None:
        """The unit enters apprentices who won a certificate."""
        for number in range(1, count + 1):
            self.enter("apprentices", name=f"徒弟{number}", master="示例师傅", since=since,
                       agreement_on=since, training="每周一次实操指导", level=level,
                       certificate=f"Z{number:04d}", certified_on=on, **more)  # fmt: skip

    def book(self, direction: str, source: str, amount: int, on: str, **more: Any) -> None:
        """The unit enters a line of its ledger."""
        self.send(self.unit, "entry_new", direction=direction, source=source, amount=amount,
                  on=on, text="示例收支", upload=make.paper_file("凭证.pdf"), **more)  # fmt: skip

    def pay(self, role: str) -> Decimal:
        """The office enters that the grant which is due was paid; it stands in the ledger."""
        grant = GrantDue.objects.get(studio=self.studio, paid_on=None)
        today = timezone.localdate().isoformat()
        self.send(self.officer(role), "grant", grant.public_id, amount=grant.amount, on=today)
        grant.refresh_from_db()
        assert grant.paid_amount is not None
        return grant.paid_amount

    def pay_back(self, role: str, *parts: int) -> Clawback:
        """Money comes back in parts; the page says what is still owed, and when it is closed."""
        row = Clawback.objects.get(studio=self.studio)
        for amount in parts:
            assert row.closed_on is None
            self.send(self.officer(role), "clawback", row.public_id, amount=amount,
                      on=timezone.localdate().isoformat())  # fmt: skip
            row.refresh_from_db()
        return row

    # --- changes ---

    def change(
        self, path: str, answers: Mapping[str, Any], *, partner: str = "",
        materials: Mapping[str, Any] | None = None,
    ) -> Filing:  # fmt: skip
        """The unit begins a change in the wizard and fills it; it is not handed in yet."""
        self.see(self.unit, "change_new")
        sent = self.send(self.unit, "change_new", path=path, partner=partner)
        change = Application.objects.filter(studio=self.studio).latest("pk")
        assert sent["Location"] == reverse("applications:tasks", args=[change.public_id])
        filing = Filing(self.desk, self.unit, change)
        filing.fill({**happened(), **answers})
        filing.upload(materials or {})
        filing.required()
        return filing

    def another_leader(self, path: str, **more: Any) -> Filing:
        """The unit proposes another leader with the complete papers of a naming."""
        known = sample(self.code)
        answers = {**flat(known), **newcomer(), **happened(), **more}
        return self.change(path, answers, materials=known["materials"])

    def carried(self, application: Application, **choice: Any) -> None:
        """A filing goes its whole road at the offices."""
        Walk(self.desk, self.clock).walk(Case.objects.get(application=application), **choice)

    def revoked(self, role: str, ground: str, **facts: Any) -> Application:
        """An office ends the studio on a ground; the unit sees nothing of it until it is heard."""
        officer = self.officer(role)
        known = self.see(self.unit, "studio").context["procedures"]
        self.see(officer, "revoke_new")
        self.send(officer, "revoke_new", ground=ground)
        begun = Application.objects.filter(studio=self.studio).latest("pk")
        filing = Filing(self.desk, officer, begun)
        filing.fill({"revoke.facts": "查明的事实和证据。", **facts})
        case = Case.objects.get(application=filing.hand_in())
        self.desk.check(case)
        page = reverse("applications:statement", args=[begun.public_id])
        unit = self.desk.client(self.unit)
        assert unit.get(page).status_code == 404
        assert self.see(self.unit, "studio").context["procedures"] == known
        due = timezone.localdate() + dt.timedelta(days=10)
        self.desk.post(officer, "heard", case.public_id, due_on=due.isoformat())
        assert unit.post(page, {"text": "情况属实，没有异议。"}).status_code == 302
        self.carried(begun)
        begun.refresh_from_db()
        return begun

    # --- assessments ---

    def self_score(self, item: str, period: int) -> Application:
        """The unit writes and hands in its self-score; computed lines stand there already."""
        row = Obligation.objects.get(studio=self.studio, kind="assessment", item=item,
                                     period=period)  # fmt: skip
        assert row.application is not None
        filing = Filing(self.desk, self.unit, row.application)
        filing.fill(way.self_scores(row.application))
        filing.required()
        return filing.hand_in()

    def verified(self, application: Application, total: str) -> dict[str, str]:
        """Checked, then scored by every assessor; returns what the system worked out by line."""
        case = Case.objects.get(application=application)
        self.desk.check(case)
        beside: dict[str, str] = {}
        for seat in self.desk.seat(case, self.people):
            beside = self._score(seat, total)
        self.desk.propose(self.desk.at(case, "panel"))
        return beside

    def _score(self, seat: Any, total: str) -> dict[str, str]:
        """An assessor signs the statement, sees the books beside the lines, signs his sheet."""
        user = seat.expert.user
        self.desk.post(user, "panel-coi", seat.public_id, relation="none")
        page = self.desk.client(user).get(reverse("reviews:panel-seat", args=[seat.public_id]))
        _, table = way.table_of(seat.case.application)
        said = _sheet(way.lines(table, Decimal(total)))
        self.desk.post(user, "panel-seat", seat.public_id, action="sign", text="已核实",
                       version=page.context["version"], **said)  # fmt: skip
        return {
            item["id"]: item["beside"].get("book_points", "")
            for group in page.context["groups"] for item in group["items"]
            if item["beside"] and item["beside"].get("book")
        }  # fmt: skip

    def graded(self, application: Application, result: str = "", **more: Any) -> GradeRecord:
        """The office draws up the list, proposes the grade, decides and announces."""
        self.carried(application, result=result, **more)
        return GradeRecord.objects.get(application=application)

    def mend(self, total: str, result: str) -> GradeRecord:
        """The unit reports what it mended and is assessed again."""
        row = Obligation.objects.get(studio=self.studio, kind="mending", done_on=None)
        assert row.application is not None
        filing = Filing(self.desk, self.unit, row.application)
        filing.fill({"mending.report": "问题已逐项整改，附照片和制度文本。"})
        application = filing.hand_in()
        self.verified(application, total)
        return self.graded(application, result)

    # --- what comes after ---

    def recommended(self, role: str) -> list[str]:
        """The office recommends the studio upward; the unit reads the letter on its page."""
        page = self.see(self.officer(role), "recommend_new")
        basis = page.context["form"].fields["basis"].choices[-1][0]
        self.send(self.officer(role), "recommend_new", basis=basis, number="示人社函〔2027〕3号",
                  on=timezone.localdate().isoformat(), reason="考核优秀，符合上一级条件。",
                  upload=make.paper_file("推荐函.pdf"))  # fmt: skip
        letters = self.see(self.unit, "studio").context["letters"]
        assert letters
        return list(Recommendation.objects.filter(studio=self.studio)
                    .values_list("level", flat=True))  # fmt: skip

    def taken_at_once(self, closing: dt.date, **answers: Any) -> Application:
        """Where the text knows no ban, a new filing is taken as soon as the studio has ended."""
        assert Ban.objects.count() == 0
        return self.apply_again(self.call_for(closing), **answers).hand_in()

    def call_for(self, closing: dt.date, **more: Any) -> Round:
        """The administrator opens a call that closes on a day."""
        today = timezone.localdate()
        address = reverse("jurisdictions:manage_round_new", args=[self.code])
        fields = {"procedure": "establish", "title": f"{closing}批次", "quota": 5,
                  "opens_on": today.isoformat(), "closes_on": closing.isoformat(),
                  "publicity_days": 7, "reason": "示例增开", **more}  # fmt: skip
        sent = self.desk.client(self.city.admin).post(address, fields)
        assert sent.status_code == 302, _said(sent)
        return Round.objects.latest("pk")

    def apply_again(
        self, round_: Round, *, by: tuple[Enterprise, User] | None = None, **answers: Any
    ) -> Filing:
        """The same unit, or another with its handler, files for a studio in a call, complete."""
        unit, user = by or (self.studio.hosts.order_by("pk")[0].enterprise, self.unit)
        address = reverse("applications:start", args=[round_.public_id])
        sent = self.desk.client(user).post(address, {"unit": unit.pk})
        assert sent.status_code == 302, _said(sent)
        filing = Filing(self.desk, user, Application.objects.latest("pk"))
        given = sample(self.code)
        filing.fill({**flat(given), **answers})
        filing.upload(given["materials"])
        return filing


def sweep() -> None:
    """Everything the beat runs, once."""
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        import_string(entry["task"])()


def _counts() -> tuple[int, ...]:
    kinds: tuple[Any, ...] = (Obligation, OutboxMail, Application, Case, List)
    return tuple(kind.objects.count() for kind in kinds)


def newcomer() -> dict[str, Any]:
    """Another leader."""
    return {"leader.name": "示例李新", "leader.id_number": make.id_number(7)}


def happened(days: int = 3) -> dict[str, Any]:
    """What every change asks."""
    day = timezone.localdate() - dt.timedelta(days=days)
    return {"change.happened_on": day.isoformat(), "change.reason": "退休",
            "change.explanation": "情况属实。"}  # fmt: skip


def _sheet(lines: Mapping[str, Any]) -> dict[str, str]:
    """Verified lines as the sheet's page sends them."""
    said: dict[str, str] = {}
    for name, value in lines.items():
        if isinstance(value, Mapping) and "points" in value:
            said |= {f"points-{name}": value["points"], f"reason-{name}": value["reason"]}
        elif isinstance(value, Mapping):
            for key, given in value.items():
                part = f"part-{name}-{key}" if isinstance(given, bool) else f"head-{name}-{key}"
                said[part] = _word(given)
        else:
            said[f"value-{name}"] = _word(value)
    return said


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _said(answer: Any) -> str:
    """What a page says is wrong, for the message of a failing test."""
    html = answer.content.decode()
    form = answer.context.get("form") if answer.context else None
    marks = ("data-error-summary", "gj-field__e", 'role="alert"')
    at = min((html.find(mark) for mark in marks if mark in html), default=-1)
    return f"{form.errors if form is not None else ''} {html[at : at + 500] if at >= 0 else ''}"
