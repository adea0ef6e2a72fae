"""Lines of a ledger on its page: those that count, numbered as warnings do, and struck ones."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from applications.models import Studio
from assessments.enums import Direction
from assessments.interfaces.amounts import yuan
from assessments.interfaces.pages import day
from assessments.models import LedgerEntry
from assessments.queries import dues, rows

_HEADS = ("摘要", "序号", "日期", "来源", "用途", "收入（元）", "支出（元）", "凭证")
_STRUCK = ("摘要", "日期", "收支", "金额（元）", "冲销日期", "冲销理由")


def table(studio: Studio, money: dues.Money, *, keeping: bool, offices: set[int]) -> dict[str, Any]:
    """The lines that count, for ``components/worklist.html``.

    Args:
        studio: whose ledger.
        money: the ledger worked out.
        keeping: whether the reader may strike a line.
        offices: keys of lines that an office entered, which the unit cannot strike.
    """
    labels = {row.id: row.label for row in (*money.rules.sources, *money.rules.purposes)}
    lines = [
        _line(studio, number, line, labels, keeping=keeping and line.pk not in offices)
        for number, line in enumerate(money.lines, 1)
    ]
    columns = [{"label": head, "num": head.endswith("（元）")} for head in _HEADS]
    return {"columns": columns, "rows": lines}


def _line(
    studio: Studio, number: int, line: LedgerEntry, labels: dict[str, str], *, keeping: bool
) -> dict[str, Any]:
    spent = line.direction == Direction.OUT
    keys = [studio.public_id, line.public_id]
    voucher: dict[str, Any] = {"th": "凭证", "text": line.voucher or "—"}
    if line.file:
        voucher |= {
            "text": line.voucher or "查看",
            "url": reverse("assessments:voucher", args=keys),
        }
    strike = {"label": "冲销", "url": reverse("assessments:entry_strike", args=keys)}
    return {
        "id": line.public_id, "select_label": line.text,
        "cells": [
            {"text": line.text, "main": True, "sub": "；".join(filter(None, _beside(line)))},
            {"th": "序号", "text": number, "nw": True},
            {"th": "日期", "text": day(line.on), "nw": True},
            {"th": "来源", "text": labels.get(line.source, line.source)},
            {"th": "用途", "text": labels.get(line.purpose, "—")},
            {"th": "收入（元）", "text": "" if spent else yuan(line.amount), "num": True},
            {"th": "支出（元）", "text": yuan(line.amount) if spent else "", "num": True},
            voucher,
        ],
        "actions": [strike] if keeping else [],
    }  # fmt: skip


def _beside(line: LedgerEntry) -> tuple[str, str]:
    """The reason, and the asset that was bought with its number and place."""
    if not line.fixed_asset:
        return line.reason, ""
    number = line.asset_number or "尚未登记造册"
    return line.reason, f"固定资产 {number} {line.asset_place}".strip()


def struck(studio: Studio) -> dict[str, Any]:
    """Lines that were struck, for ``components/worklist.html``: none disappears from a ledger."""
    lines = [
        {
            "id": line.public_id, "select_label": line.text,
            "cells": [
                {"text": line.text, "main": True, "sub": line.voucher},
                {"th": "日期", "text": day(line.on), "nw": True},
                {"th": "收支", "text": line.get_direction_display()},
                {"th": "金额（元）", "text": yuan(line.amount), "num": True},
                {"th": "冲销日期", "text": f"{timezone.localtime(line.struck_at):%Y-%m-%d}",
                 "nw": True},
                {"th": "冲销理由", "text": line.struck_reason},
            ],
            "actions": [],
        }
        for line in rows.struck_entries(studio)
    ]  # fmt: skip
    columns = [{"label": head, "num": head.endswith("（元）")} for head in _STRUCK]
    return {"columns": columns, "rows": lines}
