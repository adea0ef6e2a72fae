"""请假代理: who stands in for whom, so that work of absent officers is told to somebody present."""

from collections import defaultdict
from typing import Any

from django.db.models import Exists, OuterRef

from jurisdictions.models import Post
from jurisdictions.queries import running_delegations

#: Office and post.
Turn = tuple[int, str]
#: Turns that are lent today: to whom, and by whom.
Lent = dict[Turn, dict[Any, list[Any]]]


def standing_in() -> Lent:
    """Turns that are lent today: to whom, and by whom, in order of the days.

    Who holds the post himself is no deputy there: he is told of the work anyway.
    """
    found: Lent = defaultdict(lambda: defaultdict(list))
    rows = running_delegations().filter(deputy__is_active=True, post__office__is_active=True)
    own = Post.objects.filter(office=OuterRef("post__office"), kind=OuterRef("post__kind"),
                              user=OuterRef("deputy"), active_until=None)  # fmt: skip
    rows = rows.filter(~Exists(own))
    for row in rows.order_by("starts_on", "pk"):
        found[row.post.office_id, row.post.kind][row.deputy].append(row.post.user)
    return found


def in_words(absent: list[Any]) -> str:
    """For whom: 代某某、某某."""
    return f"代{'、'.join(dict.fromkeys(str(person) for person in absent))}"
