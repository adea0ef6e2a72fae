"""A filing leaves its list, and waits for a supplementary one when it was corrected."""

from django.urls import reverse

from jurisdictions.enums import PostKind
from portal.common.history import signed
from reviews.domain import proposals
from reviews.domain.notices import tell_post
from reviews.enums import CaseState, ItemState
from reviews.models import Case, ListItem, QuotaSlot


def take_off(case: Case, reason: str) -> None:
    """A withdrawn filing leaves its list."""
    for item in ListItem.objects.filter(case=case).exclude(state=ItemState.STRUCK):
        QuotaSlot.objects.filter(item=item).delete()
        proposals.lapse_returns([item], by=None)
        item.state, item.reason = ItemState.STRUCK, reason[:300]
        signed(item, by=None, reason=reason[:100]).save()


def resume_held(case: Case, item: ListItem) -> None:
    """A returned item of a list was corrected: it waits for a supplementary list."""
    case.state, case.stage = CaseState.LISTED, item.held_stage or case.stage
    case.waiting_for, case.due_on = "", None
    case.version += 1
    signed(case, by=None, reason="补正后等待补充名单").save()


def tell_corrected(case: Case, item: ListItem) -> None:
    """The office hears that a held filing of its list was corrected."""
    listing = item.listing
    tell_post(
        listing.office, [PostKind.HANDLER], "office", f"补正已提交：{listing.title}",
        f"“{listing.title}”中暂缓的一件已补正提交，核对后可转入补充名单。",
        link=reverse("reviews:list", args=[listing.public_id]),
        key=f"resumed:{case.public_id}:{case.version}", about=listing,
    )  # fmt: skip
