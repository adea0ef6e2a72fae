"""Reads what was typed into a section, exactly as it goes into the answers JSON.

A value that does not fit is kept as typed and gets an error beside it.
"""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import QueryDict

from jurisdictions.engine.identity import CITIZEN, IdError, check_id_number
from jurisdictions.engine.names import NamingError, render_name
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.values import ValueWrongError, is_empty, read_value, show_value
from jurisdictions.schema.fields import FieldDef
from jurisdictions.schema.forms import Section, TableUse

#: Names of all fields and tables that the page offered for change: an unticked box sends nothing.
ASKED = "asked"
#: What a row button asks: ``add:<table>``, ``remove|up|down:<table>:<row>``.
ROW_ACTION = "row_action"
ID_TYPE = "leader.id_type"
_ROW_ID = re.compile(r"[A-Za-z0-9]{1,40}")
_MOST_ROWS = 200
_MOST_TEXT = 20_000
#: Path of an answer that picks an office to the names that live offices cover.
Offers = Mapping[str, Sequence[str]]
_TRUE = frozenset({"true", "on", "1", "是"})


@dataclass(frozen=True)
class RawSection:
    """What a section says now.

    Attributes:
        answers: path to value as the answers JSON has it, tables as lists of rows. Sealed
            fields are plain text when typed anew, else the stored mapping.
        errors: path (``team.<row_id>.age`` in tables) to the sentence that says what is wrong.
    """

    answers: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def read_section(
    policy: Policy,
    procedure: str,
    section: Section,
    post: QueryDict,
    *,
    answers: Mapping[str, Any] | None = None,
    offers: Offers | None = None,
) -> RawSection:
    """Read a section from a submitted form.

    Args:
        policy: the version the filing is pinned to.
        procedure: code of the procedure.
        section: the section, or the declarations as one.
        post: the submitted data.
        answers: the filing's answers so far, all sections. What the page did not offer (locked
            or hidden fields) and sealed values that were left alone are taken from here.
        offers: path to the names that live offices cover, where only those will do.
    """
    held = answers or {}
    asked = _asked(post, section)
    raw = RawSection()
    _read_fields(policy, section, post, held, asked, raw)
    for table in section.tables:
        if table.table in asked:
            raw.answers[table.table] = _rows(policy, table, post, held, raw)
        elif table.table in held:
            raw.answers[table.table] = held[table.table]
    _compute(policy, section, held, raw)
    _refuse_uncovered(raw, offers or {}, asked)
    return raw


def _read_fields(
    policy: Policy,
    section: Section,
    post: QueryDict,
    held: Mapping[str, Any],
    asked: set[str],
    raw: RawSection,
) -> None:
    id_kind = str(post.get(ID_TYPE) or held.get(ID_TYPE) or CITIZEN)
    for use in section.fields:
        if use.computed:
            continue
        if use.field not in asked:
            if use.field in held:
                raw.answers[use.field] = held[use.field]
            continue
        definition = policy.catalogue.fields[use.field]
        raw.answers[use.field] = _read(
            raw, use.field, definition, post, use.field, held.get(use.field), id_kind
        )


def _refuse_uncovered(raw: RawSection, offers: Offers, asked: set[str]) -> None:
    """Say at once, with the names that will do, when no office is there for an answer."""
    for path in offers.keys() & asked:
        sentence = uncovered(raw.answers.get(path), offers[path])
        if sentence:
            raw.errors.setdefault(path, sentence)


def uncovered(value: Any, names: Sequence[str]) -> str:
    """What is wrong with an answer that no office covers, with the names that will do."""
    if not value or value in names:
        return ""
    return f"没有机构受理“{value}”的申报，请从下列名称中选择：{'、'.join(names)}。"


def _asked(post: QueryDict, section: Section) -> set[str]:
    """What the page offered; without the marker everything in the section."""
    every = {use.field for use in section.fields} | {use.table for use in section.tables}
    if ASKED not in post:
        return every
    return every & set(str(post[ASKED]).split())


def _read(
    raw: RawSection,
    path: str,
    definition: FieldDef,
    post: QueryDict,
    name: str,
    held: Any,
    id_kind: str,
) -> Any:
    """One value; errors go into ``raw``."""
    if definition.type == "choices":
        return [text[:_MOST_TEXT] for text in post.getlist(name) if text]
    typed = str(post.get(name, "")).strip()[:_MOST_TEXT]
    if definition.type == "declaration" or (definition.type == "yes_no" and typed):
        return typed.lower() in _TRUE
    if not typed:
        # An empty input beside a mask means: leave it.
        return held if isinstance(held, Mapping) else None
    try:
        return _fitting(definition, typed, id_kind)
    except (ValueWrongError, IdError) as error:
        raw.errors[path] = str(error)
    if definition.sensitivity == "sealed":
        # A number that cannot be sealed is shown again on the page, and stored nowhere.
        return held if isinstance(held, Mapping) else None
    return typed


def _fitting(definition: FieldDef, typed: str, id_kind: str) -> Any:
    """A typed value as stored.

    Raises:
        ValueWrongError, IdError: it does not fit its field.
    """
    if definition.type == "id_number":
        check_id_number(typed, id_kind)
        return typed
    return stored(definition, read_value(definition, typed))


def stored(definition: FieldDef, value: Any) -> Any:
    """A typed value as the answers JSON has it."""
    if isinstance(value, date):
        return value.strftime("%Y-%m") if definition.type == "month" else value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return value


def _rows(
    policy: Policy, table: TableUse, post: QueryDict, held: Mapping[str, Any], raw: RawSection
) -> list[dict[str, Any]]:
    name = table.table
    shape = policy.catalogue.tables[name]
    before = {str(row.get("row_id")): row for row in held.get(name) or []}
    given = [row for row in post.getlist(f"{name}-rows") if _ROW_ID.fullmatch(row)]
    order = _ordered(list(dict.fromkeys(given))[:_MOST_ROWS], str(post.get(ROW_ACTION, "")), name)
    rows: list[dict[str, Any]] = []
    for row_id in order:
        old = before.get(row_id, {})
        # Columns that this form does not ask keep what they hold.
        row: dict[str, Any] = {**old, "row_id": row_id}
        for use in table.columns:
            definition = shape.columns[use.column]
            row[use.column] = _read(
                raw,
                f"{name}.{row_id}.{use.column}",
                definition,
                post,
                f"{name}-{row_id}-{use.column}",
                old.get(use.column),
                CITIZEN,
            )
        rows.append(row)
    return rows


def _ordered(rows: list[str], action: str, table: str) -> list[str]:
    """Row ids after the button that was pressed, if it belongs to this table."""
    verb, _, rest = action.partition(":")
    name, _, row = rest.partition(":")
    if name != table:
        return rows
    if verb == "add":
        return [*rows, new_row_id()][:_MOST_ROWS]
    if row not in rows:
        return rows
    place = rows.index(row)
    if verb == "remove":
        return [item for item in rows if item != row]
    other = place + {"up": -1, "down": 1}.get(verb, 0)
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
    return rows


def new_row_id() -> str:
    """An id for a new row; it stays with the row for ever."""
    return uuid.uuid4().hex[:16]


def _compute(policy: Policy, section: Section, held: Mapping[str, Any], raw: RawSection) -> None:
    """Fill the fields that a formula gives, as far as their parts are known."""
    merged = {**held, **raw.answers}
    for use in section.fields:
        if use.computed:
            name = computed_name(policy, use.computed, merged)
            raw.answers[use.field] = name or None


def computed_name(policy: Policy, formula: str, answers: Mapping[str, Any]) -> str:
    """The name a formula gives on these answers; empty while a part is missing."""
    values = {
        path: show_value(policy.catalogue.field(path), value, unit=False)
        for path, value in answers.items()
        if path in policy.catalogue.fields and not is_empty(value)
    }
    try:
        return render_name(formula, values)
    except NamingError:
        return ""
