"""分派: an approver gives cases or lists to a colleague of the office; each is taken up for him."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from applications.domain import events
from jurisdictions.engine.dates import CalendarMissing, add_working_days
from jurisdictions.models import Office
from jurisdictions.permissions import can_act_for, can_administer, works_for
from jurisdictions.queries import work_calendar
from portal.common.errors import DomainError
from portal.common.history import signed
from portal.common.notifying import notify
from reviews.domain import claiming
from reviews.domain.work import lock_lists
from reviews.models import Case, List
from reviews.permissions import concerns_unit_of
from reviews.queries import applications_on

#: Habits of the house, in no regulation: an assignment holds until the end of the next working
#: day; afterwards anybody of the office may take the case up again.
DAYS = 1
MOST = 200


@dataclass(frozen=True)
class Assigned:
    """What became of one case or list.

    Attributes:
        row: the case or list.
        done: whether it was given.
        says: until when, or why not.
    """

    row: Case | List
    done: bool
    says: str


def until_when() -> datetime:
    """The end of the next working day; of tomorrow while the calendar is not entered."""
    today = timezone.localdate()
    try:
        day = add_working_days(today, DAYS, work_calendar())
    except CalendarMissing:
        day = today + timedelta(days=DAYS)
    return timezone.make_aware(datetime.combine(day, time(23, 59)))


@transaction.atomic
def assign(
    rows: Sequence[Case | List], to: Any, *, by: Any, override_reason: str = ""
) -> list[Assigned]:
    """Give several cases, or several lists, to a colleague: one that cannot be given keeps back
    none of the others.

    One somebody else has taken up is left to him, unless a reason is given for taking it away.

    Args:
        rows: cases or lists, as the person saw them.
        to: the colleague.
        by: an approver of the office, or an administrator of the jurisdiction.
        override_reason: why claims of others do not count; empty: they count.

    Raises:
        DomainError: nothing, or too much, was chosen.
    """
    if not rows:
        raise DomainError("请先勾选要分派的办理件或名单。", status=422)
    if len(rows) > MOST:
        raise DomainError(f"一次最多分派 {MOST} 件，请分次办理。", status=422)
    # All lists first: one after the other would hold cases while waiting for the next round.
    lock_lists(row.pk for row in rows if isinstance(row, List))
    until = until_when()
    found = []
    for row in sorted(rows, key=lambda one: one.pk):
        try:
            with transaction.atomic():
                _assign(row, to, by, override_reason.strip(), until)
        except DomainError as error:
            found.append(Assigned(row, done=False, says=error.message))
        else:
            text = f"已分派，保留至 {timezone.localtime(until):%m月%d日 %H:%M}"
            found.append(Assigned(row, done=True, says=text))
    _tell(found, to, by)
    return found


def _assign(row: Case | List, to: Any, by: Any, reason: str, until: datetime) -> None:
    locked = claiming.lock(row)
    office = locked.office
    if not locked.in_hand or office is None:
        raise DomainError(f"{locked.this}不在办理中，不能分派。")
    if not (can_act_for(by, office, "approver") or can_administer(by, locked.jurisdiction)):
        raise DomainError(f"只有{office}的审批人员或本地区管理员可以分派。")
    if concerns_unit_of(by, locked):
        raise DomainError("申报单位是您任职或联系的单位，您应当回避，不能分派。")
    if not to.is_active or not works_for(to, office):
        raise DomainError(f"{to}不在{office}任岗，不能分派给其办理。")
    if concerns_unit_of(to, locked):
        raise DomainError(f"{to}应当回避，不能分派给其办理。")
    present = claiming.holder(locked)
    taken = present is not None and present.pk != to.pk
    if taken and not reason:
        raise DomainError(f"已由{present}领取，未改动。确需改派的请写明理由后重新分派。")
    claiming.write(locked, to, until)
    _record(locked, f"分派给{to}办理" + (f"（原由{present}领取，{reason}）" if taken else ""),
            office, to, by)  # fmt: skip


def _record(row: Case | List, text: str, office: Office, to: Any, by: Any) -> None:
    """A line for the filing, or for each filing of the list, and one for the list itself."""
    filings = [row.application] if isinstance(row, Case) else list(applications_on(row))
    if isinstance(row, List):
        signed(row, by=by, reason=text[:100]).save(update_fields=["claimed_by", "claimed_until"])
        text = f"名单“{row.title}”{text}"
    for filing in filings:
        events.record(filing, "assigned", text, actor=by, office=office,
                      data={"to": str(to.public_id)})  # fmt: skip


def _tell(found: Sequence[Assigned], to: Any, by: Any) -> None:
    """One notice for all that were given at once."""
    given = [one.row for one in found if one.done]
    if not given or to.pk == by.pk:
        return
    names = "、".join(str(row) for row in given[:20])
    more = " 等" if len(given) > 20 else ""
    what = "份名单" if isinstance(given[0], List) else "件办理件"
    notify([to], "assigned", f"{by}分派给您 {len(given)} {what}", f"{names}{more}。",
           link=f"{reverse('reviews:worklist')}?tab=mine",
           key=f"assigned:{to.pk}:{timezone.now().isoformat()}")  # fmt: skip
