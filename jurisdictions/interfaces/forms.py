"""The dynamic form builder: one section of a city's form as a Django form.

``section_form`` draws, ``read_section`` (in ``readers``) reads. The page lays the form out with
``{{ form.as_div }}`` and each of ``form.tables`` with ``components/rows_table.html``, and writes
``form.hidden_marker`` into the form element.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils import timezone

from jurisdictions.engine.facts import Facts, Filing, build_facts
from jurisdictions.engine.formcheck import holds, is_required
from jurisdictions.engine.policy import Policy
from jurisdictions.interfaces.clauses import first_clause
from jurisdictions.interfaces.readers import (
    ASKED,
    ROW_ACTION,
    Offers,
    RawSection,
    computed_name,
    read_section,
)
from jurisdictions.interfaces.widgets import initial_for, is_half, widget_for
from jurisdictions.schema.forms import ColumnUse, FieldUse, Section, TableUse
from portal.common.forms import PortalForm, style

__all__ = [
    "ASKED", "DECLARATIONS", "ROW_ACTION", "RawSection", "SectionForm", "TableRows",
    "declaration_section", "find_section", "has_conditions", "read_section", "section_form",
    "sections_of", "shown_names",
]  # fmt: skip

DECLARATIONS = "declarations"
LOCKED = "补正期间只能修改要求补正的内容。"
COMPUTED = "由系统按命名规则生成。"
#: A formula that names the field itself: what the portal knows already is not typed again.
KNOWN = "与单位账号或工作室名录一致，不能在此修改；有误的，请先更正登记。"
_BLANK = "__row__"


@dataclass
class TableRows:
    """A repeating table as ``components/rows_table.html`` takes it.

    Attributes:
        group: name of the table.
        rows: ``{"id", "cells"}`` of each row, cells as bound fields.
        blank: cells of the row that JavaScript copies.
        locked: why rows cannot be changed; empty when they can.
    """

    group: str
    title: str
    help: str
    columns: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    blank: list[forms.BoundField]
    min: int | None
    max: int | None
    clause: Any = None
    assumption: str = ""
    locked: str = ""
    asked: str = ""
    conditional: bool = False
    concealed: bool = False


class LenientField(forms.Field):
    """A field that only draws: what was typed is judged by ``read_section``."""

    def clean(self, value: Any) -> Any:
        """Take anything."""
        return value


class RowForm(PortalForm):
    """Draws the cells of one row, with the errors that reading found."""

    _errors: Any = None

    def show(self, sentences: Mapping[str, str]) -> None:
        """Put errors beside their cells."""
        self._errors = ErrorDict(renderer=self.renderer)
        for name, sentence in sentences.items():
            self._errors[name] = self.error_class([sentence], renderer=self.renderer)


class SectionForm(PortalForm):
    """One section. Valid when everything typed fits its field; gaps are allowed in a draft.

    Attributes:
        tables: the repeating tables.
        raw: what was typed, on a bound form.
        asked: names offered for change.
        concealed: names that are drawn but do not apply to the answers as they stand.
    """

    _errors: Any = None

    def __init__(
        self,
        data: QueryDict | None,
        *,
        fields: Mapping[str, forms.Field],
        initial: Mapping[str, Any],
        asked: Collection[str],
        raw: RawSection | None,
        concealed: Collection[str] = (),
    ) -> None:
        super().__init__(data, initial=dict(initial))
        self.fields.update(fields)
        for each in self.fields.values():
            style(each.widget)
        self.tables: list[TableRows] = []
        self.asked = tuple(asked)
        self.raw = raw
        self.concealed = frozenset(concealed)

    def full_clean(self) -> None:
        """Show the errors that reading found; nothing is thrown away."""
        self._errors = ErrorDict(renderer=self.renderer)
        if not self.is_bound or self.raw is None:
            return
        self.cleaned_data = dict(self.raw.answers)
        for path, sentence in self.raw.errors.items():
            if path in self.fields and path not in self.concealed:
                self._errors[path] = self.error_class([sentence], renderer=self.renderer)

    def is_valid(self) -> bool:
        """Whether all that was typed fits, rows included; what does not apply is not judged."""
        if not self.is_bound or self.raw is None:
            return False
        wrong = {path for path in self.raw.errors if path not in self.concealed}
        return all(path.split(".")[0] in self.concealed for path in wrong)

    @property
    def hidden_marker(self) -> dict[str, str]:
        """Name and value of the hidden input that the page must carry."""
        return {"name": ASKED, "value": " ".join(self.asked)}


def sections_of(policy: Policy, procedure: str) -> list[Section]:
    """All sections of a form in order, the declarations last."""
    form = policy.procedure(procedure).form
    last = [declaration_section(policy, procedure)] if form.declarations else []
    return [*form.sections, *last]


def declaration_section(policy: Policy, procedure: str) -> Section:
    """The declarations as a section of their own."""
    declarations = policy.procedure(procedure).form.declarations
    return Section(id=DECLARATIONS, title="申报声明", fields=declarations)


def find_section(policy: Policy, procedure: str, section_id: str) -> Section | None:
    """The section of that id, or None."""
    return next((s for s in sections_of(policy, procedure) if s.id == section_id), None)


def has_conditions(section: Section) -> bool:
    """Whether some question of a section is asked only of some."""
    return any(when is not None for _, when in _conditions(section))


def shown_names(policy: Policy, procedure: str, section: Section, facts: Facts) -> list[str]:
    """Fields and tables of a section that are asked of these answers, in order."""
    conditions = _conditions(section)
    return [name for name, when in conditions if holds(policy, procedure, when, facts)]


def _conditions(section: Section) -> list[tuple[str, str | None]]:
    """Fields and tables of a section, each with the condition under which it is asked."""
    fields = [(use.field, use.when) for use in section.fields]
    return [*fields, *((use.table, use.when) for use in section.tables)]


def section_form(
    policy: Policy,
    procedure: str,
    section: Section,
    *,
    data: QueryDict | None = None,
    answers: Mapping[str, Any],
    unlocked: Collection[str] | Mapping[str, str] | None = None,
    ref_date: date | None = None,
    live: bool = False,
    offers: Offers | None = None,
) -> SectionForm:
    """Build the form of a section.

    Args:
        policy: the version the filing is pinned to.
        procedure: its code.
        section: of the form, or the declarations as one.
        data: what was submitted, to show it again with errors.
        answers: all answers of the filing; conditions of fields look at every section.
        unlocked: while returned for correction the paths that may be changed (as a mapping
            with what the notice asks of each); None leaves everything open.
        ref_date: the reference date of the filing; today without it.
        live: draw questions that do not apply too, concealed, so that they can appear on the page
            as soon as an answer brings them.
        offers: path to the names that live offices cover, where only those will do.
    """
    raw = None
    if data:
        raw = read_section(policy, procedure, section, data, answers=answers, offers=offers)
    merged = {**answers, **(raw.answers if raw else {})}
    facts = build_facts(policy, procedure, Filing(merged, ref_date or timezone.localdate()))
    shown = set(shown_names(policy, procedure, section, facts))
    build = _Builder(policy, procedure, facts, merged, unlocked, shown, offers or {})
    return _drawn(build, section, data, raw, live=live)


def _drawn(
    build: "_Builder",
    section: Section,
    data: QueryDict | None,
    raw: RawSection | None,
    *,
    live: bool,
) -> SectionForm:
    """The form of the questions that are asked; live, of the others too, concealed."""
    uses = [use for use in section.fields if live or use.field in build.shown]
    tables = [use for use in section.tables if live or use.table in build.shown]
    fields = {use.field: build.field(use) for use in uses}
    asked = [use.field for use in uses if not fields[use.field].disabled]
    asked += [use.table for use in tables if not build.locked(use.table)]
    form = SectionForm(
        data,
        fields=fields,
        initial={use.field: build.initial(use) for use in uses},
        asked=asked,
        raw=raw,
        concealed={*fields, *(use.table for use in tables)}.difference(build.shown),
    )
    form.tables = [build.table(use, raw) for use in tables]
    return form


@dataclass
class _Builder:
    """Makes the fields of one section for one filing."""

    policy: Policy
    procedure: str
    facts: Facts
    answers: Mapping[str, Any]
    unlocked: Collection[str] | Mapping[str, str] | None
    shown: Collection[str]
    offers: Offers

    def locked(self, path: str) -> bool:
        """Whether a path may not be changed while returned for correction."""
        if self.unlocked is None:
            return False
        return not any(name == path or name.startswith(f"{path}.") for name in self.unlocked)

    def asked_for(self, path: str) -> str:
        """What the correction notice says about a path."""
        return str(self.unlocked.get(path, "")) if isinstance(self.unlocked, Mapping) else ""

    def field(self, use: FieldUse) -> forms.Field:
        """The form field of a scalar."""
        definition = self.policy.catalogue.fields[use.field]
        label = use.label or definition.label
        if definition.type == "declaration" and use.fixed_text:
            label = use.fixed_text
        required = is_required(self.policy, self.procedure, use, self.facts)
        made = LenientField(
            label=label,
            help_text=use.help or definition.help,
            required=required,
            disabled=bool(use.computed) or self.locked(use.field),
            widget=widget_for(
                self.policy,
                definition,
                self.answers.get(use.field),
                options=use.options,
                encouraged=use.encouraged,
                least=use.min_words,
                most=use.max_words,
                offered=self.offers.get(use.field, ()),
                required=required,
            ),
        )
        self._dress(made, use)
        return made

    def _dress(self, made: forms.Field, use: FieldUse) -> None:
        """Hang on what templates/django/forms/field.html shows."""
        definition = self.policy.catalogue.fields[use.field]
        reason = _computed_words(use) or (LOCKED if self.locked(use.field) else "")
        extras = {
            "clause": first_clause(self.policy, use.clause),
            "unit": definition.unit,
            "half": is_half(definition) and not (use.max_words or use.min_words),
            "assumed": use.assumption,
            "asked": self.asked_for(use.field),
            "locked_reason": reason,
            "conditional": use.when is not None,
            "concealed": use.field not in self.shown,
        }
        for name, value in extras.items():
            setattr(made, name, value)

    def initial(self, use: FieldUse) -> Any:
        """The stored answer as the widget takes it."""
        if use.computed:
            return computed_name(self.policy, use.computed, self.answers)
        definition = self.policy.catalogue.fields[use.field]
        return initial_for(definition, self.answers.get(use.field))

    def table(self, use: TableUse, raw: RawSection | None) -> TableRows:
        """A repeating table with its rows."""
        shape = self.policy.catalogue.tables[use.table]
        held = self.answers.get(use.table) or []
        rows = [self._row(use, row, raw) for row in held]
        columns = [
            {
                "label": column.label or shape.columns[column.column].label,
                "required": column.required,
            }
            for column in use.columns
        ]
        locked = LOCKED if self.locked(use.table) else ""
        return TableRows(
            group=use.table,
            title=use.label or shape.label,
            help=use.help,
            columns=columns,
            rows=rows,
            blank=self._cells(use, {"row_id": _BLANK}, None),
            min=use.min_rows or None,
            max=use.max_rows,
            clause=first_clause(self.policy, use.clause),
            assumption=use.assumption,
            locked=locked,
            asked=self.asked_for(use.table),
            conditional=use.when is not None,
            concealed=use.table not in self.shown,
        )

    def _row(self, use: TableUse, row: Mapping[str, Any], raw: RawSection | None) -> dict[str, Any]:
        return {"id": str(row.get("row_id", "")), "cells": self._cells(use, row, raw)}

    def _cells(
        self, use: TableUse, row: Mapping[str, Any], raw: RawSection | None
    ) -> list[forms.BoundField]:
        row_id = str(row.get("row_id", ""))
        form = RowForm(prefix=f"{use.table}-{row_id}")
        shape = self.policy.catalogue.tables[use.table]
        wrong = raw.errors if raw else {}
        for column in use.columns:
            made = self._cell(use, column, row)
            style(made.widget)
            form.fields[column.column] = made
            form.initial[column.column] = initial_for(
                shape.columns[column.column], row.get(column.column)
            )
        paths = {column.column: f"{use.table}.{row_id}.{column.column}" for column in use.columns}
        form.show({name: wrong[path] for name, path in paths.items() if path in wrong})
        return list(form)

    def _cell(self, use: TableUse, column: ColumnUse, row: Mapping[str, Any]) -> forms.Field:
        definition = self.policy.catalogue.tables[use.table].columns[column.column]
        label = column.label or definition.label
        return LenientField(
            label=f"{label}（{definition.unit}）" if definition.unit else label,
            help_text=column.help or definition.help,
            required=column.required,
            disabled=self.locked(use.table),
            widget=widget_for(
                self.policy,
                definition,
                row.get(column.column),
                options=column.options,
                most=column.max_words,
                compact=True,
            ),
        )


def _computed_words(use: FieldUse) -> str:
    if not use.computed:
        return ""
    return KNOWN if use.computed == f"{{{use.field}}}" else COMPUTED
