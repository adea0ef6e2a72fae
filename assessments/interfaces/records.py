"""Reports and records of a studio as pages and forms."""

import datetime as dt
from typing import Any

from django import forms
from django.urls import reverse

from applications.models import Studio
from assessments.domain.records import UNIT, offered
from assessments.enums import RecordKind
from assessments.interfaces.pages import day
from assessments.models import KeptFile, Record
from assessments.permissions import can_write
from assessments.queries.policies import living_policy
from portal.common.forms import ChineseDateField, CounterTextarea, PortalForm


class RecordForm(PortalForm):
    """A report or a record; categories and mending by the policy."""

    category = forms.ChoiceField(label="类别", required=False)
    title = forms.CharField(label="标题", max_length=160)
    on = ChineseDateField(label="日期")
    text = forms.CharField(
        label="内容", max_length=4000, required=False, widget=CounterTextarea(rows=6)
    )
    mend_by = ChineseDateField(
        label="整改期限", required=False, help_text="需要整改的，写明最后期限；当日仍在期内。"
    )

    def __init__(self, *args: Any, entry: Any, kind: str, by_office: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = offered(entry, kind)
        category = self.fields["category"]
        if labels and isinstance(category, forms.ChoiceField):
            category.choices = [("", "请选择"), *((label, label) for label in labels)]
            category.required = True
        else:
            del self.fields["category"]
        if not (by_office and getattr(entry, "findings", False)):
            del self.fields["mend_by"]


def addable(
    studio: Studio, *, keeping: bool, roles: frozenset[str]
) -> list[dict[str, Any]]:  # fmt: skip
    """What the person may report or write down, with the address; nothing after the end.

    Args:
        studio: of which studio.
        keeping: whether he is handler or principal of its unit.
        roles: roles by which his offices answer for it.
    """
    if not can_write(studio):
        return []
    kept = living_policy(studio, "registers").ruleset.registers
    found: list[tuple[str, Any]] = []
    if keeping:
        found += [(RecordKind.REPORT, entry) for entry in kept.reports]
    for entry in kept.records:
        if (keeping and UNIT in entry.by) or roles & set(entry.by):
            found.append((RecordKind.RECORD, entry))
    return [
        {
            "label": entry.label,
            "url": reverse("assessments:record_new", args=[studio.public_id, kind, entry.id]),
        }
        for kind, entry in found
    ]


def table(studio: Studio, rows: Any, on: dt.date) -> dict[str, Any]:
    """Reports and records for ``components/worklist.html``."""
    kept = living_policy(studio, "registers").ruleset.registers
    labels = {("report", e.id): e.label for e in kept.reports}
    labels |= {("record", e.id): e.label for e in kept.records}
    lines = []
    for row in rows:
        url = reverse("assessments:record", args=[studio.public_id, row.public_id])
        lines.append(
            {
                "id": row.public_id, "select_label": row.title,
                "cells": [
                    {"text": row.title, "url": url, "main": True, "sub": row.category},
                    {"th": "事项", "text": labels.get((row.kind, row.item), row.item)},
                    {"th": "日期", "text": day(row.on), "nw": True},
                    {"th": "登记", "text": writer_of(row)},
                    {"th": "整改", **_mending(row, on)},
                ],
                "actions": [{"label": "查看", "url": url}],
            }
        )  # fmt: skip
    heads = ("标题", "事项", "日期", "登记", "整改")
    return {"columns": [{"label": head} for head in heads], "rows": lines}


def writer_of(row: Record) -> str:
    """The body that wrote it down."""
    return str(row.office) if row.office else "所在单位"


def _mending(row: Record, on: dt.date) -> dict[str, Any]:
    due = row.due
    if due is None or due.due_on is None:
        return {"text": "—"}
    if due.done_on:
        return {"tag": {"label": "已整改", "tone": "green"}, "sub": day(due.done_on)}
    late = due.due_on < on
    tag = {"label": "逾期", "tone": "red"} if late else {"label": "待整改", "tone": "gold"}
    return {"tag": tag, "sub": f"期限 {day(due.due_on)}"}


def facts(row: Record) -> list[dict[str, Any]]:
    """The particulars of a report or record."""
    lines = [
        ("日期", day(row.on)), ("类别", row.category), ("登记", writer_of(row)),
        ("登记人", str(row.entered_by)), ("内容", row.text),
    ]  # fmt: skip
    if row.due is not None:
        lines += [
            ("整改期限", day(row.due.due_on)),
            ("整改日期", day(row.due.done_on) or "尚未报送"),
            ("整改情况", row.due.text),
        ]
    return [{"label": label, "value": value} for label, value in lines if value]


def file_rows(studio: Studio, files: Any, *, keeping: bool) -> list[dict[str, Any]]:
    """Kept files for ``components/files.html``."""
    return [_file_row(studio, file, keeping=keeping) for file in files]


def _file_row(studio: Studio, file: KeptFile, *, keeping: bool) -> dict[str, Any]:
    kind = file.file_name.rsplit(".", 1)[-1].upper()
    key = [studio.public_id, file.public_id]
    gone = {"label": "移出", "url": reverse("assessments:kept_file_remove", args=key)}
    return {
        "label": file.title,
        "url": reverse("assessments:kept_file", args=key),
        "kind": kind,
        "meta": f"{file.added_by} {file.added_at:%Y-%m-%d}",
        "actions": [gone] if keeping else [],
    }
