"""What of the digest is no passage of the person's own office: what his body is to approve,
proposals, letters that wait for a check, and what his office is asked."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, cast

from jurisdictions.engine.dates import format_date
from jurisdictions.enums import PostKind
from jurisdictions.models import Office
from jurisdictions.permissions import works_for
from portal.accounts.models import User
from portal.common.doors import holders
from reviews.domain.deputies import Turn, in_words
from reviews.enums import ReleaseState, RunState
from reviews.models import Amendment, Consultation, Extension, ItemReturn, Letter
from reviews.queries import proposals, turns

#: The turn of those who only reply for an office.
_REPLIES = "consult"
Proposal = Extension | Amendment | ItemReturn


@dataclass(frozen=True)
class Line:
    """What a digest says of one thing that waits.

    Attributes:
        text: nothing of what is in it.
        case_id: the case it is about, None for a list.
        listing_id: the list.
        proposed_by_id: who proposed it and does not answer it.
    """

    text: str
    case_id: int | None = None
    listing_id: int | None = None
    proposed_by_id: int | None = None


def lists_by_turn() -> dict[Turn, list[Line]]:
    """Approvers of bodies to the titles of lists their body has not approved as they stand."""
    rows = list(turns.open_joint_lists().order_by("due_on", "pk"))
    named = [(row.pk, Line(row.title, listing_id=row.pk)) for row in rows]
    return _by_approver(turns.missing_bodies(rows), named)


def cases_by_turn() -> dict[Turn, list[Line]]:
    """Approvers of bodies to the numbers of filings their body has not approved as they stand."""
    rows = list(turns.open_joint_cases().order_by("due_on", "pk"))
    named = [(row.pk, Line(str(row.application), case_id=row.pk)) for row in rows]
    return _by_approver(turns.missing_bodies_of_cases(rows), named)


def _by_approver(
    missing: dict[int, list[turns.Body]], named: list[tuple[int, Line]]
) -> dict[Turn, list[Line]]:
    found: dict[Turn, list[Line]] = defaultdict(list)
    for pk, line in named:
        for office in dict.fromkeys(office.pk for _, office in missing.get(pk, ())):
            found[office, PostKind.APPROVER].append(line)
    return found


def proposals_by_turn() -> dict[Turn, list[Line]]:
    """Posts to the proposals that wait for their answer."""
    found: dict[Turn, list[Line]] = defaultdict(list)
    for office, post, row in proposals.open_proposals():
        found[office, post].append(_of_proposal(row))
    return found


def letters_by_turn() -> dict[Turn, list[Line]]:
    """Approvers to the filings of which a letter of their office waits: not which letter it is."""
    rows = Letter.objects.filter(release=ReleaseState.WAITING, case__isnull=False)
    found: dict[Turn, list[Line]] = defaultdict(list)
    for row in rows.select_related("run", "case__application").order_by("pk"):
        line = Line(_name(row), case_id=row.case_id)
        found[row.run.office_id, PostKind.APPROVER].append(line)
    return found


def replies_by_turn() -> dict[Turn, list[Line]]:
    """Everybody of an office that is asked, to who asks and until when; nothing of what."""
    rows = Consultation.objects.filter(
        office__isnull=False, replied_at__isnull=True, run__state=RunState.OPEN
    )
    found: dict[Turn, list[Line]] = defaultdict(list)
    for row in rows.select_related("run__office").order_by("due_on", "pk"):
        text = f"{row.run.office}（期限{format_date(row.due_on)}）"
        line = Line(text, row.run.case_id, row.run.listing_id)
        for kind in (*PostKind.values, _REPLIES):
            found[cast(int, row.office_id), kind].append(line)
    return found


def repliers(replies: dict[Turn, list[Line]]) -> list[tuple[Any, Turn]]:
    """Who replies for an office that is asked without holding a post there."""
    offices = Office.objects.in_bulk({office for office, _ in replies})
    return [
        (user, (pk, _REPLIES))
        for pk, office in sorted(offices.items())
        for user in holders(_REPLIES, office)
        if isinstance(user, User) and not works_for(user, office)
    ]


def _of_proposal(row: Proposal) -> Line:
    """What is proposed about which filing or list."""
    by = row.proposed_by_id
    if isinstance(row, Extension):
        return Line(f"延期：{_name(row.run)}", row.run.case_id, row.run.listing_id, by)
    if isinstance(row, Amendment):
        return Line(f"更正：{_name(row)}", row.case_id, row.listing_id, by)
    text = f"退回补正：{row.item.case.application}"
    return Line(text, row.item.case_id, row.item.listing_id, by)


def _name(about: Any) -> str:
    return str(about.case.application if about.case else about.listing)


def marked(text: str, absent: list[Any]) -> str:
    """A line of a deputy says for whom."""
    return f"{text}（{in_words(absent)}）" if absent else text
