"""What anybody may try on a passage, with input that is good, and who may do it.

An act is tried by everybody; ``who`` says for whom it changes something as things stand. The
table is written from the regulation's posts, not from the code under test.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from jurisdictions.models import Office
from portal.accounts.models import User
from portal.common.errors import DomainError
from reviews.domain import (
    assigning,
    claiming,
    consulting,
    corrections,
    decision,
    hearings,
    lists,
    meeting,
    objections,
    publicity,
    remarks,
    replying,
    routing,
    seating,
    sheets,
    sittings,
    visiting,
    voting,
)
from reviews.domain.paper import Paper, complete_from_paper
from reviews.domain.stages import SAVE, SEND_BACK, SIGN, recall, take_action
from reviews.domain.work import RETURN
from reviews.enums import AnswerWay
from reviews.models import ListItem, Objection, QuotaSlot, Seat
from tests.reviews import factories as make
from tests.reviews import later_acts
from tests.reviews.features import features, on_a_table, places_of
from tests.reviews.scenes import HANDLER, NOBODY, POSTS, REASON, Act, Do, Scene
from tests.reviews.standing import fresh, graded, sheet_of, soon

#: Who gives work to others.
RUNS_THE_OFFICE = frozenset({"approver", "administrator"})


def acts(scene: Scene) -> Iterator[Act]:
    """Everything that may be tried on a passage as it stands."""
    yield from _signing(scene)
    yield from _case(scene) if scene.run.case_id else _list(scene)
    yield from _OF_KIND.get(scene.run.kind, lambda _: ())(scene)
    yield from _minutes(scene)
    yield from later_acts.acts(scene)


def _take(action: str) -> Do:
    def do(scene: Scene, by: User) -> object:
        run = fresh(scene.run)
        given = scene.proposal if run.waiting_for == scene.shape.signoff[0] else {}
        more = {**given, "opinion": given.get("opinion", REASON)}
        return take_action(run, action, by=by, version=run.version, **more)

    return do


def _return_case(scene: Scene, by: User) -> object:
    run = fresh(scene.run)
    policy = make.policy_of(scene.city.ruleset)
    target = next(iter(corrections.targets_of(policy, run.case.application.procedure)))
    due = (timezone.localdate() + timedelta(days=9)).isoformat()
    data = {"faults": [{"target": target, "text": "请补正。"}], "due_on": due}
    return take_action(run, SIGN, by=by, version=run.version, outcome=RETURN, opinion="请补正。",
                       data=data)  # fmt: skip


def _paper(scene: Scene, by: User) -> object:
    run = fresh(scene.run)
    said = Paper("签署人", timezone.localdate(), "pass", "同意。", graded(scene.shape, run),
                 {**make.particulars(scene.city, run), "total": "80"})  # fmt: skip
    return complete_from_paper(run, said, [make.photo(), make.photo()], by=by, version=run.version)


def _signing(scene: Scene) -> Iterator[Act]:
    turn, started = scene.turn(), scene.state in POSTS
    yield Act("save", _take(SAVE), turn)
    yield Act("sign", _take(SIGN), turn if scene.ready else NOBODY)
    yield Act("send back", _take(SEND_BACK), turn if started else NOBODY)
    if scene.is_open and "returns" in features(scene):
        yield Act("return case", _return_case, HANDLER)
    yield Act("recall", lambda s, by: recall(fresh(s.run), by=by), scene.back)
    on_the_way = scene.is_open or started
    yield Act("paper", _paper, HANDLER if on_the_way and on_a_table(scene.run) else NOBODY)


def _case(scene: Scene) -> Iterator[Act]:
    on_the_way = scene.is_open or scene.state in POSTS
    if on_the_way:
        yield from _claims(scene)
    elsewhere = Office.objects.exclude(pk=scene.run.office_id).filter(
        jurisdiction=scene.city.jurisdiction
    )[0]  # fmt: skip
    yield Act(
        "reroute",
        lambda s, by: routing.reroute(fresh(s.run), elsewhere, by=by, reason=REASON),
        RUNS_THE_OFFICE if on_the_way else NOBODY,
    )


def _claims(scene: Scene, of: str = "") -> Iterator[Act]:
    """Taking up and giving; ``of`` names the acts on a list."""
    holder = claiming.holder(scene.subject)
    mine = frozenset(role for role in POSTS if scene.people[role] == holder)
    yield Act(f"claim{of}", lambda s, by: claiming.claim(s.subject, by=by), mine or POSTS)
    yield Act(f"release{of}", lambda s, by: claiming.release(s.subject, by=by), mine)
    yield Act(f"assign{of}", _assign, RUNS_THE_OFFICE)


def _assign(scene: Scene, by: User) -> object:
    (row,) = assigning.assign(
        [scene.subject], scene.people["reviewer"], by=by, override_reason=REASON
    )
    if not row.done:
        raise DomainError(row.says)
    return row


def _list(scene: Scene) -> Iterator[Act]:
    if scene.state == "over":
        # The list has gone on: what may be done with it now is a matter of its next passage.
        return
    yield from _claims(scene, " list")
    may = HANDLER if scene.is_open and not scene.run.listing.decided_on else NOBODY
    row = scene.item
    yield Act("hold", lambda s, by: lists.set_item(row, "held", by=by, reason=REASON), may)
    yield Act("strike", lambda s, by: lists.set_item(row, "struck", by=by, reason=REASON),
              may if "strikes" in features(scene) else NOBODY)  # fmt: skip
    yield Act("put back", _put_back(row), may)
    free = places_of(scene) is not None and not QuotaSlot.objects.filter(item=row).exists()
    yield Act("choose", lambda s, by: lists.choose(row, by=by), may if free else NOBODY)
    yield Act(
        "reorder",
        lambda s, by: lists.reorder(s.run.listing, [row.pk], by=by,
                                    version=fresh(s.run).listing.version),
        may,
    )  # fmt: skip


def _put_back(row: ListItem) -> Do:
    """The item was held a moment ago."""

    @transaction.atomic
    def do(scene: Scene, by: User) -> object:
        handler = scene.people["handler"]
        held = lists.set_item(row, "held", by=handler, reason=REASON)
        return lists.set_item(held, "in", by=by)

    return do


def _panel(scene: Scene) -> Iterator[Act]:
    may, seats = HANDLER if scene.is_open else NOBODY, scene.seats
    idle = scene.people["expert_idle"]
    known = {"idle": [row for row in seating.pool(scene.run) if row.user_id == idle.pk]}
    yield Act("appoint", lambda s, by: seating.appoint(s.run, known["idle"], by=by), may)
    if scene.shape.seats.appoint != "appoint":
        yield Act("draw", lambda s, by: seating.draw(s.run, 1, by=by), may)
    if not seats:
        return
    chair, seated, pending = (seats[f"expert_{who}"] for who in ("chair", "seated", "pending"))
    yield Act("chair", lambda s, by: seating.set_chair(s.run, seated.expert, by=by), may)
    yield Act("take seat back", lambda s, by: seating.release(pending, by=by, reason=REASON), may)
    yield Act("declare", lambda s, by: seating.declare(Seat.objects.get(pk=pending.pk), by=by,
                                                       clear=True),
              frozenset({"expert_pending"}) if scene.is_open else NOBODY)  # fmt: skip
    yield from _sheets(scene, chair, seated)


def _hearing(scene: Scene) -> Iterator[Act]:
    sitting = sittings.current(scene.run)
    yield Act("schedule", lambda s, by: hearings.schedule(
        s.run, by=by, starts_at=soon(), place="四楼",
        version=sitting.version if sitting else None),
        HANDLER if scene.is_open else NOBODY)  # fmt: skip
    yield from _panel(scene)


def _sheets(scene: Scene, chair: Seat, seated: Seat) -> Iterator[Act]:
    said, own = sheet_of(scene.run, scene.shape), frozenset({"expert_seated"})
    version = Seat.objects.select_related("sheet").get(pk=seated.pk).sheet.version
    mine = own if scene.is_open else NOBODY
    yield Act("score", lambda s, by: sheets.save(seated, said, by=by, version=version), mine)
    yield Act("sign sheet", lambda s, by: sheets.sign(seated, said, by=by, version=version), mine)
    yield Act("unlock", lambda s, by: sheets.unlock(chair, by=by, reason=REASON),
              HANDLER | {"expert_chair"} if scene.is_open else NOBODY)  # fmt: skip
    yield Act("recuse", lambda s, by: sheets.recuse(seated, by=by, reason=REASON), HANDLER | own)


def _minutes(scene: Scene) -> Iterator[Act]:
    sitting = sittings.current(scene.run)
    if sitting is not None:
        sitting.run = scene.run
        yield Act("minutes", lambda s, by: sittings.attach_minutes(sitting, make.photo(), by=by),
                  HANDLER if scene.is_open else NOBODY)  # fmt: skip


def _visit(scene: Scene) -> Iterator[Act]:
    may, run, sitting = HANDLER if scene.is_open else NOBODY, scene.run, scene.sitting
    team = [sittings.Person("考察一号", "", scene.people["called"]), sittings.Person("考察二号")]
    plan = {run.case_id: visiting.Appointment(soon(), "一号车间")}
    yield Act("appoint visit",
              lambda s, by: visiting.appoint(run, by=by, people=team, appointments=plan),
              may)  # fmt: skip
    if sitting is None:
        return
    row = sitting.agenda.get()
    known = visiting.verdicts_of(row)
    seen = {p.id: visiting.Said("yes", "", visiting.token_of(known.get(p.id)))
            for p in scene.shape.points}  # fmt: skip
    went = set(sitting.people.values_list("pk", flat=True))
    on_spot = HANDLER | {"called"} if scene.is_open else NOBODY
    yield Act("judge", lambda s, by: visiting.judge(row, seen, by=by), on_spot)
    yield Act("note", lambda s, by: visiting.write_note(row, f"{by}所见", by=by), on_spot)
    photo = next(iter(visiting.photos_of(row)), None)
    if photo is not None:
        yield Act("remove photo", lambda s, by: visiting.remove_photo(photo, by=by), on_spot)
    yield Act("photo", lambda s, by: visiting.add_photo(row, make.photo(), by=by), on_spot)
    yield Act("annul", lambda s, by: sittings.annul(sitting, by=by, reason=REASON), may)
    done = visiting.photos_of(row) and visiting.verdicts_of(row)
    yield Act(
        "close visit",
        lambda s, by: visiting.close_visit(sitting, {row.pk: ("pass", "符合")}, went, by=by),
        may if done else NOBODY,
    )


def _vote(scene: Scene) -> Iterator[Act]:
    may, sitting = HANDLER if scene.is_open else NOBODY, scene.sitting
    if sitting is None:
        people = [sittings.Person(name) for name in ("甲", "乙", "丙")]
        yield Act("convene", lambda s, by: sittings.convene(
            s.run, by=by, people=people, starts_at=soon(), place="三楼"), may)  # fmt: skip
        return
    first = sitting.people.exclude(user=scene.people["called"]).earliest("pk")
    called = frozenset({"called"}) if scene.is_open else NOBODY
    yield Act("annul", lambda s, by: sittings.annul(sitting, by=by, reason=REASON), may)
    yield Act("attend", lambda s, by: voting.set_attendance(sitting, {first.pk: True}, {}, by=by),
              may)  # fmt: skip
    yield Act("check in", lambda s, by: voting.check_in(sitting, by=by), called)
    if sitting.state == "planned":
        yield Act("open vote", lambda s, by: voting.open_ballot(sitting, by=by), may)
        return
    row = sitting.agenda.get()
    full = not voting.missing_ballots(sitting)
    yield Act("cast", lambda s, by: voting.cast(sitting, {row.pk: "against"}, by=by), called)
    yield Act("enter ballot", lambda s, by: voting.enter_ballots(
        sitting, {(row.pk, first.pk): "against"}, by=by), may)  # fmt: skip
    yield Act("close vote", lambda s, by: voting.close_ballot(sitting, by=by),
              may if full else NOBODY)  # fmt: skip


def _consult(scene: Scene) -> Iterator[Act]:
    may, row = HANDLER if scene.is_open else NOBODY, scene.asked
    due = timezone.localdate() + timedelta(days=9)
    if row is None:
        yield Act("send", lambda s, by: consulting.send(s.run, by=by, due_on=due), may)
        return
    ids = list(row.replies.values_list("pk", flat=True))
    said = {pk: replying.Answer("against", "有情况") for pk in ids}
    waiting = row.replied_at is None
    about = row.replies.filter(subject="leader").first()
    theirs = frozenset({"consulted"}) if scene.is_open and waiting else NOBODY
    yield Act("due day", lambda s, by: consulting.set_due(row, due, by=by),
              may if waiting else NOBODY)  # fmt: skip
    yield Act("reply", lambda s, by: replying.reply(
        row, said, by=by, version=row.version, complete=True), theirs)  # fmt: skip
    if about is not None:
        yield Act("show number", lambda s, by: replying.show_number(row, about.case, by=by), theirs)
    yield Act("reply on paper", lambda s, by: replying.reply_from_paper(
        row, said, replying.Cover("复1号", timezone.localdate(), make.photo()), by=by,
        version=row.version), may if waiting else NOBODY)  # fmt: skip
    yield Act("back to them", lambda s, by: consulting.send_back(row, by=by, reason=REASON),
              NOBODY if waiting else may)  # fmt: skip
    yield Act("handle", lambda s, by: consulting.handle(row.replies.earliest("pk"), "hold", REASON,
                                                        by=by),
              NOBODY if waiting else may)  # fmt: skip


def _committee(scene: Scene) -> Iterator[Act]:
    ids = [scene.run.case_id] if scene.run.case_id else list(
        ListItem.objects.filter(listing=scene.run.listing_id).values_list("case_id", flat=True)
    )  # fmt: skip
    held, may = sittings.current(scene.run), HANDLER if scene.is_open else NOBODY
    if held is not None:
        yield Act("annul", lambda s, by: sittings.annul(held, by=by, reason=REASON), may)
    yield Act("record meeting", lambda s, by: meeting.record(
        s.run, by=by, held_on=timezone.localdate(), minutes_number="纪要2号",
        results=dict.fromkeys(ids, ("pass", ""))),
        HANDLER if scene.is_open else NOBODY)  # fmt: skip


def _bodies(scene: Scene) -> Iterator[Act]:
    body = scene.people.get("body_approver")
    own = [r for r in scene.shape.bodies if scene.city.office(r).pk == scene.run.office_id]
    other = [r for r in scene.shape.bodies if r not in own]
    on_the_way = scene.is_open or scene.state in POSTS or scene.state == "announce"

    def approve(role: str) -> Do:
        return lambda s, by: decision.approve(
            fresh(s.run).listing, role, by=by, digest=lists.digest(s.run.listing)
        )

    for role in own[:1]:
        yield Act("approve own", approve(role), frozenset({"approver"}) if on_the_way else NOBODY)
    if body is not None:
        theirs = frozenset({"body_approver"}) if on_the_way else NOBODY
        yield Act("approve", approve(other[0]), theirs)
        yield Act("remark", lambda s, by: remarks.remark(s.run, other[0], REASON, by=by), theirs)


def _decision(scene: Scene) -> Iterator[Act]:
    yield from _bodies(scene) if scene.state != "announce" else ()
    yield Act("announce", lambda s, by: decision.announce(
        fresh(s.run).listing, by=by, on=timezone.localdate(), where="门户网站"),
        HANDLER if scene.state == "announce" else NOBODY)  # fmt: skip


def _publicity(scene: Scene) -> Iterator[Act]:
    may, row = HANDLER if scene.state == "running" else NOBODY, scene.item
    listing, notice = scene.run.listing, publicity.running(scene.run.listing)
    if notice is None:
        return
    after = notice.last_day + timedelta(days=1)
    yield Act("end notice", lambda s, by: publicity.close(listing, by=by, today=after),
              may if scene.objection is None else NOBODY)  # fmt: skip
    yield Act("take notice down",
              lambda s, by: publicity.withdraw(notice, by=by, reason=REASON), may)  # fmt: skip
    yield Act("enter objection", lambda s, by: objections.object_to(
        row, name="反映人", contact="12345", text="有异议", by=by), may)  # fmt: skip
    if scene.objection is not None:
        found = scene.objection
        yield Act("decide objection", lambda s, by: objections.decide_objection(
            found, upheld=False, finding="不属实", by=by), may)  # fmt: skip
        yield Act("hold objected",
                  lambda s, by: objections.hold_objected(row, by=by, reason=REASON),
                  may)  # fmt: skip
        yield Act("open contact",
                  lambda s, by: objections.open_contact(found, by=by, reason=REASON),
                  may)  # fmt: skip
        yield Act("answer objector", _answer(found), may)


def _answer(found: Objection) -> Do:
    """The objector is told what was found a moment ago."""

    @transaction.atomic
    def do(scene: Scene, by: User) -> object:
        objections.decide_objection(found, upheld=False, finding="不属实",
                                    by=scene.people["handler"])  # fmt: skip
        said = objections.Answer(timezone.localdate(), AnswerWay.values[0])
        return objections.answer_objector(found, said, by=by)

    return do


_OF_KIND: dict[str, Callable[[Scene], Any]] = {
    "panel": _panel, "visit": _visit, "vote": _vote, "consult": _consult,
    "committee": _committee, "joint_decision": _bodies, "decision": _decision,
    "publicity": _publicity, "hearing": _hearing,
}  # fmt: skip
