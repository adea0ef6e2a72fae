"""The field catalogue: one fact, one name, in every city."""

from typing import Literal

from pydantic import Field, model_validator

from jurisdictions.schema.base import Code, Strict

FieldType = Literal[
    "text", "long_text", "integer", "decimal", "money", "date", "month", "year", "choice",
    "choices", "yes_no", "declaration", "id_number", "bank_account", "uscc", "phone", "mobile",
    "email", "postcode", "person_name",
]  # fmt: skip
Sensitivity = Literal["public", "internal", "personal", "sealed"]

SEALED_TYPES = frozenset({"id_number", "bank_account"})


class FieldDef(Strict):
    """What one fact is, wherever it is asked.

    ``unit`` is the printed unit (平方米, 元); ``options`` are literal values;
    ``options_from`` names a national table. ``other_field`` holds the text for 其他.
    """

    type: FieldType
    label: str
    help: str = ""
    unit: str = ""
    max_length: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    options: tuple[str, ...] = ()
    options_from: Code | None = None
    suggest_from: Code | None = None
    sensitivity: Sensitivity = "internal"
    reuse: Literal["unit", "leader", "never"] = "never"

    @model_validator(mode="after")
    def _sealed_types_are_sealed(self) -> "FieldDef":
        if self.type in SEALED_TYPES and self.sensitivity != "sealed":
            raise ValueError("身份证号和银行账号的 sensitivity 必须是 sealed")
        if self.type in ("choice", "choices") and not (self.options or self.options_from):
            return self  # the form that picks the field must give the options
        return self


class TableDef(Strict):
    """A repeating table: rows keep their id for ever."""

    label: str
    row_label: str = "行"
    columns: dict[Code, FieldDef]


class FactDef(Strict):
    """A fact that is not an answer: computed, counted, or read from a register."""

    type: Literal["text", "integer", "decimal", "date", "yes_no", "texts"]
    label: str
    needs: tuple[str, ...] = Field(default=(), description="answers it is computed from")


class Catalogue(Strict):
    """All shared fields, tables and facts; ``digest`` of the file is pinned by each filing."""

    fields: dict[str, FieldDef]
    tables: dict[Code, TableDef]
    facts: dict[str, FactDef]

    def field(self, path: str) -> FieldDef | None:
        """Return the scalar field of that dotted path, or the column for ``table.column``."""
        if path in self.fields:
            return self.fields[path]
        table, _, column = path.partition(".")
        found = self.tables.get(table)
        return found.columns.get(column) if found else None

    def extended(self, fields: dict[str, FieldDef], tables: dict[str, TableDef]) -> "Catalogue":
        """Return this catalogue with a city's own fields and table columns added.

        Raises ValueError when a city redefines a shared name.
        """
        clash = sorted(set(fields) & set(self.fields))
        if clash:
            raise ValueError(f"字段 {'、'.join(clash)} 已在公用目录中，不得重新定义")
        merged = dict(self.tables)
        for name, table in tables.items():
            shared = merged.get(name)
            if shared is None:
                merged[name] = table
                continue
            both = sorted(set(shared.columns) & set(table.columns))
            if both:
                raise ValueError(f"表 {name} 的列 {'、'.join(both)} 已在公用目录中")
            merged[name] = shared.model_copy(
                update={"columns": {**shared.columns, **table.columns}}
            )
        return Catalogue(fields={**self.fields, **fields}, tables=merged, facts=self.facts)
