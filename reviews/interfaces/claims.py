"""领取 on the pages: who has a case or list, until when, and what that means for the reader."""

from typing import Any

from django.utils import timezone

from jurisdictions.queries import administered_ids
from reviews import queries
from reviews.domain import claiming
from reviews.models import Case, List
from reviews.permissions import can_claim


def shown(row: Case | List, user: Any) -> dict[str, bool]:
    """Whether the reader may take it up, and whether it is his now.

    Args:
        row: a case or list that he sees.
        user: who reads.
    """
    holder = claiming.holder(row)
    return {"may_claim": holder is None and bool(can_claim(user, row)),
            "mine": holder is not None and holder.pk == user.pk}  # fmt: skip


def may_assign(user: Any) -> bool:
    """Whether a person approves for some office or administers a place."""
    return bool(queries.offices_by_post(user)["approver"]) or bool(administered_ids(user))


def cell(row: Case | List) -> dict[str, Any]:
    """The cell of a worklist that says who has it and until when."""
    holder = claiming.holder(row)
    found = {"th": "领取", "text": str(holder) if holder else "—", "nw": True}
    return found | ({"sub": f"至 {timezone.localtime(row.claimed_until):%m-%d %H:%M}"}
                    if holder else {})  # fmt: skip


def meta(row: Case | List) -> list[dict[str, str]]:
    """The part of the line beneath the title that says who has it; nothing while it is free."""
    holder = claiming.holder(row)
    if holder is None:
        return []
    until = timezone.localtime(row.claimed_until)
    return [{"label": f"{holder}已领取（至 {until:%H:%M}，每次操作自动续期）", "icon": "lock"}]


def busy(row: Case | List, user: Any) -> str:
    """Why the reader may only look, when somebody else has it; else nothing."""
    holder = claiming.holder(row)
    if holder is None or holder.pk == user.pk:
        return ""
    until = timezone.localtime(row.claimed_until)
    return f"{row.this}由{holder}领取（至 {until:%H:%M}），您可以查看。"
