"""Answers as people read them: for checking, for comparing, old beside new."""

from collections.abc import Collection, Mapping
from typing import Any

from applications.interfaces.eligibility import place_url
from applications.interfaces.standing import Standing
from jurisdictions.engine.formcheck import holds
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.values import ValueWrongError, read_value, show_value
from jurisdictions.interfaces.readers import computed_name
from jurisdictions.schema.fields import FieldDef
from jurisdictions.schema.forms import Section, TableUse


def shown(definition: FieldDef, value: Any) -> str:
    """A stored answer as people read it, also when it does not fit its field."""
    try:
        return show_value(definition, read_value(definition, value))
    except ValueWrongError:
        return str(value)


def value_text(policy: Policy, path: str, value: Any) -> str:
    """A stored answer or a whole table as one text."""
    if path in policy.catalogue.tables:
        columns = policy.catalogue.tables[path].columns
        lines = [
            "，".join(
                text for name, definition in columns.items()
                if (text := shown(definition, row.get(name)))
            )
            for row in value or []
        ]  # fmt: skip
        return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))
    definition = policy.catalogue.field(path)
    return shown(definition, value) if definition else str(value or "")


def label_of(policy: Policy, section: Section, path: str) -> str:
    """What a form calls a field or table."""
    for use in section.fields:
        if use.field == path:
            return use.label or policy.catalogue.fields[path].label
    for table in section.tables:
        if table.table == path:
            return table.label or policy.catalogue.tables[path].label
    return path


def section_cards(standing: Standing) -> list[dict[str, Any]]:
    """Every section with its answers and the address where they are changed."""
    return [
        {
            "id": f"sum-{section.id}",
            "title": section.title,
            "url": f"{place_url(standing, section.id)}?back=check",
            "blocks": _blocks(_field_rows(standing, section)),
            "tables": [_table(standing, use) for use in section.tables if _asked(standing, use)],
        }
        for section in standing.sections
    ]


def _blocks(rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Short answers side by side, each long one across the page: a new block where they meet."""
    found: list[list[dict[str, Any]]] = []
    for row in rows:
        if found and not row["wide"] and not found[-1][-1]["wide"]:
            found[-1].append(row)
        else:
            found.append([row])
    return found


def _asked(standing: Standing, use: Any) -> bool:
    return holds(standing.policy, standing.application.procedure, use.when, standing.facts)


def _field_rows(standing: Standing, section: Section) -> list[dict[str, Any]]:
    rows = []
    for use in section.fields:
        if not _asked(standing, use):
            continue
        definition = standing.policy.catalogue.fields[use.field]
        # What the portal works out, such as a birth day from the number, is shown as well.
        value = standing.answers.get(use.field) or standing.facts.typed.get(use.field)
        if use.computed:
            value = computed_name(standing.policy, use.computed, standing.answers)
        rows.append(
            {
                "label": use.label or definition.label,
                "value": shown(definition, value),
                "wide": definition.type in ("long_text", "declaration"),
            }
        )
    return rows


def _table(standing: Standing, use: TableUse) -> dict[str, Any]:
    shape = standing.policy.catalogue.tables[use.table]
    columns = [(c.column, c.label or shape.columns[c.column].label) for c in use.columns]
    rows = standing.facts.typed.get(use.table, [])
    return {
        "title": use.label or shape.label,
        "columns": [label for _, label in columns],
        "rows": [
            [
                {"th": label, "text": show_value(shape.columns[name], row.get(name))}
                for name, label in columns
            ]
            for row in rows
        ],
    }


def differences(
    policy: Policy, section: Section, mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> list[dict[str, str]]:
    """Fields and tables of a section that two writers left different."""
    paths = [use.field for use in section.fields if not use.computed]
    paths += [use.table for use in section.tables]
    found = []
    for path in paths:
        if path not in mine or mine.get(path) == theirs.get(path):
            continue
        if not mine.get(path) and not theirs.get(path):
            continue
        found.append(
            {
                "name": path,
                "label": label_of(policy, section, path),
                "mine": value_text(policy, path, mine.get(path)),
                "theirs": value_text(policy, path, theirs.get(path)),
            }
        )
    return found


def changed_rows(standing: Standing, targets: Collection[str]) -> dict[str, dict[str, str]]:
    """Old and new text of the flagged answers, by target."""
    policy = standing.policy
    return {
        target: {
            "old": value_text(policy, target, standing.frozen.get(target)),
            "new": value_text(policy, target, standing.answers.get(target)),
        }
        for target in targets
        if policy.catalogue.field(target) or target in policy.catalogue.tables
    }
