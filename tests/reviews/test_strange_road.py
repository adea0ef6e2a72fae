"""A made-up city whose road uses every kind of stage in an unusual order and scope."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from applications.domain import drafts
from applications.interfaces.samples import fill
from applications.models import Application, Studio
from jurisdictions.domain.publish import publish
from jurisdictions.engine.loader import read_source
from jurisdictions.engine.national import load_national
from jurisdictions.engine.plainyaml import load_yaml
from portal.common.errors import DomainError
from reviews.domain import (
    consulting,
    decision,
    gathering,
    hearings,
    lists,
    meeting,
    publicity,
    replying,
    results,
    seating,
    sheets,
    sittings,
    visiting,
    voting,
)
from reviews.domain.stages import SIGN, take_action
from reviews.domain.work import KINDS
from reviews.models import Case, List, PanelDraw, PanelResult, Seat, StageRun
from tests.applications.factories import FIXTURES, applicant, submit
from tests.factories import make_user
from tests.reviews import factories as make
from tests.reviews import panel_factories as panels
from tests.reviews.standing import fresh, handler, soon

pytestmark = pytest.mark.django_db
PONTOON = Path(__file__).resolve().parents[1] / "data" / "pontoon.yaml"
#: What the second panel gives the two filings: the median counts, not the mean.
SCORES = ((60, 59, 0), (55, 54, 53))


@pytest.fixture
def city() -> make.City:
    """The made-up city, staffed, with one place in its call."""
    ruleset = publish(
        read_source(PONTOON).document, {"articles": [], "clauses": []},
        catalogue=load_yaml((FIXTURES / "national" / "fields.yaml").read_text("utf-8")),
        national=load_national(FIXTURES / "national"), source_files=None, parent=None, by=None,
    )  # fmt: skip
    return make.staffed(ruleset, quota=1)


def filed(city: make.City, serial: int) -> Case:
    """A submitted filing."""
    unit, user = applicant(f"示例单位{serial}")
    application = drafts.start(city.round, unit, by=user)
    answers = {
        "unit": {"name": unit.name, "uscc": unit.uscc},
        "leader": {"name": f"示例领办{'甲乙'[serial]}", "sex": "男", "occupation": "焊工",
                   "id_number": make.id_number(serial + 40), "skill_level": "技师"},
    }  # fmt: skip
    fill(application, {"answers": answers}, by=user)
    submit(Application.objects.get(pk=application.pk))
    return Case.objects.get(application=application)


def sign(city: make.City, run: StageRun, **given: Any) -> None:
    """All posts of a passage sign."""
    make.sign_all(city, fresh(run), **{"outcome": "pass", "opinion": "同意。", **given})


def score(seat: Seat, craft: int) -> None:
    """A signed statement and a signed sheet."""
    ready = seating.declare(seat, by=seat.expert.user, clear=True)
    lines = {"craft": {"points": str(craft), "reason": "略有不足"},
             "teaching": {"points": "40", "reason": ""}}  # fmt: skip
    again = Seat.objects.select_related("sheet").get(pk=ready.pk)
    sheets.sign(again, {"lines": lines}, by=seat.expert.user, version=again.sheet.version)


def hear(city: make.City, run: StageRun, people: list[Any]) -> None:
    by = handler(city, run)
    with pytest.raises(DomainError, match="答辩尚未安排"):
        take_action(fresh(run), SIGN, by=by, version=fresh(run).version, outcome="pass")
    hearings.schedule(run, by=by, starts_at=soon(), place="三楼")
    for number, seat in enumerate(seating.appoint(run, people[:4], by=by)):
        score(seat, (0, 50, 52, 60)[number])
    sign(city, run)
    # The highest and the lowest are dropped: (90 + 92) / 2.
    assert PanelResult.objects.filter(run=run).latest("number").score == 91


def check(city: make.City, run: StageRun, people: list[Any]) -> None:
    sign(city, run)
    assert run.case.letters.filter(kind="acceptance").count() == 1


def ask(city: make.City, run: StageRun, people: list[Any]) -> None:
    due = timezone.localdate() + timedelta(days=5)
    rows = {row.role: row for row in consulting.send(run, by=handler(city, run), due_on=due)}
    assert rows["police"].replies.count() == 1
    said = {rows["police"].replies.get().pk: replying.Answer("against", "有一起未结案件")}
    replying.reply(rows["police"], said, by=city.person(city.office("police")), version=0,
                   complete=True)  # fmt: skip
    with pytest.raises(DomainError, match="尚未处理"):
        sign(city, run)
    reply = rows["police"].replies.get()
    with pytest.raises(DomainError, match="请选择处理方式"):
        consulting.handle(reply, "hold", "单件不能暂缓", by=handler(city, run))
    consulting.handle(reply, "explain", "经核实已结案", by=handler(city, run))
    sign(city, run)


def first_panel(city: make.City, run: StageRun, people: list[Any]) -> None:
    (seat,) = seating.appoint(run, people[:1], by=handler(city, run))
    panels.opinion(seating.declare(seat, by=seat.expert.user, clear=True))
    sign(city, run)


def meet(city: make.City, run: StageRun, people: list[Any]) -> None:
    by = handler(city, run)
    held = meeting.record(run, by=by, held_on=timezone.localdate(), minutes_number="第3期",
                          results={run.case_id: ("pass", "")})  # fmt: skip
    sittings.attach_minutes(held, make.photo(), by=by)
    sign(city, run)


def vote(city: make.City, run: StageRun, people: list[Any]) -> None:
    by = handler(city, run)
    members = [sittings.Person(f"委员{n}") for n in "甲乙丙丁"]
    held = sittings.convene(run, by=by, people=members, starts_at=soon(), place="三楼")
    here = {person.pk: person.name != "委员丁" for person in held.people.all()}
    voting.set_attendance(held, here, {}, by=by)
    voting.open_ballot(held, by=by)
    ballots = {(held.agenda.get().pk, pk): "for" for pk, there in here.items() if there}
    voting.enter_ballots(held, ballots, by=by)
    voting.close_ballot(held, by=by)
    sittings.attach_minutes(held, make.photo(), by=by)
    sign(city, run)
    assert fresh(run).data["present"] == ["委员甲", "委员乙", "委员丙"]


def second_panel(city: make.City, run: StageRun, people: list[Any]) -> None:
    by = handler(city, run)
    with pytest.raises(DomainError, match="不能指定"):
        seating.appoint(run, people[:1], by=by)
    drawn = seating.draw(run, 3, by=by, seed="同一粒种子")
    number = int(run.case.application.leader_name == "示例领办乙")
    for seat, points in zip(drawn.seats.order_by("pk"), SCORES[number], strict=True):
        score(seat, points)
    sign(city, run)


def agree(city: make.City, run: StageRun, people: list[Any]) -> None:
    with pytest.raises(DomainError, match="尚未审定本件：市财政局"):
        sign(city, run)
    decision.approve(run.case, "treasury", by=city.person(city.office("treasury"), "approver"),
                     digest=lists.digest(run.case))  # fmt: skip
    sign(city, run)


def recommend(city: make.City, run: StageRun, people: list[Any]) -> None:
    make.pass_check(city, fresh(run))
    assert run.case.letters.filter(kind="recommendation").count() == 1


ON_A_CASE: dict[str, Callable[[make.City, StageRun, list[Any]], None]] = {
    "defence": hear, "check": check, "asking": ask, "first_panel": first_panel, "meeting": meet,
    "ballot": vote, "second_panel": second_panel, "agreement": agree, "letter": recommend,
}  # fmt: skip


def to_the_list(city: make.City, case: Case, people: list[Any]) -> None:
    """All stages of one case in order."""
    passed = []
    while Case.objects.get(pk=case.pk).state == "open":
        run = make.run_of(case)
        passed.append(run.stage)
        ON_A_CASE[run.stage](city, run, people)
    assert passed == list(ON_A_CASE)


def visit(city: make.City, run: StageRun) -> None:
    """Each unit of the list is visited at a time of its own."""
    by, items = handler(city, run), list(run.listing.items.all())
    plan = {item.case_id: visiting.Appointment(soon(), f"{n}号车间")
            for n, item in enumerate(items)}  # fmt: skip
    team = [sittings.Person("考察甲"), sittings.Person("考察乙")]
    held = visiting.appoint(run, by=by, people=team, appointments=plan)
    for row in held.agenda.all():
        visiting.judge(row, {"place": visiting.Said("yes")}, by=by)
        visiting.add_photo(row, make.photo(), by=by)
    went = set(held.people.values_list("pk", flat=True))
    visiting.close_visit(held, {row.pk: ("pass", "属实") for row in held.agenda.all()}, went, by=by)
    sign(city, run)


def choose(city: make.City, run: StageRun) -> None:
    """One place: two chosen are one too many, the second stays in reserve with the reason."""
    first, second = run.listing.items.order_by("position")
    with pytest.raises(DomainError, match="名额 1 个，现选入 2 个"):
        sign(city, run)
    items = {str(second.pk): {"result": "reserve", "text": "排名第二，列为候补"}}
    sign(city, run, data={"items": items})
    second.refresh_from_db()
    assert (second.state, second.reserve) == ("held", True)
    assert first.slot.number == 1


def issue(city: make.City, listing: List) -> None:
    """The treasury approves the list as it stands, the bureau's last signature is its own."""
    run = make.list_run(listing)
    today = timezone.localdate().isoformat()
    data = {"document_number": "舟人社发〔2026〕1号", "decided_on": today}
    with pytest.raises(DomainError, match="尚未审定现有名单"):
        sign(city, run, data=data)
    decision.approve(listing, "treasury", by=city.person(city.office("treasury"), "approver"),
                     digest=lists.digest(listing))  # fmt: skip
    sign(city, run, data=data)
    decision.announce(listing, by=handler(city, run), on=timezone.localdate(), where="门户网站")


def test_the_road_uses_every_kind(city: make.City) -> None:
    stages = make.policy_of(city.ruleset).stages("establish")
    assert {stage.kind for stage in stages} == set(KINDS)


def test_a_strange_road_is_walked_to_its_end(city: make.City) -> None:
    people = [panels.expert(city, number, source="院校") for number in range(5)]
    one, two = filed(city, 0), filed(city, 1)
    for case in (one, two):
        to_the_list(city, case, people)
    assert PanelDraw.objects.filter(kind="order").count() == 2
    # 99 is the median of the first, 94 of the second: the first leads though its mean is lower.
    assert results.places_of([one, two]) == {one.pk: 1, two.pk: 2}
    listing = gathering.create_list(city.round, by=city.person(city.office("harbour")))
    assert [item.case_id for item in listing.items.order_by("position")] == [one.pk, two.pk]
    visit(city, make.list_run(listing))
    choose(city, make.list_run(listing))
    sign(city, make.list_run(listing), data={
        "title": "公示", "body": "现予公示。", "contact": "010-00000000"})  # fmt: skip
    notice = publicity.running(listing)
    assert notice is not None
    assert (notice.last_day - notice.published_on).days == 2
    publicity.close(listing, by=city.person(city.office("bureau")),
                    today=notice.last_day + timedelta(days=1))  # fmt: skip
    issue(city, List.objects.get(pk=listing.pk))
    sent = {"sent_on": timezone.localdate().isoformat(), "to": "上级机关", "receipt": "1号"}
    sign(city, make.list_run(listing), data=sent)
    listing.refresh_from_db()
    assert listing.closed_at is not None
    found = dict(Application.objects.values_list("leader_name", "result"))
    assert found == {"示例领办甲": "named", "示例领办乙": "refused"}
    assert Studio.objects.get().founding_application_id == one.application_id
    assert two.letters.filter(kind="refusal").count() == 1


def test_a_hearing_of_one_case_may_end_in_a_refusal(city: make.City) -> None:
    people = [panels.expert(city, number) for number in range(4)]
    case = filed(city, 0)
    run = make.run_of(case)
    hearings.schedule(run, by=handler(city, run), starts_at=soon(), place="三楼")
    for seat in seating.appoint(run, people, by=handler(city, run)):
        score(seat, 10)
    stranger = make_user("nobody@example.gov.cn", staff=True)
    with pytest.raises(DomainError, match="在岗"):
        take_action(fresh(run), SIGN, by=stranger, version=fresh(run).version, outcome="refuse")
    sign(city, run, outcome="refuse")
    case.refresh_from_db()
    application = Application.objects.get(pk=case.application_id)
    assert (case.state, application.result) == ("closed", "refused")
