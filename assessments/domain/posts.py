"""Posts whose holder the text wants on file with an office: the office is told of each change."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from applications.models import Event, Studio
from assessments.domain.telling import tell_office
from assessments.models import Member
from assessments.queries.policies import living_policy
from jurisdictions.engine.dates import format_date
from portal.common.bulk import Gathered

Shown = tuple[Any, ...]


def shown(row: Member | None) -> Shown | None:
    """What an office has on file of somebody at a post, as the database has it now."""
    if row is None:
        return None
    found = Member.objects.filter(pk=row.pk).values_list("post", "name", "phone", "left_on")
    return found.first()


def tell(studio: Studio, row: Member, before: Shown | None, *, by: Any) -> None:
    """Report to the office who holds a post, where the text asks for that and it is news.

    Args:
        studio: whose post.
        row: the line of the register, saved.
        before: what stood there before; None for a new line.
        by: who entered it.
    """
    if _on_file(row) != before:
        tell_new(studio, [row], by=by)


def tell_new(studio: Studio, rows: Iterable[Member], *, by: Any) -> None:
    """Report to the offices who holds the posts of new lines; each office hears of all at once.

    Args:
        studio: whose posts.
        rows: lines of the register, saved.
        by: who entered them.
    """
    ruleset = living_policy(studio, "registers").ruleset
    rules = ruleset.registers.members
    filed: dict[str, Any] = (
        {post.id: post for post in rules.posts if post.filed_with} if rules else {}
    )
    news: dict[str | None, list[Member]] = defaultdict(list)
    written = Gathered(Event)
    for row in rows:
        post = filed.get(row.post)
        if post is None:
            continue
        role = post.filed_with.role
        label = ruleset.offices[role].label if role else post.filed_with.body
        written.add(Event(
            jurisdiction=studio.jurisdiction, kind="post_filed", actor=by,
            text=f"{studio}：{_says(row, post)}，报{label}备案"[:500],
            data={"member": str(row.public_id), "post": post.id},
        ))  # fmt: skip
        news[role].append(row)
    written.save()
    for role, told in news.items():
        if role is not None:
            _tell_office(studio, role, told, filed)


def _tell_office(studio: Studio, role: str, rows: list[Member], filed: dict[str, Any]) -> None:
    labels = "、".join(dict.fromkeys(filed[row.post].label for row in rows))
    text = "；".join(_says(row, filed[row.post]) for row in rows)
    about = str(rows[0].public_id) if len(rows) == 1 else str(studio.public_id)
    seen = hashlib.sha256(repr([(r.public_id, _on_file(r)) for r in rows]).encode()).hexdigest()
    tell_office(studio, role, "post_filed", f"{studio}报备{labels}", text,
                key=f"post:{about}:{seen[:16]}")  # fmt: skip


def _on_file(row: Member) -> Shown:
    return row.post, row.name, row.phone, row.left_on


def _says(row: Member, post: Any) -> str:
    """Who holds a post, or until when he did; the number to ring stands on the studio's page, not
    in mails and in the record for ever."""
    ends = f"，自{format_date(row.left_on)}起不再担任" if row.left_on else ""
    return f"{post.label}：{row.name}{ends}"
