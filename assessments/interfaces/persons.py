"""Recommending people of a studio on pages: the desk's list and the form."""

import datetime as dt
from typing import Any

from django import forms
from django.urls import reverse

from applications.models import Studio
from assessments.interfaces.pages import leaders_of
from assessments.interfaces.recommending import LetterForm
from assessments.queries import persons
from assessments.queries.persons import OTHER, Ground

COLUMNS = ("工作室", "可推荐的人员", "称号或项目", "依据")


class PersonForm(LetterForm):
    """A letter that recommends somebody of a studio."""

    person = forms.ChoiceField(label="被推荐人", widget=forms.RadioSelect)
    level = forms.ChoiceField(label="称号或项目")

    field_order = ("basis", "person", "level", "target")

    def __init__(
        self, *args: Any, offered: list[Ground], people: dict[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        titles = [title for row in offered for title in row.says.to]
        titles += [OTHER] * any(row.says.others for row in offered)
        self.offer("basis", [(row.code, row.title) for row in offered])
        self.offer("person", [(name, f"{name}（{kind}）") for name, kind in people.items()])
        # Nothing is chosen by itself: the wrong title is quickly sent.
        self.offer("level", [("", "请选择"), *((title, title) for title in dict.fromkeys(titles))])
        self.fields["target"].label = "称号或项目的全称"
        self.fields["target"].help_text = f"选“{OTHER}”的须填写；其他的有届次等全称时填写。"


def said_of(offered: list[Ground]) -> list[dict[str, Any]]:
    """What the texts say and who recommends, above the form."""
    return [
        {
            "label": "、".join(row.by) + "推荐",
            "value": "；".join(row.texts) or row.title,
            "wide": True,
        }
        for row in offered
    ]


def candidates(studios: list[Studio]) -> list[tuple[Studio, Ground]]:
    """Every studio of the desk with each sentence that speaks of its people."""
    return [(studio, ground) for studio in studios for ground in persons.grounds(studio)]


def table(found: list[tuple[Studio, Ground]], on: dt.date) -> dict[str, Any]:
    """Those who may be recommended, for ``components/worklist.html``."""
    rows = [_row(studio, ground) for studio, ground in found]
    return {"columns": [{"label": label} for label in COLUMNS], "rows": rows}


def _row(studio: Studio, ground: Ground) -> dict[str, Any]:
    key = [studio.public_id]
    who = leaders_of(studio) if ground.says.who == "leader" else "工作室成员"
    new = reverse("assessments:recommend_person", args=key)
    return {
        "id": f"{studio.public_id}-{ground.code}", "select_label": studio.name,
        "cells": [
            {"text": studio.name, "url": reverse("assessments:desk_studio", args=key),
             "sub": studio.number, "main": True},
            {"th": "可推荐的人员", "text": who},
            {"th": "称号或项目", "text": "、".join(ground.says.to) + "等" * ground.says.others},
            {"th": "依据", "text": "；".join(ground.texts) or ground.title},
        ],
        "actions": [{"label": "登记推荐", "url": f"{new}?basis={ground.code}"}],
    }  # fmt: skip
