"""The list of studios named by higher levels, kept by hand."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from applications.domain.sealing import seal_number
from applications.models import NamedAbove
from applications.queries import leader_key, primary_key_id
from jurisdictions.models import Jurisdiction
from portal.common.errors import DomainError
from portal.common.history import signed

_MIN_REASON = 2


@transaction.atomic
def save_line(
    jurisdiction: Jurisdiction,
    *,
    by: Any,
    id_number: str = "",
    line: NamedAbove | None = None,
    **columns: Any,
) -> NamedAbove:
    """Enter a line or change one.

    Args:
        jurisdiction: whose list.
        by: the administrator.
        id_number: the leader's ID number as typed; empty keeps what the line has.
        line: the row to change; None enters a new one.
        columns: level, studio_name, leader_name, unit_name, unit_uscc, document_number.

    Raises:
        DomainError: neither an ID number nor a unit is given, or the number is not well formed.
    """
    row = line or NamedAbove(jurisdiction=jurisdiction)
    for name, value in columns.items():
        setattr(row, name, value)
    if id_number.strip():
        row.id_number = seal_number(id_number)
        row.key = leader_key({"leader.id_number": row.id_number})
        row.key_id = primary_key_id()
    if not row.key and not row.unit_uscc:
        raise DomainError(
            "身份证号和统一社会信用代码至少填写一项，否则无法比对。", field="id_number", status=422
        )
    row.full_clean()
    signed(row, by=by, reason="维护上级命名名单").save()
    return row


@transaction.atomic
def remove_line(line: NamedAbove, *, by: Any, reason: str) -> None:
    """Take a line off the list; it stays for the record.

    Raises:
        DomainError: no reason is given.
    """
    if len(reason.strip()) < _MIN_REASON:
        raise DomainError("请写明移出的理由。", field="reason", status=422)
    line.removed_at = timezone.now()
    signed(line, by=by, reason=reason.strip()).save()


def rekey() -> int:
    """Write every line under the primary key of the ring; returns how many changed."""
    stale = NamedAbove.objects.exclude(key="").exclude(key_id=primary_key_id())
    changed = 0
    for row in stale:
        row.key = leader_key({"leader.id_number": row.id_number})
        row.key_id = primary_key_id()
        signed(row, by=None, reason="密钥轮换").save(update_fields=["key", "key_id"])
        changed += 1
    return changed
