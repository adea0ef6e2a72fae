"""Plaque and work permits go to the unit and come back; an office records each day."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from applications.domain import events
from applications.models import Studio
from assessments.enums import DueKind
from assessments.models import Obligation, Permit, PlaqueHandover
from assessments.queries import handovers
from assessments.queries.policies import effect_of, founding_policy
from portal.common.errors import DomainError
from portal.common.history import signed

PLAQUE, PERMITS = "plaque", "permits"
_RETURNED_BY_RECALL = "办理收回时登记"


def may_hand_plaque(studio: Studio) -> None:
    """Refuse a handover that cannot be now.

    Raises:
        DomainError: there is no plaque, the studio has ended, the plaque is out already, or the
            agreement it waits for is not on file.
    """
    if studio.ended_on is not None:
        raise DomainError(f"工作室已于{studio.ended_on}终止，不再交付牌匾。", status=403)
    if not studio.plaque_number:
        raise DomainError("该工作室没有登记铭牌编号，不能登记交付。", status=403)
    out = handovers.held([studio]).get(studio.pk)
    if out is not None:
        raise DomainError(f"牌匾已于{out.handed_on}交付{out.handed_to}，尚未收回。", status=403)
    if studio.pk in handovers.without_agreement([studio]):
        said = "；".join(handovers.plaque_clauses(studio))
        raise DomainError(
            f"责任书尚未备案，牌匾暂不能交付。请先在到期事项中登记责任书备案。依据：{said}",
            status=403,
        )


@transaction.atomic
def hand_plaque(studio: Studio, *, by: Any, on: dt.date, to: str) -> PlaqueHandover:
    """The plaque goes to the unit.

    Args:
        studio: whose plaque.
        by: the officer.
        on: the day.
        to: who took it.

    Raises:
        DomainError: as ``may_hand_plaque``, nobody is named, or the day does not fit.
    """
    locked = _locked(studio)
    may_hand_plaque(locked)
    if not to.strip():
        raise DomainError("请填写领取人。", field="to", status=422)
    _in_time(on, locked.founded_on, "交付日期不得早于命名日期")
    row = PlaqueHandover(studio=locked, handed_on=on, handed_to=to.strip()[:60], entered_by=by)
    _keep(row, by, "登记牌匾交付")
    _tell(locked, "plaque_handed", f"牌匾{locked.plaque_number}交付{row.handed_to}", by)
    return row


@transaction.atomic
def take_plaque(studio: Studio, *, by: Any, on: dt.date, note: str = "") -> PlaqueHandover:
    """The plaque comes back, one whose handover was never recorded too; an open recall is done.

    Raises:
        DomainError: it came back already, or the day does not fit.
    """
    row = _take(_locked(studio), by=by, on=on, note=note)
    _settle(studio, PLAQUE, by, on, f"牌匾已收回。{note}".strip())
    return row


def _take(studio: Studio, *, by: Any, on: dt.date, note: str) -> PlaqueHandover:
    rows = list(handovers.of_studio(studio).select_for_update(of=("self",)))
    row = next((row for row in rows if row.returned_on is None), None)
    if row is None and rows:
        raise DomainError(f"牌匾已于{rows[-1].returned_on}收回，不能重复登记。")
    row = row or PlaqueHandover(studio=studio, entered_by=by)
    _in_time(on, row.handed_on or studio.founded_on, "收回日期不得早于交付日期")
    row.returned_on, row.returned_note = on, note.strip()[:200]
    _keep(row, by, "登记牌匾收回")
    _tell(studio, "plaque_returned", f"牌匾{studio.plaque_number}已收回", by)
    return row


@transaction.atomic
def issue_permit(permit: Permit, *, by: Any, on: dt.date) -> Permit:
    """A work permit goes to its holder.

    Raises:
        DomainError: it did already or came back, the studio has ended, or the day does not fit.
    """
    studio, row = _locked(permit.studio), _permit(permit)
    if studio.ended_on is not None:
        raise DomainError(f"工作室已于{studio.ended_on}终止，不再发放工作证。")
    if row.issued_on is not None:
        raise DomainError(f"工作证 {row.number} 已于{row.issued_on}领取，不能重复登记。")
    _in_time(on, row.decided_on, "领取日期不得早于配发决定日期")
    row.issued_on = on
    row.save(update_fields=["issued_on"])
    _tell(studio, "permit_issued", f"工作证{row.number}由{row.holder}领取", by)
    return row


@transaction.atomic
def return_permit(permit: Permit, *, by: Any, on: dt.date) -> Permit:
    """A work permit comes back; with the last one an open recall is done.

    Raises:
        DomainError: it came back already, or the day does not fit.
    """
    studio, row = _locked(permit.studio), _permit(permit)
    _in_time(on, row.issued_on or row.decided_on, "交回日期不得早于领取日期")
    row.returned_on = on
    row.save(update_fields=["returned_on"])
    _tell(studio, "permit_returned", f"工作证{row.number}（{row.holder}）已交回", by)
    if not Permit.objects.filter(studio=studio, returned_on__isnull=True).exists():
        _settle(studio, PERMITS, by, on, "工作证已全部交回。")
    return row


@transaction.atomic
def add_permit(studio: Studio, *, by: Any, holder: str, on: dt.date) -> Permit:
    """A work permit for somebody who joined or leads the studio now.

    Args:
        studio: the studio.
        by: the officer.
        holder: a leader or member who has none.
        on: day of the decision.

    Raises:
        DomainError: the text knows no permits, the studio has ended, the holder is no leader or
            member or has one already, or the day does not fit.
    """
    locked, item = _locked(studio), effect_of(studio, "issue_permits")
    if item is None:
        raise DomainError("本地区文件没有规定配发工作证。", status=404)
    if locked.ended_on is not None:
        raise DomainError(f"工作室已于{locked.ended_on}终止，不再配发工作证。")
    if holder not in handovers.people_without_permit(locked):
        raise DomainError(
            "工作证配发给现任领办人和登记在册的成员，每人一本；请先登记成员，或先登记原证交回。",
            field="holder", status=422,
        )  # fmt: skip
    _in_time(on, locked.founded_on, "配发日期不得早于命名日期")
    number = Permit.objects.filter(studio=locked).count() + 1
    row = Permit.objects.create(
        studio=locked, number=f"{locked.number}-W{number:02d}", holder=holder, decided_on=on,
        issuer=founding_policy(locked).ruleset.offices[item.issuer].label,
    )  # fmt: skip
    _tell(locked, "permit_added", f"为{holder}配发工作证{row.number}", by)
    return row


def recalled(obligation: Obligation, *, by: Any, on: dt.date) -> None:
    """What a settled recall was about is back: the plaque, or every work permit still out."""
    studio = _locked(obligation.studio)
    if obligation.item == PERMITS:
        out = Permit.objects.filter(studio=studio, returned_on__isnull=True)
        if out.update(returned_on=on):
            _tell(studio, "permit_returned", "工作证已全部收回", by)
    elif obligation.item == PLAQUE:
        rows = list(handovers.of_studio(studio).values_list("returned_on", flat=True))
        if not rows or None in rows:
            _take(studio, by=by, on=on, note=_RETURNED_BY_RECALL)


def _locked(studio: Studio) -> Studio:
    return Studio.objects.select_for_update(of=("self",)).get(pk=studio.pk)


def _permit(permit: Permit) -> Permit:
    """The permit, locked.

    Raises:
        DomainError: it came back already.
    """
    row = Permit.objects.select_for_update(of=("self",)).get(pk=permit.pk)
    if row.returned_on is not None:
        raise DomainError(f"工作证 {row.number} 已于{row.returned_on}交回，不能再登记。")
    return row


def _in_time(on: dt.date, first: dt.date, early: str) -> None:
    if on < first:
        raise DomainError(f"{early}{first}。", field="on", status=422)
    if on > timezone.localdate():
        raise DomainError("登记的日期不得晚于今天。", field="on", status=422)


def _keep(row: PlaqueHandover, by: Any, reason: str) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise DomainError("；".join(error.messages), status=422) from error
    signed(row, by=by, reason=reason).save()


def _settle(studio: Studio, item: str, by: Any, on: dt.date, text: str) -> None:
    """A recall that waits is done with what came back."""
    waiting = Obligation.objects.filter(
        studio=studio, kind=DueKind.RECALL, item=item, done_on__isnull=True
    )
    waiting.update(done_on=on, done_by=by, text=text)


def _tell(studio: Studio, kind: str, text: str, by: Any) -> None:
    events.record(
        studio.jurisdiction, kind, f"{studio}：{text}", actor=by,
        data={"studio": str(studio.public_id)},
    )  # fmt: skip
