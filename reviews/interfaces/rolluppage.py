"""The page of a table of recommendations: what would stand on it now, and those signed."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from jurisdictions.permissions import works_for
from jurisdictions.queries import policy_of
from portal.common.errors import DomainError
from reviews import queries
from reviews.domain import rollups
from reviews.models import Case, StageRun
from reviews.permissions import can_handle


def run_of(case: Case) -> StageRun | None:
    """The last passage of a case that is summed up on a table."""
    rows = case.runs.select_related("office", "case__application__ruleset").order_by("-pk")
    return next((run for run in rows if rollups.stage_of(run) is not None), None)


def links(case: Case) -> list[dict[str, str]]:
    """The way to the table, from the stage that is summed up on one and after it."""
    application = case.application
    stages = policy_of(application.ruleset).stages(application.procedure)
    asked = next((s for s in stages if getattr(s, "rollup", None)), None)
    if asked is None or run_of(case) is None:
        return []
    return [{"label": asked.rollup.title, "url": reverse("reviews:rollup", args=[case.public_id])}]


def page(
    run: StageRun,
    user: Any,
    typed: Mapping[str, str],
    error: DomainError | None,
    *,
    failed: int | None = None,
) -> dict[str, Any]:
    """Everything the page shows; what is not signed yet is for the office alone.

    Args:
        run: the passage.
        user: who reads.
        typed: what was typed just now and could not be kept.
        error: why it could not be kept.
        failed: the signed table that could not be set aside just now.
    """
    stage = rollups.stage_of(run)
    inside = bool(works_for(user, run.office))
    table = rollups.table_of(run, stage) if inside else None
    case: Any = run.case
    back = reverse("reviews:case", args=[case.public_id])
    return {
        "run": run, "case": case, "stage": stage, "error": error, "typed": typed,
        "table": table,
        "lines": [list(zip(table.heads, row, strict=True)) for row in table.rows]
        if table else [],
        "handles": bool(can_handle(user, run.office)),
        "signed": list(queries.rollups_beside(run)),
        "failed": failed,
        "crumbs": [{"label": "待我办理", "url": reverse("reviews:worklist")},
                   {"label": case.application.number or "申报件", "url": back},
                   {"label": stage.rollup.title if stage else "", "url": ""}],
    }  # fmt: skip
