"""Entries of a ruleset as people read them: what kind of thing, under which name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jurisdictions.engine.loader import Path_
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.walk import dotted, entries

#: Class of an entry to the piece of code that carries it out, as people call it.
_KINDS = {
    "Rule": "规则", "Reading": "规则", "Option": "规则", "FieldUse": "表单字段",
    "ColumnUse": "表单列", "TableUse": "表单表格", "Section": "表单分项", "Form": "表单",
    "Material": "材料", "Content": "材料内容", "WordLimit": "材料字数", "Paper": "纸质材料",
    "PaperRules": "纸质材料", "Claim": "占用", "BanCheck": "禁申", "Deadline": "截止时间",
    "Quota": "名额", "OfficeRole": "机构角色", "Validity": "有效期", "Repeal": "废止",
    "Contact": "咨询", "Identity": "政策信息", "Procedure": "事项", "Workflow": "流程",
    "Result": "结果", "Box": "意见栏", "Sheet": "申报表", "Note": "平台说明", "Entry": "说明",
    "Period": "公示期", "Objections": "异议", "Limit": "办理时限", "Point": "审核要点",
    "Cut": "名单截取", "LetterPart": "推荐函", "RoundRules": "批次",
}  # fmt: skip
#: Where a class has no name of its own above, the part of the schema it belongs to names it.
_PARTS = {
    "assessment": "考核", "changes": "变更与撤销", "ledger": "经费台账", "life": "日常管理",
    "scoring": "评分项目",
}  # fmt: skip
#: Where the result is kept with the policy.
CARRIED = ("carried", "by clause")
_NAMES = ("title", "label", "text", "name", "document_number", "note", "late_says")


@dataclass(frozen=True)
class Carried:
    """One entry that carries a clause out."""

    kind: str
    title: str
    assumption: str
    path: str


def node_at(policy: Policy, path: Path_) -> Any:
    """The part of the ruleset at a path."""
    node: Any = policy.ruleset
    for step in path:
        node = _child(node, step)
    return node


def kind_of_entry(policy: Policy, path: Path_) -> str:
    """What carries an entry out: a rule, a form field, a stage of some kind, an effect."""
    node = node_at(policy, path)
    name = type(node).__name__
    if name.endswith("Stage"):
        return f"环节 {node.kind}"
    if "effects" in path:
        return f"效力 {node.kind}"
    return _KINDS.get(name) or _PARTS.get(type(node).__module__.rpartition(".")[2], name)


def title_of_entry(policy: Policy, path: Path_) -> str:
    """The name people know an entry by."""
    node = node_at(policy, path)
    for key in ("field", "column", "table"):
        found = getattr(node, key, None)
        if isinstance(found, str):
            return getattr(node, "label", "") or _label(policy, path, key, found)
    for key in _NAMES:
        text = getattr(node, key, "")
        if isinstance(text, str) and text:
            return text
    return kind_of_entry(policy, path)


def _label(policy: Policy, path: Path_, key: str, name: str) -> str:
    if key == "table":
        return policy.catalogue.tables[name].label
    if key == "column":
        table = node_at(policy, path[:-2]).table
        return policy.catalogue.tables[table].columns[name].label
    return policy.catalogue.fields[name].label


def carried_by_clause(policy: Policy) -> dict[str, list[Carried]]:
    """Clause id to the entries that carry it out; made once per policy."""
    if CARRIED not in policy.cache:
        found: dict[str, list[Carried]] = {}
        for path, entry in entries(policy.ruleset):
            for clause in entry.clause:
                found.setdefault(clause, []).append(
                    Carried(
                        kind_of_entry(policy, path),
                        title_of_entry(policy, path),
                        entry.assumption,
                        dotted(path),
                    )
                )
        policy.cache[CARRIED] = found
    carried: dict[str, list[Carried]] = policy.cache[CARRIED]
    return carried


def _child(node: Any, step: Any) -> Any:
    if isinstance(node, Mapping | tuple | list):
        return node[step]
    if hasattr(node, str(step)):
        return getattr(node, str(step))
    fields = type(node).model_fields
    return getattr(node, next(key for key, info in fields.items() if info.alias == step))
