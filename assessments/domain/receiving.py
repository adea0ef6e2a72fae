"""What the receiver does with a paper: take it in, send it back, add what experts say of it."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from applications.domain import events
from assessments.domain.handing_in import paper_of
from assessments.domain.telling import tell_unit
from assessments.models import Obligation, Opinion
from portal.common.errors import DomainError

LONGEST_REASON = 300


def _locked(obligation: Obligation) -> Obligation:
    """The paper, locked.

    Raises:
        DomainError: it is not in yet.
    """
    row = Obligation.objects.select_for_update(of=("self",)).get(pk=obligation.pk)
    if row.done_on is None:
        raise DomainError("单位尚未报送这项材料。")
    return row


@transaction.atomic
def receive(obligation: Obligation, *, by: Any, on: dt.date) -> Obligation:
    """Take a paper in, or put an agreement on file.

    Raises:
        DomainError: not handed in, or received already.
    """
    row = _locked(obligation)
    if row.received_on is not None:
        raise DomainError("这项材料已经登记接收。")
    row.received_on, row.received_by = on, by
    row.save(update_fields=["received_on", "received_by"])
    events.record(
        row.studio.jurisdiction, "paper_received", f"接收{row.studio}的{row.title}",
        actor=by, data={"obligation": str(row.public_id)},
    )  # fmt: skip
    return row


@transaction.atomic
def send_back(obligation: Obligation, *, by: Any, reason: str) -> Obligation:
    """Send a paper back; what was handed in stays with it and is handed in anew.

    Raises:
        DomainError: not handed in, received already, or no reason given.
    """
    row = _locked(obligation)
    if row.received_on is not None:
        raise DomainError("这项材料已经登记接收，不能退回。")
    if not reason.strip():
        raise DomainError("请写明退回的理由。", field="reason", status=422)
    row.done_on, row.done_by = None, None
    row.returned_reason = reason.strip()[:LONGEST_REASON]
    row.save(update_fields=["done_on", "done_by", "returned_reason"])
    events.record(
        row.studio.jurisdiction, "paper_returned",
        f"退回{row.studio}的{row.title}：{row.returned_reason}",
        actor=by, data={"obligation": str(row.public_id)},
    )  # fmt: skip
    # Handed in and sent back again, it is another occasion.
    key = f"paper-returned:{row.public_id}:{timezone.now().isoformat()}"
    tell_unit(
        row, f"{row.title}已退回", f"退回理由：{row.returned_reason}\n请修改后重新报送。", key=key
    )
    return row


def opinion_rule(obligation: Obligation) -> Any:
    """What the policy says of an opinion on this paper; None where it asks for none."""
    paper = paper_of(obligation)
    return paper.opinion if paper else None


@transaction.atomic
def add_opinion(
    obligation: Obligation, *, by: Any, on: dt.date, expert: str, text: str, employer: str = ""
) -> Opinion:
    """Keep what an expert says of a paper.

    Raises:
        DomainError: the policy asks for no opinion, the paper is not in, or a value is missing.
    """
    row = _locked(obligation)
    rule = opinion_rule(row)
    if rule is None:
        raise DomainError("本地区文件没有规定对这项材料征求意见。", status=404)
    if on > timezone.localdate():
        raise DomainError("日期不得晚于今天。", field="on", status=422)
    opinion = Opinion(
        obligation=row, expert=expert.strip(), employer=employer.strip(), text=text.strip(),
        on=on, entered_by=by,
    )  # fmt: skip
    try:
        opinion.full_clean()
    except ValidationError as error:
        raise DomainError("；".join(error.messages), status=422) from error
    opinion.save()
    events.record(
        row.studio.jurisdiction, "opinion_added", f"{row.studio}的{row.title}：登记{rule.label}",
        actor=by, data={"obligation": str(row.public_id)},
    )  # fmt: skip
    return opinion
