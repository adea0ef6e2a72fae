"""A pre-filled application for the next level, as a paper and a workbook.

What the unit said when the studio was named, brought up to date, and what happened since: the
office or the unit copies it into the forms of the higher level.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from applications.models import Studio
from assessments.interfaces import graded
from assessments.interfaces.amounts import yuan
from assessments.interfaces.documents import drawn
from assessments.interfaces.pages import facts_of
from assessments.interfaces.prefilled import sections
from assessments.models import Activity, Apprentice, GrantDue, Member
from assessments.queries import dues, grades, life, recommending
from assessments.queries.policies import living_policy
from jurisdictions.engine.dates import format_date
from jurisdictions.engine.scoring import plain
from portal.common.xlsx import SheetColumn, SheetData, write_sheets

TITLE = "技能大师工作室上一级申报预填表"
_WIDTH = 24
_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FACTS: list[SheetColumn] = [("part", "部分", 22.0), ("label", "项目", 28.0),
                             ("value", "内容", 60.0)]  # fmt: skip


def summary_pdf(studio: Studio, on: dt.date, *, purpose: str = "", by: Any = None) -> bytes:
    """The application as a paper; sealed values masked.

    Args:
        studio: the studio.
        on: the day printed.
        purpose: with it sealed values are opened, each on record under this purpose.
        by: who opens them.
    """
    context = {
        "title": TITLE, "studio": studio, "facts": _facts(studio),
        "sections": sections(studio, purpose=purpose, by=by), "tables": _printed(studio, on),
        "date": format_date(on), "opened": bool(purpose),
    }  # fmt: skip
    return drawn("summary", context)


def _printed(studio: Studio, on: dt.date) -> list[dict[str, Any]]:
    """The tables with money as people write it; the workbook keeps numbers."""
    return [
        {**table, "rows": [[yuan(cell) if isinstance(cell, Decimal) else cell for cell in row]
                           for row in table["rows"]]}
        for table in tables(studio, on)
    ]  # fmt: skip


def summary_xlsx(studio: Studio, on: dt.date) -> bytes:
    """The application as a workbook: answers on one sheet, each table on one of its own."""
    parts = sections(studio)
    rows = [{"part": "基本情况", **row} for row in _facts(studio)]
    for part in parts:
        rows += [{"part": part["title"], **_plain(r)} for r in (*part["facts"], *part["texts"])]
    filed = [{**table, "title": f"申报-{table['title']}"} for p in parts for table in p["tables"]]
    sheets = [SheetData("申报内容", _FACTS, rows)]
    return write_sheets([*sheets, *(_sheet(table) for table in (*filed, *tables(studio, on)))])


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {"label": row["label"], "value": row["value"]}


def _sheet(table: dict[str, Any]) -> SheetData:
    heads = list(zip(_SIGNS, table["head"], strict=False))
    columns: list[SheetColumn] = [(sign, label, _WIDTH) for sign, label in heads]
    rows = [dict(zip(_SIGNS, row, strict=False)) for row in table["rows"]]
    return SheetData(table["title"], columns, rows)


def _facts(studio: Studio) -> list[dict[str, Any]]:
    leader = studio.leaders.filter(until__isnull=True).first()
    host = studio.hosts.filter(until__isnull=True).select_related("enterprise").first()
    more: list[tuple[str, Any]] = [
        ("统一社会信用代码", host.enterprise.uscc if host else ""),
        ("领办人身份证号（掩码）", leader.id_number.get("shown", "") if leader else ""),
    ]
    known = [{"label": "工作室名称", "value": studio.name}, *facts_of(studio)]
    return [*known, *({"label": label, "value": value} for label, value in more if value)]


def tables(studio: Studio, on: dt.date) -> list[dict[str, Any]]:
    """What happened since the naming: results, people, outputs, money, papers, letters."""
    money = _money(studio, on)
    return [
        _results(studio), _members(studio), _apprentices(studio), _activities(studio),
        _grants(studio), *([money] if money else []), _past(studio), _letters(studio),
    ]  # fmt: skip


def _results(studio: Studio) -> dict[str, Any]:
    lines = [
        [r.label + ("（整改后）" if r.mending else ""), graded.period_of(r),
         graded.tag_of(r)["label"], "" if r.total is None else plain(r.total), r.decided_on]
        for r in grades.of_studio(studio)
    ]  # fmt: skip
    return _table("考核结果", list(graded.COLUMNS), lines)


def _letters(studio: Studio) -> dict[str, Any]:
    head = ["推荐至", "参评名称", "推荐日期", "文号", "推荐理由"]
    lines = [
        [r.level, r.target, r.on, r.document_number, r.reason]
        for r in recommending.of_studio(studio) if r.struck_at is None and not r.person
    ]  # fmt: skip
    return _table("向上推荐", head, lines)


def _table(title: str, head: list[str], rows: list[list[Any]]) -> dict[str, Any]:
    return {"title": title, "head": head, "rows": rows}


def _members(studio: Studio) -> dict[str, Any]:
    rows = Member.objects.filter(studio=studio, struck_at__isnull=True)
    head = ["姓名", "技能等级", "职称", "职业（工种）", "本职业年限", "加入日期", "离开日期"]
    lines = [
        [r.name, r.skill_level, r.professional_title, r.occupation, r.years or "", r.joined_on,
         r.left_on or ""] for r in rows
    ]  # fmt: skip
    return _table("现有成员（登记簿）", head, lines)


def _apprentices(studio: Studio) -> dict[str, Any]:
    rows = Apprentice.objects.filter(studio=studio, struck_at__isnull=True)
    head = ["姓名", "师傅", "带徒起始日", "取得等级", "证书编号", "取证日期"]
    lines = [
        [r.name, r.master, r.since, r.level, r.certificate, r.certified_on or ""] for r in rows
    ]
    return _table("带徒情况", head, lines)


def _activities(studio: Studio) -> dict[str, Any]:
    kept = living_policy(studio, "registers").ruleset.registers.activities
    labels = {c.id: c.label for c in kept.categories} if kept else {}
    rows = Activity.objects.filter(studio=studio, struck_at__isnull=True)
    head = ["日期", "类别", "名称", "参加人数", "内容和效果"]
    lines = [
        [r.on, labels.get(r.category, r.category), r.title, r.people or "", r.effect] for r in rows
    ]
    return _table("活动和业绩", head, lines)


def _grants(studio: Studio) -> dict[str, Any]:
    rows = GrantDue.objects.filter(studio=studio)
    head = ["资助", "金额（元）", "决定日期", "拨付日期"]
    lines = [
        [r.title, r.paid_amount or r.amount or "", r.decided_on, r.paid_on or ""] for r in rows
    ]
    return _table("资助", head, lines)


def _money(studio: Studio, on: dt.date) -> dict[str, Any] | None:
    money = dues.money(studio, on)
    if money.rules is None:
        return None
    head = ["资金来源", "收入（元）", "支出（元）", "结余（元）"]
    lines = []
    for code, label, left in money.left:
        into = (m.amount for m in money.lines if m.source == code and m.direction == "in")
        paid = sum(into, Decimal(0))
        lines.append([label, paid, paid - left, left])
    return _table(money.rules.title, head, lines)


def _past(studio: Studio) -> dict[str, Any]:
    shown = [e for e in life.events(studio, for_unit=True) if e.kind in (life.PAPER, life.CHANGE)]
    lines = [[event.on, event.title, event.says] for event in shown]
    return _table("年度材料和变更", ["日期", "事项", "说明"], lines)
