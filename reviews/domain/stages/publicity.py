"""公示: drafted and signed, then up for its days, then ended."""

from datetime import date
from typing import Any

from django.utils import timezone

from portal.common.errors import DomainError
from reviews.domain import publicity
from reviews.domain.decision import day_of
from reviews.domain.work import HOLD, PASS, REFUSE, Kind, Step, Work, apply_items


def outcomes(stage: Any) -> tuple[str, ...]:
    """A notice is published; from paper its items stay, are held or go."""
    return (PASS, HOLD, REFUSE)


def check(work: Work) -> None:
    """Title, text, contact, and nobody's private numbers."""
    if work.data.get("phase") == publicity.RUNNING:
        raise DomainError("公示已发布，期满后请使用“结束公示”。")
    publicity.check_proposal(work)


def check_paper(work: Work) -> None:
    """A notice put up elsewhere must have run its full length.

    Raises:
        DomainError: too short, or not over yet.
    """
    if work.data.get("phase") == publicity.RUNNING:
        raise DomainError("公示已在系统发布，期满后请使用“结束公示”。")
    published = day_of(work.data.get("published_on"), "请填写公示发布日期。", "published_on")
    last = date.fromisoformat(str(work.data.get("last_day") or published))
    _, needed = publicity.window_of(work.listing_in_hand, work.stage, published)
    if last < needed:
        raise DomainError(f"公示期不足：按规定应至 {needed}。", field="last_day", status=422)
    if last >= timezone.localdate():
        raise DomainError("公示尚未期满，不能录入结束。", field="last_day", status=422)


def finish(work: Work) -> Step:
    """Publish, or take over what a paper notice came to."""
    if work.paper:
        apply_items(work)
    return publicity.finish(work)


KIND = Kind("publicity", interactive=True, outcomes=outcomes, check=check,
            check_paper=check_paper, finish=finish)  # fmt: skip
