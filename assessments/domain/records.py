"""Reports of the unit, and what units and offices write down of a studio."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from applications.domain import events
from applications.models import Studio
from assessments.domain.telling import tell_office, tell_unit
from assessments.enums import DueKind, Party, RecordKind
from assessments.models import Obligation, Record
from assessments.permissions import can_write
from assessments.queries.policies import living_policy
from portal.common.errors import DomainError
from portal.common.history import signed
from portal.common.personal import refuse_numbers

UNIT = "unit"


def entry_of(studio: Studio, kind: str, item: str) -> Any:
    """What the policy says of a kind of report or record.

    Raises:
        DomainError: it knows no such kind.
    """
    rules = living_policy(studio, "registers").ruleset.registers
    known = rules.reports if kind == RecordKind.REPORT else rules.records
    found = next((entry for entry in known if entry.id == item), None)
    if found is None or kind not in RecordKind.values:
        raise DomainError("本地区文件没有规定这项登记。", status=404)
    return found


def offered(entry: Any, kind: str) -> tuple[str, ...]:
    """Categories a report or record may have; none where the text names none."""
    categories: tuple[str, ...] = entry.kinds if kind == RecordKind.REPORT else entry.categories
    return categories


@transaction.atomic
def write(
    studio: Studio, kind: str, item: str, *, by: Any, office: Any = None,
    mend_by: dt.date | None = None, **columns: Any,
) -> Record:  # fmt: skip
    """Hand in a report of an event, or write something down.

    Args:
        studio: of which studio.
        kind: ``report`` (by the unit) or ``record``.
        item: the entry of the policy.
        by: the person.
        office: for which office he writes; None for the unit.
        mend_by: last day by which the unit must mend what was found.
        columns: category, title, text, on.

    Raises:
        DomainError: not for this writer, the studio has ended, a value is wrong or there already.
    """
    _require_living(studio)
    entry = entry_of(studio, kind, item)
    if kind == RecordKind.RECORD and office is None and UNIT not in entry.by:
        raise DomainError("这项由主管部门登记。", status=403)
    row = Record(studio=studio, kind=kind, item=item, office=office, entered_by=by, **columns)
    _check(row, entry, mend_by)
    _require_new(row, columns)
    try:
        row.full_clean()
    except ValidationError as error:
        raise DomainError("；".join(error.messages), status=422) from error
    if mend_by is not None:
        row.due = _ask(row, entry, mend_by)
    signed(row, by=by, reason="登记").save()
    events.record(
        studio.jurisdiction, f"{kind}_written", f"{studio}：{entry.label}“{row.title}”",
        actor=by, office=office, data={"record": str(row.public_id)},
    )  # fmt: skip
    _tell_offices(row, entry)
    return row


def _require_living(studio: Studio) -> None:
    """Lock the studio: it may not end while something is written down of it."""
    verdict = can_write(Studio.objects.select_for_update(of=("self",)).get(pk=studio.pk))
    if not verdict:
        raise DomainError(verdict.reason, status=403)


def _check(row: Record, entry: Any, mend_by: dt.date | None) -> None:
    categories = offered(entry, row.kind)
    if categories and row.category not in categories:
        raise DomainError("请选择类别。", field="category", status=422)
    if getattr(entry, "public", False):
        refuse_numbers([(f"{entry.label}的标题", row.title, "title"),
                        (f"{entry.label}的内容", row.text, "text")])  # fmt: skip
    if row.on < row.studio.founded_on:
        day = row.studio.founded_on
        raise DomainError(f"日期不得早于命名日期{day}。", field="on", status=422)
    if row.on > timezone.localdate():
        raise DomainError("日期不得晚于今天，请在发生以后登记。", field="on", status=422)
    if mend_by is None:
        return
    if not getattr(entry, "findings", False) or row.office is None:
        raise DomainError("这项登记不能提出整改要求。", field="mend_by", status=422)
    if mend_by < row.on:
        raise DomainError("整改期限不得早于登记的日期。", field="mend_by", status=422)


def _require_new(row: Record, columns: dict[str, Any]) -> None:
    """Refuse what stands there word for word: a page sent twice would tell everybody twice."""
    kept = Record.objects.filter(studio=row.studio, kind=row.kind, item=row.item,
                                 office=row.office, struck_at=None)  # fmt: skip
    if kept.filter(**columns).exists():
        raise DomainError("已登记过完全相同的一条，没有重复登记。", field="title", status=422)


def _ask(row: Record, entry: Any, mend_by: dt.date) -> Obligation:
    """What the unit must mend becomes something due: it is told, reminded of it and sees it."""
    due = Obligation.objects.create(
        studio=row.studio, kind=DueKind.FINDING, item=row.public_id.hex,
        title=f"整改：{row.title}"[:160], party=Party.UNIT, receiver=str(row.office),
        clauses=list(entry.clause), opens_on=row.on, due_on=mend_by,
    )  # fmt: skip
    tell_unit(due, f"请于{mend_by:%Y年%-m月%-d日}前整改",
              f"{row.title}\n{row.text}\n整改完成后请登录平台报送整改情况。",
              key=f"mend:{row.public_id}")  # fmt: skip
    return due


def _tell_offices(row: Record, entry: Any) -> None:
    """Tell the offices a report goes to that it has come."""
    for role in entry.to if row.kind == RecordKind.REPORT else ():
        tell_office(row.studio, role, "report_filed", f"{row.studio}：{entry.label}", row.title,
                    key=f"report:{row.public_id}")  # fmt: skip
