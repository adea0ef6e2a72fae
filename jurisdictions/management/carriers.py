"""Which code and which tests carry a clause out, found by reading, without running anything."""

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

from jurisdictions.engine.cases import Suite, flatten
from jurisdictions.engine.loader import Path_
from jurisdictions.engine.policy import Policy
from jurisdictions.interfaces.sheet import SheetError, build_sheet

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
    "Cut": "名单截取", "LetterPart": "推荐函",
}  # fmt: skip
_TAGS = re.compile(r"<style.*?</style>|<[^>]+>", re.DOTALL)


@dataclass(frozen=True)
class MarkedTest:
    """A pytest function that carries clauses."""

    name: str
    clauses: tuple[str, ...]


def kind_of_entry(policy: Policy, path: Path_) -> str:
    """What carries an entry out: a rule, a form field, a stage of some kind, an effect."""
    node: Any = policy.ruleset
    for step in path:
        node = _child(node, step)
    name = type(node).__name__
    if name.endswith("Stage"):
        return f"环节 {node.kind}"
    if path[:1] and "effects" in path:
        return f"效力 {node.kind}"
    return _KINDS.get(name, name)


def _child(node: Any, step: Any) -> Any:
    if isinstance(node, Mapping):
        return node[step]
    if isinstance(node, tuple | list):
        return node[step]
    if hasattr(node, str(step)):
        return getattr(node, str(step))
    fields = type(node).model_fields
    return getattr(node, next(key for key, info in fields.items() if info.alias == step))


def marked_tests(folder: Path) -> list[MarkedTest]:
    """Every test function with ``@pytest.mark.clause("id", …)``; files are only read."""
    found: list[MarkedTest] = []
    for file in sorted(folder.rglob("test_*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                ids = tuple(_clauses_of(node))
                if ids:
                    name = f"{file.relative_to(folder.parent).as_posix()}::{node.name}"
                    found.append(MarkedTest(name, ids))
    return found


def _clauses_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    for mark in node.decorator_list:
        if not isinstance(mark, ast.Call) or ast.unparse(mark.func) != "pytest.mark.clause":
            continue
        for argument in mark.args:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value


class SheetWatch:
    """Notices when a changed policy no longer prints what the complete filing printed."""

    def __init__(self, policy: Policy, suite: Suite) -> None:
        """Draw the filled sheets of the policy as it is."""
        self._answers = flatten(suite.complete.get("answers", {}))
        day = suite.complete.get("ref_date")
        self._day = day if isinstance(day, date) else date.fromisoformat(str(day))
        self._procedures = [
            code for code, item in policy.ruleset.procedures.items() if item.sheet is not None
        ]
        self._before = {code: self._texts(policy, code) for code in self._procedures}

    def __call__(self, changed: Policy) -> list[str]:
        """Texts that the filled sheet no longer shows, or why it cannot be drawn."""
        lost: list[str] = []
        for code in self._procedures:
            try:
                after = self._texts(changed, code)
            except (SheetError, KeyError, ValueError) as error:
                return [str(error)]
            lost += (self._before[code] - after).elements()
        return lost

    def _texts(self, policy: Policy, code: str) -> Counter[str]:
        sheet = build_sheet(policy, code, self._answers, filed_on=self._day, ref_date=self._day)
        plain = unescape(_TAGS.sub("\n", sheet.html))
        return Counter(line.strip() for line in plain.splitlines() if line.strip())
