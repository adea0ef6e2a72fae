"""Every stage of every city, in each of its states, tried by everybody in every way there is.

Only whom the table names may change anything. Whoever else tries is refused, and afterwards
every row of the portal is what it was. An ordinary run lets some of the others try each act, in
turn, so that over the roads everybody tries everything; ``make bar`` lets all of them.
"""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from applications.models import Event
from portal.common.errors import DomainError
from reviews.domain import gathering, lists, objections
from reviews.domain.stages import recall
from reviews.models import Case, List
from tests.reviews import factories as make
from tests.reviews.acts import acts
from tests.reviews.scenes import HANDLER, Act, Scene
from tests.reviews.standing import fresh
from tests.reviews.walking import Walk, returned

pytestmark = [pytest.mark.django_db, pytest.mark.bar]
#: How many of those who may not try each act; ``make bar`` asks for all.
AT_ONCE = int(os.environ.get("PORTAL_WALK_ROLES", "2"))
_turns = count()
_WRITE = re.compile(r"\s*(insert|update|delete)\b", re.IGNORECASE)
#: What an act could touch; policies, calls and people never change here.
_TABLES = ("applications", "reviews", "guardian", "portal_common", "assessments")


def others(scene: Scene, act: Act) -> list[str]:
    """Whoever may not and tries now: the next in turn."""
    barred = sorted(set(scene.people) - act.who)
    start = next(_turns) * AT_ONCE
    return [barred[(start + n) % len(barred)] for n in range(min(AT_ONCE, len(barred)))]


def rows() -> str:
    """A digest of every row an act could touch."""
    digest, encoder = hashlib.sha256(), DjangoJSONEncoder()
    for label in _TABLES:
        for model in apps.get_app_config(label).get_models():
            for row in model._base_manager.order_by("pk").values_list():
                digest.update(encoder.encode([str(value) for value in row]).encode())
    return digest.hexdigest()


@contextmanager
def writes() -> Iterator[list[str]]:
    """The statements that change rows while the block runs."""
    seen: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if _WRITE.match(sql):
            seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen


def attempt(act: Act, scene: Scene, role: str) -> str:
    """Try an act as somebody: ``refused``, ``nothing`` or ``changed``."""
    with writes() as seen:
        try:
            act.do(scene, scene.people[role])
        except DomainError as error:
            return f"refused: {error.message}"
    return "changed" if seen else "nothing"


def tried(scene: Scene, table: Iterable[Act]) -> list[str]:
    """Everything in a table that is not as the table says."""
    table, wrong, before = list(table), [], rows()
    for act in table:
        for role in others(scene, act):
            said = attempt(act, scene, role)
            if said == "changed":
                wrong.append(f"{role} may {act.name}")
    if rows() != before:
        wrong.append("a refused act left something behind")
    for act in table:
        for role in act.who:
            with transaction.atomic():
                said = attempt(act, scene, role)
                transaction.set_rollback(True)
            if said != "changed":
                wrong.append(f"{role} may not {act.name}: {said}")
    return [f"{scene.run.stage} {scene.state}: {line}" for line in wrong]


@pytest.mark.parametrize("code", make.CITIES)
def test_only_whom_the_table_names_changes_anything(code: str) -> None:
    walk, wrong = Walk(code), []
    done: set[str] = set()
    states: set[tuple[str, str]] = set()
    for run in walk.runs():
        for scene in walk.stops(run):
            wrong += tried(scene, acts(scene))
            done |= {act.name for act in acts(scene) if act.who}
            states.add((scene.run.stage, scene.state))
    assert wrong == []
    stages = {shape.id for shape in make.policy_of(walk.city.ruleset).stages("establish")}
    skipped = Event.objects.filter(application=walk.case.application, kind="stage_skipped")
    assert stages - {stage for stage, _ in states} == {row.data["stage"] for row in skipped}
    assert {"save", "sign", "send back", "recall", "paper", "claim", "reroute"} <= done
    assert {"extend", "sign extension", "return item", "sign return", "sign amend list"} <= done
    assert {"sign amend case", "release letter", "hold letter"} <= done


def test_a_passage_returned_or_recalled_is_closed_to_everybody() -> None:
    walk = Walk("chaoyang")
    first = walk.open_run()
    assert first is not None
    with transaction.atomic():
        scene = returned(walk, first)
        assert fresh(first).state == "returned"
        wrong = tried(scene, acts(scene))
        transaction.set_rollback(True)
    for _ in walk.stops(first):
        pass
    after = walk.open_run()
    assert after is not None
    last = make.stage_shape(walk.city, first).signoff[-1]
    recall(first, by=walk.city.person(first.office, last))
    assert fresh(after).state == "recalled"
    scene = walk.scene(after, "over")
    wrong += tried(scene, acts(scene))
    assert wrong == []


def test_a_list_is_drawn_up_and_supplemented_by_the_handler_alone() -> None:
    walk, wrong = Walk("chaoyang"), []
    for run in walk.runs():
        stops = walk.stops(run)
        for scene in stops:
            if run.listing_id is None and scene.state == "over":
                wrong += tried(scene, _draw_up(walk))
            if scene.objection is not None:
                with transaction.atomic():
                    wrong += tried(scene, _supplement(scene))
                    transaction.set_rollback(True)
    assert wrong == []


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
