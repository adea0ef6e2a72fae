"""Findings of the form and of the checklist: required, limits, rows, lengths."""

from collections.abc import Iterator
from typing import Any

from jurisdictions.engine.facts import Facts, Filing, MaterialFact, language
from jurisdictions.engine.findings import Finding
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.values import is_empty
from jurisdictions.schema.forms import FieldUse, Section, TableUse
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
    if use.computed:
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
    if minimum is not None and value < minimum:
        return f"不能小于 {minimum:g}"
    if maximum is not None and value > maximum:
        return f"不能大于 {maximum:g}"
    if isinstance(value, str) and (use.max_words or use.min_words):
        return word_fault(count_like_word(value), use.min_words, use.max_words)
    options = policy.options(definition, use.options)
    if definition.type == "choice" and options and value not in options:
        return f"“{value}”不在可选项中，请重新选择"
    if definition.type == "choices" and options and set(value) - set(options):
        return f"“{'、'.join(sorted(set(value) - set(options)))}”不在可选项中，请重新选择"
    return ""


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
    findings: list[Finding] = []
    if len(rows) < use.min_rows:
        sentence = f"{label}：至少填写 {use.min_rows} 行，现有 {len(rows)} 行"
        findings.append(
            _finding(f"table:{use.table}", label, "missing", use.clause, sentence, use.table)
        )
    if len(rows) > use.max_rows:
        sentence = f"{label}：最多 {use.max_rows} 行，现有 {len(rows)} 行"
        findings.append(
            _finding(f"table:{use.table}", label, "fail", use.clause, sentence, use.table)
        )
    for index, row in enumerate(rows):
        findings += _check_row(policy, use, index, row, facts)
    return findings


def _check_row(
    policy: Policy, use: TableUse, index: int, row: dict[str, Any], facts: Facts
) -> list[Finding]:
    shape = policy.catalogue.tables[use.table]
    findings = []
    for column in use.columns:
        definition = shape.columns[column.column]
        label = f"{shape.row_label} {index + 1}：{column.label or definition.label}"
        path = f"{use.table}.{index}.{column.column}"
        value, fault = row.get(column.column), facts.faults.get(path, "")
        if not fault and is_empty(value):
            if column.required:
                findings.append(
                    _finding(
                        f"field:{path}", label, "missing", column.clause, f"请填写{label}", path
                    )
                )
            continue
        if not fault and isinstance(value, str) and column.max_words:
            fault = word_fault(count_like_word(value), None, column.max_words)
        options = policy.options(definition, column.options)
        if not fault and definition.type == "choice" and options and value not in options:
            fault = f"“{value}”不在可选项中"
        if fault:
            findings.append(
                _finding(f"field:{path}", label, "fail", column.clause, f"{label}，{fault}", path)
            )
    return findings


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
    gaps = _gaps(item, given, facts)
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


def _gaps(item: Material, given: MaterialFact, facts: Facts) -> str:
    """What is still missing of a material, as a sentence; empty when complete."""
    if item.also_person and given.person < item.min_files:
        return f"{item.title}：缺领办人本人的"
    if item.per_row is not None:
        rows = [
            (index, row)
            for index, row in enumerate(facts.typed.get(item.per_row.table, []))
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
