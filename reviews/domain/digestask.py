"""What of the digest is no passage of the person's own office: what his body is to approve, and
proposals."""

from collections import defaultdict
from typing import Any

from jurisdictions.enums import PostKind
from reviews.domain.deputies import Turn, in_words
from reviews.models import Amendment, Extension, ItemReturn
from reviews.queries import proposals, turns

Proposal = Extension | Amendment | ItemReturn


def lists_by_turn() -> dict[Turn, list[str]]:
    """Approvers of bodies to the titles of lists their body has not approved as they stand."""
    rows = list(turns.open_joint_lists().order_by("due_on", "pk"))
    return _by_approver(turns.missing_bodies(rows), [(row.pk, row.title) for row in rows])


def cases_by_turn() -> dict[Turn, list[str]]:
    """Approvers of bodies to the numbers of filings their body has not approved as they stand."""
    rows = list(turns.open_joint_cases().order_by("due_on", "pk"))
    named = [(row.pk, str(row.application)) for row in rows]
    return _by_approver(turns.missing_bodies_of_cases(rows), named)


def _by_approver(
    missing: dict[int, list[turns.Body]], named: list[tuple[int, str]]
) -> dict[Turn, list[str]]:
    found: dict[Turn, list[str]] = defaultdict(list)
    for pk, name in named:
        for office in dict.fromkeys(office.pk for _, office in missing.get(pk, ())):
            found[office, PostKind.APPROVER].append(name)
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
