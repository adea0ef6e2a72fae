"""Posts whose holder the text wants on file with an office: the office is told of each change."""

import hashlib
from typing import Any

from applications.domain import events
from applications.models import Studio
from assessments.domain.telling import tell_office
from assessments.models import Member
from assessments.queries.policies import living_policy
from jurisdictions.engine.dates import format_date

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
    now = (row.post, row.name, row.phone, row.left_on)
    ruleset = living_policy(studio, "registers").ruleset
    rules = ruleset.registers.members
    post = next((p for p in rules.posts if p.id == row.post), None) if rules else None
    if post is None or post.filed_with is None or now == before:
        return
    role = post.filed_with.role
    label = ruleset.offices[role].label if role else post.filed_with.body
    ends = f"，自{format_date(row.left_on)}起不再担任" if row.left_on else ""
    # The number to ring stands on the studio's page, not in mails and in the record for ever.
    text = f"{post.label}：{row.name}{ends}"
    events.record(
        studio.jurisdiction, "post_filed", f"{studio}：{text}，报{label}备案", actor=by,
        data={"member": str(row.public_id), "post": post.id},
    )  # fmt: skip
    if role is not None:
        seen = hashlib.sha256(repr(now).encode()).hexdigest()[:16]
        tell_office(studio, role, "post_filed", f"{studio}报备{post.label}", text,
                    key=f"post:{row.public_id}:{seen}")  # fmt: skip
