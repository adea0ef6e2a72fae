"""Public money of a studio as its pages show it: grants, and paybacks with what came."""

from decimal import Decimal
from typing import Any

from django.urls import reverse

from applications.models import Studio
from assessments.interfaces.amounts import yuan
from assessments.interfaces.pages import day
from assessments.models import Clawback
from assessments.queries import dues, rows


def grant_rows(studio: Studio) -> list[dict[str, Any]]:
    """Public money of a studio, paid and unpaid."""
    return [
        {
            "title": row.title,
            "amount": yuan(row.paid_amount or row.amount) if row.amount or row.paid_amount else "—",
            "due": day(row.due_on) or "原文未规定",
            "paid": day(row.paid_on),
            "gone": dues.no_longer_paid(row),
            # A title that says so itself needs no word beside it.
            "extra": row.extra and "追加" not in row.title,
            "entry": row.entry_id,
            "url": reverse("assessments:grant", args=[studio.public_id, row.public_id]),
        }
        for row in rows.grants(studio)
    ]


def clawback_rows(studio: Studio) -> list[dict[str, Any]]:
    """Money to be paid back, with what came and what is still owed."""
    return [_clawback(studio, row) for row in rows.clawbacks(studio)]


def clawback_facts(row: Clawback) -> list[dict[str, Any]]:
    """What stands above the form for money that came back."""
    shown = _clawback(row.studio, row)
    found = [
        ("决定", f"{shown['decided']} {row.document_number}".strip()),
        ("应追回（元）", shown["amount"]),
        ("已到账（元）", shown["back"]),
        ("尚欠（元）", shown["left"]),
    ]
    facts: list[dict[str, Any]] = [{"label": label, "value": value} for label, value in found]
    if shown["payments"]:
        facts.append({"label": "到账记录", "value": "；".join(shown["payments"]), "wide": True})
    return facts


def _clawback(studio: Studio, row: Clawback) -> dict[str, Any]:
    payments = list(row.payments.all())
    back = sum((payment.amount for payment in payments), Decimal(0))
    tag, tone = ("已结清", "green") if row.closed_on else ("待追回", "gold")
    if payments and not row.closed_on:
        tag = "部分到账"
    return {
        "amount": yuan(row.amount),
        "back": yuan(back),
        "left": yuan(row.amount - back),
        "decided": day(row.decided_on),
        "number": row.document_number,
        "closed": day(row.closed_on),
        "tag": tag,
        "tone": tone,
        "payments": [
            f"{day(payment.on)} 到账 {yuan(payment.amount)} 元"
            + (f"（{payment.note}）" if payment.note else "")
            for payment in payments
        ],
        "url": reverse("assessments:clawback", args=[studio.public_id, row.public_id]),
    }
