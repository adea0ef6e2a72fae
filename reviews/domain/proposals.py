"""What all proposals share: a handler of the office proposes, another of its posts answers."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.urls import reverse
from django.utils import timezone

from jurisdictions.permissions import can_act_for, signs_for
from portal.accounts.models import User
from portal.common.errors import DomainError
from portal.common.history import signed
from portal.common.notifying import notify
from reviews.domain.notices import tell_officers
from reviews.enums import ProposalState
from reviews.models import Amendment, Extension, ItemReturn, ListItem

Row = TypeVar("Row", Extension, Amendment, ItemReturn)
OFF_THE_LIST = "该件已不在名单中"
_APPROVER, _HANDLER = "approver", "handler"


def require_handler(by: Any, office: Any) -> None:
    """Only a handler of the office proposes.

    Raises:
        DomainError: he is none.
    """
    verdict = can_act_for(by, office, _HANDLER)
    if not verdict:
        raise DomainError(verdict.reason, status=403)


def require_open(row: Row) -> None:
    """Only a proposal that waits is answered or taken back.

    Raises:
        DomainError: says what became of it.
    """
    if row.state == ProposalState.PROPOSED:
        return
    if row.decided_by is None:
        raise DomainError(f"该提议{row.get_state_display()}，不能再办理。请刷新页面查看最新情况。")
    raise DomainError(f"已由{row.signer}办理，请刷新页面查看最新情况。")


def require_approver(by: Any, row: Row, post: str = _APPROVER) -> None:
    """Only who holds the post at the office and did not propose answers a proposal that is open.

    Raises:
        DomainError: answered already, not his post, or his own proposal.
    """
    require_open(row)
    verdict = can_act_for(by, row.office, post)
    if not verdict:
        raise DomainError(verdict.reason, status=403)
    if row.proposed_by_id == by.pk:
        raise DomainError(
            "由您提出的不能由您审批，请由另一位审批人员办理；"
            "没有其他人员的，请联系管理员任岗或指定代理人。",
            status=403,
        )


def answer(row: Row, *, approve: bool, by: Any, text: str, post: str = _APPROVER) -> Row:
    """Write the answer of the last post onto a locked proposal.

    Raises:
        DomainError: a refusal without words.
    """
    if not approve and not text.strip():
        raise DomainError("不批准的须写明理由。", field="answer", status=422)
    row.state = ProposalState.APPROVED if approve else ProposalState.REFUSED
    row.decided_by, row.decided_at, row.answer = by, timezone.now(), text.strip()
    row.deputy_for = signs_for(by, row.office, post)
    signed(row, by=by, reason=row.get_state_display()).save()
    return row


def lapse_returns(items: Iterable[ListItem], *, by: Any) -> None:
    """Filings have left their list: that one is to go back from there comes to nothing.

    Args:
        items: the items, whose cases are locked.
        by: who took them off; None for the clock or the unit.
    """
    waiting = ItemReturn.objects.select_for_update(of=("self",)).filter(
        item__in=list(items), state=ProposalState.PROPOSED
    )
    for row in waiting.select_related("proposed_by", "item__listing"):
        close(row, ProposalState.LAPSED, OFF_THE_LIST, by=by)
        if by is None or row.proposed_by_id != by.pk:
            body = f"“{row.item.listing}”：{OFF_THE_LIST}，原提出的退回补正不再办理。"
            tell_proposer(row, "退回补正提议已失效", body)


def close(row: ItemReturn, state: ProposalState, reason: str, *, by: Any) -> None:
    """A proposal is over though nobody decided it.

    Args:
        row: the proposal, locked.
        state: taken back or lapsed.
        reason: why; kept as its answer.
        by: who caused it; None for the clock or the unit.
    """
    row.state, row.decided_at, row.answer = state, timezone.now(), reason
    signed(row, by=by, reason=reason[:100]).save()


def tell_approvers(row: Row, subject: str, body: str, post: str = _APPROVER) -> None:
    """Write to whoever holds a post of the office that something waits for their signature."""
    people = User.objects.filter(
        posts__office=row.office, posts__kind=post, posts__active_until=None, is_active=True
    ).exclude(pk=row.proposed_by_id)
    tell_officers(row.office, people.distinct(), "office", subject, f"{body}\n请登录门户办理。",
                  about=_about(row), link=reverse("reviews:authority"),
                  key=f"proposal:{row.public_id}:{post}")  # fmt: skip


def _about(row: Row) -> Any:
    """What a proposal is about: a passage, or the case or list that was decided."""
    return (row.case or row.listing) if isinstance(row, Amendment) else row.run


def tell_proposer(row: Row, subject: str, body: str) -> None:
    """Write to the proposer what came of it."""
    notify([row.proposed_by], "office", subject, body, link=reverse("reviews:authority"),
           key=f"proposal:{row.public_id}:answer")  # fmt: skip
