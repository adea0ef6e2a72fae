"""Findings of the form and of the checklist: required, limits, rows, lengths."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from jurisdictions.engine.facts import Facts, Filing, MaterialFact, language, material_gaps
from jurisdictions.engine.findings import Finding
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.values import is_empty
from jurisdictions.schema.fields import FieldDef
from jurisdictions.schema.forms import ColumnUse, FieldUse, Section, TableUse
from jurisdictions.schema.materials import Material
from portal.common.wordcount import count_like_word


def holds(policy: Policy, procedure: str, source: str | None, facts: Facts) -> bool:
    """Whether a condition of the form is known to hold; undecided counts as no."""
    if source is None:
        return True
    outcome = language(policy, procedure).compile(source).run(facts.data)
    return not outcome.missing and not outcome.error and outcome.value is True


def visible_sections(policy: Policy, procedure: str, facts: Facts) -> list[Section]:
    """Sections that apply to these answers, in order."""
    form = policy.procedure(procedure).form
    return [s for s in form.sections if holds(policy, procedure, s.when, facts)]


def visible_fields(policy: Policy, procedure: str, facts: Facts) -> Iterator[FieldUse]:
    """Every scalar field asked of these answers, declarations last."""
    for section in visible_sections(policy, procedure, facts):
        for use in section.fields:
            if holds(policy, procedure, use.when, facts):
                yield use
    for use in policy.procedure(procedure).form.declarations:
        if holds(policy, procedure, use.when, facts):
            yield use


def visible_tables(policy: Policy, procedure: str, facts: Facts) -> Iterator[TableUse]:
    """Every table asked of these answers."""
    for section in visible_sections(policy, procedure, facts):
        for use in section.tables:
            if holds(policy, procedure, use.when, facts):
                yield use


def is_required(policy: Policy, procedure: str, use: FieldUse, facts: Facts) -> bool:
    """Whether the submit stops while the field is empty."""
    known = use.computed == f"{{{use.field}}}"
    if use.computed and not (known and use.required_when):
        # What a formula gives is nobody's to fill in; what is known of old may have to be there.
        return False
    if use.required_when is not None:
        return holds(policy, procedure, use.required_when, facts)
    return use.required


def check_form(policy: Policy, procedure: str, facts: Facts) -> list[Finding]:
    """Missing answers, answers that do not fit, tables with too few or too many rows."""
    findings = [
        finding
        for use in visible_fields(policy, procedure, facts)
        if (finding := _check_field(policy, procedure, use, facts)) is not None
    ]
    for table in visible_tables(policy, procedure, facts):
        findings += _check_table(policy, table, facts)
    return findings


def _check_field(policy: Policy, procedure: str, use: FieldUse, facts: Facts) -> Finding | None:
    definition = policy.catalogue.fields[use.field]
    label = use.label or definition.label
    value = facts.typed.get(use.field)
    fault = facts.faults.get(use.field, "")
    if (not fault and is_empty(value)) or (definition.type == "declaration" and value is False):
        if not is_required(policy, procedure, use, facts):
            return None
        asked = "请勾选确认" if definition.type == "declaration" else "请填写"
        return _finding(
            f"field:{use.field}", label, "missing", use.clause, f"{asked}：{label}", use.field
        )
    fault = fault or _limits(policy, use, value)
    if fault:
        return _finding(
            f"field:{use.field}", label, "fail", use.clause, f"{label}：{fault}", use.field
        )
    return None


def _limits(policy: Policy, use: FieldUse, value: Any) -> str:
    definition = policy.catalogue.fields[use.field]
    minimum = use.minimum if use.minimum is not None else definition.minimum
    maximum = use.maximum if use.maximum is not None else definition.maximum
    return (
        number_fault(value, minimum, maximum)
        or _length_fault(value, use.min_words, use.max_words)
        or _option_fault(policy, definition, use.options, value)
    )


def number_fault(value: Any, minimum: float | None, maximum: float | None) -> str:
    """What is wrong with a number, or nothing. Both limits include the number."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return ""
    if minimum is not None and value < exact(minimum):
        return f"不能小于 {exact(minimum):f}"
    if maximum is not None and value > exact(maximum):
        return f"不能大于 {exact(maximum):f}"
    return ""


def exact(limit: float) -> Decimal:
    """A limit as it is written: 49999.99 means 49999.99, not the double nearest to it."""
    return Decimal(f"{limit:.15g}")


def _length_fault(value: Any, minimum: int | None, maximum: int | None) -> str:
    if not isinstance(value, str) or not (minimum or maximum):
        return ""
    return word_fault(count_like_word(value), minimum, maximum)


def _option_fault(policy: Policy, definition: FieldDef, own: tuple[str, ...], value: Any) -> str:
    if definition.type not in ("choice", "choices"):
        return ""
    known = policy.options(definition, own)
    chosen = value if isinstance(value, list) else [value]
    stray = sorted({text for text in chosen if text not in known}) if known else []
    return f"“{'、'.join(stray)}”不在可选项中，请重新选择" if stray else ""


def word_fault(words: int, minimum: int | None, maximum: int | None) -> str:
    """What is wrong with a length, or nothing. Both limits include the number."""
    if minimum is not None and words < minimum:
        return f"现有 {words} 字，不足 {minimum} 字（按 Word 字数统计，标点计入、空格不计）"
    if maximum is not None and words > maximum:
        return f"现有 {words} 字，超过 {maximum} 字（按 Word 字数统计，标点计入、空格不计）"
    return ""


def _check_table(policy: Policy, use: TableUse, facts: Facts) -> list[Finding]:
    shape = policy.catalogue.tables[use.table]
    label = use.label or shape.label
    rows = facts.typed.get(use.table, [])
    key = f"table:{use.table}"
    if fault := facts.faults.get(use.table):
        return [_finding(key, label, "fail", use.clause, f"{label}：{fault}", use.table)]
    findings: list[Finding] = []
    if len(rows) < use.min_rows:
        sentence = f"{label}：至少填写 {use.min_rows} 行，现有 {len(rows)} 行"
        findings.append(_finding(key, label, "missing", use.clause, sentence, use.table))
    if len(rows) > use.max_rows:
        sentence = f"{label}：最多 {use.max_rows} 行，现有 {len(rows)} 行"
        findings.append(_finding(key, label, "fail", use.clause, sentence, use.table))
    for index, row in enumerate(rows):
        findings += _check_row(policy, use, index, row, facts)
    return findings


def _check_row(
    policy: Policy, use: TableUse, index: int, row: dict[str, Any], facts: Facts
) -> list[Finding]:
    shape = policy.catalogue.tables[use.table]
    name, place = f"{shape.row_label} {index + 1}", f"{use.table}.{index}"
    if fault := facts.faults.get(place):
        return [_finding(f"field:{place}", name, "fail", use.clause, f"{name}：{fault}", place)]
    findings = []
    for column in use.columns:
        definition = shape.columns[column.column]
        label = f"{name}：{column.label or definition.label}"
        path = f"{place}.{column.column}"
        value, fault = row.get(column.column), facts.faults.get(path, "")
        if not fault and is_empty(value):
            if column.required:
                findings.append(
                    _finding(
                        f"field:{path}", label, "missing", column.clause, f"请填写{label}", path
                    )
                )
            continue
        fault = fault or _cell_fault(policy, definition, column, value)
        if fault:
            findings.append(
                _finding(f"field:{path}", label, "fail", column.clause, f"{label}，{fault}", path)
            )
    return findings


def _cell_fault(policy: Policy, definition: FieldDef, column: ColumnUse, value: Any) -> str:
    return (
        number_fault(value, definition.minimum, definition.maximum)
        or _length_fault(value, None, column.max_words)
        or _option_fault(policy, definition, column.options, value)
    )


def check_materials(policy: Policy, procedure: str, filing: Filing, facts: Facts) -> list[Finding]:
    """One finding for each material that applies, in the order of the checklist."""
    found: list[Finding] = []
    items = policy.procedure(procedure).materials
    for item in items:
        if not holds(policy, procedure, item.when, facts):
            continue
        given = filing.materials.get(item.id, MaterialFact())
        others = [o for o in items if item.group and o.group == item.group and o.id != item.id]
        by_other = any(
            filing.materials.get(o.id, MaterialFact()).count >= o.min_files for o in others
        )
        found.append(_check_material(item, given, facts, by_other=by_other))
    return found


def _check_material(
    item: Material, given: MaterialFact, facts: Facts, *, by_other: bool
) -> Finding:
    key = f"material:{item.id}"
    declared_none = bool(item.none_field and facts.typed.get(item.none_field))
    gaps = material_gaps(item, given, facts.typed)
    if gaps and not declared_none and not by_other:
        if item.need == "optional" and given.count == 0:
            return _finding(key, item.title, "pass", item.clause, "选交，未上传", key, "info")
        return _finding(key, item.title, "missing", item.clause, gaps, key, item.severity)
    if item.words and given.count:
        clause = item.words.clause or item.clause
        if given.words is None:
            sentence = f"{item.title}：未能量出字数（可能是扫描件），由受理机关核实"
            return _finding(key, item.title, "person", clause, sentence, key, item.severity)
        fault = word_fault(given.words, item.words.minimum, item.words.maximum)
        if fault:
            return _finding(
                key, item.title, "fail", clause, f"{item.title}：{fault}", key, item.severity
            )
    return _finding(
        key, item.title, "pass", item.clause, f"已上传 {given.count} 份", key, item.severity
    )


def _finding(
    rule: str,
    title: str,
    outcome: Any,
    clauses: tuple[str, ...],
    sentence: str,
    field: str,
    severity: Any = "block",
) -> Finding:
    missing = (field,) if outcome == "missing" else ()
    return Finding(
        rule=rule,
        title=title,
        outcome=outcome,
        severity=severity,
        check="auto",
        clauses=clauses,
        sentence=sentence,
        missing=missing,
        fields=(field,),
    )
