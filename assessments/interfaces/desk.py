"""The officers' desk: what is due, overdue and at risk at the studios they answer for."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.urls import reverse

from applications.enums import StudioStatus
from assessments.interfaces import persons
from assessments.interfaces import recommending as upward
from assessments.interfaces.amounts import yuan
from assessments.interfaces.pages import day, due_rows, hosts_of, leaders_of, status_tag
from assessments.models import Clawback, GrantDue, Obligation, Record
from assessments.queries import dues, recommending
from assessments.queries.risks import Risk, at_risk

PAGE = 30
VIEWS = (
    ("due", "待办"), ("overdue", "逾期"), ("receive", "待接收"), ("grants", "待拨付"),
    ("clawbacks", "待追回"), ("risk", "风险提示"), ("reports", "重大事项报告"),
    ("up", "向上推荐"), ("persons", "人员推荐"), ("all", "全部工作室"),
)  # fmt: skip


#: Tabs that stand there even when nothing is in them.
_ALWAYS = ("due", "overdue", "risk", "all")


def desk(studios: Any, asked: Any, on: dt.date) -> dict[str, Any]:
    """Counts, tabs and one page of the chosen view.

    Args:
        studios: the studios the person sees, narrowed by what he searched for.
        asked: the query of the address: view, page and what narrows.
        on: today.
    """
    found = list(studios)
    keys = [studio.pk for studio in found]
    living = [studio for studio in found if studio.status != StudioStatus.ENDED]
    risks, candidates = at_risk(living, on), recommending.candidates(living)
    sources: dict[str, Any] = {
        "due": dues.open_on(keys, on),
        "overdue": dues.overdue(keys, on),
        "receive": dues.to_receive(keys),
        "grants": dues.grants_open(keys),
        "clawbacks": dues.clawbacks_open(keys),
        "risk": risks,
        "reports": dues.reports(keys),
        "up": upward.ordered(candidates),
        "persons": persons.candidates(living),
        "all": found,
    }
    chosen = view if (view := asked.get("view", "")) in sources else "due"
    counts = {
        key: len(source) if isinstance(source, list) else source.count()
        for key, source in sources.items()
    }
    shown = {key for key in sources if counts[key] or key in (chosen, *_ALWAYS)}
    # The tab counts what still waits, the table below keeps what was recommended.
    counts["up"] = upward.waiting(candidates)
    page = Paginator(sources[chosen], PAGE).get_page(asked.get("page"))
    return {
        "tabs": _tabs(asked, counts, chosen, shown),
        "kpis": _kpis(counts),
        "view": chosen,
        "page": page,
        **_TABLES[chosen](list(page), on),
    }


def _tabs(asked: Any, counts: dict[str, int], chosen: str, shown: set[str]) -> list[dict[str, Any]]:
    kept = {name: asked[name] for name in ("q", "district") if asked.get(name)}
    return [
        {
            "label": label, "url": "?" + urlencode({"view": key, **kept}), "count": counts[key],
            "current": key == chosen,
        }
        for key, label in VIEWS
        if key in shown
    ]  # fmt: skip


def _kpis(counts: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {"n": counts["all"], "label": "工作室", "url": "?view=all"},
        {"n": counts["due"], "label": "待办事项", "tone": "gold", "url": "?view=due"},
        {"n": counts["overdue"], "label": "逾期", "tone": "red", "url": "?view=overdue"},
        {"n": counts["risk"], "label": "风险提示", "tone": "red", "url": "?view=risk"},
    ]


def _heads(*labels: str) -> list[dict[str, Any]]:
    return [{"label": label, "num": label.endswith("（元）")} for label in labels]


def _dues(rows: list[Obligation], on: dt.date) -> dict[str, Any]:
    heads = _heads("事项", "工作室", "办理方", "到期日", "状态")
    return {"columns": heads, "rows": due_rows(rows, on, desk=True)}


def _studio_cell(studio: Any) -> dict[str, Any]:
    home = reverse("assessments:desk_studio", args=[studio.public_id])
    return {"th": "工作室", "text": studio.name, "url": home, "sub": studio.number}


def _received(rows: list[Obligation], on: dt.date) -> dict[str, Any]:
    lines = []
    for row in rows:
        url = reverse("assessments:obligation", args=[row.studio.public_id, row.public_id])
        late = row.due_on is not None and row.done_on is not None and row.done_on > row.due_on
        tag = {"label": "逾期报送", "tone": "red"} if late else {"label": "按期", "tone": "green"}
        lines.append(
            {
                "id": row.public_id, "select_label": row.title,
                "cells": [
                    {"text": row.title, "url": url, "main": True},
                    _studio_cell(row.studio),
                    {"th": "报送日期", "text": day(row.done_on), "nw": True},
                    {"th": "状态", "tag": tag},
                ],
                "actions": [{"label": "接收", "url": url}],
            }
        )  # fmt: skip
    return {"columns": _heads("材料", "工作室", "报送日期", "状态"), "rows": lines}


def _grants(rows: list[GrantDue], on: dt.date) -> dict[str, Any]:
    heads = _heads("资助", "工作室", "金额（元）", "应付日期", "状态")
    return {"columns": heads, "rows": [_grant(row, on) for row in rows]}


def _grant(row: GrantDue, on: dt.date) -> dict[str, Any]:
    late = row.due_on is not None and row.due_on < on
    tag = {"label": "逾期", "tone": "red"} if late else {"label": "待拨付", "tone": "gold"}
    if row.may:
        tag = {"label": "可给予", "tone": "blue"}
    url = reverse("assessments:grant", args=[row.studio.public_id, row.public_id])
    return {
        "id": row.public_id, "select_label": row.title,
        "cells": [
            {"text": row.title, "url": url, "main": True},
            _studio_cell(row.studio),
            {"th": "金额（元）", "text": yuan(row.amount) if row.amount else "原文未规定",
             "num": True},
            {"th": "应付日期", "text": day(row.due_on) or "原文未规定", "nw": True},
            {"th": "状态", "tag": tag},
        ],
        "actions": [{"label": "登记拨付", "url": url}],
    }  # fmt: skip


def _clawbacks(rows: list[Clawback], on: dt.date) -> dict[str, Any]:
    lines = []
    for row in rows:
        url = reverse("assessments:clawback", args=[row.studio.public_id, row.public_id])
        back = getattr(row, "back", None) or 0
        lines.append(
            {
                "id": row.public_id, "select_label": row.studio.name,
                "cells": [
                    {**_studio_cell(row.studio), "main": True},
                    {"th": "决定日期", "text": day(row.decided_on), "nw": True},
                    {"th": "应追回（元）", "text": yuan(row.amount), "num": True},
                    {"th": "已到账（元）", "text": yuan(back), "num": True},
                    {"th": "尚欠（元）", "text": yuan(row.amount - back), "num": True},
                ],
                "actions": [{"label": "登记到账", "url": url}],
            }
        )  # fmt: skip
    heads = _heads("工作室", "决定日期", "应追回（元）", "已到账（元）", "尚欠（元）")
    return {"columns": heads, "rows": lines}


def _risks(found: list[Risk], on: dt.date) -> dict[str, Any]:
    rows = []
    for risk in found:
        line = _studio(risk.studio)
        line["cells"] = [
            line["cells"][0],
            {"th": "记录显示", "text": "；".join(risk.facts) or "—"},
            {"th": "指向的撤销情形", "text": "；".join(risk.grounds) or "—",
             "sub": "由工作人员核实后认定" if risk.grounds else ""},
        ]  # fmt: skip
        rows.append(line)
    return {"columns": _heads("工作室", "记录显示", "指向的撤销情形"), "rows": rows}


def _reports(found: list[Record], on: dt.date) -> dict[str, Any]:
    lines = []
    for row in found:
        url = reverse("assessments:record", args=[row.studio.public_id, row.public_id])
        lines.append(
            {
                "id": row.public_id, "select_label": row.title,
                "cells": [
                    {"text": row.title, "url": url, "main": True, "sub": row.category},
                    _studio_cell(row.studio),
                    {"th": "日期", "text": day(row.on), "nw": True},
                ],
                "actions": [{"label": "查看", "url": url}],
            }
        )  # fmt: skip
    return {"columns": _heads("报告", "工作室", "日期"), "rows": lines}


def _studios(found: list[Any], on: dt.date) -> dict[str, Any]:
    heads = _heads("工作室", "所在单位", "领办人", "县（区）", "命名日期", "状态")
    return {"columns": heads, "rows": [_studio(studio) for studio in found]}


def _studio(studio: Any) -> dict[str, Any]:
    url = reverse("assessments:desk_studio", args=[studio.public_id])
    return {
        "id": studio.public_id,
        "select_label": studio.name,
        "cells": [
            {"text": studio.name, "url": url, "sub": studio.number, "main": True},
            {"th": "所在单位", "text": hosts_of(studio)},
            {"th": "领办人", "text": leaders_of(studio)},
            {"th": "县（区）", "text": studio.district or "—"},
            {"th": "命名日期", "text": day(studio.founded_on), "nw": True},
            {"th": "状态", "tag": status_tag(studio)},
        ],
        "actions": [{"label": "查看", "url": url}],
    }


_TABLES: dict[str, Callable[[Any, dt.date], dict[str, Any]]] = {
    "due": _dues, "overdue": _dues, "receive": _received, "grants": _grants,
    "clawbacks": _clawbacks, "risk": _risks, "reports": _reports, "up": upward.table,
    "persons": persons.table, "all": _studios,
}  # fmt: skip
