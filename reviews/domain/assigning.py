"""分派: an approver gives cases to a colleague of the office; each is taken up for him."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from applications.domain import events
from jurisdictions.engine.dates import CalendarMissing, add_working_days
from jurisdictions.permissions import can_act_for, can_administer, works_for
from jurisdictions.queries import work_calendar
from portal.common.errors import DomainError
from portal.common.notifying import notify
from reviews.domain import claiming
from reviews.domain.work import lock_case
from reviews.enums import CaseState
from reviews.models import Case

#: Habits of the house, in no regulation: an assignment holds until the end of the next working
#: day; afterwards anybody of the office may take the case up again.
DAYS = 1
MOST = 200


@dataclass(frozen=True)
class Assigned:
    """What became of one case.

    Attributes:
        case: the case.
        done: whether it was given.
        says: until when, or why not.
    """

    case: Case
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


def assign(cases: Sequence[Case], to: Any, *, by: Any, override_reason: str = "") -> list[Assigned]:
    """Give several cases to a colleague, each in a transaction of its own.

    A case somebody else has taken up is left to him, unless a reason is given for taking it away.

    Args:
        cases: the cases, as the person saw them.
        to: the colleague.
        by: an approver of the office, or an administrator of the jurisdiction.
        override_reason: why claims of others do not count; empty: they count.

    Raises:
        DomainError: nothing, or too much, was chosen.
    """
    if not cases:
        raise DomainError("请先勾选要分派的办理件。", status=422)
    if len(cases) > MOST:
        raise DomainError(f"一次最多分派 {MOST} 件，请分次办理。", status=422)
    until = until_when()
    found = []
    for case in sorted(cases, key=lambda row: row.pk):
        try:
            with transaction.atomic():
                _assign(case, to, by, override_reason.strip(), until)
        except DomainError as error:
            found.append(Assigned(case, done=False, says=error.message))
        else:
            text = f"已分派，保留至 {timezone.localtime(until):%m月%d日 %H:%M}"
            found.append(Assigned(case, done=True, says=text))
    _tell(found, to, by)
    return found


def _assign(case: Case, to: Any, by: Any, reason: str, until: datetime) -> None:
    locked = lock_case(case.pk)
    office = locked.office
    if locked.state != CaseState.OPEN or office is None:
        raise DomainError("该件不在办理中，不能分派。")
    if not (can_act_for(by, office, "approver") or can_administer(by, locked.jurisdiction)):
        raise DomainError(f"只有{office}的审批人员或本地区管理员可以分派。")
    if not to.is_active or not works_for(to, office):
        raise DomainError(f"{to}不在{office}任岗，不能分派给其办理。")
    present = claiming.holder(locked)
    taken = present is not None and present.pk != to.pk
    if taken and not reason:
        raise DomainError(f"已由{present}领取，未改动。确需改派的请写明理由后重新分派。")
    Case.objects.filter(pk=locked.pk).update(claimed_by=to, claimed_until=until)
    why = f"（原由{present}领取，{reason}）" if taken else ""
    events.record(locked.application, "assigned", f"分派给{to}办理{why}"[:500], actor=by,
                  office=office, data={"to": str(to.public_id)})  # fmt: skip


def _tell(found: Sequence[Assigned], to: Any, by: Any) -> None:
    """One notice for all that were given at once."""
    given = [row.case for row in found if row.done]
    if not given or to.pk == by.pk:
        return
    numbers = "、".join(str(case.application) for case in given[:20])
    more = " 等" if len(given) > 20 else ""
    notify([to], "assigned", f"{by}分派给您 {len(given)} 件办理件", f"{numbers}{more}。",
           link=f"{reverse('reviews:worklist')}?tab=mine",
           key=f"assigned:{to.pk}:{timezone.now().isoformat()}")  # fmt: skip
