"""名额 on the page of a list: places beside those chosen, what a ranking suggests, honours."""

from typing import Any

from reviews.domain import cutting, honours, quota
from reviews.domain.results import Standing
from reviews.domain.work import PASS, REFUSE
from reviews.enums import ItemState
from reviews.models import List, ListItem, StageRun

#: Kinds at which places are taken.
_CUTS = ("shortlist", "decision")


def part(
    listing: List,
    stage: Any,
    results: list[dict[str, Any]],
    limits: tuple[int | None, int | None],
) -> dict[str, Any]:
    """Sentences about places, following what is chosen on the page, kept or not.

    Args:
        listing: the list.
        stage: what the ruleset says of its present stage.
        results: rows of the items that are in, each with its ``result``.
        limits: hard and soft limit of the list.
    """
    if stage.kind not in _CUTS or getattr(stage, "grading", None):
        return {"places": [], "honours": [], "cut": None}
    cut = cutting.cut_of(listing, limits, _chosen(stage, results))
    if stage.kind == "shortlist" and cut is not None:
        draw_line(results, cut.free)
    return {"places": quota.explained(listing), "honours": _honours(listing, stage, results),
            "cut": cut}  # fmt: skip


def draw_line(results: list[dict[str, Any]], free: int) -> None:
    """Mark the row below which the places end, and say so where equals stand on either side.

    Args:
        results: rows of the items that are in; left alone unless all are in order of place.
        free: places.
    """
    ranked = [row["standing"].place for row in results if row["standing"]]
    if not 0 < free < len(results) or len(ranked) < len(results) or ranked != sorted(ranked):
        return
    line = f"以上 {free} 个在名额之内"
    if ranked[free - 1] == ranked[free]:
        line = f"{line}；第 {ranked[free]} 名并列，名额不足，请人工确定"
    results[free - 1]["line"] = line


def _chosen(stage: Any, results: list[dict[str, Any]]) -> int:
    """How many would take a place: those chosen; of a decision all that are to be carried."""
    if stage.kind == "decision":
        return sum(1 for row in results if row["result"] not in ("", REFUSE))
    return sum(1 for row in results if row["result"] == PASS)


def suggestions(
    listing: List,
    run: StageRun,
    stage: Any,
    items: list[ListItem],
    standings: dict[int, Standing],
    limits: tuple[int | None, int | None],
) -> dict[int, cutting.Suggestion]:
    """What a shortlist begins with, for its first post; empty for every other stage and post.

    Args:
        listing: the list.
        run: its passage.
        stage: what the ruleset says of it.
        items: all items of the list.
        standings: where a panel ranked the cases.
        limits: hard and soft limit of the list.
    """
    begins = run.waiting_for == stage.signoff[0] and not run.data.get("phase")
    if stage.kind != "shortlist" or stage.grading or not begins:
        return {}
    cut = cutting.cut_of(listing, limits, 0)
    present = [item for item in items if item.state == ItemState.IN]
    return cutting.suggest(present, standings, None if cut is None else cut.free)


def _honours(listing: List, stage: Any, results: list[dict[str, Any]]) -> list[honours.Honour]:
    if stage.kind != "decision":
        return []
    kept = [row["result"] for row in results if row["result"] not in ("", REFUSE)]
    return honours.honours(
        listing, [said if said in stage.choices else stage.result for said in kept]
    )
