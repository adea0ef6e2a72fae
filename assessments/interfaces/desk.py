"""The officers' desk: what is due, overdue and at risk in their places."""

import datetime as dt
from typing import Any

from django.urls import reverse

from applications.enums import StudioStatus
from assessments.interfaces.pages import day, due_rows, hosts_of, status_tag
from assessments.models import GrantDue
from assessments.queries import dues, risks
from portal.common.templatetags.portal_ui import money as yuan

VIEWS = (("due", "待办"), ("overdue", "逾期"), ("grants", "待拨付"), ("risk", "风险提示"),
         ("all", "全部工作室"))  # fmt: skip


def desk(studios: Any, view: str, on: dt.date) -> dict[str, Any]:
    """Counts, tabs and the list of one view."""
    at_risk = risks.at_risk(studios.exclude(status=StudioStatus.ENDED), on)
    tables = {
        "due": lambda: _dues(dues.open_on(studios, on), on),
        "overdue": lambda: _dues(dues.overdue(studios, on), on),
        "grants": lambda: _grants(dues.grants_open(studios), on),
        "risk": lambda: _risks(at_risk),
        "all": lambda: _studios(studios),
    }
    chosen = view if view in tables else "due"
    counts = {
        "due": dues.open_on(studios, on).count(),
        "overdue": dues.overdue(studios, on).count(),
        "grants": dues.grants_open(studios).count(),
        "risk": len(at_risk),
        "all": studios.count(),
    }
    tabs = [
        {"label": label, "url": f"?view={key}", "count": counts[key], "current": key == chosen}
        for key, label in VIEWS
    ]
    kpis = [
        {"n": counts["all"], "label": "工作室"},
        {"n": counts["due"], "label": "待办事项", "tone": "gold"},
        {"n": counts["overdue"], "label": "逾期", "tone": "red"},
        {"n": counts["risk"], "label": "风险提示", "tone": "red"},
    ]
    return {"tabs": tabs, "kpis": kpis, "view": chosen, **tables[chosen]()}


def _dues(rows: Any, on: dt.date) -> dict[str, Any]:
    heads = ("事项", "工作室", "办理方", "到期日", "状态")
    return {"columns": _heads(heads), "rows": due_rows(rows, on, desk=True)}


def _grants(rows: Any, on: dt.date) -> dict[str, Any]:
    heads = ("资助", "工作室", "金额（元）", "应付日期", "状态")
    return {"columns": _heads(heads), "rows": [_grant(row, on) for row in rows]}


def _grant(row: GrantDue, on: dt.date) -> dict[str, Any]:
    late = row.due_on is not None and row.due_on < on
    tag = {"label": "逾期", "tone": "red"} if late else {"label": "待拨付", "tone": "gold"}
    if row.may:
        tag = {"label": "可给予", "tone": "blue"}
    url = reverse("assessments:grant", args=[row.studio.public_id, row.public_id])
    return {
        "id": row.public_id,
        "select_label": row.title,
        "cells": [
            {"text": row.title, "url": url, "main": True},
            {"th": "工作室", "text": row.studio.name, "sub": row.studio.number},
            {"th": "金额（元）", "text": yuan(row.amount) if row.amount else "原文未规定",
             "num": True},
            {"th": "应付日期", "text": day(row.due_on) or "原文未规定", "nw": True},
            {"th": "状态", "tag": tag},
        ],
        "actions": [{"label": "登记拨付", "url": url}],
    }  # fmt: skip


def _risks(found: list[tuple[Any, list[str]]]) -> dict[str, Any]:
    rows = [
        {**_studio(studio), "cells": [*_studio(studio)["cells"][:1],
         {"th": "记录指向的情形", "text": "；".join(texts), "sub": "由工作人员核实后认定"}]}
        for studio, texts in found
    ]  # fmt: skip
    return {"columns": _heads(("工作室", "记录指向的情形")), "rows": rows}


def _studios(studios: Any) -> dict[str, Any]:
    heads = ("工作室", "所在单位", "命名日期", "状态")
    return {"columns": _heads(heads), "rows": [_studio(studio) for studio in studios]}


def _studio(studio: Any) -> dict[str, Any]:
    url = reverse("assessments:desk_studio", args=[studio.public_id])
    return {
        "id": studio.public_id,
        "select_label": studio.name,
        "cells": [
            {"text": studio.name, "url": url, "sub": studio.number, "main": True},
            {"th": "所在单位", "text": hosts_of(studio)},
            {"th": "命名日期", "text": day(studio.founded_on), "nw": True},
            {"th": "状态", "tag": status_tag(studio)},
        ],
        "actions": [{"label": "查看", "url": url}],
    }


def _heads(labels: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"label": label} for label in labels]
