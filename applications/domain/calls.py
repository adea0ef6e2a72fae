"""批次 whose closing moment is moved: whoever is still filling in learns of it at once."""

from typing import Any

from django.urls import reverse

from applications.enums import Status
from applications.models import Application
from jurisdictions.models import Round
from portal.accounts.queries import MANAGING_ROLES, members_of
from portal.common.notifying import notify
from portal.common.templatetags.portal_ui import cn_deadline

EXTENDED, CLOSED = "round_extended", "round_closed"


def tell_drafters(call: Round, kind: str, reason: str) -> int:
    """Tell the units with a draft in a call until when they may hand in now.

    A call that ends at its hour ends without a reason, and nobody is told.

    Args:
        call: with its new closing moment.
        kind: what was done with it, ``EXTENDED`` or ``CLOSED``.
        reason: why, as the administrator wrote it.

    Returns:
        How many people were told now.
    """
    if kind not in (EXTENDED, CLOSED) or not reason:
        return 0
    until = cn_deadline(call.closes_at)
    said = ("申报延期", f"截止时间延至{until}，请在此之前提交") if kind == EXTENDED else (
        "申报提前截止", f"已于{until}提前截止，不再受理提交")  # fmt: skip
    drafts = Application.objects.filter(round=call, status=Status.DRAFT)
    rows = drafts.select_related("created_by", "enterprise")
    return sum(_tell(row, f"{said[0]}：{call.title}", f"{call.title}{said[1]}。理由：{reason}")
               for row in rows)  # fmt: skip


def _tell(draft: Application, title: str, text: str) -> int:
    members = members_of(draft.enterprise).filter(role__in=MANAGING_ROLES)
    people: list[Any] = [draft.created_by, *(member.user for member in members)]
    moment = draft.round.closes_at.isoformat() if draft.round else ""
    return notify([person for person in people if person is not None], "call", title, text,
                  link=reverse("applications:tasks", args=[draft.public_id]),
                  key=f"call:{draft.public_id}:{moment}")  # fmt: skip
