"""Grades over the years on pages, and where an assessment under way stands."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from applications.enums import Status
from applications.models import Studio
from assessments.domain import assessing
from assessments.models import GradeRecord, Obligation
from assessments.queries import grades
from jurisdictions.engine.scoring import plain
from jurisdictions.permissions import works_for
from portal.common.errors import DomainError
from portal.common.personal import masked

COLUMNS = ("考核", "期次", "等次", "得分", "认定日期")


def table(studio: Studio) -> dict[str, Any]:
    """Grades of a studio for ``components/worklist.html``; no rows where none was given."""
    found = list(grades.of_studio(studio))
    return {"columns": [{"label": label} for label in COLUMNS],
            "rows": [_row(row) for row in found],
            "privileges": grades.privileges(studio)}  # fmt: skip


def _row(row: GradeRecord) -> dict[str, Any]:
    return {
        "id": str(row.public_id), "select_label": str(row),
        "cells": [
            {"text": row.label + ("（整改后）" if row.mending else ""), "main": True,
             "sub": row.reason},
            {"th": "期次", "text": period_of(row)},
            {"th": "等次", "tag": tag_of(row)},
            {"th": "得分", "text": "—" if row.total is None else plain(row.total), "num": True},
            {"th": "认定日期", "text": f"{row.decided_on:%Y-%m-%d}", "nw": True},
        ],
        "actions": [],
    }  # fmt: skip


def period_of(row: GradeRecord) -> str:
    """The year or the number of an assessment."""
    if row.about:
        return f"{row.about}年度"
    return f"第{row.period}次" if row.period else "—"


def tag_of(row: GradeRecord) -> dict[str, str]:
    """Grade and distinction with a colour."""
    label = row.grade or "已评估"
    return {"label": f"{label}（{row.award}）" if row.award else label,
            "tone": "green" if row.passed else "red"}  # fmt: skip


def public_lines(rows: Iterable[GradeRecord]) -> list[dict[str, Any]]:
    """Results for the public: no reason, no points."""
    return [
        {
            "id": str(row.public_id), "select_label": masked(row.studio.name),
            "cells": [
                {"text": masked(row.studio.name), "main": True, "sub": str(row.studio.jurisdiction),
                 "url": reverse("assessments:verify", args=[row.studio.number])},
                {"th": "考核", "text": row.label + ("（整改后）" if row.mending else "")},
                {"th": "期次", "text": period_of(row)},
                {"th": "等次", "tag": tag_of(row)},
                {"th": "认定日期", "text": f"{row.decided_on:%Y-%m-%d}", "nw": True},
            ],
            "actions": [],
        }
        for row in rows
    ]  # fmt: skip


def under_way(row: Obligation, user: Any, *, mine: bool) -> dict[str, Any]:
    """Where something assessed stands, what the unit opens, whether the office may take over.

    Args:
        row: what is due.
        user: who reads.
        mine: whether the person acts for the unit.
    """
    if row.kind not in assessing.KINDS:
        return {"filing_url": "", "filing": None, "may_take_over": False}
    application = row.application
    drafted = application is None or application.status == Status.DRAFT
    url = reverse("applications:tasks", args=[application.public_id]) if application else ""
    return {
        "filing": application, "filing_url": url if mine else "",
        "may_take_over": not mine and row.done_on is None and drafted and _assesses(row, user),
    }  # fmt: skip


def _assesses(row: Obligation, user: Any) -> bool:
    try:
        return bool(works_for(user, assessing.office_of(row)))
    except DomainError:
        return False
