"""The ledger and public money: entering, striking, paying out, paying back."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from applications.domain import events
from applications.models import Studio
from assessments.domain.handing_in import KINDS, keep_file
from assessments.enums import Direction
from assessments.models import Book, Clawback, ClawbackPayment, GrantDue, LedgerEntry
from assessments.queries import dues
from assessments.queries.policies import living_policy
from jurisdictions.models import Ruleset
from jurisdictions.queries import current_ruleset
from portal.common.bulk import Gathered, fits
from portal.common.errors import DomainError
from portal.common.files import check_upload
from portal.common.history import signed

#: What a line says; two lines that say all of it alike are one.
_SAID = (
    "direction", "source", "purpose", "amount", "on", "text", "reason", "voucher", "marked",
    "fixed_asset", "asset_number", "asset_place",
)  # fmt: skip


def enter_own(studio: Studio, *, by: Any, upload: Any = None, **columns: Any) -> LedgerEntry:
    """Enter a line of the unit: public money comes in by the payment an office records alone.

    Args:
        studio: whose ledger.
        by: the person.
        upload: the voucher as uploaded, or None.
        columns: as ``enter`` takes them.

    Raises:
        DomainError: income from public money, or as ``enter``.
    """
    _refuse_public(studio, columns, current_ruleset(studio.jurisdiction))
    return enter(studio, by=by, upload=upload, **columns)


def own_line(studio: Studio, *, by: Any, newest: Ruleset | None, **columns: Any) -> LedgerEntry:
    """A line of the unit as ``enter_own`` would enter it, to be saved together with others.

    Raises:
        DomainError: as ``enter_own``.
    """
    _refuse_public(studio, columns, newest)
    row = line(studio, by=by, newest=newest, **columns)
    _not_later(row)
    fits(row, "studio", "entered_by")
    return row


def enter_lines(rows: Iterable[LedgerEntry]) -> None:
    """Enter lines that were made ready by ``own_line``, all or none."""
    gathered = Gathered(LedgerEntry)
    gathered.add(*rows)
    gathered.save()


def _refuse_public(studio: Studio, columns: dict[str, Any], newest: Ruleset | None) -> None:
    rules = living_policy(studio, "ledger", newest=newest).ruleset.ledger
    public = {source.id for source in rules.sources if source.kind == "grant"} if rules else set()
    if columns.get("direction") == Direction.IN and columns.get("source") in public:
        raise DomainError(
            "财政资助由主管部门登记拨付后自动记入台账，单位不另行登记收入；尚未记入的，请与主管部门联系。",
            field="source", status=422,
        )  # fmt: skip


@transaction.atomic
def enter(studio: Studio, *, by: Any, upload: Any = None, **columns: Any) -> LedgerEntry:
    """Enter a line.

    Args:
        studio: whose ledger.
        by: the person.
        upload: the voucher as uploaded, or None.
        columns: direction, source, purpose, amount, on, text, reason, voucher, marked,
            fixed_asset, asset_number, asset_place.

    Raises:
        DomainError: no ledger in this policy, an unknown source, an expense without purpose, a
            purpose 其他 without reason, a date before the naming or after today, or the very same
            line stands there already.
    """
    row = line(studio, by=by, **columns)
    _not_later(row)
    _require_new(row)
    if upload is not None:
        keep_file(row, check_upload(upload, name=upload.name, allowed=KINDS))
    try:
        row.full_clean()
    except ValidationError as error:
        raise DomainError("；".join(error.messages), status=422) from error
    row.save()
    return row


def line(studio: Studio, *, by: Any, newest: Ruleset | None = None, **columns: Any) -> LedgerEntry:
    """A line that fits the text, not saved yet; nor need the studio be.

    Args:
        studio: whose ledger.
        by: the person.
        newest: the version in force at its place, where the caller has read it already.
        columns: as ``enter`` takes them.

    Raises:
        DomainError: no ledger in this policy, an unknown source, an expense without purpose, a
            purpose 其他 without reason, or a date before the naming.
    """
    rules = living_policy(studio, "ledger", newest=newest).ruleset.ledger
    if rules is None:
        raise DomainError("本地区文件没有规定经费台账。")
    row = LedgerEntry(studio=studio, entered_by=by, **columns)
    if row.source not in {source.id for source in rules.sources}:
        raise DomainError("请选择资金来源。", field="source", status=422)
    _check_purpose(row, {purpose.id: purpose for purpose in rules.purposes})
    if row.on < studio.founded_on:
        raise DomainError(f"日期不得早于命名日期{studio.founded_on}。", field="on", status=422)
    return signed(row, by=by, reason="登记台账")


def _not_later(row: LedgerEntry) -> None:
    if row.on > timezone.localdate():
        raise DomainError("日期不得晚于今天，请在收支发生以后登记。", field="on", status=422)


def _require_new(row: LedgerEntry) -> None:
    """Refuse what stands there word for word: a page sent twice would count the money twice."""
    Studio.objects.select_for_update(of=("self",)).get(pk=row.studio_id)
    lines = LedgerEntry.objects.filter(studio=row.studio_id, struck_at=None)
    if lines.filter(**{name: getattr(row, name) for name in _SAID}).exists():
        raise DomainError(
            "台账中已有完全相同的一笔，没有重复登记；确有另一笔的，请在摘要或凭证号中写明区别。",
            field="text", status=422,
        )  # fmt: skip


def _check_purpose(row: LedgerEntry, purposes: dict[str, Any]) -> None:
    if row.direction == Direction.IN:
        if row.purpose:
            raise DomainError("收入不填写用途；这笔是支出的，请把“收支”改为“支出”。",
                              field="purpose", status=422)  # fmt: skip
        return
    purpose = purposes.get(row.purpose)
    if purpose is None:
        raise DomainError("请选择规定范围内的用途。", field="purpose", status=422)
    if purpose.other and not row.reason.strip():
        raise DomainError("用途为“其他”的，请写明理由。", field="reason", status=422)


@transaction.atomic
def strike(entry: LedgerEntry, *, by: Any, reason: str) -> LedgerEntry:
    """Take a wrong line out of the sums; it stays visible with its reason.

    Raises:
        DomainError: struck already, entered by a payment of public money, or no reason given.
    """
    row = LedgerEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if row.struck_at is not None:
        raise DomainError("这笔已经冲销。")
    if GrantDue.objects.filter(entry=row).exists():
        raise DomainError("这笔由主管部门拨付登记，单位不能冲销。")
    if not reason.strip():
        raise DomainError("请写明冲销的理由。", field="reason", status=422)
    row.struck_at, row.struck_reason = timezone.now(), reason.strip()[:200]
    signed(row, by=by, reason=f"冲销：{row.struck_reason}").save()
    return row


def name_account(studio: Studio, account: str, *, by: Any) -> Book:
    """Keep the name of the separate account.

    Raises:
        DomainError: the name is empty.
    """
    if not account.strip():
        raise DomainError("请填写账目（科目）名称。", field="account", status=422)
    row = Book.objects.filter(studio=studio).first() or Book(studio=studio)
    row.account = account.strip()[:120]
    signed(row, by=by, reason="登记专门账目").save()
    return row


@transaction.atomic
def pay_grant(grant: GrantDue, *, by: Any, on: dt.date, amount: Decimal) -> GrantDue:
    """Record that public money was paid; it enters the ledger by itself.

    Raises:
        DomainError: paid already, the studio has ended, another sum than the text says, before the
            decision or after today.
    """
    # An end that is being decided comes first: what it claws back is summed under this lock.
    Studio.objects.select_for_update(of=("self",)).get(pk=grant.studio_id)
    row = GrantDue.objects.select_for_update(of=("self",)).get(pk=grant.pk)
    if row.paid_on is not None:
        raise DomainError("该项资助已经拨付，不能重复拨付。")
    if gone := dues.no_longer_paid(row):
        raise DomainError(f"{gone}；终止决定有误的，先更正该决定，再登记拨付。")
    if amount <= 0:
        raise DomainError("金额须大于零。", field="amount", status=422)
    if row.amount is not None and amount != row.amount:
        raise DomainError(f"该项资助为{row.amount}元，请核对金额。", field="amount", status=422)
    if on < row.decided_on:
        raise DomainError(f"拨付日期不得早于决定日期{row.decided_on}。", field="on", status=422)
    if on > timezone.localdate():
        raise DomainError("拨付日期不得晚于今天，请在拨付以后登记。", field="on", status=422)
    row.paid_on, row.paid_amount = on, amount
    row.entry = grant_line(row, by=by)
    if row.entry is not None:
        row.entry.save()
    row.save()
    events.record(
        row.studio.jurisdiction, "grant_paid", f"拨付{row.studio}{row.title} {amount} 元",
        actor=by, data={"grant": str(row.public_id)},
    )  # fmt: skip
    return row


def grant_line(
    row: GrantDue, *, by: Any, text: str = "", newest: Ruleset | None = None
) -> LedgerEntry | None:
    """The line of a grant that was paid, where the text keeps a ledger; it is not saved yet.

    Args:
        row: the grant, with the day and the sum of its payment.
        by: the person.
        text: words of the line; the title of the grant when empty.
        newest: the version in force at its place, where the caller has read it already.

    Raises:
        DomainError: paid before the naming.
    """
    rules = living_policy(row.studio, "ledger", newest=newest).ruleset.ledger
    source = next((s.id for s in rules.sources if s.kind == "grant"), None) if rules else None
    if source is None:
        return None
    return line(
        row.studio, by=by, newest=newest, direction=Direction.IN, source=source,
        amount=row.paid_amount, on=row.paid_on, text=text or row.title, marked=True,
    )  # fmt: skip


@transaction.atomic
def pay_back(
    clawback: Clawback, *, by: Any, on: dt.date, amount: Decimal, note: str = "",
    known: int | None = None,
) -> ClawbackPayment:  # fmt: skip
    """Record money that came back; the payback closes when all of it is there.

    Args:
        clawback: the payback.
        by: the person.
        on: the day it came.
        amount: how much.
        note: number of the receipt, or where it came from.
        known: how many payments the person had before him; None when he saw none.

    Raises:
        DomainError: nothing, more than is owed, a day before the decision or after today, or
            somebody (or the same page, sent twice) entered a payment since.
    """
    row = Clawback.objects.select_for_update(of=("self",)).get(pk=clawback.pk)
    if known is not None and known != row.payments.count():
        raise DomainError(
            "打开本页以后又登记过到账，请核对上面的到账记录；确有另一笔的，再保存一次。", status=422
        )
    owed = row.amount - dues.paid_back(row)
    if on < row.decided_on:
        raise DomainError(f"到账日期不得早于决定日期{row.decided_on}。", field="on", status=422)
    if on > timezone.localdate():
        raise DomainError("到账日期不得晚于今天，请在到账以后登记。", field="on", status=422)
    if amount <= 0:
        raise DomainError("金额须大于零。", field="amount", status=422)
    if amount > owed:
        raise DomainError(f"尚欠 {owed} 元，到账金额不得超过。", field="amount", status=422)
    payment = ClawbackPayment.objects.create(
        clawback=row, amount=amount, on=on, note=note.strip()[:200], entered_by=by
    )
    if amount == owed:
        row.closed_on = on
        signed(row, by=by, reason="全部追回").save()
    return payment
