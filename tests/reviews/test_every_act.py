"""Every stage of every city, in each of its states, tried by everybody in every way there is.

Only whom the table names may change anything. Whoever else tries is refused, and afterwards
every row of the portal is what it was. An ordinary run lets some of the others try each act, in
turn, so that over the roads everybody tries everything; ``make bar`` lets all of them. Which acts
there are is compared with the addresses of the portal (``tests/acts.yaml``).
"""

import pytest
from django.db import transaction

from applications.models import Event
from reviews.domain import gathering, lists, objections
from reviews.domain.stages import recall
from reviews.models import Case, List
from tests.acts import due
from tests.reviews import factories as make
from tests.reviews.acts import acts
from tests.reviews.scenes import HANDLER, Act, Scene
from tests.reviews.standing import fresh
from tests.reviews.trying import Found
from tests.reviews.walking import LAGOON, Walk, founding, returned

pytestmark = [pytest.mark.django_db, pytest.mark.bar]


@pytest.mark.parametrize("code", [*make.CITIES, LAGOON])
def test_only_whom_the_table_names_changes_anything(code: str) -> None:
    walk, found = founding(code), Found()
    states: set[tuple[str, str]] = set()
    for run in walk.runs():
        for scene in walk.stops(run):
            found.at(scene, acts(scene))
            states.add((scene.run.stage, scene.state))
    assert found.wrong == []
    assert found.lacking() == []
    stages = {shape.id for shape in walk.stages()}
    skipped = Event.objects.filter(application=walk.case.application, kind="stage_skipped")
    assert stages - {stage for stage, _ in states} == {row.data["stage"] for row in skipped}


def test_a_passage_returned_or_recalled_is_closed_to_everybody() -> None:
    walk, found = founding("chaoyang"), Found()
    first = walk.open_run()
    assert first is not None
    with transaction.atomic():
        scene = returned(walk, first)
        assert fresh(first).state == "returned"
        found.at(scene, acts(scene))
        transaction.set_rollback(True)
    for _ in walk.stops(first):
        pass
    after = walk.open_run()
    assert after is not None
    last = make.stage_shape(walk.city, first).signoff[-1]
    recall(first, by=walk.city.person(first.office, last))
    assert fresh(after).state == "recalled"
    scene = walk.scene(after, "over")
    found.at(scene, acts(scene))
    assert found.wrong == []


def test_a_list_is_drawn_up_and_supplemented_by_the_handler_alone() -> None:
    walk, found = founding("chaoyang"), Found(met={"drawing"})
    for run in walk.runs():
        for scene in walk.stops(run):
            if run.listing_id is None and scene.state == "over":
                found.at(scene, _draw_up(walk))
            if scene.objection is not None:
                with transaction.atomic():
                    found.at(scene, _supplement(scene))
                    transaction.set_rollback(True)
    assert found.wrong == []
    assert set(due({"drawing"})) <= found.done


def _draw_up(walk: Walk) -> list[Act]:
    waits = Case.objects.get(pk=walk.case.pk).state == "listed"
    return [Act("draw up", lambda s, by: gathering.create_list(walk.city.round, by=by),
                HANDLER if waits else frozenset())]  # fmt: skip


def _supplement(scene: Scene) -> list[Act]:
    by = scene.people["handler"]
    objections.hold_objected(scene.item, by=by, reason="核实需要时间")
    assert scene.objection is not None
    objections.decide_objection(scene.objection, upheld=False, finding="不属实", by=by)
    listing = List.objects.get(pk=scene.run.listing_id)
    return [Act("supplement", lambda s, who: lists.supplement(listing, by=who), HANDLER)]
