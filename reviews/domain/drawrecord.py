"""抽取记录: what was asked of a draw, who was in it, who was not and why, who came out."""

from collections.abc import Mapping
from typing import Any

from reviews.domain.drawing import Drawn, Needs
from reviews.enums import DrawKind
from reviews.models import Expert, PanelDraw, StageRun


def keep(
    run: StageRun, drawn: Drawn, needs: Needs, experts: Mapping[str, Expert], *, seed: str, by: Any
) -> PanelDraw:
    """Write a draw of experts down, so that anybody can repeat it.

    Args:
        run: the passage.
        drawn: what came out.
        needs: what was asked.
        experts: the pool by key.
        seed: of the lots.
        by: who drew.
    """
    narrow = [f"专业领域不含“{needs.speciality}”"]
    return PanelDraw.objects.create(
        run=run, kind=DrawKind.EXPERTS, seed=seed, by=by,
        wanted={"count": needs.count, "sources": list(needs.sources),
                "roles": list(needs.roles), "speciality": needs.speciality},
        candidates=[_line(experts[key]) for key in drawn.order],
        excluded=[*({**_line(experts[row.key]), "reasons": list(row.against)}
                    for row in drawn.excluded),
                  *({**_line(experts[key]), "reasons": narrow} for key in drawn.outside)],
        picked=[_line(experts[key]) for key in drawn.picked],
    )  # fmt: skip


def _line(expert: Expert) -> dict[str, str]:
    return {"key": str(expert.public_id), "name": expert.name, "source": expert.source,
            "employer": expert.employer}  # fmt: skip
