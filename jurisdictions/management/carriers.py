"""Which code and which tests carry a clause out, found by reading, without running anything."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from html import unescape
from pathlib import Path

from jurisdictions.engine.cases import Suite, flatten
from jurisdictions.engine.policy import Policy
from jurisdictions.interfaces.sheet import SheetError, build_sheet

_TAGS = re.compile(r"<style.*?</style>|<[^>]+>", re.DOTALL)


@dataclass(frozen=True)
class MarkedTest:
    """A pytest function that carries clauses."""

    name: str
    clauses: tuple[str, ...]


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
