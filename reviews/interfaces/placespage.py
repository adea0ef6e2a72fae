"""名额 on the page of a list: how a floating number comes about, places of single results."""

from typing import Any

from reviews.domain import honours, quota
from reviews.models import List

#: Kinds at which places are taken.
_CUTS = ("shortlist", "decision")


def part(listing: List, stage: Any, results: list[dict[str, Any]]) -> dict[str, Any]:
    """Sentences about places, following what is chosen on the page, kept or not.

    Args:
        listing: the list.
        stage: what the ruleset says of its present stage.
        results: rows of the items that are in, each with its ``result``.
    """
    if stage.kind not in _CUTS or getattr(stage, "grading", None):
        return {"places": [], "honours": []}
    return {"places": quota.explained(listing),
            "honours": _honours(listing, stage, results)}  # fmt: skip


def _honours(listing: List, stage: Any, results: list[dict[str, Any]]) -> list[honours.Honour]:
    if stage.kind != "decision":
        return []
    kept = [row["result"] for row in results if row["result"] != "refuse"]
    return honours.honours(
        listing, [said if said in stage.choices else stage.result for said in kept]
    )
