"""Bodies that decide on a list together are told that it waits for their approval."""

from typing import Any

from django.urls import reverse

from jurisdictions.enums import PostKind
from reviews.domain import road
from reviews.domain.notices import tell_post
from reviews.models import List, StageRun
from reviews.queries.turns import missing_bodies


def ask_bodies(listing: List, run: StageRun) -> int:
    """Tell the approvers of each body that has not approved the list, and their deputies.

    Called when a stage opens and whenever its turn moves. A body hears of a passage once, and
    once more when the list it approved was changed since.

    Args:
        listing: the list, locked.
        run: its open passage.

    Returns:
        How many people were told now.
    """
    stage = road.stage_of(listing.ruleset, listing.procedure, run.stage)
    approved = set(run.approvals.values_list("role", flat=True))
    told = 0
    for role, office in missing_bodies([listing]).get(listing.pk, ()):
        told += _tell(listing, run, stage, office, role, again=role in approved)
    return told


def _tell(
    listing: List, run: StageRun, stage: Any, office: Any, role: str, *, again: bool
) -> int:  # fmt: skip
    why = "名单在贵机构审定后有变动，须重新审定" if again else f"名单已进入“{stage.label}”"
    key = f"approve:{run.public_id}:{role}"
    return tell_post(
        office, [PostKind.APPROVER], "office", f"请审定：{listing.title}",
        f"{why}，请代表{office}审定现有名单。",
        link=reverse("reviews:list", args=[listing.public_id]),
        key=f"{key}:{run.approvals.filter(role=role).count()}" if again else key,
    )  # fmt: skip
