"""What of the digest is no passage of the person's own office: lists to approve, proposals."""

from collections import defaultdict
from typing import Any

from jurisdictions.enums import PostKind
from reviews.domain.deputies import Turn, in_words
from reviews.models import Amendment, Extension, ItemReturn
from reviews.queries import proposals, turns

Proposal = Extension | Amendment | ItemReturn


def lists_by_turn() -> dict[Turn, list[str]]:
    """Approvers of bodies to the titles of lists their body has not approved as they stand."""
    rows = {row.pk: row for row in turns.open_joint_lists().order_by("due_on", "pk")}
    missing = turns.missing_bodies(rows.values())
    found: dict[Turn, list[str]] = defaultdict(list)
    for pk, row in rows.items():
        for office in dict.fromkeys(office.pk for _, office in missing.get(pk, ())):
            found[office, PostKind.APPROVER].append(row.title)
    return found


def proposals_by_turn() -> dict[Turn, list[Proposal]]:
    """Posts to the proposals that wait for their answer."""
    found: dict[Turn, list[Proposal]] = defaultdict(list)
    for office, post, row in proposals.open_proposals():
        found[office, post].append(row)
    return found


def of_proposal(row: Proposal) -> str:
    """What is proposed about which filing or list: nothing of what is in it."""
    if isinstance(row, Extension):
        return f"延期：{_name(row.run)}"
    if isinstance(row, Amendment):
        return f"更正：{_name(row)}"
    return f"退回补正：{row.item.case.application}"


def _name(about: Any) -> str:
    return str(about.case.application if about.case else about.listing)


def marked(text: str, absent: list[Any]) -> str:
    """A line of a deputy says for whom."""
    return f"{text}（{in_words(absent)}）" if absent else text
