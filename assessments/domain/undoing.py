"""Counter-effects of money, agreements, permits and recalls; what is paid is never undone here."""

from typing import Any

from applications.domain.undoing import AmendContext, Undone, redate, undo
from applications.models import EffectRun
from assessments.models import Clawback, GrantDue, MatchingDue, Obligation, Permit
from jurisdictions.engine.life import grant_due
from portal.common.errors import DomainError


@undo("grant")
def cancel_grant(effect: EffectRun, context: AmendContext) -> Undone:
    """A grant not yet paid is due no more."""
    row = GrantDue.objects.filter(public_id=effect.data["grant"]).first()
    if row is None:
        return Undone("资助已不在应付清单中")
    if row.paid_on is not None:
        raise DomainError(
            f"“{row.title}”已于 {row.paid_on} 拨付 {row.paid_amount:,} 元，请先办理资金追回"
        )
    kept = {"title": row.title, "amount": str(row.amount or ""), "due_on": str(row.due_on or "")}
    row.delete()
    return Undone(f"取消应付资助：{kept['title']}", data=kept)


@undo("matching")
def cancel_matching(effect: EffectRun, context: AmendContext) -> Undone:
    """The unit need not add money any more."""
    MatchingDue.objects.filter(pk=effect.data["matching"]).delete()
    return Undone("取消配套义务")


@undo("open_agreement")
def close_agreement(effect: EffectRun, context: AmendContext) -> Undone:
    """An agreement that waits falls due no more; a signed one is ended by its parties."""
    return _close_obligation(effect, "责任书已签订的，由双方办理解除")


@undo("recall_plaque")
def stop_recall(effect: EffectRun, context: AmendContext) -> Undone:
    """The plaque need not come back; one that did is given again."""
    return _close_obligation(effect, "牌匾已收回的，重新发放")


@undo("recall_permits")
def stop_permit_recall(effect: EffectRun, context: AmendContext) -> Undone:
    """Work permits need not come back; those that did are given again."""
    return _close_obligation(effect, "工作证已收回的，重新发放")


@undo("file_with")
def close_report(effect: EffectRun, context: AmendContext) -> Undone:
    """A report not yet sent is due no more; one that was sent is corrected by letter."""
    return _close_obligation(effect, "决定已报备案的，另行报送更正")


def _close_obligation(effect: EffectRun, by_hand: str) -> Undone:
    key = effect.data.get("obligation")
    row = Obligation.objects.filter(public_id=key).first() if key else None
    if row is None:
        return Undone("没有待办事项", by_hand=by_hand)
    if row.done_on is not None:
        return Undone(f"已办理：{row.title}", by_hand=by_hand)
    title = row.title
    row.delete()
    return Undone(f"取消到期事项：{title}", data={"title": title})


@undo("order_mending")
def withdraw_order(effect: EffectRun, context: AmendContext) -> Undone:
    """The unit need not mend any more; a report that is in must be taken in first.

    Raises:
        DomainError: the report of the unit waits for its receiver.
    """
    row = Obligation.objects.filter(public_id=effect.data["obligation"]).first()
    if row is not None and row.done_on is not None and row.received_on is None:
        raise DomainError(f"单位已报送“{row.title}”，请先登记接收或退回")
    return _close_obligation(effect, "书面告知单位原责令整改已更正")


@undo("issue_permits")
def void_permits(effect: EffectRun, context: AmendContext) -> Undone:
    """Permits count as handed back on the day of the amendment; the cards are collected."""
    numbers = effect.data.get("permits", [])
    Permit.objects.filter(number__in=numbers, returned_on=None).update(returned_on=context.on)
    return Undone(f"工作证作废 {len(numbers)} 本", by_hand="收回已发出的工作证",
                  data={"permits": numbers})  # fmt: skip


@undo("clawback")
def drop_clawback(effect: EffectRun, context: AmendContext) -> Undone:
    """Money need not come back; what came back already is repaid by hand first."""
    row = Clawback.objects.filter(public_id=effect.data["clawback"]).first()
    if row is None:
        return Undone("没有应追回的资金")
    back = sum(payment.amount for payment in row.payments.all())
    if back:
        raise DomainError(f"已追回 {back:,} 元，请先办理退还")
    amount = row.amount
    row.delete()
    return Undone(f"取消追回资金 {amount:,} 元", data={"amount": str(amount)})


@redate("grant")
def move_grant(effect: EffectRun, entry: Any, on: Any) -> str:
    """The day a grant is due follows the corrected day of the decision."""
    row = GrantDue.objects.filter(public_id=effect.data["grant"], paid_on=None).first()
    if row is None or entry is None:
        return ""
    row.decided_on = on
    row.due_on = grant_due(on, same_year=entry.same_year, within_months=entry.within_months)
    row.save(update_fields=["decided_on", "due_on"])
    return f"“{row.title}”应付日期改为 {row.due_on or '未定'}"
