"""What a passage is, in the words of the table of acts: which of them are due there."""

from typing import Any

from reviews.domain import claiming, quota, rollups
from reviews.domain.work import may_return
from reviews.models import Letter, ListItem, RollUpLine, StageRun
from tests.reviews.scenes import Scene


def features(scene: Scene) -> set[str]:
    """Words that fit a passage as it stands."""
    shape, run = scene.shape, scene.run
    found = {shape.scope, shape.kind, *(["panel"] if shape.kind == "hearing" else [])}
    asked: dict[str, Any] = {
        "signed": len(shape.signoff) > 1,
        "bodies": "body_approver" in scene.people,
        "own": _own_body(scene),
        "draw": hasattr(shape, "seats") and shape.seats.appoint != "appoint",
        "announced": getattr(shape, "announcement", None) is not None,
        "returns": may_return(shape, of_case=run.case_id is not None) and _open(run),
        "held": run.case is not None and _taken_up(scene),
        "taken": run.listing is not None and _taken_up(scene),
        "back": bool(scene.back),
        "limited": run.due_on is not None,
        "rollup": rollups.stage_of(run) is not None,
        "letter": Letter.objects.filter(run=run).exists(),
        "asked": scene.asked is not None and scene.asked.replies.filter(subject="leader").exists(),
        "strikes": shape.scope == "list" and not getattr(shape, "grading", None),
        "quota": places_of(scene) is not None,
    }
    return found | {word for word, holds in asked.items() if holds}


def _taken_up(scene: Scene) -> bool:
    return claiming.holder(scene.subject) in scene.people.values()


def _own_body(scene: Scene) -> bool:
    roles = getattr(scene.shape, "bodies", ())
    return any(scene.city.office(role).pk == scene.run.office_id for role in roles)


def _open(run: StageRun) -> bool:
    """Whether the filing of a passage is not decided yet."""
    return run.case is None or run.case.application.status == "submitted"


def on_a_table(run: StageRun) -> bool:
    """Whether a passage stands on a signed table, where one is asked for."""
    return rollups.stage_of(run) is None or RollUpLine.objects.filter(run=run).exists()


def places_of(scene: Scene) -> int | None:
    """How many may be chosen for a list, where a number holds."""
    if scene.run.listing is None:
        return None
    count = ListItem.objects.filter(listing=scene.run.listing_id).count()
    return quota.limits_of(scene.run.listing, scene.shape, count)[0]
