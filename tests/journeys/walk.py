"""The road of a filing at the offices, passage by passage, through the offices' own pages."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from reviews.domain import choosing
from reviews.models import Case, StageRun
from tests.journeys.desk import Desk
from tests.reviews import factories as make
from tests.reviews.standing import fresh

_MOST = 20


class Walk:
    """Walks one case to its end: checks and lists are signed, sittings entered from paper.

    Args:
        desk: the city's desk.
        clock: the moved clock; notices need their days.
    """

    def __init__(self, desk: Desk, clock: Any) -> None:
        self.desk, self.clock = desk, clock

    def walk(self, case: Case, **choice: Any) -> None:
        """Go on to the end.

        Args:
            case: the case.
            choice: ``result`` that the list proposes, ``text`` with its reason, ``until`` a day,
                ``may`` what is granted on top, ``reason`` for going beyond a share.
        """
        for _ in range(_MOST):
            case.refresh_from_db()
            if case.state == "listed" and not case.items.exists():
                self._list(case)
            if not self._go_on(case, **choice):
                return
        raise AssertionError("the road has no end")

    def up_to_list(self, case: Case) -> None:
        """Go on until the case waits for a list."""
        while self._go_on(case):
            pass
        case.refresh_from_db()
        assert case.state == "listed"

    def _go_on(self, case: Case, **choice: Any) -> bool:
        """Act on what is open; returns whether anything was."""
        run = self._open(case)
        if run is not None:
            step: Callable[..., None] = getattr(self, f"_{run.kind}", self._paper)
            step(case, run, **choice)
        return run is not None

    def _open(self, case: Case) -> StageRun | None:
        try:
            return self.desk.run_of(case)
        except AssertionError:
            return None

    def _list(self, case: Case) -> None:
        """A list of a call, or of what waits outside calls."""
        officer = self.desk.city.person(case.office)
        if case.application.round_id:
            self.desk.post(officer, "list-new", case.application.round.public_id)
        else:
            self.desk.post(officer, "list-gather", case.public_id)

    def _check(self, case: Case, run: StageRun, **choice: Any) -> None:
        self.desk.check(case)

    _recommend = _check

    def _shortlist(self, case: Case, run: StageRun, **choice: Any) -> None:
        """What goes beyond a share is refused before it has its reason."""
        said = self._said(case, **choice)
        if said.get("reason"):
            user, key = self.desk.handler(run), run.listing.public_id
            sent = self.desk.client(user).post(
                reverse("reviews:list-act", args=[key]),
                {"action": "sign", "outcome": "pass", "version": run.version, **said, "reason": ""},
            )
            assert sent.status_code == 422, sent.status_code
        self.desk.sign_list(fresh(run), **said)

    def _publicity(self, case: Case, run: StageRun, **choice: Any) -> None:
        notice = self.desk.publish(run)
        days = notice.last_day - timezone.localdate() + timedelta(days=1)
        self.clock.go_on(max(days.days, 0))
        self.desk.end_notice(run)

    def _decision(self, case: Case, run: StageRun, **choice: Any) -> None:
        """The bodies approve, the posts sign with the result of the list, then it is announced."""
        shape, today = make.stage_shape(self.desk.city, run), timezone.localdate().isoformat()
        own = run.data.get("items")
        first = "pass" if len(choosing.possible(shape)) > 1 and not shape.grading else ""
        picked = choice if choice.get("result") else {**choice, "result": first, "text": ""}
        said = {} if own else self._said(case, **picked)
        self._sign(run, shape.signoff[:-1], document_number="示人社发〔2026〕9号",
                   decided_on=today, **said)  # fmt: skip
        for role in shape.bodies:
            office = self.desk.city.office(role)
            if office == run.office:
                continue
            user = self.desk.city.person(office, "approver")
            address = reverse("reviews:list", args=[run.listing.public_id])
            digest = self.desk.client(user).get(address).context["digest"]
            self.desk.post(user, "list-approve", run.listing.public_id, role=role, digest=digest,
                           opinion="同意。")  # fmt: skip
        self._sign(run, shape.signoff[-1:])
        if shape.announcement is not None:
            self.desk.post(self.desk.handler(run), "list-announce", run.listing.public_id,
                           on=today, where="示例门户网站")  # fmt: skip

    def _filing(self, case: Case, run: StageRun, **choice: Any) -> None:
        """The office says when, to whom and with which receipt it reported; its posts sign."""
        today = timezone.localdate().isoformat()
        given = {"outcome": "pass", "sent_on": today, "to": "示例机关", "receipt": "备案1号"}
        for post in make.stage_shape(self.desk.city, run).signoff:
            self.desk.post(self.desk.city.person(run.office, post), "run-sign", run.public_id,
                           action="sign", opinion="同意。", version=fresh(run).version,
                           **given)  # fmt: skip
            given = {}

    def _sign(self, run: StageRun, posts: Sequence[str], **given: Any) -> None:
        """Posts sign on the page of the list, the first with the particulars."""
        for post in posts:
            self.desk.post(self.desk.city.person(run.office, post), "list-act",
                           run.listing.public_id, action="sign", opinion="同意。",
                           version=fresh(run).version,
                           **({"outcome": "pass", **given} if given else {}))  # fmt: skip
            given = {}

    def _said(self, case: Case, *, result: str = "", text: str = "经集体研究。", until: str = "",
              reason: str = "", may: dict[str, str] | None = None) -> dict[str, Any]:  # fmt: skip
        """Fields of the list's page that propose a result for the item."""
        if not result:
            return {}
        key = case.items.get(state="in").pk
        said: dict[str, Any] = {f"result-{key}": result, f"text-{key}": text, "reason": reason}
        if until:
            said[f"until-{key}"] = until
        return said | {f"may-{key}-{effect}": given for effect, given in (may or {}).items()}

    def _paper(self, case: Case, run: StageRun, **choice: Any) -> None:
        """A sitting entered from its signed minutes, on the page for papers."""
        today = timezone.localdate().isoformat()
        office = self.desk.handler(run)
        name, key = (
            ("paper", case.public_id) if run.case_id else ("list-paper", run.listing.public_id)
        )
        keys = [str(item.pk) for item in run.listing.items.all()] if run.listing_id else ["case"]
        shape = make.stage_shape(self.desk.city, run)
        people = "甲委员、乙委员、丙委员"
        sources = "院校 行业 企业 有关部门 行业领域"
        fields: dict[str, Any] = {
            "version": run.version, "outcome": "pass", "opinion": "同意。", "signed_by": "签署人",
            "signed_on": today, "held_on": today, "minutes_number": "纪要1号",
            "place": "生产车间", "team": "考察甲、考察乙、考察丙", "members": people,
            "present": people, "sent_on": today, "receipt": "回执1号",
            "experts": "\n".join(f"专家{n} {sources}" for n in range(1, 8)),
            **{f"for-{one}": people for one in keys},
            **{f"body-{role}": today for role in getattr(shape, "bodies", ())},
            **{f"reply-{one.office}": "clear" for one in getattr(shape, "offices", ())},
            **{f"replyon-{one.office}": today for one in getattr(shape, "offices", ())},
            "file": make.paper_file(), "more": [make.photo(), make.photo()],
        }  # fmt: skip
        self.desk.post(office, name, key, **fields)
