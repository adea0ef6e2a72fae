"""The national tables: retirement, code lists, ladders, holidays, read from YAML.

Each file of the folder that names its `table:` is one table; other files (the field
catalogue) are left alone. A new code list is a new file, never new code.
"""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import yaml
from pydantic import TypeAdapter, ValidationError

from jurisdictions.engine.dates import WorkCalendar
from jurisdictions.engine.occupation import normalise_occupation
from jurisdictions.engine.plainyaml import load_yaml
from jurisdictions.engine.retirement import RetirementTable

RETIREMENT, HOLIDAY, OCCUPATION = "retirement", "holiday", "occupation"


class NationalError(ValueError):
    """A national table cannot be read; the message names the file and the place."""


@dataclass(frozen=True)
class CodeItem:
    """One entry of a code list.

    Attributes:
        code: the code of the standard (or our own where the file says so).
        label: what people read and what is printed.
        rank: place on a ladder, higher is more; None where the list is no ladder.
        synonyms: other ways people write it.
        parent: code of the entry it belongs under.
        group: heading under which it is offered.
        note: remark for people.
    """

    __pydantic_config__ = {"extra": "forbid"}
    code: str
    label: str
    rank: int | None = None
    synonyms: tuple[str, ...] = ()
    parent: str = ""
    group: str = ""
    note: str = ""


@dataclass(frozen=True)
class CodeTable:
    """A code list with its source.

    Attributes:
        table: the name it is asked for by.
        marks: named places on a ladder (`high_skilled_from`) to the label that holds them.
        suggestions_only: people may write something that is not in the list.
    """

    __pydantic_config__ = {"extra": "forbid"}
    table: str
    title: str
    source: str
    items: tuple[CodeItem, ...]
    marks: Mapping[str, str] = field(default_factory=dict)
    suggestions_only: bool = False
    note: str = ""


@dataclass(frozen=True)
class HolidayItem:
    """One announced day: its date as code, the holiday's name, day off or make-up work."""

    __pydantic_config__ = {"extra": "forbid"}
    code: date
    label: str
    kind: Literal["放假", "上班"]


@dataclass(frozen=True)
class HolidayTable:
    """Announced days off and make-up working days of the covered years."""

    __pydantic_config__ = {"extra": "forbid"}
    table: str
    title: str
    source: str
    covered_years: tuple[int, ...]
    items: tuple[HolidayItem, ...]
    note: str = ""

    @property
    def calendar(self) -> WorkCalendar:
        """The table as a calendar for working-day arithmetic."""
        return WorkCalendar(
            frozenset(item.code for item in self.items if item.kind == "放假"),
            frozenset(item.code for item in self.items if item.kind == "上班"),
            frozenset(self.covered_years),
        )


@dataclass(frozen=True)
class National:
    """All national tables of one state.

    Attributes:
        retirement: the retirement table.
        holidays: the announced days to start a calendar from.
        tables: code lists by name.
        documents: the tables as plain data by file name, to be kept with what used them;
            `build_national` makes the same tables from it again.
        digest: SHA-256 of the documents in canonical JSON; comments do not change it.
    """

    retirement: RetirementTable
    holidays: HolidayTable
    tables: Mapping[str, CodeTable]
    documents: Mapping[str, Any]
    digest: str
    _index: Mapping[str, Mapping[str, CodeItem]] = field(repr=False, compare=False)

    def table(self, name: str) -> CodeTable:
        """The code list of that name.

        Raises:
            NationalError: there is no such list.
        """
        if name not in self.tables:
            known = "、".join(sorted(self.tables))
            raise NationalError(f"没有名为“{name}”的国家代码表，现有：{known}。")
        return self.tables[name]

    def resolve(self, name: str, text: str) -> CodeItem | None:
        """The entry meant by a code, label or synonym; None when it is none of them.

        Width, white space, case and punctuation do not matter: 技师（二级） is 技师二级.
        """
        self.table(name)
        return self._index[name].get(_key(text))

    def rank(self, name: str, text: str) -> int | None:
        """The place on a ladder of what a text means; None when unknown or unranked."""
        item = self.resolve(name, text)
        return item.rank if item else None

    def mark(self, name: str, mark: str) -> int:
        """The rank of a named place on a ladder, such as skill_level high_skilled_from.

        Raises:
            NationalError: the list has no such mark.
        """
        label = self.table(name).marks.get(mark)
        rank = self.rank(name, label) if label else None
        if rank is None:
            raise NationalError(f"国家代码表“{name}”没有标记“{mark}”。")
        return rank

    def choices(self, name: str) -> list[tuple[str, str]]:
        """(code, label) of every entry, in the order of the file."""
        return [(item.code, item.label) for item in self.table(name).items]

    def label(self, name: str, code: str) -> str:
        """The label of a code, or the code itself when the list does not know it."""
        found = next((item for item in self.table(name).items if item.code == code), None)
        return found.label if found else code

    def children(self, name: str, parent: str) -> tuple[CodeItem, ...]:
        """The entries directly under a code, such as the districts of a city."""
        return tuple(item for item in self.table(name).items if item.parent == parent)

    @property
    def calendar(self) -> WorkCalendar:
        """Working days as the shipped holiday table has them."""
        return self.holidays.calendar

    @property
    def occupation_synonyms(self) -> Mapping[str, str]:
        """Keys of other names of occupations to the key of the main name."""
        return {
            normalise_occupation(other): normalise_occupation(item.label)
            for item in self.table(OCCUPATION).items
            for other in item.synonyms
        }


def load_national(folder: Path) -> National:
    """Read every national table of a folder; read once per folder and process.

    Raises:
        NationalError: a file is no valid table, or a table is missing or there twice.
    """
    return _load(folder.resolve())


@lru_cache(maxsize=8)
def _load(folder: Path) -> National:
    return build_national(read_documents(folder))


def read_documents(folder: Path) -> dict[str, Any]:
    """The tables of a folder as plain data (dates as ISO text) by file name.

    Raises:
        NationalError: a file is not YAML.
    """
    documents: dict[str, Any] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            loaded = load_yaml(path.read_text(encoding="utf-8"))
        except yaml.YAMLError as error:
            raise NationalError(f"{path.name}：不是有效的YAML，{error}") from error
        if isinstance(loaded, dict) and "table" in loaded:
            documents[path.name] = json.loads(json.dumps(loaded, default=str))
    return documents


def build_national(documents: Mapping[str, Any]) -> National:
    """Check documents and make the tables from them.

    Raises:
        NationalError: a document is no valid table, or a table is missing or there twice.
    """
    found: dict[str, Any] = {}
    for name in sorted(documents):
        table = _read_table(name, documents[name])
        if table.table in found:
            raise NationalError(f"{name}：表“{table.table}”重复，另一个文件中已有。")
        found[table.table] = table
    for needed in (RETIREMENT, HOLIDAY):
        if needed not in found:
            raise NationalError(f"缺少国家数据表“{needed}”，请检查国家数据目录。")
    retirement, holidays = found.pop(RETIREMENT), found.pop(HOLIDAY)
    canonical = json.dumps(documents, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return National(
        retirement=retirement,
        holidays=holidays,
        tables=MappingProxyType(found),
        documents=MappingProxyType(dict(documents)),
        digest=hashlib.sha256(canonical.encode()).hexdigest(),
        _index={name: _index_table(table) for name, table in found.items()},
    )


_ADAPTERS: dict[str, TypeAdapter[Any]] = {
    RETIREMENT: TypeAdapter(RetirementTable),
    HOLIDAY: TypeAdapter(HolidayTable),
}
_CODES: TypeAdapter[CodeTable] = TypeAdapter(CodeTable)


def _read_table(name: str, document: Any) -> Any:
    table = document.get("table") if isinstance(document, dict) else None
    try:
        return _ADAPTERS.get(str(table), _CODES).validate_python(document)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise NationalError(f"{name}：{place} 有误，{first['msg']}。") from error


def _index_table(table: CodeTable) -> dict[str, CodeItem]:
    """Every way to write an entry to the entry; two meanings for one text are an error."""
    index: dict[str, CodeItem] = {}
    for item in table.items:
        for text in (item.code, item.label, *item.synonyms):
            held = index.setdefault(_key(text), item)
            if held is not item:
                raise NationalError(
                    f"国家代码表“{table.table}”中“{text}”同时指“{held.label}”和“{item.label}”。"
                )
    for mark, label in table.marks.items():
        if _key(label) not in index:
            raise NationalError(f"国家代码表“{table.table}”的标记“{mark}”指向不存在的“{label}”。")
    return index


def _key(text: str) -> str:
    """Texts with the same key mean the same entry: letters and digits only."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in plain if unicodedata.category(char)[0] in "LMN")
