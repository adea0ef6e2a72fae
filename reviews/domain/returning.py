"""One filing of a list goes back to the unit: it is held, the list goes on without it.

The posts of the list's stage sign in their order, as for a single case; nothing happens, and the
unit hears nothing, before the last of them has.
"""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from applications.domain import events
from jurisdictions.enums import PostKind
from jurisdictions.permissions import signs_for
from portal.common.errors import DomainError
from portal.common.history import signed
from reviews.domain import claiming, corrections, lists, proposals
from reviews.domain.work import Work, move_item, open_work
from reviews.enums import ItemState, ProposalState
from reviews.models import ItemReturn, ListItem
from reviews.models.case import signer_name
from reviews.permissions import is_impartial


@transaction.atomic
def return_item(
    item: ListItem, *, faults: list[dict[str, str]], due_on: date | None, reason: str, by: Any
) -> ItemReturn | None:
    """Propose to send one filing of a list back for correction; where one post alone signs the
    stage it goes at once.

    Args:
        item: the item.
        faults: ``target`` and ``text`` of each, all at once.
        due_on: day by which the unit should answer, after today.
        reason: words to the unit.
        by: a handler of the office.

    Returns:
        The proposal that waits for the next post; None when the filing has gone back.

    Raises:
        DomainError: the list may not be changed now, one waits already, no fault, no day, or no
            right.
    """
    run = lists.editable_run(item.listing)
    work = open_work(run, by=by)
    lists.editable_run(work.listing_in_hand)
    row = next(i for i in work.items if i.pk == item.pk)
    claiming.handle(work)
    day = _check(row, faults, due_on)
    known = corrections.read_faults(work.policy, work.listing_in_hand.procedure, faults)
    posts = work.stage.signoff
    if len(posts) == 1:
        _carry_out(work, row, known, day, reason.strip())
        return None
    found = ItemReturn(item=row, run=work.run, office=work.run.office, faults=known, due_on=day,
                       reason=reason.strip(), proposed_by=by, post=posts[1])  # fmt: skip
    try:
        with transaction.atomic():
            signed(found, by=by, reason="提出退回补正").save()
    except IntegrityError as error:
        raise DomainError("该件已有待审批的退回补正，请先办理。") from error
    _tell_next(found)
    return found


def _tell_next(row: ItemReturn) -> None:
    proposals.tell_approvers(row, "退回补正待审批",
                             f"“{row.item.listing}”中有一件提出退回补正，内容见门户。",
                             post=row.post)  # fmt: skip


def _check(row: ListItem, faults: list[dict[str, str]], due_on: date | None) -> date:
    """Which item, with what; the day.

    Raises:
        DomainError: not on the list, no fault, or no day.
    """
    if row.state != ItemState.IN:
        raise DomainError("该件不在名单中，不能退回补正。")
    if due_on is None or due_on <= timezone.localdate():
        raise DomainError("请填写补正期限，且须晚于今天。", field="due_on", status=422)
    if not faults:
        raise DomainError("退回补正须一次告知全部问题：请标记并逐条写明要求。",
                          field="flags", status=422)  # fmt: skip
    return due_on


@transaction.atomic
def decide(row: ItemReturn, *, approve: bool, by: Any, text: str = "") -> ItemReturn:
    """The post whose turn it is signs or refuses; with the last the filing goes back.

    Args:
        row: the proposal.
        approve: whether it is signed.
        by: who holds the post, another person than any who signed before.
        text: words; a refusal needs them.

    Raises:
        DomainError: answered already, no right, or the list or its stage has changed meanwhile.
    """
    work = open_work(row.run, by=by)
    locked = (
        ItemReturn.objects.select_for_update(of=("self",))
        .select_related("office", "proposed_by", "decided_by", "item__listing")
        .get(pk=row.pk)
    )
    proposals.require_approver(by, locked, locked.post)
    _require_another(work, locked)
    posts = work.stage.signoff
    if approve and locked.post != posts[-1]:
        return _pass_on(locked, posts[posts.index(locked.post) + 1], by)
    proposals.answer(locked, approve=approve, by=by, text=text, post=locked.post)
    if approve:
        if lists.editable_run(work.listing_in_hand).pk != work.run.pk:
            raise DomainError("名单已进入其他环节，不能按原环节退回。")
        item = next(i for i in work.items if i.pk == locked.item_id)
        day = _check(item, locked.faults, locked.due_on)
        _carry_out(work, item, locked.faults, day, locked.reason)
    state = locked.get_state_display()
    body = f"“{locked.item.listing}”中一件的退回补正：{state}。说明见门户。"
    proposals.tell_proposer(locked, f"退回补正{state}", body)
    return locked


@transaction.atomic
def take_back(row: ItemReturn, *, by: Any) -> ItemReturn:
    """Whoever proposed a return takes it back while it waits.

    Args:
        row: the proposal.
        by: who proposed it.

    Raises:
        DomainError: somebody else proposed it, or it is over.
    """
    open_work(row.run, by=by)
    locked = (
        ItemReturn.objects.select_for_update(of=("self",))
        .select_related("office", "decided_by", "item__listing")
        .get(pk=row.pk)
    )
    if locked.proposed_by_id != by.pk:
        raise DomainError("只有提出人可以收回，请联系提出人或由审批岗位办理。", status=403)
    proposals.require_open(locked)
    proposals.close(locked, ProposalState.WITHDRAWN, "提出人收回", by=by)
    return locked


def _require_another(work: Work, row: ItemReturn) -> None:
    verdict = is_impartial(work.by, work.run)
    if not verdict:
        raise DomainError(verdict.reason, status=403)
    if any(line["user"] == work.by.pk for line in row.signed):
        raise DomainError("您已在本件退回补正上签过其他岗位，请由另一位人员签署。", status=403)


def _pass_on(row: ItemReturn, post: str, by: Any) -> ItemReturn:
    """A post in between has signed: the next has its turn."""
    signer = signer_name(by, signs_for(by, row.office, row.post))
    row.signed = [*row.signed, {"post": row.post, "user": by.pk, "signer": signer,
                                "on": timezone.localdate().isoformat()}]  # fmt: skip
    label, row.post = PostKind(row.post).label, post
    signed(row, by=by, reason=f"{label}签署").save()
    _tell_next(row)
    return row


def _carry_out(
    work: Work, row: ListItem, known: list[dict[str, Any]], due_on: date, reason: str
) -> None:
    """The filing is held and the unit told; once corrected it goes on with a supplementary list,
    with a publicity of its own where the road has one."""
    listing = work.listing_in_hand
    move_item(row, ItemState.HELD, reason or "退回补正", work)
    corrections.issue(work, row.case, known, due_on, reason)
    text = f"名单“{listing.title}”：退回补正，暂缓；名单其他各件继续办理"
    events.record(row.case.application, "item_moved", text, actor=work.by,
                  office=work.run.office, data={"state": ItemState.HELD})  # fmt: skip
    listing.version += 1
    signed(listing, by=work.by, reason="退回补正").save()


def require_none_waiting(work: Work) -> None:
    """A list does not go on while a filing that is in is about to go back.

    Raises:
        DomainError: counts those that wait.
    """
    if work.listing is None:
        return
    waiting = work.run.item_returns.filter(
        state=ProposalState.PROPOSED, item__state=ItemState.IN
    ).count()
    if waiting:
        raise DomainError(f"名单中有 {waiting} 件的退回补正待审批，请先在“待批事项”中办理。")
