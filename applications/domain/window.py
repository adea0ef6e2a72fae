"""窗口: paper filings entered for a unit, and paper that arrived."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from applications.domain import drafts, events
from applications.domain.lifecycle import lock
from applications.models import Application
from jurisdictions.models import Office, Round
from portal.accounts.models import Enterprise
from portal.common.errors import DomainError
from portal.common.history import signed


@transaction.atomic
def enter_for_unit(
    round_: Round, office: Office, *, uscc: str, name: str, by: Any, **contact: str
) -> Application:
    """Start a filing for a unit that came with paper; the unit is registered when it is new.

    Args:
        round_: the call.
        office: the office at whose window it is entered; of the call's jurisdiction.
        uscc: the unit's code; a registered unit is found by it and keeps its name.
        name: the unit's name, for a new one.
        by: the clerk.
        contact: contact_name, contact_phone of a new unit.

    Raises:
        DomainError: another jurisdiction's office, or the call is not open.
    """
    if office.jurisdiction_id != round_.jurisdiction_id:
        raise DomainError("只能为本地区的批次代录。", field="office", status=404)
    unit = Enterprise.objects.filter(uscc=uscc).first()
    if unit is None:
        unit = Enterprise(uscc=uscc, name=name.strip(), **contact)
        unit.full_clean()
        signed(unit, by=by, reason=f"{office}窗口代录登记").save()
    return drafts.start(round_, unit, by=by, office=office)


@transaction.atomic
def record_paper(
    application: Application,
    *,
    received_on: date,
    copies: int,
    received_by: str,
    by: Any,
    office: Office,
) -> Application:
    """Write down that the paper set has arrived; a later entry replaces the earlier one.

    Args:
        application: the filing.
        received_on: the day it arrived, not in the future.
        copies: how many sets.
        received_by: who took it at the counter.
        by: who writes it down.
        office: the office that has the paper.

    Raises:
        DomainError: the day lies ahead.
    """
    if received_on > timezone.localdate():
        raise DomainError("收到日期不能晚于今天。", field="received_on", status=422)
    locked = lock(application)
    locked.paper_received_on, locked.paper_copies = received_on, copies
    locked.paper_received_by = received_by.strip()
    signed(locked, by=by, reason="登记纸质材料").save()
    said = f"{office}于{received_on:%Y年%-m月%-d日}收到纸质材料 {copies} 份"
    events.record(
        locked,
        "paper_received",
        f"{said}，接收人{received_by}",
        actor=by,
        office=office,
        applicant_text=said,
        data={"copies": copies, "received_on": received_on.isoformat()},
    )
    return locked
