"""The leaders' overview: each table with its chart, and all of them as a workbook."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import cycle
from typing import Any

from django import forms

from assessments.interfaces.amounts import yuan
from assessments.queries import figures
from assessments.queries.figures import Scope, Sums
from jurisdictions.models import Jurisdiction
from portal.common.forms import PortalForm
from portal.common.xlsx import SheetColumn, SheetData, write_sheets

_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_WIDTH = 18


@dataclass(frozen=True)
class Figure:
    """A table and how it is drawn.

    Attributes:
        id: id of the table in the page.
        title: its heading.
        head: names of the columns; the first names the rows.
        rows: first the name, then the numbers.
        kind: bar, line or pie.
        money: columns hold yuan.
        note: what the numbers mean.
        total: whether the columns may be added up.
        tones: colours of the columns, where a column is good or bad.
    """

    id: str
    title: str
    head: tuple[str, ...]
    rows: list[list[Any]] = field(default_factory=list)
    kind: str = "bar"
    money: bool = False
    note: str = ""
    total: bool = True
    tones: str = ""

    def shown(self) -> dict[str, Any]:
        """As ``components/chart.html`` takes it."""
        rows = [[row[0], *(self._text(cell) for cell in row[1:])] for row in self.rows]
        return {
            "id": self.id, "title": self.title, "head": self.head, "rows": rows,
            "kind": self.kind, "tones": self.tones, "note": self.note,
            "total": ["合计", *(self._text(cell) for cell in self._sums())] if self.total else [],
        }  # fmt: skip

    def _sums(self) -> list[Decimal]:
        columns = list(zip(*(row[1:] for row in self.rows), strict=True))
        return [sum(column, Decimal(0)) for column in columns]

    def _text(self, cell: Any) -> str:
        if isinstance(cell, str):
            return cell
        return yuan(cell) if self.money else str(int(cell))


class OverviewFilter(PortalForm):
    """Which place, year and district."""

    place = forms.ChoiceField(label="地区", required=False)
    year = forms.ChoiceField(label="年度", required=False)
    district = forms.ChoiceField(label="县（区）", required=False)

    def __init__(
        self, *args: Any, places: Sequence[Jurisdiction], known: Sequence[Jurisdiction],
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        choices = {
            "place": [(place.code, place.name) for place in places],
            "year": [(str(year), f"{year}年") for year in figures.years(known)],
            "district": [(name, name) for name in figures.districts(known)],
        }
        for name, offered in choices.items():
            chosen = self.fields[name]
            if isinstance(chosen, forms.ChoiceField):
                chosen.choices = [("", "全部"), *offered]
        if len(places) == 1:
            del self.fields["place"]


def scope_of(places: Sequence[Jurisdiction], asked: Any) -> Scope:
    """What is asked for, inside the places a person may see.

    Args:
        places: places the person oversees.
        asked: the query of the address.
    """
    chosen = tuple(p for p in places if p.code == asked.get("place")) or tuple(places)
    text = asked.get("year", "")
    year = int(text) if text.isdecimal() and len(text) <= 4 else None
    return Scope(chosen, year, asked.get("district", ""))


def overview(scope: Scope, on: dt.date) -> list[Figure]:
    """Every table of the page, in its order."""
    filed, named = figures.filings(scope), figures.studios(scope)
    paid, taught = figures.funds(scope), figures.trainees(scope)
    back, graded = figures.clawbacks(scope), figures.assessments(scope)
    papers = figures.papers(scope, on)
    return [
        _filings("filings", "各年度申报和命名", "年度", filed["year"]),
        _filings("filings-district", "各县（区）申报和命名", "县（区）", filed["district"]),
        _of("studios-industry", "工作室产业（领域）分布", "产业（领域）", named["industry"],
            _STUDIOS, tones=_LIVING),
        _of("studios-district", "各县（区）工作室", "县（区）", named["district"],
            _STUDIOS, tones=_LIVING),
        _of("funds", "各年度经费（元）", "年度", paid["year"], _FUNDS, money=True),
        _of("funds-district", "各县（区）经费（元）", "县（区）", paid["district"], _FUNDS,
            money=True),
        _of("clawback", "追回资助（元）", "决定年度", back["year"], _BACK, money=True),
        _of("clawback-district", "各县（区）追回资助（元）", "县（区）", back["district"], _BACK,
            money=True),
        _of("trainees", "各年度带徒和取证（人）", "年度", taught["year"], _TAUGHT),
        _of("trainees-district", "各县（区）带徒和取证（人）", "县（区）", taught["district"],
            _TAUGHT),
        _pie("levels", "取证等级", "技能等级", taught["level"], "certified", "人数"),
        _results("results", "各年度考核结果（个）", "年度", graded["year"]),
        _results("results-district", "各县（区）考核结果（个）", "县（区）", graded["district"]),
        _results("recommended", "各年度向上推荐（个）", "年度", figures.recommended(scope)),
        _of("papers", "年度材料和考核按期情况（项）", "到期年度", papers["year"], _PAPERS,
            tones=_KEPT),
        _of("papers-district", "各县（区）年度材料和考核按期情况（项）", "县（区）",
            papers["district"], _PAPERS, tones=_KEPT),
    ]  # fmt: skip


_STUDIOS = {"living": "在册", "ended": "已终止"}
_LIVING = "blue gray"
#: Of grades one after the other; what was failed is red wherever it stands.
_PASSED = ("blue", "green", "gold", "gray")
_FUNDS = {"paid": "已拨资助", "matched": "已到配套", "used": "已支出"}
_BACK = {"owed": "应追回", "back": "已到账"}
_PAPERS = {"in_time": "按期", "late": "逾期办理", "overdue": "逾期未办", "open": "未到期"}
_KEPT = "green gold red gray"
_TAUGHT = {"taken": "新收徒", "certified": "取得证书"}


def _of(
    key: str, title: str, first: str, sums: Sums, columns: dict[str, str], *, money: bool = False,
    tones: str = "",
) -> Figure:  # fmt: skip
    rows = [[str(name), *sums.row(name, columns)] for name in sums.keys()]  # noqa: SIM118 - own method
    return Figure(key, title, (first, *columns.values()), rows, money=money, tones=tones)


def _filings(key: str, title: str, first: str, sums: Sums) -> Figure:
    names = ("filed", "decided", "named")
    rows: list[list[Any]] = []
    for name in sums.keys():  # noqa: SIM118 - a method of its own, not a dictionary's
        counted = sums.row(name, names)
        share = f"{counted[2] / counted[1]:.0%}" if counted[1] else "—"
        rows.append([str(name), *counted, share])
    head = (first, "申报（件）", "办结（件）", "命名（个）", "通过率")
    note = "通过率为命名数占办结数的比例；不同年度办结的，计入提交年度。"
    return Figure(key, title, head, rows, note=note, total=False)


def _pie(key: str, title: str, first: str, sums: Sums, name: str, label: str) -> Figure:
    rows = [[str(level), *sums.row(level, [name])] for level in sums.keys()]  # noqa: SIM118 - own method
    return Figure(key, title, (first, label), rows, kind="pie")


def _results(key: str, title: str, first: str, sums: Sums) -> Figure:
    names = sums.names()
    rows = [[str(name), *sums.row(name, names)] for name in sums.keys()]  # noqa: SIM118 - own method
    colours = cycle(_PASSED)
    tones = " ".join("red" if name in sums.bad else next(colours) for name in names)
    return Figure(key, title, (first, *names), rows, tones=tones)


def kpis(shown: Iterable[Figure]) -> list[dict[str, Any]]:
    """The numbers above the charts, taken from the tables."""
    by = {figure.id: figure for figure in shown}

    def total(key: str, column: int) -> Decimal:
        return sum((Decimal(row[column]) for row in by[key].rows), Decimal(0))

    return [
        {"n": int(total("studios-district", 1)), "label": "在册工作室"},
        {"n": int(total("filings-district", 1)), "label": "申报（件）"},
        {"n": int(total("filings-district", 3)), "label": "命名（个）"},
        {"n": yuan(total("funds-district", 1)), "label": "已拨资助（元）"},
        {"n": yuan(total("funds-district", 2)), "label": "已到配套（元）"},
        {"n": int(total("trainees-district", 2)), "label": "取得证书（人）"},
    ]


def workbook(shown: Iterable[Figure]) -> bytes:
    """Everything the page shows, a sheet for each table."""
    return write_sheets([_sheet(figure) for figure in shown])


def _sheet(figure: Figure) -> SheetData:
    columns: list[SheetColumn] = [
        (sign, label, _WIDTH) for sign, label in zip(_SIGNS, figure.head, strict=False)
    ]
    rows = [dict(zip(_SIGNS, row, strict=False)) for row in figure.rows]
    return SheetData(figure.title.replace("/", ""), columns, rows)
