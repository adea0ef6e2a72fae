"""What of the digest is no passage of the person's own office: what his body is to approve,
proposals, letters that wait for a check, and what his office is asked."""

from collections import defaultdict
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


def letters_by_turn() -> dict[Turn, list[str]]:
    """Approvers to the filings of which a letter of their office waits: not which letter it is."""
    rows = Letter.objects.filter(release=ReleaseState.WAITING, case__isnull=False)
    found: dict[Turn, list[str]] = defaultdict(list)
    for row in rows.select_related("run", "case__application").order_by("pk"):
        found[row.run.office_id, PostKind.APPROVER].append(_name(row))
    return found


def replies_by_turn() -> dict[Turn, list[str]]:
    """Everybody of an office that is asked, to who asks and until when; nothing of what."""
    rows = Consultation.objects.filter(
        office__isnull=False, replied_at__isnull=True, run__state=RunState.OPEN
    )
    found: dict[Turn, list[str]] = defaultdict(list)
    for row in rows.select_related("run__office").order_by("due_on", "pk"):
        for kind in (*PostKind.values, _REPLIES):
            found[cast(int, row.office_id), kind].append(
                f"{row.run.office}（期限{format_date(row.due_on)}）"
            )
    return found


def repliers(replies: dict[Turn, list[str]]) -> list[tuple[Any, Turn]]:
    """Who replies for an office that is asked without holding a post there."""
    offices = Office.objects.in_bulk({office for office, _ in replies})
    return [
        (user, (pk, _REPLIES))
        for pk, office in sorted(offices.items())
        for user in holders(_REPLIES, office)
        if isinstance(user, User) and not works_for(user, office)
    ]


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
