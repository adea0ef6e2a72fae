"""名单: ordered, cut, advanced; items in, held or struck."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from applications.domain import events
from applications.queries import newest_digests
from jurisdictions.engine.policy import Policy
from jurisdictions.models import Jurisdiction
from jurisdictions.queries import policy_of
from portal.common.errors import DomainError
from portal.common.history import signed
from portal.common.memory import recall
from reviews.domain import claiming, gathering, opening, outside, quota, road, settle
from reviews.domain.work import Work, lock_filings, lock_list, move_item
from reviews.enums import CaseState, ItemState, RunState
from reviews.models import Case, List, ListItem, QuotaSlot, StageRun
from reviews.permissions import can_handle, can_handle_run, may_list
from reviews.queries.joint import digest_of


def digest(subject: List | Case) -> str:
    """Names a list as it stands: which filings, in which submission, in which order.

    A case is named as a list of its filing alone.
    """
    key = ("reviews.digest", type(subject), subject.pk)
    found: str = recall(key, lambda: _digest(subject))
    return found


def _digest(subject: List | Case) -> str:
    cases = [subject] if isinstance(subject, Case) else _cases_in(subject)
    digests = newest_digests([case.application_id for case in cases])
    return digest_of([(case.public_id, digests.get(case.application_id, "")) for case in cases])


def _cases_in(listing: List) -> list[Case]:
    items = listing.items.filter(state=ItemState.IN).select_related("case")
    return [item.case for item in items.order_by("position", "pk")]


def editable_run(listing: List) -> StageRun:
    """The passage in which a list may be changed now.

    Raises:
        DomainError: it is being signed or published, or it is decided.
    """
    run = listing.runs.filter(state__in=[RunState.OPEN, RunState.SIGNING]).first()
    if run is None or listing.decided_on is not None:
        raise DomainError("名单已发文或已办结，不能修改。确有错误的请按更正程序办理。")
    if run.state == RunState.SIGNING or run.data.get("phase"):
        raise DomainError("名单正在签批或已对外公布，不能修改。确需修改的请先退回经办。")
    return run


@transaction.atomic
def reorder(listing: List, order: list[int], *, by: Any, version: int) -> List:
    """Put the items into a new order; approvals of the old order lapse with its digest.

    Args:
        listing: the list.
        order: primary keys of all its items.
        by: a handler of the office.
        version: of the list as the page showed it.

    Raises:
        DomainError: the list changed meanwhile, or may not be changed now.
    """
    locked, items = lock_list(listing.pk)
    _taken_up(locked, by, version)
    known = {item.pk: item for item in items}
    if sorted(order) != sorted(known):
        raise DomainError("名单已有变动，请刷新页面后重新排序。")
    for position, key in enumerate(order, 1):
        item = known[key]
        if item.position != position:
            item.position = position
            signed(item, by=by, reason="调整顺序").save()
    return _touch(locked, by, "调整顺序")


def _may_change(listing: List, by: Any, version: int | None) -> StageRun:
    if version is not None and listing.version != version:
        raise DomainError("名单已由他人修改，请刷新页面查看最新情况。")
    run = editable_run(listing)
    verdict = can_handle_run(by, run)
    if not verdict:
        raise DomainError(verdict.reason, status=403)
    return run


def _taken_up(listing: List, by: Any, version: int | None) -> StageRun:
    """The passage in which the person may change the list, which is taken up for him."""
    run = _may_change(listing, by, version)
    claiming.take(listing, by)
    return run


def _touch(listing: List, by: Any, reason: str) -> List:
    listing.version += 1
    signed(listing, by=by, reason=reason).save()
    return listing


@transaction.atomic
def set_item(
    item: ListItem, state: str, *, by: Any, reason: str = "", reserve: bool = False
) -> ListItem:
    """Hold, strike or put back an item.

    Args:
        item: the item.
        state: an ``ItemState``.
        by: a handler of the office.
        reason: required unless the item is put back.
        reserve: a held item is a reserve (候补).

    Raises:
        DomainError: the list may not be changed now, the reason is missing, no place is left.
    """
    listing, items = lock_list(item.listing_id)
    row = next(i for i in items if i.pk == item.pk)
    run = _taken_up(listing, by, None)
    if state != ItemState.IN and not reason.strip():
        raise DomainError("请写明理由。", field="reason", status=422)
    stage = road.stage_of(listing.ruleset, listing.procedure, run.stage)
    if reserve and not getattr(stage, "reserve", False):
        raise DomainError("本环节不设候补。", status=422)
    work = Work(run, stage, policy_of(listing.ruleset), by, listing=listing, items=items)
    _require_same_stage(row, state, run)
    if state == ItemState.STRUCK and getattr(stage, "grading", None):
        raise DomainError("参加考核的工作室不能移出名单；材料待核实的请用“暂缓”。")
    row.reserve = reserve and state == ItemState.HELD
    if state == ItemState.IN and ListItem.objects.filter(
        case=row.case, state=ItemState.IN
    ).exclude(pk=row.pk).exists():  # fmt: skip
        raise DomainError("该件已在另一名单中。")
    move_item(row, state, reason.strip(), work)
    if state == ItemState.IN:
        _take_if_cut(row, stage, len(items))
    label = ItemState(state).label
    events.record(row.case.application, "item_moved", f"名单“{listing.title}”：{label}，{reason}",
                  actor=by, office=run.office, data={"state": state})  # fmt: skip
    _touch(listing, by, label)
    return row


def _take_if_cut(row: ListItem, stage: Any, total: int) -> None:
    """Who is put back after the places were given out takes one."""
    cut = _cut_at(row.listing)
    if cut or QuotaSlot.objects.filter(round=row.listing.round).exists():
        _take(row, cut or stage, total)


def _cut_at(listing: List) -> Any | None:
    """The stage at which a list was cut to its places; None before."""
    done = listing.runs.filter(kind="shortlist", state=RunState.DONE).order_by("-pk").first()
    if done is None:
        return None
    return road.stage_of(listing.ruleset, listing.procedure, done.stage)


def _require_same_stage(row: ListItem, state: str, run: StageRun) -> None:
    """What left in an earlier stage missed the stages since; a reserve may still move up as long
    as none of them is over: nobody is decided who was not asked about and shown to the public.

    Raises:
        DomainError: it goes on with a supplementary list.
    """
    if state != ItemState.IN or not row.held_stage or row.held_stage == run.stage:
        return
    said = outside.missed(row, run, StageRun.objects.filter(listing=row.listing_id))
    if said:
        raise DomainError(said)
    if not promotable(row.listing):
        raise DomainError("名额没有空出（已入选而暂缓的件仍占名额），不能递补。")


@transaction.atomic
def choose(item: ListItem, *, by: Any) -> QuotaSlot:
    """Choose an item for the shortlist: it takes a place of the round's quota.

    Raises:
        DomainError: no place is left, none are given here, or the list may not be changed now.
    """
    listing, items = lock_list(item.listing_id)
    run = _may_change(listing, by, None)
    known = QuotaSlot.objects.filter(item=item).first()
    if known is not None:
        return known
    claiming.take(listing, by)
    row = next(i for i in items if i.pk == item.pk)
    slot = _take(row, road.stage_of(listing.ruleset, listing.procedure, run.stage), len(items))
    if slot is None:
        raise DomainError("本环节没有名额限制，不需要选入。")
    return slot


def _take(item: ListItem, stage: Any, size: int) -> QuotaSlot | None:
    hard, _ = quota.limits_of(item.listing, stage, size)
    return quota.take_slot(item, hard) if hard is not None else None


def check_places(work: Work, chosen: int) -> int | None:
    """Refuse more items than there are places; exceeding a soft limit needs a reason.

    Args:
        work: the passage.
        chosen: how many items are to be in.

    Returns:
        The number of places, None without a hard limit.

    Raises:
        DomainError: more are chosen than there are places.
    """
    hard, soft = quota.limits_of(work.listing_in_hand, work.stage, len(work.items))
    if hard is not None and chosen > hard:
        raise DomainError(f"名额 {hard} 个，现选入 {chosen} 个，请移出或列为候补。")
    if soft is not None and chosen > soft and not str(work.data.get("reason") or "").strip():
        raise DomainError(
            f"原则上不超过 {soft} 个，现选入 {chosen} 个，请写明理由。", field="reason", status=422
        )
    return hard


def take_places(work: Work) -> None:
    """Every item that is in takes its place of the round's quota.

    Raises:
        DomainError: more are chosen than there are places.
    """
    hard = check_places(work, len(work.present))
    if hard is not None:
        for item in work.present:
            quota.take_slot(item, hard)


def advance(work: Work) -> None:
    """Send a list to the next stage that applies to any of its items, or end it."""
    listing = work.listing_in_hand
    stage = _next_stage(work) if work.present else None
    if stage is not None:
        for item in work.present:
            opening.write_skipped(item.case.application, work.stage.id, stage.id)
        opening.open_list_stage(listing, stage)
        return
    _finish(work)


def _next_stage(work: Work) -> Any | None:
    order = [s.id for s in work.policy.stages(work.listing_in_hand.procedure)]
    found = [road.following(item.case.application, work.stage.id) for item in work.present]
    ahead = [stage for stage in found if stage is not None]
    return min(ahead, key=lambda stage: order.index(stage.id)) if ahead else None


def _finish(work: Work) -> None:
    """The road ends: what is not decided yet is decided now."""
    listing = work.listing_in_hand
    lock_filings(work.items)
    for item in work.present:
        if item.case.state != CaseState.CLOSED:
            settle.decide_at_the_end(item.case, by=work.by)
    refuse_struck(work)
    listing.closed_at = timezone.now()
    claiming.drop(listing)
    _touch(listing, work.by, "名单办结")


def refuse_struck(work: Work, document_number: str = "") -> list[Case]:
    """Items that were struck, or stayed in reserve, are refused with the list's decision."""
    refused = []
    for item in work.items:
        out = item.state == ItemState.STRUCK or (item.state == ItemState.HELD and item.reserve)
        if not out or item.case.state == CaseState.CLOSED or on_another_list(item):
            continue
        settle.refuse_item(work, item, document_number)
        refused.append(item.case)
    return refused


def on_another_list(item: ListItem) -> bool:
    """Whether the case went on with a supplementary list."""
    others = ListItem.objects.filter(case=item.case).exclude(pk=item.pk)
    return others.filter(state__in=[ItemState.IN, ItemState.HELD]).exists()


def restore(work: Work) -> None:
    """A recalled passage of a list: items are again what they were."""
    listing = work.listing_in_hand
    for item in work.items:
        before = work.data.get("before", {}).get(str(item.pk))
        if before:
            item.state, item.reserve, item.reason = before
            signed(item, by=work.by, reason="撤回签批").save()
    if work.stage.kind == "shortlist":
        QuotaSlot.objects.filter(item__listing=listing).delete()
    work.run.data.pop("before", None)
    work.run.save(update_fields=["data"])
    listing.stage, listing.stage_kind = work.stage.id, work.stage.kind
    listing.office, listing.due_on = work.run.office, work.run.due_on
    listing.closed_at = None
    claiming.drop(listing)
    _touch(listing, work.by, "撤回签批")
    Case.objects.filter(items__listing=listing, items__state=ItemState.IN).update(
        stage=work.stage.id, stage_kind=work.stage.kind, office=work.run.office
    )


def releasable(listing: List, *, reserve: bool = False) -> list[ListItem]:
    """Held items that may go on with a supplementary list; with ``reserve`` those in reserve."""
    items = listing.items.filter(
        state=ItemState.HELD,
        reserve=reserve,
        case__application__status="submitted",
        case__state=CaseState.LISTED,
    )
    return list(
        items.exclude(objections__state="open")
        .select_related("case__application")
        .order_by("position", "pk")
    )


def promotable(listing: List) -> list[ListItem]:
    """Items in reserve that may move up with a supplementary list: a place has become free."""
    rows = releasable(listing, reserve=True)
    if not rows:
        return []
    stage = road.stage_of(listing.ruleset, listing.procedure, rows[0].held_stage)
    hard, _ = quota.limits_of(listing, stage, listing.items.count())
    return rows if hard is None or quota.spoken_for(listing, stage) < hard else []


@transaction.atomic
def supplement(listing: List, *, by: Any, reserve: bool = False) -> List:
    """Held items that are cleared go on with a list of their own; others' days never restart.

    Args:
        listing: the list they were held on.
        by: a handler of the office.
        reserve: those in reserve go on instead (递补), since a place has become free; the list
            begins where they were put in reserve, so that one of them is chosen.

    Raises:
        DomainError: none is cleared yet, no right, or a unit on the list is the person's own.
    """
    locked, items = lock_list(listing.pk)
    filings = [item.case.application_id for item in items]
    for verdict in (can_handle(by, locked.office), may_list(by, filings)):
        if not verdict:
            raise DomainError(verdict.reason, status=403)
    rows = promotable(locked) if reserve else releasable(locked)
    free = {item.pk for item in rows}
    cleared = [item for item in items if item.pk in free]
    if not cleared and reserve:
        raise DomainError("没有可以递补的候补件：名额没有空出，或候补件已经办结。")
    if not cleared:
        raise DomainError("没有可以转入补充名单的暂缓件：异议尚未核实，或补正尚未提交。")
    stage = cleared[0].held_stage or locked.stage
    same = [item for item in cleared if (item.held_stage or locked.stage) == stage]
    for item in same:
        item.state, item.reason, item.reserve = ItemState.STRUCK, "转入补充名单", False
        signed(item, by=by, reason="转入补充名单").save()
    number = locked.supplements_lists.count() + 1
    title = f"{locked.title}补充名单{number}"
    cases = [item.case for item in same]
    return gathering.enlist(cases, title, by=by, stage=stage, supplements=locked)


def bodies_of(policy: Policy, stage: Any, jurisdiction: Jurisdiction) -> list[tuple[str, str]]:
    """Role and printed name of each body that decides at a stage."""
    return [
        (role, road.body_label(policy, role, jurisdiction)) for role in getattr(stage, "bodies", ())
    ]
