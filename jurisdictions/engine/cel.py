"""The only door to the expression language (CEL).

Scalars are dotted variables, table rows are typed messages made from the catalogue, so a
misspelt name or a wrong type is an error when the ruleset is checked. There is no clock
inside: ``ref.date`` is a fact like any other. See docs/adr for the choice of engine.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from cel_expr_python import cel
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from jurisdictions.engine.dates import (
    ONE_DAY,
    add_months,
    add_years,
    full_years,
    last_day_aged,
    working_days_between,
)
from jurisdictions.engine.national import National
from jurisdictions.engine.occupation import normalise_occupation
from jurisdictions.schema.fields import Catalogue, FieldDef
from portal.common.wordcount import count_like_word

_SCALAR = {
    "integer": "int", "year": "int", "decimal": "double", "money": "double", "yes_no": "bool",
    "declaration": "bool", "date": "date", "month": "date", "choices": "texts",
    "texts": "texts",
}  # fmt: skip
_CEL = {
    "int": cel.Type.INT,
    "double": cel.Type.DOUBLE,
    "bool": cel.Type.BOOL,
    "date": cel.Type.TIMESTAMP,
    "texts": cel.Type.List(cel.Type.STRING),
    "text": cel.Type.STRING,
}
_PROTO = {"int": 3, "double": 1, "bool": 8, "text": 9, "texts": 9}
_OPTIONAL, _REPEATED = 1, 3
_NAMES = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")
_UNDECLARED = re.compile(r"undeclared reference to '([^']+)'")
#: The functions of the domain and how many arguments each takes.
_ARITIES = {
    "rank": 2, "add_years": 2, "add_months": 2, "add_days": 2, "age_on": 2,
    "last_day_of_age": 2, "words": 1, "year_of": 1, "occupation_key": 1, "working_days": 2,
}  # fmt: skip
_HAS = re.compile(r"\bhas\s*\(\s*([A-Za-z_][A-Za-z0-9_.]*)\s*\)")
_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"' + r"|'(?:[^'\\]|\\.)*'")

#: ``let`` names with their kinds, sorted.
Extra = tuple[tuple[str, str], ...]


class ExpressionError(ValueError):
    """An expression cannot be compiled; the message tells where and why."""


@dataclass(frozen=True)
class Outcome:
    """What an expression gave.

    Attributes:
        value: plain Python value, None when it could not be worked out.
        missing: facts it would have needed.
        error: a fault at run time that is not a missing fact.
    """

    value: Any = None
    missing: tuple[str, ...] = ()
    error: str = ""


def kind_of(definition_type: str) -> str:
    """The kind of value (int, double, bool, date, texts, text) of a catalogue type."""
    return _SCALAR.get(definition_type, "text")


def to_utc(day: date) -> datetime:
    """A day as expressions see it: midnight UTC."""
    return datetime.combine(day, time(), UTC)


@dataclass
class Language:
    """The language of one city: variables by type, row messages, functions."""

    scalars: Mapping[str, str]
    tables: Mapping[str, Mapping[str, str]]
    national: National
    _compiled: dict[tuple[str, Extra], "Program"] = field(default_factory=dict, repr=False)
    _environments: dict[Extra, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Build row messages, types and functions once."""
        self._pool, self._rows = _row_messages(self.tables)
        self._functions = _declare(self.national)
        self._spaces = {name.split(".")[0] for name in self.scalars}
        self._types = {name: _CEL[kind] for name, kind in self.scalars.items()}
        for table in self.tables:
            self._types[table] = cel.Type.List(cel.Type(f"row.{table}"))

    def compile(self, source: str, extra: Mapping[str, str] | None = None) -> "Program":
        """Compile an expression; ``extra`` are ``let`` names with their kinds.

        Raises:
            ExpressionError: a name or a type is wrong.
        """
        kinds = tuple(sorted((extra or {}).items()))
        key = (source, kinds)
        if key not in self._compiled:
            self._compiled[key] = self._compile(source, kinds)
        return self._compiled[key]

    def _compile(self, source: str, extra: Extra) -> "Program":
        for name in _HAS.findall(_STRINGS.sub('""', source)):
            if name.split(".")[0] in self._spaces:
                raise ExpressionError(f"不能对单个字段用 has({name})：没有填写时结论自动为“待填写”")
        try:
            expression = self._environment(extra).compile(source)
        except (RuntimeError, ValueError) as error:
            raise ExpressionError(_explain(str(error))) from error
        names = used_names(source, {*self._types, *dict(extra)})
        return Program(source, expression, names, _kind_name(expression.return_type()))

    def _environment(self, extra: Extra) -> Any:
        """The environment with these ``let`` names; made once, it costs more than a compile."""
        if extra not in self._environments:
            wide = [name for name, kind in extra if kind not in _CEL]
            if wide:
                raise ExpressionError(
                    f"let {'、'.join(wide)} 的结果只能是数、是否、日期、文字或文字的列表，"
                    "不能是表格的行"
                )
            self._environments[extra] = cel.NewEnv(
                descriptor_pool=self._pool,
                variables={**self._types, **{name: _CEL[kind] for name, kind in extra}},
                functions=self._functions,
            )
        return self._environments[extra]

    def row(self, table: str, cells: Mapping[str, Any]) -> Any:
        """A typed row; empty cells take the empty value of their type."""
        kinds = self.tables[table]
        given = {
            name: _cell(cells.get(name), kind)
            for name, kind in kinds.items()
            if cells.get(name) not in (None, "")
        }
        return self._rows[table](**given)


@dataclass(frozen=True)
class Program:
    """A compiled expression with the facts it names and the kind it yields."""

    source: str
    expression: Any
    names: tuple[str, ...]
    yields: str

    def run(self, data: Mapping[str, Any]) -> Outcome:
        """Evaluate on facts; run-time faults come back as an outcome, never raised."""
        try:
            result = self.expression.eval(
                data={name: data[name] for name in self.names if name in data}
            )
        except (RuntimeError, TypeError, ValueError, OverflowError) as error:
            return Outcome(error=_explain(str(error)))
        if result.type() != cel.Type.ERROR:
            return Outcome(value=_plain(result.plain_value()))
        absent = tuple(name for name in self.names if name not in data)
        if absent:
            return Outcome(missing=absent)
        return Outcome(error=_explain(str(result.value())))


def used_names(source: str, known: set[str]) -> tuple[str, ...]:
    """The known facts an expression names, longest match, in order of first use."""
    found: list[str] = []
    for match in _NAMES.finditer(_STRINGS.sub('""', source)):
        parts = match.group().split(".")
        for length in range(len(parts), 0, -1):
            name = ".".join(parts[:length])
            if name in known:
                found.append(name)
                break
    return tuple(dict.fromkeys(found))


def language_of(catalogue: Catalogue, national: National, materials: Sequence[str]) -> Language:
    """The language for a catalogue and the materials of a procedure."""
    scalars = {
        name: kind_of(definition.type)
        for name, definition in catalogue.fields.items()
        if definition.sensitivity != "sealed"
    }
    scalars |= {name: kind_of(fact.type) for name, fact in catalogue.facts.items()}
    for material in materials:
        scalars[f"materials.{material}.count"] = "int"
        scalars[f"materials.{material}.words"] = "int"
        scalars[f"materials.{material}.complete"] = "bool"
    tables = {
        name: {column: _row_kind(d) for column, d in table.columns.items() if not _sealed(d)}
        for name, table in catalogue.tables.items()
    }
    return Language(scalars, tables, national)


def _sealed(definition: FieldDef) -> bool:
    return definition.sensitivity == "sealed"


def _row_kind(definition: FieldDef) -> str:
    kind = kind_of(definition.type)
    return kind if kind in _PROTO else "text"


def _row_messages(tables: Mapping[str, Mapping[str, str]]) -> tuple[Any, dict[str, Any]]:
    pool = descriptor_pool.DescriptorPool()
    file = descriptor_pb2.FileDescriptorProto(name="row.proto", package="row", syntax="proto3")
    for table, columns in tables.items():
        message = file.message_type.add(name=table)
        for number, (column, kind) in enumerate(columns.items(), 1):
            label = _REPEATED if kind == "texts" else _OPTIONAL
            message.field.add(name=column, number=number, type=_PROTO[kind], label=label)
    pool.AddSerializedFile(file.SerializeToString())
    rows = {
        table: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"row.{table}"))
        for table in tables
    }
    return pool, rows


def _cell(value: Any, kind: str) -> Any:
    if kind == "int":
        return int(value)
    if kind == "double":
        return float(value)
    if kind == "bool":
        return bool(value)
    if kind == "texts":
        return list(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _declare(national: National) -> list[Any]:
    """Typed functions of the domain, by name."""
    text, number, day = cel.Type.STRING, cel.Type.INT, cel.Type.TIMESTAMP

    def rank(table: str, value: str) -> int:
        found = national.rank(table, value) if value else None
        return -1 if found is None else found

    def working_days(first: datetime, last: datetime) -> int:
        """Both ends count; none before the first day."""
        if last < first:
            return 0
        return working_days_between(first.date() - ONE_DAY, last.date(), national.calendar)

    def declared(name: str, given: list[Any], gives: Any, does: Any) -> Any:
        overload = cel.Overload(id=f"{name}_1", return_type=gives, parameters=given, impl=does)
        return cel.FunctionDecl(name, [overload])

    return [
        declared("rank", [text, text], number, rank),
        declared("add_years", [day, number], day, lambda t, n: to_utc(add_years(t.date(), n))),
        declared("add_months", [day, number], day, lambda t, n: to_utc(add_months(t.date(), n))),
        declared("add_days", [day, number], day, _add_days),
        declared("age_on", [day, day], number, lambda b, t: full_years(b.date(), t.date())),
        declared(
            "last_day_of_age", [day, number], day, lambda b, n: to_utc(last_day_aged(b.date(), n))
        ),
        declared("words", [text], number, count_like_word),
        declared("year_of", [day], number, lambda t: t.year),
        declared("occupation_key", [text], text, normalise_occupation),
        declared("working_days", [day, day], number, working_days),
    ]


def _add_days(moment: datetime, days: int) -> datetime:
    return to_utc(date.fromordinal(moment.date().toordinal() + days))


def _plain(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) else value


def _kind_name(returned: Any) -> str:
    for kind, celtype in _CEL.items():
        if returned == celtype:
            return kind
    return "list" if str(returned).startswith("LIST") else "any"


def _explain(text: str) -> str:
    """The engine's message with a word on the commonest slips."""
    plain = text.replace("INVALID_ARGUMENT: ", "").replace("[INVALID_ARGUMENT]", "").strip()
    plain = plain.replace("ERROR: <input>:", "第")
    if "(double, int)" in plain or "(int, double)" in plain:
        plain += "\n提示：金额和面积是小数，常数写成 50000.0；人数和年龄是整数"
    unknown = _UNDECLARED.search(plain)
    if unknown:
        plain += f"\n提示：{_unknown_name(unknown[1], called=f'{unknown[1]}(' in plain)}"
    return plain


def _unknown_name(name: str, *, called: bool) -> str:
    if name in _ARITIES:
        return f"函数 {name} 的参数个数不对，应为 {_ARITIES[name]} 个"
    if called:
        return f"没有函数 {name}，可用：{'、'.join(sorted(_ARITIES))}"
    return "字段目录中没有这个名字，见 docs/field-catalogue.md"
