"""「能不能报」: a short form with just the answers that the quick rules need; nothing is stored."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict

from jurisdictions.engine.dates import format_date
from jurisdictions.engine.facts import Filing, build_facts, language
from jurisdictions.engine.findings import Finding
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.rules import evaluate_rules
from jurisdictions.interfaces.clauses import grouped_refs
from jurisdictions.interfaces.forms import SectionForm, read_section, section_form
from jurisdictions.schema.fields import FieldDef
from jurisdictions.schema.forms import ColumnUse, FieldUse, Section, TableUse
from jurisdictions.schema.rules import Rule

SECTION = "self_check"
REGISTER = "register."
#: Kinds of columns that make a short row when a rule only counts rows.
_SHORT = ("choice", "yes_no", "integer")


@dataclass(frozen=True)
class Verdict:
    """What the quick check says, as ``components/self_check.html`` and ``rules.html`` take it."""

    verdict: str
    title: str
    text: str
    rules: list[dict[str, Any]]


def quick_rules(policy: Policy, procedure: str) -> list[Rule]:
    """The rules of the quick check."""
    return [rule for rule in policy.procedure(procedure).rules if rule.self_check]


def expressions(rule: Rule) -> Iterator[str]:
    """Every expression of a rule except its ``let``."""
    given = [rule.when, rule.require, rule.last_day]
    given += [reading.require for reading in rule.readings]
    given += [option.require for option in rule.at_least.of] if rule.at_least else []
    yield from (source for source in given if source)


def names_needed(policy: Policy, procedure: str) -> list[str]:
    """Answers and tables that the quick rules name, computed facts traced to their answers."""
    lang = language(policy, procedure)
    found: list[str] = []
    for rule in quick_rules(policy, procedure):
        kinds: dict[str, str] = {}
        for name, source in rule.let.items():
            program = lang.compile(source, kinds)
            kinds[name] = program.yields
            found += program.names
        for expression in expressions(rule):
            found += lang.compile(expression, kinds).names
    traced: list[str] = []
    for name in found:
        fact = policy.catalogue.facts.get(name)
        traced += fact.needs if fact else [name]
    known = {*policy.catalogue.fields, *policy.catalogue.tables}
    return [name for name in dict.fromkeys(traced) if name in known]


def self_check_section(policy: Policy, procedure: str) -> Section:
    """The quick form: fields and tables as the city's own form asks them, all optional."""
    form = policy.procedure(procedure).form
    uses = {use.field: use for section in form.sections for use in section.fields}
    uses |= {use.field: use for use in form.declarations}
    tables = {use.table: use for section in form.sections for use in section.tables}
    text = "\n".join(
        source
        for rule in quick_rules(policy, procedure)
        for source in (*rule.let.values(), *expressions(rule))
    )
    names = names_needed(policy, procedure)
    return Section(
        id=SECTION,
        title="能不能报",
        fields=tuple(_field(uses.get(name), name) for name in names if name not in tables),
        tables=tuple(_table(policy, tables[name], text) for name in names if name in tables),
    )


def _field(use: FieldUse | None, name: str) -> FieldUse:
    changed = {"required": False, "required_when": None, "when": None, "computed": ""}
    return use.model_copy(update=changed) if use else FieldUse(field=name, required=False)


def _table(policy: Policy, use: TableUse, text: str) -> TableUse:
    """Only the columns that an expression reads; when it only counts, one short column."""
    shape = policy.catalogue.tables[use.table].columns
    named = [c for c in use.columns if re.search(rf"\.{c.column}\b", text)]
    short = [c for c in use.columns if _is_short(shape[c.column])]
    columns = named or short[:1] or list(use.columns[:1])
    return use.model_copy(
        update={
            "min_rows": 0,
            "when": None,
            "columns": tuple(
                ColumnUse(column=c.column, label=c.label, options=c.options, required=False)
                for c in columns
            ),
        }
    )


def _is_short(definition: FieldDef) -> bool:
    return definition.type in _SHORT


def quick_form(
    policy: Policy, procedure: str, data: QueryDict | None, ref_date: date
) -> SectionForm:
    """The form, empty or with what was typed."""
    section = self_check_section(policy, procedure)
    return section_form(policy, procedure, section, data=data, answers={}, ref_date=ref_date)


def check(policy: Policy, procedure: str, data: QueryDict, ref_date: date) -> Verdict:
    """Evaluate the quick rules on what was typed, at the reference date of a call."""
    section = self_check_section(policy, procedure)
    raw = read_section(policy, procedure, section, data)
    given = {path: value for path, value in raw.answers.items() if path not in raw.errors}
    facts = build_facts(policy, procedure, Filing(given, ref_date))
    wanted = {rule.id for rule in quick_rules(policy, procedure)}
    found = [f for f in evaluate_rules(policy, procedure, facts) if f.rule in wanted]
    rows = [_row(policy, finding) for finding in found]
    return _verdict(rows)


def _verdict(rows: list[dict[str, Any]]) -> Verdict:
    failed = sum(row["state"] == "fail" for row in rows)
    gaps = sum(row["state"] == "missing" for row in rows)
    soft = sum(row["state"] == "warn" for row in rows)
    if failed:
        return Verdict(
            "fail", f"目前有 {failed} 项不符合", "可查看依据的条款，或咨询受理机关。", rows
        )
    if gaps:
        return Verdict("open", f"还有 {gaps} 项需要补充", "补充后可得出结论。", rows)
    told = f"其中 {soft} 项须在申报时说明理由。" if soft else "可以申报。"
    text = f"{told}其他条件和材料在申报时核对，最终以审核结论为准。"
    return Verdict("pass", "符合已填写的各项条件", text, rows)


def _row(policy: Policy, finding: Finding) -> dict[str, Any]:
    state = _state(finding)
    says = finding.sentence
    if state == "person" and _only_registers(finding):
        says = f"{finding.title}：提交申报时由系统核对"
    facts = [f"{_label(policy, name)} {value}" for name, value in finding.values.items()]
    return {
        "state": state,
        "says": says if finding.title in says else f"{finding.title}：{says}",
        "fact": "，".join([*([_last_day(finding)] if finding.last_day else []), *facts]),
        "clauses": grouped_refs(policy, finding.clauses),
        "assumption": finding.assumption,
        "open": state in ("fail", "warn"),
    }


def _state(finding: Finding) -> str:
    if _only_registers(finding):
        return "person"
    if finding.outcome == "fail":
        return {"block": "fail", "warn": "warn"}.get(finding.severity, "na")
    return {"pass": "pass", "missing": "missing", "person": "person", "error": "missing"}.get(
        finding.outcome, "na"
    )


def _only_registers(finding: Finding) -> bool:
    return bool(finding.missing) and all(name.startswith(REGISTER) for name in finding.missing)


def _last_day(finding: Finding) -> str:
    """The exact day on which the answer is yes for the last time."""
    day: Any = finding.last_day
    return f"最后符合的一天：{format_date(day)}"


def _label(policy: Policy, name: str) -> str:
    definition = policy.catalogue.field(name)
    fact = policy.catalogue.facts.get(name)
    return definition.label if definition else fact.label if fact else name
