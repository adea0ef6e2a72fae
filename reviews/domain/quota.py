"""名额: a place is a row, and the database lets nobody take it twice."""

from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from jurisdictions.engine.rounds import floating_places, floating_words, quota_of
from jurisdictions.models import Round
from jurisdictions.queries import policy_of
from jurisdictions.schema.workflow import Floating, Quota
from portal.common.errors import DomainError
from reviews.enums import CaseState, ItemState
from reviews.models import List, ListItem, QuotaSlot
from reviews.queries.numbers import applied_in, passed_in

_PERCENT = Decimal(100)


def limits_of(listing: List, stage: Any, size: int) -> tuple[int | None, int | None]:
    """Most that may be chosen: the hard limit and the soft one (原则上), None without.

    Args:
        listing: the list.
        stage: its present stage; a shortlist may say a cut.
        size: number of items a share is taken of.
    """
    hard: list[int] = []
    soft: list[int] = []
    rules = policy_of(listing.ruleset).procedure(listing.procedure).rounds
    for quota in rules.quota if rules else ():
        if quota.result is None:
            (hard if quota.severity == "block" else soft).extend(numbers_of(quota, listing.round))
    cut = getattr(stage, "cut", None)
    if cut is not None:
        (hard if cut.hard else soft).extend(_of_cut(cut, listing, size))
    if listing.round is not None and listing.round.quota is not None and not soft:
        hard.append(listing.round.quota)
    return (min(hard) if hard else None), (min(soft) if soft else None)


def numbers_of(quota: Quota, call: Round | None) -> list[int]:
    """Each number that a quota sets for a call; one that floats needs the call."""
    found = [] if quota.maximum is None else [quota.maximum]
    if quota.floating is not None and call is not None:
        found.append(floating_places(quota.floating, size_of(call, quota.floating)))
    return found


def size_of(call: Round, floating: Floating) -> int:
    """How many filings of a call a floating number is a share of.

    Those who applied are those not withdrawn when it closed; who withdraws later takes no place
    from the others. Read anew each time, with the call locked by whoever takes a place.
    """
    return passed_in(call, floating.passed) if floating.passed else applied_in(call)


def explained(listing: List) -> list[str]:
    """How each floating number of a list comes about, in words."""
    policy = policy_of(listing.ruleset)
    rules = policy.procedure(listing.procedure).rounds
    if listing.round is None or rules is None:
        return []
    found = []
    for quota in rules.quota:
        if quota.floating is not None:
            size = size_of(listing.round, quota.floating)
            words = floating_words(policy, listing.procedure, quota.floating)
            places = floating_places(quota.floating, size)
            what = quota_of(policy, listing.procedure, quota)
            found.append(f"{what}为{words}：现 {size} 件，名额 {places} 个")
    return found


def _of_cut(cut: Any, listing: List, size: int) -> list[int]:
    found = []
    if cut.count is not None:
        found.append(cut.count)
    if cut.round_quota and listing.round is not None and listing.round.quota is not None:
        found.append(listing.round.quota)
    if cut.share:
        share = Decimal(cut.share.rstrip("%")) / _PERCENT
        found.append(int(share * size))
    return found


def spoken_for(listing: List, cut: Any) -> int:
    """Places of a round that are taken, or that somebody needs who was chosen already; none
    without a round.

    Who is held after the cut gave his place back, and takes one again when he is decided with a
    supplementary list: it is not given away meanwhile.

    Args:
        listing: a list of the round.
        cut: the stage at which the places are given out.
    """
    if listing.round_id is None:
        return 0
    past = _after(listing, cut)
    chosen = _without_place(listing).filter(
        Q(state=ItemState.IN, listing__stage__in=past) | _held_in(past)
    )
    return QuotaSlot.objects.filter(round=listing.round_id).count() + chosen.count()


def kept(listing: List) -> QuerySet[ListItem]:
    """Items of a round that were chosen, were held afterwards and have no place now: held still,
    or on their way with a supplementary list. Each keeps one, against every list of the round.

    Args:
        listing: a list of the round; of lists without one nothing is kept.
    """
    if listing.round_id is None:
        return ListItem.objects.none()
    past = _after(listing, cut_stage(listing))
    on_its_way = Q(state=ItemState.IN, listing__stage__in=past, listing__supplements__isnull=False)
    return _without_place(listing).filter(on_its_way | _held_in(past))


def cut_stage(listing: List) -> Any:
    """The stage at which places are given out: the last shortlist, else the decision."""
    stages = policy_of(listing.ruleset).stages(listing.procedure)
    cuts = [stage for stage in stages if stage.kind == "shortlist" and not stage.grading]
    return cuts[-1] if cuts else next((s for s in stages if s.kind == "decision"), stages[-1])


def _after(listing: List, cut: Any) -> list[str]:
    order = [stage.id for stage in policy_of(listing.ruleset).stages(listing.procedure)]
    return order[order.index(cut.id) + 1 :]


def _held_in(past: list[str]) -> Q:
    return Q(state=ItemState.HELD, reserve=False, held_stage__in=past)


def _without_place(listing: List) -> QuerySet[ListItem]:
    rows = ListItem.objects.filter(listing__round=listing.round_id, slot=None)
    return rows.exclude(case__state=CaseState.CLOSED)


def take_slot(item: ListItem, limit: int) -> QuotaSlot | None:
    """Take one place of the round; None for lists without a round.

    Args:
        item: the item; its list is locked, and the round with it.
        limit: number of places.

    Raises:
        DomainError: no place is left, or those that are left are kept for others.
    """
    call = item.listing.round
    if call is None:
        return None
    held = QuotaSlot.objects.filter(item=item).first()
    if held is not None:
        return held
    used = set(QuotaSlot.objects.filter(round=call).values_list("number", flat=True))
    others = kept(item.listing).exclude(pk=item.pk).count() if len(used) < limit else 0
    if others and len(used) + others >= limit:
        raise DomainError(
            f"本批次名额 {limit} 个，已占 {len(used)} 个，另为已入选而暂缓的件保留 {others} 个，"
            "请先移出其他项目再选入。"
        )
    for number in range(1, limit + 1):
        if number in used:
            continue
        try:
            with transaction.atomic():
                return QuotaSlot.objects.create(round=call, number=number, item=item)
        except IntegrityError:
            # Somebody took this place meanwhile: try the next one.
            continue
    raise DomainError(f"本批次名额 {limit} 个已用完，请先移出其他项目再选入。")
