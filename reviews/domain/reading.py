"""阅知: the first member of the unit to open a letter, or to acknowledge the result, is noted."""

from typing import Any

from django.db import transaction

from applications.domain import events
from applications.permissions import is_member
from portal.common.errors import DomainError
from reviews.domain.work import lock_case
from reviews.enums import CaseState, ReadWay
from reviews.models import Case, Letter, ReadReceipt


@transaction.atomic
def note(case: Case, letter: Letter | None, *, by: Any, way: str) -> ReadReceipt | None:
    """Note that the unit knows a letter, or the result where no letter is named.

    Args:
        case: whose letter or result.
        letter: one that was sent; None for the result.
        by: the reader. Officers who look at a letter read nothing on behalf of the unit.
        way: a ``ReadWay``.

    Returns:
        The first receipt; None when the reader does not belong to the unit.

    Raises:
        DomainError: the result is acknowledged before there is one.
    """
    if not is_member(by, case.application):
        return None
    locked = lock_case(case.pk)
    if letter is None and locked.state != CaseState.CLOSED:
        raise DomainError("该件尚未办结，还没有可以确认的结果。")
    known = ReadReceipt.objects.filter(case=locked, letter=letter).first()
    if known is not None:
        return known
    row = ReadReceipt.objects.create(case=locked, letter=letter, user=by, way=way)
    what = letter.get_kind_display() if letter is not None else "办理结果"
    events.record(
        locked.application, "read", f"申报单位已阅知{what}（{ReadWay(way).label}）", actor=by,
        applicant_text=f"{by}已阅知{what}",
        data={"letter": str(letter.public_id) if letter else "", "way": way},
    )  # fmt: skip
    return row
