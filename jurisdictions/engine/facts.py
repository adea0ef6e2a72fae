"""From a filing to facts: what expressions may use, and what is still missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jurisdictions.engine.cel import Language, language_of, to_utc
from jurisdictions.engine.dates import format_date, full_years
from jurisdictions.engine.identity import IdError
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.retirement import Retirement, retirement_options
from jurisdictions.engine.values import ValueWrongError, id_facts, is_empty, read_value
from jurisdictions.schema.fields import FieldDef, TableDef
from jurisdictions.schema.materials import Material

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
    _person(typed, faults, filing.ref_date)
    options = _retirement(policy, typed, faults, filing.ref_date)
    lang = language(policy, procedure)
    data = _scalars(policy, typed, lang)
    data |= _computed(typed, options, filing, lang)
    data |= _materials(policy, procedure, filing, typed)
    for table in policy.catalogue.tables:
        data[table] = [lang.row(table, row) for row in typed.get(table, [])]
    return Facts(data, typed, faults, tuple(options))


def _typed(policy: Policy, filing: Filing) -> tuple[dict[str, Any], dict[str, str]]:
    typed: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for path, definition in policy.catalogue.fields.items():
        _read_into(typed, path, definition, filing.answers.get(path), faults, path)
    for table, shape in policy.catalogue.tables.items():
        typed[table] = [
            _row(shape, f"{table}.{index}", row, index, filing.ref_date, faults)
            for index, row in enumerate(_rows(filing.answers.get(table), table, faults))
        ]
    return typed, faults


def _read_into(
    into: dict[str, Any],
    name: str,
    definition: FieldDef,
    value: Any,
    faults: dict[str, str],
    path: str,
) -> None:
    """Read one answer; one that does not fit is left out and told under its path."""
    if value is None:
        into[name] = None
        return
    try:
        into[name] = read_value(definition, value)
    except ValueWrongError as error:
        faults[path] = str(error)


def _rows(value: Any, table: str, faults: dict[str, str]) -> Sequence[Any]:
    if value is None or isinstance(value, list | tuple):
        return value or ()
    faults[table] = "表格内容格式不对，请重新填写"
    return ()


def _row(
    shape: TableDef, path: str, row: Any, index: int, ref_date: date, faults: dict[str, str]
) -> dict[str, Any]:
    if not isinstance(row, Mapping):
        faults[path] = "这一行的内容格式不对，请删去后重新填写"
        row = {}
    cells: dict[str, Any] = {"row_id": str(row.get("row_id", index))}
    for column, definition in shape.columns.items():
        _read_into(cells, column, definition, row.get(column), faults, f"{path}.{column}")
    return _aged(cells, ref_date, faults, path)


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
        if found.birth > ref_date:
            faults[f"{path}.id_number"] = _born_after(found.birth, ref_date)
            return cells
        if "age" in cells and is_empty(cells["age"]):
            cells["age"] = full_years(found.birth, ref_date)
        if "birth_month" in cells and is_empty(cells["birth_month"]):
            cells["birth_month"] = found.birth.replace(day=1)
    return cells


def _born_after(birth: date, ref_date: date) -> str:
    return f"出生日期{format_date(birth)}晚于计算基准日{format_date(ref_date)}，请核对"


def _person(typed: dict[str, Any], faults: dict[str, str], ref_date: date) -> None:
    """Birth and sex of the leader from the number; what does not agree becomes a fault."""
    ids = _id_facts(typed, faults)
    birth_path = LEADER_BIRTH
    if ids and ids.birth and is_empty(typed.get(LEADER_BIRTH)):
        typed[LEADER_BIRTH], birth_path = ids.birth, LEADER_ID
    elif ids and ids.birth and typed[LEADER_BIRTH] != ids.birth:
        faults[LEADER_BIRTH] = "出生日期与身份证号不一致，请核对"
    if ids and ids.sex and typed.get(LEADER_SEX) not in (None, "", ids.sex):
        faults[LEADER_SEX] = f"性别填“{typed[LEADER_SEX]}”，与身份证号不一致，请核对"
    birth = typed.get(LEADER_BIRTH)
    if birth and birth > ref_date:
        faults[birth_path] = _born_after(birth, ref_date)
        typed[LEADER_BIRTH] = None


def _id_facts(typed: Mapping[str, Any], faults: dict[str, str]) -> Any:
    try:
        return id_facts(typed.get(LEADER_ID), typed.get(LEADER_ID_TYPE))
    except IdError as error:
        faults[LEADER_ID] = str(error)
        return None


def _retirement(
    policy: Policy, typed: dict[str, Any], faults: dict[str, str], ref_date: date
) -> list[tuple[str, str, Retirement]]:
    birth, sex = typed.get(LEADER_BIRTH), typed.get(LEADER_SEX)
    if not birth or sex not in ("男", "女"):
        return []
    table = policy.national.retirement
    known = {line.code for line in table.for_sex(sex)}
    category = typed.get(WOMEN_CATEGORY) or None
    if sex == "女" and category is not None and category not in known:
        faults[WOMEN_CATEGORY] = f"“{category}”不在可选项中，请重新选择"
        typed[WOMEN_CATEGORY] = category = None
    return retirement_options(birth, sex, category, table, as_of=ref_date)


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
    typed: Mapping[str, Any],
    options: list[tuple[str, str, Retirement]],
    filing: Filing,
    lang: Language,
) -> dict[str, Any]:
    data: dict[str, Any] = {
        "ref.date": to_utc(filing.ref_date),
        "ref.year": filing.ref_date.year,
        **_told(filing.registers, lang),
    }
    birth = typed.get(LEADER_BIRTH)
    if birth:
        data["leader.age"] = full_years(birth, filing.ref_date)
    if len(options) == 1:
        data[RETIREMENT_DATE] = to_utc(options[0][2].date)
    return data


def _told(registers: Mapping[str, Any], lang: Language) -> dict[str, Any]:
    """What the registers say; days are kept as ISO text with a submission."""
    return {
        name: to_utc(date.fromisoformat(str(value))) if lang.scalars.get(name) == "date" else value
        for name, value in registers.items()
    }


def _materials(
    policy: Policy, procedure: str, filing: Filing, typed: Mapping[str, Any]
) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for item in policy.procedure(procedure).materials:
        given = filing.materials.get(item.id, MaterialFact())
        data[f"materials.{item.id}.count"] = given.count
        data[f"materials.{item.id}.complete"] = not material_gaps(item, given, typed)
        if given.words is not None:
            data[f"materials.{item.id}.words"] = given.words
    return data


def material_gaps(item: Material, given: MaterialFact, typed: Mapping[str, Any]) -> str:
    """What is still missing of a material, as a sentence; empty when complete."""
    if item.also_person and given.person < item.min_files:
        return f"{item.title}：缺领办人本人的"
    if item.per_row is not None:
        rows = [
            (index, row)
            for index, row in enumerate(typed.get(item.per_row.table, []))
            if not item.per_row.when or row.get(item.per_row.when)
        ]
        lacking = [
            str(row.get("name") or f"第{index + 1}行")
            for index, row in rows
            if _files_of(given, index, row) < item.min_files
        ]
        return f"{item.title}：缺{'、'.join(lacking)}的" if lacking else ""
    if given.count < item.min_files:
        return f"{item.title}：至少上传 {item.min_files} 份，现有 {given.count} 份"
    return ""


def _files_of(given: MaterialFact, index: int, row: dict[str, Any]) -> int:
    return max(given.rows.get(str(row.get("row_id", index)), 0), given.rows.get(str(index), 0))


def asked_for(
    policy: Policy, missing: tuple[str, ...], typed: Mapping[str, Any]
) -> tuple[str, ...]:
    """The answers to ask for instead of the computed facts that are missing."""
    if not missing:
        return ()
    asked: list[str] = []
    for name in missing:
        fact = policy.catalogue.facts.get(name)
        needs = fact.needs if fact else ()
        absent = [path for path in needs if is_empty(typed.get(path))]
        if typed.get(LEADER_SEX) != "女":
            absent = [path for path in absent if path != WOMEN_CATEGORY]
        asked.extend(absent or [name])
    return tuple(dict.fromkeys(LEADER_ID if path == LEADER_BIRTH else path for path in asked))
