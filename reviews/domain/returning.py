"""One filing of a list goes back to the unit: it is held, the list goes on without it."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from applications.domain import events
from jurisdictions.queries import policy_of
from portal.common.errors import DomainError
from portal.common.history import signed
from reviews.domain import corrections, lists, road
from reviews.domain.work import Work, lock_list, move_item
from reviews.enums import ItemState
from reviews.models import ListItem, StageRun
from reviews.permissions import can_handle, is_impartial


@transaction.atomic
def return_item(
    item: ListItem, *, faults: list[dict[str, str]], due_on: date | None, reason: str, by: Any
) -> ListItem:
    """Send one filing of a list back for correction; it is held meanwhile.

    Once corrected it goes on with a supplementary list, with a publicity of its own where the
    road has one.

    Args:
        item: the item.
        faults: ``target`` and ``text`` of each, all at once.
        due_on: day by which the unit should answer, after today.
        reason: words to the unit.
        by: a handler of the office.

    Raises:
        DomainError: the list may not be changed now, no fault, no day, or no right.
    """
    listing, items = lock_list(item.listing_id)
    run = lists.editable_run(listing)
    row = next(i for i in items if i.pk == item.pk)
    _check(row, run, by, faults, due_on)
    policy = policy_of(listing.ruleset)
    known = corrections.read_faults(policy, listing.procedure, faults)
    stage = road.stage_of(listing.ruleset, listing.procedure, run.stage)
    work = Work(run, stage, policy, by, listing=listing, items=items)
    move_item(row, ItemState.HELD, reason.strip() or "退回补正", work)
    corrections.issue(work, row.case, known, due_on, reason.strip())
    events.record(row.case.application, "item_moved",
                  f"名单“{listing.title}”：退回补正，暂缓；名单其他各件继续办理",
                  actor=by, office=run.office, data={"state": ItemState.HELD})  # fmt: skip
    listing.version += 1
    signed(listing, by=by, reason="退回补正").save()
    return row


def _check(
    row: ListItem, run: StageRun, by: Any, faults: list[dict[str, str]], due_on: date | None
) -> None:
    """Who may, on which item, with what.

    Raises:
        DomainError: no right, not on the list, no fault, or no day.
    """
    for verdict in (can_handle(by, run.office), is_impartial(by, run)):
        if not verdict:
            raise DomainError(verdict.reason, status=403)
    if row.state != ItemState.IN:
        raise DomainError("该件不在名单中，不能退回补正。")
    if due_on is None or due_on <= timezone.localdate():
        raise DomainError("请填写补正期限，且须晚于今天。", field="due_on", status=422)
    if not faults:
        raise DomainError("退回补正须一次告知全部问题：请标记并逐条写明要求。",
                          field="flags", status=422)  # fmt: skip
