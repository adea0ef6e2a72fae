"""What the naming procedure asks about a leader, for a path that judges him but not the unit."""

import re
from dataclasses import dataclass
from typing import Any

from jurisdictions.engine.walk import walk
from jurisdictions.schema.base import Expr
from jurisdictions.schema.forms import FieldUse, Section
from jurisdictions.schema.materials import Material
from jurisdictions.schema.procedure import Procedure
from jurisdictions.schema.rules import Rule
from jurisdictions.schema.stages import Point

LEADER = "leader."
#: Tables that speak of the leader and his people.
TABLES = frozenset({"team", "awards"})
_NAMES = re.compile(r"(?<![\w.])(?:unit|studio|own|declare|leader)\.[a-z_]+")
_MATERIALS = re.compile(r"(?<![\w.])materials\.([a-z0-9_]+)")
_TABLES = re.compile(r"(?<![\w.])([a-z_]+)\.(?:exists|all|filter|map|size|exists_one)\b")
_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"' + r"|'(?:[^'\\]|\\.)*'")
_FACTS = frozenset({"leader.age", "leader.retirement_date"})


@dataclass(frozen=True)
class LeaderPart:
    """Sections, declarations, rules, materials and points that concern the leader."""

    sections: tuple[Section, ...]
    declarations: tuple[FieldUse, ...]
    rules: tuple[Rule, ...]
    materials: tuple[Material, ...]
    points: tuple[Point, ...]


def leader_part(shape: Procedure, stages: tuple[Any, ...]) -> LeaderPart:
    """Everything of the naming procedure that can be judged from the leader's answers alone.

    Args:
        shape: the procedure that names a studio.
        stages: its stages, whose points tell which papers belong to which conditions.
    """
    sections = tuple(part for section in shape.form.sections if (part := _section(section)))
    declared = tuple(u for u in shape.form.declarations if u.field.startswith((LEADER, "declare.")))
    asked = {use.field for section in sections for use in section.fields}
    asked |= {use.field for use in declared} | _FACTS
    tables = {use.table for section in sections for use in section.tables}
    rules = [rule for rule in shape.rules if _told(rule, asked, tables)]
    points = _points(stages)
    papers = [
        item for item in shape.materials
        if not item.generated and _told(item, asked, tables)
        and (_personal(item) or _belongs(item, points, {rule.id for rule in rules}))
    ]  # fmt: skip
    kept = {item.id for item in papers}
    rules = [rule for rule in rules if _papers_of(rule) <= kept]
    ids = {rule.id for rule in rules}
    mine = tuple(p for p in points if p.rules and set(p.rules) <= ids and set(p.materials) <= kept)
    return LeaderPart(sections, declared, tuple(rules), tuple(papers), mine)


def _section(section: Section) -> Section | None:
    """The leader's part of a section; None where it has none."""
    speaks = any(use.field.startswith(LEADER) for use in section.fields)
    tables = tuple(use for use in section.tables if use.table in TABLES)
    if not (speaks or tables):
        return None
    fields = tuple(use for use in section.fields if use.field.startswith((LEADER, "own.")))
    if fields == section.fields and tables == section.tables:
        return section
    return section.model_copy(update={"fields": fields, "tables": tables})


def _sources(entry: Any) -> str:
    found = [value for _, value in walk(entry) if isinstance(value, Expr)]
    return _STRINGS.sub("", " ".join(found))


def _told(entry: Any, asked: set[str], tables: set[str]) -> bool:
    """Whether all an entry speaks of is asked."""
    text = _sources(entry)
    said = set(_NAMES.findall(text))
    rows = {name for name in _TABLES.findall(text) if name in _KNOWN_TABLES}
    if isinstance(entry, Rule):
        named = set(entry.fields)
        said |= {name for name in named if "." in name and name.split(".")[0] not in _KNOWN_TABLES}
        rows |= {name.split(".")[0] for name in named if name.split(".")[0] in _KNOWN_TABLES}
    if isinstance(entry, Material):
        rows |= {entry.per_row.table} if entry.per_row else set()
        said |= {entry.none_field} if entry.none_field else set()
    return said <= asked and rows <= tables


#: Repeating tables of the shared catalogue.
_KNOWN_TABLES = frozenset({*TABLES, "education_funds", "branches"})


def _papers_of(rule: Rule) -> set[str]:
    return set(_MATERIALS.findall(_sources(rule)))


def _personal(item: Material) -> bool:
    speaks = any(name.startswith(LEADER) for name in _NAMES.findall(_sources(item)))
    return item.personal or bool(item.also_person) or item.per_row is not None or speaks


def _belongs(item: Material, points: list[Point], rules: set[str]) -> bool:
    """Whether a point judges the paper beside conditions that are all kept."""
    return any(item.id in p.materials and p.rules and set(p.rules) <= rules for p in points)


def _points(stages: tuple[Any, ...]) -> list[Point]:
    """Points of the first check, which is where papers are judged."""
    first = next((stage for stage in stages if stage.kind == "check"), None)
    return list(first.points) if first else []
