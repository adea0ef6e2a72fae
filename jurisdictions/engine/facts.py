"""From a filing to facts: what expressions may use, and what is still missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jurisdictions.engine.cel import Language, language_of, to_utc
from jurisdictions.engine.dates import full_years
from jurisdictions.engine.identity import IdError
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.retirement import Retirement, retirement_options
from jurisdictions.engine.values import ValueWrongError, id_facts, is_empty, read_value

LEADER_BIRTH, LEADER_SEX = "leader.birth_date", "leader.sex"
LEADER_ID, LEADER_ID_TYPE = "leader.id_number", "leader.id_type"
WOMEN_CATEGORY, RETIREMENT_DATE = "leader.women_category", "leader.retirement_date"


@dataclass(frozen=True)
class MaterialFact:
    """Files handed in for one material.

    Attributes:
        count: number of files.
        words: length in 字 as Word counts, None while not measured (a scan).
        rows: for materials per row: table row index or id to number of files.
        person: files of the leader, where the material asks for him too.
    """

    count: int = 0
    words: int | None = None
    rows: Mapping[str, int] = field(default_factory=dict)
    person: int = 0


@dataclass(frozen=True)
class Filing:
    """What is judged: answers by catalogue path, files, registers, the reference day."""

    answers: Mapping[str, Any]
    ref_date: date
    materials: Mapping[str, MaterialFact] = field(default_factory=dict)
    registers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Facts:
    """Typed facts of one filing.

    Attributes:
        data: what expressions see, by name; absent means unanswered.
        typed: typed answers by path, tables as lists of dicts.
        faults: answers that do not fit their field, path to sentence.
        retirement: results still possible, as (category code, label, retirement).
    """

    data: Mapping[str, Any]
    typed: Mapping[str, Any]
    faults: Mapping[str, str]
    retirement: tuple[tuple[str, str, Retirement], ...]


def language(policy: Policy, procedure: str) -> Language:
    """The expression language of one procedure, made once per policy."""
    key = ("language", procedure)
    if key not in policy.cache:
        materials = [item.id for item in policy.procedure(procedure).materials]
        policy.cache[key] = language_of(policy.catalogue, policy.national, materials)
    found: Language = policy.cache[key]
    return found


def build_facts(policy: Policy, procedure: str, filing: Filing) -> Facts:
    """Read all answers, work out the computed facts, lay out what expressions see."""
    typed, faults = _typed(policy, filing)
    ids = _id_facts(typed, faults)
    if ids and ids.birth and is_empty(typed.get(LEADER_BIRTH)):
        typed[LEADER_BIRTH] = ids.birth
    if ids and ids.sex and typed.get(LEADER_SEX) not in (None, ids.sex):
        faults[LEADER_SEX] = f"性别填“{typed[LEADER_SEX]}”，与身份证号不一致，请核对"
    options = _retirement(policy, typed, filing.ref_date)
    lang = language(policy, procedure)
    data = _scalars(policy, typed, lang)
    data |= _computed(typed, options, filing)
    data |= _materials(policy, procedure, filing)
    for table in policy.catalogue.tables:
        data[table] = [lang.row(table, row) for row in typed.get(table, [])]
    return Facts(data, typed, faults, tuple(options))


def _typed(policy: Policy, filing: Filing) -> tuple[dict[str, Any], dict[str, str]]:
    typed: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for path, definition in policy.catalogue.fields.items():
        try:
            typed[path] = read_value(definition, filing.answers.get(path))
        except ValueWrongError as error:
            faults[path] = str(error)
    for table, shape in policy.catalogue.tables.items():
        rows = filing.answers.get(table) or []
        typed[table] = []
        for index, row in enumerate(rows):
            cells = {"row_id": str(row.get("row_id", index))}
            for column, definition in shape.columns.items():
                try:
                    cells[column] = read_value(definition, row.get(column))
                except ValueWrongError as error:
                    faults[f"{table}.{index}.{column}"] = str(error)
            typed[table].append(_aged(cells, filing.ref_date, faults, f"{table}.{index}"))
    return typed, faults


def _aged(
    cells: dict[str, Any], ref_date: date, faults: dict[str, str], path: str
) -> dict[str, Any]:
    """Fill the age and birth month of a row from its ID number."""
    if is_empty(cells.get("id_number")):
        return cells
    try:
        found = id_facts(cells["id_number"])
    except IdError as error:
        faults[f"{path}.id_number"] = str(error)
        return cells
    if found and found.birth:
        if "age" in cells and is_empty(cells["age"]):
            cells["age"] = full_years(found.birth, ref_date)
        if "birth_month" in cells and is_empty(cells["birth_month"]):
            cells["birth_month"] = found.birth.replace(day=1)
    return cells


def _id_facts(typed: Mapping[str, Any], faults: dict[str, str]) -> Any:
    try:
        return id_facts(typed.get(LEADER_ID), typed.get(LEADER_ID_TYPE))
    except IdError as error:
        faults[LEADER_ID] = str(error)
        return None


def _retirement(
    policy: Policy, typed: Mapping[str, Any], ref_date: date
) -> list[tuple[str, str, Retirement]]:
    birth, sex = typed.get(LEADER_BIRTH), typed.get(LEADER_SEX)
    if not birth or sex not in ("男", "女"):
        return []
    category = typed.get(WOMEN_CATEGORY) or None
    return retirement_options(birth, sex, category, policy.national.retirement, as_of=ref_date)


def _scalars(policy: Policy, typed: Mapping[str, Any], lang: Language) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for path in policy.catalogue.fields:
        value = typed.get(path)
        if path not in lang.scalars or is_empty(value):
            continue
        data[path] = _seen(value, lang.scalars[path])
    return data


def _seen(value: Any, kind: str) -> Any:
    if kind == "date":
        return to_utc(value)
    if kind == "double":
        return float(value)
    return value


def _computed(
    typed: Mapping[str, Any], options: list[tuple[str, str, Retirement]], filing: Filing
) -> dict[str, Any]:
    data: dict[str, Any] = {
        "ref.date": to_utc(filing.ref_date),
        "ref.year": filing.ref_date.year,
        **filing.registers,
    }
    birth = typed.get(LEADER_BIRTH)
    if birth:
        data["leader.age"] = full_years(birth, filing.ref_date)
    if len(options) == 1:
        data[RETIREMENT_DATE] = to_utc(options[0][2].date)
    return data


def _materials(policy: Policy, procedure: str, filing: Filing) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for item in policy.procedure(procedure).materials:
        given = filing.materials.get(item.id, MaterialFact())
        data[f"materials.{item.id}.count"] = given.count
        data[f"materials.{item.id}.complete"] = given.count >= item.min_files
        if given.words is not None:
            data[f"materials.{item.id}.words"] = given.words
    return data


def asked_for(
    policy: Policy, missing: tuple[str, ...], typed: Mapping[str, Any]
) -> tuple[str, ...]:
    """The answers to ask for instead of the computed facts that are missing."""
    asked: list[str] = []
    for name in missing:
        fact = policy.catalogue.facts.get(name)
        needs = fact.needs if fact else ()
        absent = [path for path in needs if is_empty(typed.get(path))]
        if typed.get(LEADER_SEX) == "男":
            absent = [path for path in absent if path != WOMEN_CATEGORY]
        asked.extend(absent or [name])
    return tuple(dict.fromkeys(LEADER_ID if path == LEADER_BIRTH else path for path in asked))
