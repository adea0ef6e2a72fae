"""What a sheet template may ask: values as on paper, rows, opinion boxes.

The template chooses the layout; every value comes from here by field path. A path that the
form does not ask, or asks but does not print, is an error of the template, never a blank.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jurisdictions.engine.dates import format_date, format_month
from jurisdictions.engine.facts import Facts
from jurisdictions.engine.formcheck import visible_fields, visible_tables
from jurisdictions.engine.names import NamingError, placeholders, render_name
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.values import is_empty, show_value
from jurisdictions.engine.workflow import road
from jurisdictions.schema.fields import FieldDef
from jurisdictions.schema.forms import ColumnUse, FieldUse, Section, TableUse
from jurisdictions.schema.procedure import Procedure
from jurisdictions.schema.sheet import Box, Sheet

STUDIO_NAME, FILED_ON = "studio.name", "declare.filed_on"
#: Answers that say there is nothing; left out when a cell holds several values.
_NOTHING = ("无", "")


class SheetError(ValueError):
    """A sheet template and the ruleset do not fit; the message says which path or box."""


@dataclass(frozen=True)
class BoxEntry:
    """What an office wrote into an opinion box.

    Attributes:
        box: id of the box in the ruleset.
        office: printed name of the body that speaks.
        text: the opinion.
        name: who signed; printed beside the place for the signature.
        date: the day of the opinion, None leaves the date line to be filled by hand.
    """

    box: str
    office: str
    text: str
    name: str = ""
    date: datetime.date | None = None


@dataclass(frozen=True)
class Choice:
    """One option of a list of tick boxes."""

    label: str
    ticked: bool


@dataclass
class Overflow:
    """Rows that did not fit the printed table and go to an attached sheet 附表."""

    title: str
    columns: Sequence[tuple[str, int]]
    rows: list[list[str]]
    start: int


@dataclass
class SheetPage:
    """One filing, or a blank form, as the template tags see it.

    Attributes:
        facts: typed answers; None for a blank form.
        sealed: plain text of sealed answers by path.
        used: paths the template has drawn so far, for the check of the template.
        overflow: attached sheets collected while drawing.
    """

    policy: Policy
    code: str
    answers: Mapping[str, Any]
    facts: Facts | None
    sealed: Mapping[str, str]
    entries: Sequence[BoxEntry]
    filed_on: datetime.date | None
    used: set[str] = field(default_factory=set)
    boxes_used: set[str] = field(default_factory=set)
    overflow: list[Overflow] = field(default_factory=list)
    pending: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Index what the form prints and what applies to these answers."""
        if self.procedure.sheet is None:
            raise SheetError(f"事项 {self.code} 没有申报表（sheet）")
        self.sheet: Sheet = self.procedure.sheet
        form = self.procedure.form
        uses = [use for section in form.sections for use in section.fields]
        self.fields: dict[str, FieldUse] = {use.field: use for use in (*uses, *form.declarations)}
        self.tables: dict[str, TableUse] = {
            use.table: use for section in form.sections for use in section.tables
        }
        self.boxes: dict[str, Box] = {box.id: box for box in self.sheet.boxes}
        self._shown = self._visible()
        self._skipped = self._box_skipped()

    @property
    def procedure(self) -> Procedure:
        """The procedure whose sheet this is."""
        return self.policy.procedure(self.code)

    @property
    def blank(self) -> bool:
        """Whether an empty form is drawn."""
        return self.facts is None

    def _visible(self) -> set[str]:
        if self.facts is None:
            return {*self.fields, *self.tables}
        fields = visible_fields(self.policy, self.code, self.facts)
        tables = visible_tables(self.policy, self.code, self.facts)
        return {use.field for use in fields} | {use.table for use in tables}

    def _box_skipped(self) -> dict[str, str]:
        if self.facts is None:
            return {}
        return {
            step.stage.box: step.stage.box_skipped
            for step in road(self.policy, self.code, self.facts)
            if step.skipped and step.stage.box and step.stage.box_skipped
        }

    # --- scalars ---------------------------------------------------------------------------
    def known(self, path: str) -> bool:
        """Whether the form asks and prints the field.

        Raises:
            SheetError: the field catalogue has no such path.
        """
        if self.policy.catalogue.field(path) is None or "." not in path:
            raise SheetError(f"样表引用了字段目录中没有的字段 {path}")
        use = self.fields.get(path)
        return use is not None and use.printed

    def text(self, path: str, style: str = "") -> str:
        """One value as it stands on paper; empty while unanswered, hidden or blank.

        Args:
            path: catalogue path; with a final ``?`` it is left out quietly when the form
                does not print it.
            style: ``month`` prints a day as year and month.

        Raises:
            SheetError: the form does not print that field.
        """
        name = path.removesuffix("?")
        if not self.known(name):
            if path.endswith("?"):
                return ""
            raise SheetError(f"样表印出的字段 {name} 不在表单中，或在表单中标为不打印")
        self.used.add(name)
        if self.facts is None or name not in self._shown:
            return ""
        definition = self.policy.catalogue.fields[name]
        if name in self.sealed:
            return self.sealed[name]
        return self._named(name) or self._show(definition, self._value(name), style, unit=True)

    def _value(self, path: str) -> Any:
        """The typed answer; an answer that does not fit its field is printed as it was typed."""
        facts = self.facts
        if facts is None:
            return None
        return self.answers.get(path) if path in facts.faults else facts.typed.get(path)

    def _named(self, path: str) -> str:
        """The name a formula gives, where the form computes the field and nothing is stored."""
        formula = self.fields[path].computed or (
            self.procedure.studio_name if path == STUDIO_NAME else ""
        )
        if not formula or not is_empty(self._value(path)):
            return ""
        values = {
            name: self._show(self.policy.catalogue.field(name), self._value(name), "", unit=False)
            for name in placeholders(formula)
        }
        try:
            return render_name(formula, values)
        except NamingError:
            return ""

    @staticmethod
    def _show(definition: FieldDef | None, value: Any, style: str, *, unit: bool) -> str:
        if style == "month" and isinstance(value, datetime.date):
            return format_month(value)
        return show_value(definition, value, unit=unit)

    def joined(self, paths: Sequence[str], join: str, style: str = "") -> str:
        """Several values in one cell; ``join`` of two brackets wraps those after the first."""
        texts = [self.text(path, style) for path in paths]
        return join_texts(texts, join)

    def choices(self, path: str) -> list[Choice]:
        """All options of a choice and whether each was chosen."""
        self.text(path)
        use, definition = self.fields[path], self.policy.catalogue.fields[path]
        options = self.policy.options(definition, use.options)
        if definition.type in ("yes_no", "declaration"):
            options = ("是", "否")
        value = self._value(path) if self.shown(path) else None
        if isinstance(value, bool):
            value = "是" if value else "否"
        given = value if isinstance(value, list) else [value]
        return [Choice(option, option in given) for option in options]

    def definition(self, path: str) -> FieldDef:
        """The catalogue's definition of a field of the form."""
        return self.policy.catalogue.fields[path]

    def label(self, path: str) -> str:
        """The form's label of a field, else the catalogue's."""
        return self.fields[path].label or self.definition(path).label

    def fixed_text(self, path: str) -> str:
        """The sentence of the form that a declaration confirms, word for word.

        Raises:
            SheetError: the form has no such sentence.
        """
        use = self.fields.get(path)
        if use is None or not use.fixed_text:
            raise SheetError(f"样表印出的固定文字 {path} 在表单中没有 fixed_text")
        self.used.add(path)
        return use.fixed_text.strip()

    def filing_day(self) -> str:
        """填报时间: the answer where the form asks it, else the day of filing; empty on a blank."""
        asked = self.text(f"{FILED_ON}?")
        if asked or self.blank or self.filed_on is None:
            return asked
        return format_date(self.filed_on)

    # --- tables ----------------------------------------------------------------------------
    def table(self, name: str) -> TableUse:
        """The form's use of a table.

        Raises:
            SheetError: the form has no such table.
        """
        if name not in self.tables:
            raise SheetError(f"样表引用了表单中没有的表 {name}")
        return self.tables[name]

    def rows(self, name: str, columns: Sequence[str]) -> list[list[str]]:
        """The filled rows of a table, one text for each printed column.

        Args:
            name: the table.
            columns: for each printed column the columns it shows, joined as they are written:
                ``item grade?/rank?``; a final ``?`` leaves one out quietly when the form does
                not print it.

        Raises:
            SheetError: the form does not print that table or column.
        """
        specs = [
            [self._columns(name, word.split("/")) for word in spec.split()] for spec in columns
        ]
        if self.facts is None or name not in self._shown:
            return []
        rows = self.facts.typed.get(name, [])
        return [
            [
                join_texts(
                    [
                        join_texts([self._cell(name, index, row, one) for one in group], "/")
                        for group in spec
                    ],
                    " ",
                )
                for spec in specs
            ]
            for index, row in enumerate(rows)
        ]

    def _columns(self, table: str, names: Sequence[str]) -> list[str]:
        uses: dict[str, ColumnUse] = {use.column: use for use in self.table(table).columns}
        found: list[str] = []
        for word in names:
            name = word.removesuffix("?")
            if self.policy.catalogue.field(f"{table}.{name}") is None:
                raise SheetError(f"样表引用了字段目录中没有的列 {table}.{name}")
            if name in uses and uses[name].printed:
                self.used.add(f"{table}.{name}")
                found.append(name)
            elif not word.endswith("?"):
                raise SheetError(f"样表印出的列 {table}.{name} 不在表单中，或标为不打印")
        return found

    def _cell(self, table: str, index: int, row: Mapping[str, Any], column: str) -> str:
        for key in (f"{table}.{row.get('row_id', index)}.{column}", f"{table}.{index}.{column}"):
            if key in self.sealed:
                return self.sealed[key]
        value = row.get(column)
        faults = self.facts.faults if self.facts else {}
        if f"{table}.{index}.{column}" in faults:
            value = self.answers[table][index].get(column)
        definition = self.policy.catalogue.field(f"{table}.{column}")
        return self._show(definition, value, "", unit=False)

    # --- sections of a draft sheet -----------------------------------------------------------
    def sections(self) -> Iterator[Section]:
        """The sections that print something and apply to these answers, in order."""
        for section in self.procedure.form.sections:
            printed = [use for use in section.fields if use.printed and use.field in self._shown]
            tables = [use for use in section.tables if use.table in self._shown]
            if printed or any(col.printed for use in tables for col in use.columns):
                yield section

    def shown(self, path: str) -> bool:
        """Whether a field or table applies to these answers (always on a blank form)."""
        return path in self._shown

    # --- opinion boxes -----------------------------------------------------------------------
    def box(self, box_id: str) -> Box:
        """An opinion box of the ruleset.

        Raises:
            SheetError: the ruleset has no such box.
        """
        if box_id not in self.boxes:
            raise SheetError(f"样表引用了政策中没有的意见栏 {box_id}")
        self.boxes_used.add(box_id)
        return self.boxes[box_id]

    def opinions(self, box_id: str) -> list[BoxEntry]:
        """What was written into a box, in order; the sentence of a skipped stage when none was."""
        self.box(box_id)
        found = [entry for entry in self.entries if entry.box == box_id]
        if not found and box_id in self._skipped:
            found = [BoxEntry(box_id, "", self._skipped[box_id])]
        return found


def join_texts(texts: Sequence[str], join: str) -> str:
    """Join what is not empty; of several values those that say 无 are left out.

    A ``join`` of two brackets （） puts the second and later values between them.
    """
    given = [text for text in texts if text not in _NOTHING]
    if not given:
        return next((text for text in texts if text), "")
    if join == "（）":
        return given[0] + "".join(f"（{text}）" for text in given[1:])
    return join.join(given)
