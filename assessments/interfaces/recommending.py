"""Recommending upward on pages: the desk's list, the form, the letters of a studio."""

import datetime as dt
from typing import Any

from django import forms
from django.urls import reverse

from applications.models import Studio
from assessments.enums import Outcome
from assessments.interfaces.forms import ACCEPT
from assessments.interfaces.graded import period_of, tag_of
from assessments.interfaces.pages import day
from assessments.models import GradeRecord, Recommendation
from assessments.queries import recommending
from assessments.queries.recommending import Basis, Candidate
from portal.common.forms import ChineseDateField, CounterTextarea, PortalForm, UploadInput

COLUMNS = ("工作室", "可推荐至", "依据", "最近考核结果", "状态")


class LetterForm(PortalForm):
    """What every letter that recommends says."""

    basis = forms.ChoiceField(label="推荐事项", widget=forms.RadioSelect)
    target = forms.CharField(
        label="参评名称", max_length=120, required=False,
        help_text="上一级评选的全称；与推荐事项相同的不必填写。",
    )  # fmt: skip
    on = ChineseDateField(label="推荐日期")
    number = forms.CharField(
        label="推荐文件文号", max_length=60, help_text="样式：机关代字〔年份〕×号。"
    )
    reason = forms.CharField(
        label="推荐理由", max_length=1000, widget=CounterTextarea(rows=4),
        help_text="写明符合上列规定和上一级条件的情况。",
    )  # fmt: skip
    upload = forms.FileField(
        label="推荐文件", required=False, widget=UploadInput(accept=ACCEPT),
        help_text="PDF、DOCX 或扫描图片，不超过 10 MB。",
    )  # fmt: skip

    def offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Let one of some choices be taken; a single one is taken already."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - narrows the type only
        field.choices = choices
        if len(choices) == 1:
            field.initial = choices[0][0]


class RecommendForm(LetterForm):
    """A letter that recommends a studio."""

    def __init__(self, *args: Any, offered: list[Basis], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("basis", [(row.code, f"{row.level}：{row.title}") for row in offered])


def table(found: list[Candidate], on: dt.date) -> dict[str, Any]:
    """Candidates for ``components/worklist.html``; those not recommended yet stand first."""
    return {"columns": [{"label": label} for label in COLUMNS], "rows": [_row(r) for r in found]}


def ordered(found: list[Candidate]) -> list[Candidate]:
    """Those that wait first, else as given."""
    return sorted(found, key=lambda row: row.done is not None)


def waiting(found: list[Candidate]) -> int:
    """How many have not been recommended on their basis."""
    return sum(row.done is None for row in found)


def _row(found: Candidate) -> dict[str, Any]:
    studio, basis, done = found.studio, found.basis, found.done
    key = [studio.public_id]
    tag = {"label": "可推荐", "tone": "blue"}
    if done is not None:
        tag = {"label": "已推荐", "tone": "green"}
    new = reverse("assessments:recommend_new", args=key)
    return {
        "id": f"{studio.public_id}-{basis.code}", "select_label": studio.name,
        "cells": [
            {"text": studio.name, "url": reverse("assessments:desk_studio", args=key),
             "sub": studio.number, "main": True},
            {"th": "可推荐至", "text": basis.level},
            {"th": "依据", "text": "；".join(basis.texts) or basis.title},
            {"th": "最近考核结果", **_result(found.newest)},
            {"th": "状态", "tag": tag,
             "sub": f"{day(done.on)} {done.document_number}" if done else ""},
        ],
        "actions": [{"label": "登记推荐", "url": f"{new}?basis={basis.code}"}],
    }  # fmt: skip


def _result(grade: GradeRecord | None) -> dict[str, Any]:
    if grade is None:
        return {"text": "尚无考核结果"}
    said = f"{grade.label}（{period_of(grade)}）{day(grade.decided_on)}"
    return {"tag": tag_of(grade), "sub": said}


class OutcomeForm(PortalForm):
    """What came of a recommendation."""

    outcome = forms.ChoiceField(label="推荐结果", choices=Outcome, widget=forms.RadioSelect)
    on = ChineseDateField(label="结果日期")


def letters(studio: Studio, *, handling: bool) -> list[dict[str, Any]]:
    """Letters of a studio for its page."""
    return [_letter(studio, row, handling=handling) for row in recommending.of_studio(studio)]


def _letter(studio: Studio, row: Recommendation, *, handling: bool) -> dict[str, Any]:
    key = [studio.public_id, row.public_id]
    stands = row.struck_at is None
    return {
        "person": row.person, "level": row.level, "target": row.target,
        "number": row.document_number, "on": day(row.on),
        "office": str(row.office or ""), "reason": row.reason,
        "withdrawn": row.struck_reason,
        "file": reverse("assessments:recommendation_file", args=key) if row.file else "",
        "file_name": row.file_name,
        "outcome": f"{day(row.outcome_on)} {row.get_outcome_display()}" if row.outcome else "",
        "note": reverse("assessments:recommendation_outcome", args=key)
        if handling and stands else "",
        "withdraw": reverse("assessments:recommendation_withdraw", args=key)
        if handling and stands else "",
    }  # fmt: skip


def said_of(offered: list[Basis]) -> list[dict[str, Any]]:
    """What the texts say, above the form."""
    return [
        {"label": row.level, "value": "；".join(row.texts) or row.title, "wide": True}
        for row in offered
    ] + [
        {"label": "考核结果", "value": f"{row.grade.label}（{period_of(row.grade)}）"
         f"{tag_of(row.grade)['label']}，{day(row.grade.decided_on)} 认定"}
        for row in offered if row.grade is not None
    ]  # fmt: skip
