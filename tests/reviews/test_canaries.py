"""Field by field: what is for few is shown to nobody else, wherever he looks.

Scores of others before the panel closes, remarks for the office and what was objected to carry
words of their own. Everybody follows every link there is for him, searches and sorts the lists,
opens the exports and the pages that refuse him, and reads his mail.
"""

from functools import partial
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse

from portal.accounts.models import User
from portal.common.models import OutboxMail
from reviews.domain import objections, sheets
from reviews.domain.stages import SAVE, take_action
from reviews.models import Case, List, Seat, StageRun
from tests.crawl import pages, text_of
from tests.reviews import factories as make
from tests.reviews import panel_factories as panels
from tests.reviews.people import Cast, gather
from tests.reviews.standing import fresh, list_at

pytestmark = pytest.mark.django_db
#: What one expert gave: a total nobody else reaches, his reason, his words.
SCORE = ("77.31", "金丝雀扣分理由", "金丝雀评审意见")
REMARK = "金丝雀内部备注"
COMPLAINT = ("金丝雀反映人", "金丝雀异议内容")


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def found_by(who: User, as_user: Any, words: tuple[str, ...]) -> list[str]:
    """Where somebody comes upon one of these words; his mail included."""
    hits = []
    for address, text in pages(as_user(who), words):
        # A search shows what was searched for: only what comes back beside it counts.
        shown = text.replace(f'value="{words[0]}"', "").replace(f"q={words[0]}", "")
        hits += [f"{word} @ {address}" for word in words if word in shown]
    letters = [row for row in OutboxMail.objects.all() if row.to == who.email]
    hits += [f"{word} in mail" for word in words for row in letters if word in str(row.__dict__)]
    hits += [f"{word} in mail" for word in words for sent in mail.outbox
             if who.email in sent.to and word in f"{sent.subject}{sent.body}"]  # fmt: skip
    return sorted(set(hits))


def some(cast: Cast, run: StageRun, *more: str) -> dict[str, User]:
    """Those who come nearest to what is not for them."""
    wanted = ("handler", "other_handler", "unit", "administrator", "foreign", "consulted", *more)
    return {role: user for role, user in cast.at(run).items() if role in wanted}


def scored_panel() -> tuple[make.City, Cast, StageRun, list[Seat]]:
    """A panel with scores in which one of three has signed."""
    city = make.make_city("urumqi", change=partial(panels.with_scores))
    case = make.submitted(city)
    cast = gather(city, case.application.created_by)
    make.pass_check(city, make.run_of(case))
    run = make.run_of(case)
    wanted = [cast.experts[f"expert_{who}"] for who in ("chair", "seated", "pending")]
    seats = panels.seated(city, run, wanted)
    said = panels.points("37.31", "20")
    said["lines"]["place"]["reason"] = SCORE[1]
    sheets.sign(Seat.objects.get(pk=seats[0].pk), {**said, "text": SCORE[2]},
                by=seats[0].expert.user, version=0)  # fmt: skip
    return city, cast, run, seats


def test_what_an_expert_gave_is_seen_by_himself_alone_until_all_have_signed(as_user: Any) -> None:
    city, cast, run, seats = scored_panel()
    people = some(cast, run, "expert_seated", "expert_pending", "expert_idle")
    own = cast.at(run)["expert_chair"]
    leaks = {role: found_by(user, as_user, SCORE) for role, user in people.items()}
    assert {role: hits for role, hits in leaks.items() if hits} == {}
    seen = {hit.split(" @ ")[0] for hit in found_by(own, as_user, SCORE)}
    assert seen == set(SCORE)
    for seat in seats[1:]:
        panels.score(seat, "30", "20")
    inside = {"handler", "expert_seated"}
    for role, user in some(cast, run, "expert_seated").items():
        assert bool(found_by(user, as_user, SCORE[2:])) is (role in inside), role
    make.sign_all(city, fresh(run), outcome="pass", opinion="同意。",
                  data={"deviations": {"case": "综合考虑"}})  # fmt: skip
    assert fresh(run).state == "done"
    for role in ("expert_seated", "expert_chair", "unit", "administrator", "other_handler"):
        assert found_by(cast.at(run)[role], as_user, SCORE) == [], role


def test_a_remark_for_the_office_stays_in_the_office(as_user: Any) -> None:
    city = make.make_city("ziyang")
    case = make.submitted(city)
    cast = gather(city, case.application.created_by)
    make.pass_check(city, make.run_of(case))
    run = make.run_of(case)
    take_action(run, SAVE, by=panels.handler(city, run), version=run.version, note=REMARK,
                outcome="pass", opinion="拟同意。")  # fmt: skip
    inside, page = (
        {"handler", "reviewer", "approver"},
        reverse("reviews:case", args=[case.public_id]),
    )
    for role, user in some(cast, run, "reviewer", "approver").items():
        assert (REMARK in text_of(as_user(user), page)) is (role in inside), role
        if role not in inside:
            assert found_by(user, as_user, (REMARK,)) == [], role
    # An office that has it later reads nothing of it either.
    make.pass_check(city, fresh(run))
    after = make.run_of(case)
    assert after.office_id != run.office_id
    assert found_by(panels.handler(city, after), as_user, (REMARK,)) == []


def test_who_objects_and_to_what_is_known_to_the_office_and_to_nobody_else(as_user: Any) -> None:
    city = make.make_city("chaoyang")
    case = make.submitted(city)
    cast = gather(city, case.application.created_by)
    run = list_at(city, [case], "publicity")
    make.sign_all(city, run, outcome="pass", data={
        "title": "公示", "body": "现予公示。", "contact": "010-00000000"})  # fmt: skip
    item = List.objects.get().items.get()
    objections.object_to(item, name=COMPLAINT[0], contact="12300000000", text=COMPLAINT[1])
    people = some(cast, run, "expert_seated")
    seen = {role for role, user in people.items() if found_by(user, as_user, COMPLAINT)}
    assert seen == {"handler"}


def test_a_page_that_refuses_says_nothing_of_what_it_guards(as_user: Any) -> None:
    _, cast, run, seats = scored_panel()
    case = Case.objects.get(pk=run.case_id)
    words = (*SCORE, case.application.unit_name, case.application.leader_name)
    closed = [
        reverse("reviews:case", args=[case.public_id]),
        reverse("reviews:run", args=[run.public_id]),
        reverse("reviews:panel-seat", args=[seats[0].public_id]),
        reverse("reviews:panel-run-summary", args=[run.public_id]),
        reverse("reviews:panel-run-workbook", args=[run.public_id]),
    ]
    for role in ("expert_idle", "foreign", "consulted", "called"):
        client = as_user(cast.at(run)[role])
        for address in closed:
            for answer in (client.get(address), client.post(address, {"version": "0"})):
                assert answer.status_code in (403, 404, 405), (role, address)
                text = answer.getvalue().decode()
                assert [word for word in words if word in text] == []
