"""入选: places beside those chosen, and whom a ranking itself puts within the places."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reviews.domain import quota
from reviews.domain.results import Standing
from reviews.domain.work import PASS
from reviews.models import List, ListItem, QuotaSlot

TIED, UNRANKED = "并列，请人工确定", "无名次，请人工确定"


@dataclass(frozen=True)
class Cut:
    """Places of a list beside what is chosen, kept or not.

    Attributes:
        places: most that may be chosen.
        hard: refused beyond; otherwise 原则上, with a reason.
        taken: places of the call that other lists hold.
        chosen: how many would be chosen.
        kept: places of the call kept for who was chosen on another list and is held.
    """

    places: int
    hard: bool
    taken: int
    chosen: int
    kept: int = 0

    @property
    def free(self) -> int:
        """Places this list may use."""
        return max(self.places - self.taken - self.kept, 0)

    @property
    def left(self) -> int:
        """Places left; below zero there are too many."""
        return self.free - self.chosen

    @property
    def over(self) -> bool:
        """Whether more are chosen than there are places."""
        return self.left < 0

    def __str__(self) -> str:
        """Numbers in words."""
        what = f"名额 {self.places} 个" if self.hard else f"原则上不超过 {self.places} 个"
        taken = f"，本批次其他名单已占 {self.taken} 个" if self.taken else ""
        kept = f"，为其他名单已入选而暂缓的件保留 {self.kept} 个" if self.kept else ""
        rest = f"超出 {-self.left} 个" if self.over else f"还可选入 {self.left} 个"
        return f"{what}{taken}{kept}，现选入 {self.chosen} 个，{rest}"


@dataclass(frozen=True)
class Suggestion:
    """What stands on the page of an item before anybody has chosen.

    Attributes:
        result: an outcome, or nothing where a person must choose.
        mark: why.
    """

    result: str
    mark: str = ""


def cut_of(listing: List, limits: tuple[int | None, int | None], chosen: int) -> Cut | None:
    """Places beside what is chosen; None where no number is set.

    Args:
        listing: the list.
        limits: hard and soft limit, as ``quota.limits_of`` finds them.
        chosen: how many would be chosen.
    """
    hard, soft = limits
    known = [limit for limit in limits if limit is not None]
    if not known:
        return None
    if hard is None or (soft is not None and soft < hard):
        return Cut(places=min(known), hard=False, taken=0, chosen=chosen)
    others = QuotaSlot.objects.filter(round=listing.round_id).exclude(item__listing=listing)
    taken = others.count() if listing.round_id else 0
    kept = quota.kept(listing).exclude(listing=listing).count()
    return Cut(places=hard, hard=True, taken=taken, chosen=chosen, kept=kept)


def suggest(
    items: Iterable[ListItem], standings: Mapping[int, Standing], free: int | None
) -> dict[int, Suggestion]:
    """Whom the ranking puts within the places: those of one place go in together or not at all.

    Args:
        items: those on the list.
        standings: place of each case that was ranked.
        free: places; None where no number is set, then all are chosen.

    Returns:
        Key of an item to its suggestion; beyond the places nothing is suggested.
    """
    rows = list(items)
    if free is None:
        return {item.pk: Suggestion(PASS) for item in rows}
    last = len(standings) + 1
    groups: dict[int, list[ListItem]] = defaultdict(list)
    for item in rows:
        place = standings[item.case_id].place if item.case_id in standings else last
        groups[place].append(item)
    found: dict[int, Suggestion] = {}
    before = 0
    for place, group in sorted(groups.items()):
        after = before + len(group)
        if after <= free:
            said = Suggestion(PASS)
        else:
            mark = UNRANKED if place == last else TIED
            said = Suggestion("", mark if before < free else "")
        found |= {item.pk: said for item in group}
        before = after
    return found
