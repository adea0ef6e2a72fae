"""Checks a ruleset beyond its shape: names, types, references, hashes, clauses.

``python -m jurisdictions.engine.check fixtures/<code>.yaml …`` prints every fault with file,
line, path and hint, and exits 1 when there is one.
"""

import hashlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jurisdictions.engine.cel import ExpressionError, Language, Program
from jurisdictions.engine.facts import language
from jurisdictions.engine.lifecheck import life_faults
from jurisdictions.engine.loader import Path_, Source
from jurisdictions.engine.names import NamingError, placeholders
from jurisdictions.engine.policy import Policy, load_policy
from jurisdictions.engine.problems import Problem, RulesetInvalidError
from jurisdictions.engine.walk import dotted, entries, walk
from jurisdictions.engine.workflowcheck import workflow_faults
from jurisdictions.schema.base import Expr
from jurisdictions.schema.effects import FoundStudio
from jurisdictions.schema.forms import FieldUse, TableUse
from jurisdictions.schema.materials import Material
from jurisdictions.schema.procedure import Procedure
from jurisdictions.schema.rules import Rule

Fault = tuple[Path_, str, str]

_TABLE_ARGUMENT = re.compile(r"""\brank\(\s*["']([^"']+)["']""")
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_.]*)\}")
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def check_policy(policy: Policy, source: Source | None = None) -> list[Problem]:
    """Every fault of a policy that fits the schema.

    Args:
        policy: what to check.
        source: where it was read from, to name file and line.
    """
    faults = [
        *_clauses(policy),
        *_references(policy),
        *life_faults(policy),
        *(fault for code in policy.procedures for fault in _procedure(policy, code)),
    ]
    if not faults:
        # What is worked out of a faulty ruleset repeats its faults.
        derived = [code for code in policy.procedures if code not in policy.ruleset.procedures]
        faults += [fault for code in derived for fault in _procedure(policy, code)]
    return [
        Problem(source.place(path) if source else None, dotted(path), message, hint)
        for path, message, hint in faults
    ]


def _clauses(policy: Policy) -> Iterator[Fault]:
    known = {clause.id for clause in policy.inventory.clauses}
    if not known:
        return
    for path, entry in entries(policy.ruleset):
        for clause in entry.clause:
            if clause not in known:
                yield (*path, "clause"), f"条款 {clause} 不在条款清单中", "核对条款编号"


def _references(policy: Policy) -> Iterator[Fault]:
    ruleset = policy.ruleset
    for code, role in ruleset.offices.items():
        if role.covers_by and role.covers_by not in policy.catalogue.fields:
            yield ("offices", code, "covers_by"), f"没有字段 {role.covers_by}", "见 fields.yaml"
    for name, entry in ruleset.list_clauses.items():
        if name not in ruleset.lists:
            yield ("list_clauses", name), "lists 中没有这个清单", f"{entry.clause}"


def _procedure(policy: Policy, code: str) -> Iterator[Fault]:
    procedure = policy.procedure(code)
    root: Path_ = ("procedures", code)
    yield from _expressions(policy, code, root)
    yield from _form(policy, procedure, root)
    yield from workflow_faults(policy, code, root)
    yield from _twice(procedure, root)
    yield from _materials(policy, procedure, root)
    yield from _formulas(policy, procedure, root)
    yield from _sheet(procedure, root)


def _twice(procedure: Procedure, root: Path_) -> Iterator[Fault]:
    """Ids that findings, files and cases go by stand once."""
    listed: dict[str, list[str]] = {
        "rules": [rule.id for rule in procedure.rules],
        "materials": [item.id for item in procedure.materials],
        "form": [section.id for section in procedure.form.sections],
        "uniqueness": [claim.id for claim in procedure.uniqueness.claims],
    }
    for part, ids in listed.items():
        for name in sorted({name for name in ids if ids.count(name) > 1}):
            yield (*root, part), f"编号 {name} 重复", "改一个"


def _expressions(policy: Policy, code: str, root: Path_) -> Iterator[Fault]:
    lang = language(policy, code)
    procedure = policy.procedure(code)
    inside_rules: list[Path_] = []
    for index, rule in enumerate(procedure.rules):
        path: Path_ = (*root, "rules", index)
        inside_rules.append(path)
        yield from _rule(policy, lang, rule, path)
    for path, value in walk(procedure, root):
        if isinstance(value, Expr) and path[: len(root) + 2] not in inside_rules:
            yield from _expression(policy, lang, value, path, {})


def _rule(policy: Policy, lang: Language, rule: Rule, path: Path_) -> Iterator[Fault]:
    kinds: dict[str, str] = {}
    for name, source in rule.let.items():
        if name in lang.tables:
            yield (*path, "let", name), f"let {name} 与表 {name} 重名", "换一个名字"
            continue
        try:
            kinds[name] = lang.compile(source, kinds).yields
        except ExpressionError as error:
            yield (*path, "let", name), str(error), ""
    for below, value in walk(rule, path):
        if isinstance(value, Expr) and "let" not in below[len(path) :]:
            yield from _expression(policy, lang, value, below, kinds)
    yield from _names(policy, rule, path, {*lang.scalars, *kinds})


def _names(policy: Policy, rule: Rule, path: Path_, known: set[str]) -> Iterator[Fault]:
    for below, value in walk(rule.says, (*path, "says")):
        if not isinstance(value, str):
            continue
        for name in _PLACEHOLDER.findall(value):
            if name not in known:
                yield below, f"句子中的 {{{name}}} 不是字段、事实或 let", "核对名字"
    for name in rule.fields:
        if policy.catalogue.field(name) is None and name not in policy.catalogue.tables:
            yield (*path, "fields"), f"没有字段 {name}", "见 docs/field-catalogue.md"


def _expression(
    policy: Policy, lang: Language, value: Expr, path: Path_, kinds: dict[str, str]
) -> Iterator[Fault]:
    for table in _TABLE_ARGUMENT.findall(value):
        if table not in policy.national.tables:
            yield path, f"没有国家代码表 {table}", "、".join(sorted(policy.national.tables))
            return
    try:
        program: Program = lang.compile(value, kinds)
    except ExpressionError as error:
        yield path, str(error), ""
        return
    if value.yields not in ("any", program.yields):
        yield path, f"结果应为 {value.yields}，实为 {program.yields}", "核对表达式"


def _form(policy: Policy, procedure: Procedure, root: Path_) -> Iterator[Fault]:
    seen: dict[str, Path_] = {}
    for path, value in walk(procedure.form, (*root, "form")):
        if isinstance(value, FieldUse):
            yield from _field_use(policy, value, path)
            if value.field in seen and value.when is None:
                yield path, f"字段 {value.field} 在表单中出现两次", "只留一处"
            seen[value.field] = path
        elif isinstance(value, TableUse):
            yield from _table_use(policy, value, path)


def _field_use(policy: Policy, use: FieldUse, path: Path_) -> Iterator[Fault]:
    definition = policy.catalogue.fields.get(use.field)
    if definition is None:
        yield (*path, "field"), f"没有字段 {use.field}", "写入 fields: 并以 own. 开头，或核对拼写"
        return
    table = definition.options_from
    if table and table not in policy.ruleset.lists and table not in policy.national.tables:
        yield (*path, "field"), f"没有代码表 {table}", ""
    elif definition.type in ("choice", "choices") and not policy.options(definition, use.options):
        yield (*path, "field"), f"选择题 {use.field} 没有选项", "写上 options"
    stray = set(use.encouraged) - set(policy.options(definition, use.options) if not table else ())
    if stray and not table:
        yield (*path, "encouraged"), f"鼓励项 {'、'.join(sorted(stray))} 不在选项中", ""


def _table_use(policy: Policy, use: TableUse, path: Path_) -> Iterator[Fault]:
    shape = policy.catalogue.tables.get(use.table)
    if shape is None:
        yield (*path, "table"), f"没有表 {use.table}", "见 docs/field-catalogue.md"
        return
    for index, column in enumerate(use.columns):
        if column.column not in shape.columns:
            yield (
                (*path, "columns", index),
                f"表 {use.table} 没有列 {column.column}",
                "写入 tables:",
            )


def _materials(policy: Policy, procedure: Procedure, root: Path_) -> Iterator[Fault]:
    for index, item in enumerate(procedure.materials):
        path: Path_ = (*root, "materials", index)
        if item.none_field and item.none_field not in policy.catalogue.fields:
            yield (*path, "none_field"), f"没有字段 {item.none_field}", ""
        yield from _per_row(policy, item, path)
    for index, claim in enumerate(procedure.uniqueness.claims):
        for name in claim.key:
            if policy.catalogue.field(name) is None:
                yield (*root, "uniqueness", "claims", index), f"没有字段 {name}", ""


def _per_row(policy: Policy, item: Material, path: Path_) -> Iterator[Fault]:
    if item.per_row is None:
        return
    table, column = item.per_row.table, item.per_row.when
    shape = policy.catalogue.tables.get(table)
    if shape is None:
        yield (*path, "per_row"), f"没有表 {table}", ""
    elif column and column not in shape.columns:
        yield (*path, "per_row", "when"), f"表 {table} 没有列 {column}", "核对列名"


def _formulas(policy: Policy, procedure: Procedure, root: Path_) -> Iterator[Fault]:
    formulas: list[tuple[Path_, str]] = [((*root, "studio_name"), procedure.studio_name)]
    formulas += [
        ((*path, "name"), value.name)
        for path, value in walk(procedure.results, (*root, "results"))
        if isinstance(value, FoundStudio)
    ]
    for path, formula in formulas:
        try:
            unknown = [p for p in placeholders(formula) if policy.catalogue.field(p) is None]
        except NamingError as error:
            yield path, str(error), ""
            continue
        for name in unknown:
            yield path, f"命名公式中没有字段 {name}", ""


def _sheet(procedure: Procedure, root: Path_) -> Iterator[Fault]:
    if procedure.sheet is None:
        return
    path: Path_ = (*root, "sheet")
    file = TEMPLATES / procedure.sheet.template
    if not file.exists():
        yield (*path, "template"), f"没有模板 {procedure.sheet.template}", "放入 templates/"
        return
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    if found != procedure.sheet.sha256:
        yield (*path, "sha256"), "模板已改动，与政策版本不符", f"新版本写 {found}"


def main(names: list[str]) -> int:
    """Check files and print what is wrong; 0 when nothing is."""
    bad = 0
    for name in names:
        try:
            policy, source = load_policy(Path(name))
            problems = check_policy(policy, source)
        except RulesetInvalidError as error:
            problems = error.problems
        for problem in problems:
            sys.stdout.write(f"{problem}\n")
        bad += len(problems)
        verdict = f"{len(problems)} 处错误" if problems else "通过"
        sys.stdout.write(f"{name}: {verdict}\n")
    return 1 if bad else 0


def sheet_digest(template: Any) -> str:
    """SHA-256 of a sheet template under templates/."""
    return hashlib.sha256((TEMPLATES / str(template)).read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
