"""What came to the road later: more time, a filing sent back from a list, 更正, letters that wait.

Where an act answers what another person proposed, the proposal is made in the same breath, so
that a refusal leaves nothing of either.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from jurisdictions.engine.docnumber import check_document_number
from portal.accounts.models import User
from reviews.domain import amending, corrections, extending, releasing, returning, rollups
from reviews.enums import LetterKind
from reviews.models import Case, Letter, List, RollUp
from tests.reviews import factories as make
from tests.reviews import lagoon as there
from tests.reviews.scenes import HANDLER, NOBODY, POSTS, REASON, Act, Do, Scene
from tests.reviews.standing import fresh

APPROVER = frozenset({"approver"})
#: Letters that may wait again once sent; a notice of correction is dead when it has done its work.
LETTERS = tuple(kind for kind in releasing.TO_UNIT if kind != LetterKind.CORRECTION)
#: Letters are released by whoever answers for the office or for the place.
RELEASES = frozenset({"approver", "administrator"})


def acts(scene: Scene) -> Iterator[Act]:
    """All of them, as far as a passage as it stands has to do with them."""
    if scene.state in ("open", "over"):
        # Whose turn it is to sign changes nothing about the time.
        yield from _time(scene)
    if scene.run.listing_id and scene.state != "over":
        yield from _back_to_the_unit(scene)
    if scene.run.kind == "decision":
        yield from _amending(scene)
    if rollups.stage_of(scene.run) is not None and scene.state != "over":
        yield from _table(scene)
    letter = Letter.objects.filter(run=scene.run, kind__in=LETTERS).last()
    if letter is not None:
        yield from _letter(letter)


def _time(scene: Scene) -> Iterator[Act]:
    going = scene.state != "over"
    going = going and scene.run.due_on is not None
    yield Act("extend", _extend, HANDLER if going else NOBODY)
    if going:
        yield Act("sign extension", _sign_extension, APPROVER)


def _extend(scene: Scene, by: User) -> Any:
    return extending.propose(fresh(scene.run), days=3, reason=REASON, by=by)


@transaction.atomic
def _sign_extension(scene: Scene, by: User) -> Any:
    row = _extend(scene, scene.people["handler"])
    return extending.decide(row, approve=True, by=by)


def _back_to_the_unit(scene: Scene) -> Iterator[Act]:
    may = scene.is_open and not scene.run.listing.decided_on
    yield Act("return item", _return, HANDLER if may else NOBODY)
    second = scene.shape.signoff[1:2]
    if may and second:
        yield Act("sign return", _sign_return, frozenset(map(str, second)))
        yield Act("take back return", _take_back_return, HANDLER)


def _return(scene: Scene, by: User) -> Any:
    policy = make.policy_of(scene.city.ruleset)
    target = next(iter(corrections.targets_of(policy, scene.run.listing.procedure)))
    return returning.return_item(
        scene.item, faults=[{"target": target, "text": "请补正。"}],
        due_on=timezone.localdate() + timedelta(days=9), reason=REASON, by=by,
    )  # fmt: skip


@transaction.atomic
def _sign_return(scene: Scene, by: User) -> Any:
    row = _return(scene, scene.people["handler"])
    return returning.decide(row, approve=True, by=by)


@transaction.atomic
def _take_back_return(scene: Scene, by: User) -> Any:
    row = _return(scene, scene.people["handler"])
    return returning.take_back(row, by=by)


def _table(scene: Scene) -> Iterator[Act]:
    kept = RollUp.objects.filter(lines__run=scene.run).first()
    may = HANDLER if scene.is_open or scene.state in POSTS else NOBODY
    yield Act("keep table", _keep_table, NOBODY if kept else may)
    if kept is not None:
        yield Act("void table", lambda s, by: rollups.void(kept, by=by, reason=REASON), may)


def _keep_table(scene: Scene, by: User) -> Any:
    return there.sign_table(scene.city, scene.run.case, by=by)


def _amending(scene: Scene) -> Iterator[Act]:
    done = scene.state in ("over", "announce")
    for name, propose in (("amend list", _amend_list), ("amend case", _amend_case)):
        yield Act(name, propose, HANDLER if done else NOBODY)
        if done:
            yield Act(f"sign {name}", _answered(propose), APPROVER)


def _wrong(target: str, new: str) -> amending.Wrong:
    return amending.Wrong(target, new, REASON, "示人社函〔2026〕9号",
                          timezone.localdate().isoformat())  # fmt: skip


def _amend_list(scene: Scene, by: User) -> Any:
    listing = List.objects.get(pk=scene.run.listing_id)
    number = str(check_document_number("示人社发〔2026〕18号"))
    return amending.propose(listing, _wrong("document_number", number), by=by)


def _amend_case(scene: Scene, by: User) -> Any:
    case = Case.objects.select_related("application").get(pk=scene.item.case_id)
    return amending.propose(case, _wrong("unit_name", "更正后的单位名称"), by=by)


def _answered(propose: Do) -> Do:
    @transaction.atomic
    def do(scene: Scene, by: User) -> Any:
        row: Any = propose(scene, scene.people["handler"])
        return amending.decide(row, approve=True, by=by)

    return do


def _letter(letter: Letter) -> Iterator[Act]:
    yield Act("release letter", _waiting(letter, _send), RELEASES)
    yield Act("hold letter", _waiting(letter, _hold), RELEASES)


def _send(letter: Letter, by: User) -> Any:
    return releasing.release(letter, by=by)


def _hold(letter: Letter, by: User) -> Any:
    return releasing.hold_back(letter, by=by, reason=REASON)


def _waiting(letter: Letter, answer: Any) -> Do:
    """The letter waits, as where the place wants it checked, and somebody answers."""

    @transaction.atomic
    def do(scene: Scene, by: User) -> Any:
        releasing.choose_kinds(scene.city.jurisdiction, [letter.kind], by=scene.city.admin)
        row = Letter.objects.select_related("case__jurisdiction", "run__office").get(pk=letter.pk)
        releasing.dispatch(row, by=scene.people["handler"])
        return answer(row, by)

    return do
