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


def _until(row: Case | List) -> str:
    """When a claim ends, in words; an assignment may last until another day."""
    until = timezone.localtime(row.claimed_until)
    return f"{until:%H:%M}" if until.date() == timezone.localdate() else f"{until:%m月%d日 %H:%M}"


def cell(row: Case | List) -> dict[str, Any]:
    """The cell of a worklist that says who has it and until when."""
    holder = claiming.holder(row)
    found = {"th": "领取", "text": str(holder) if holder else "—", "nw": True}
    return found | ({"sub": f"至 {_until(row)}"} if holder else {})


def meta(row: Case | List) -> list[dict[str, str]]:
    """The part of the line beneath the title that says who has it; nothing while it is free."""
    holder = claiming.holder(row)
    if holder is None:
        return []
    return [{"label": f"{holder}已领取（至 {_until(row)}，每次操作自动续期）", "icon": "lock"}]


def busy(row: Case | List, user: Any) -> str:
    """Why the reader may only look, when somebody else has it; else nothing."""
    holder = claiming.keeper(row, user)
    if holder is None:
        return ""
    return f"{row.this}由{holder}领取（至 {_until(row)}），您可以查看。"
