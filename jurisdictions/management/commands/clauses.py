"""``clauses [CITY] [--prove]``: what carries each clause out, and whether a loss is noticed."""

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from jurisdictions.engine.cases import Suite, load_suite
from jurisdictions.engine.coverage import CARRIED_KINDS, Cover, cover, prove
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.walk import dotted
from jurisdictions.interfaces.entries import kind_of_entry
from jurisdictions.management.carriers import SheetWatch, marked_tests
from jurisdictions.management.cities import PlainCommand, city_files, load_or_fail

_SHOWN_TESTS = 3


class Command(PlainCommand):
    """Lists clauses with entries, code and tests; gaps of the selection end it with 1."""

    help = "逐条列出条款由哪些条目、代码和测试落实；--prove 逐一去掉条目验证有测试发觉"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("city", nargs="?", help="地区代码或 YAML 文件，默认全部地区")
        parser.add_argument("--prove", action="store_true", help="逐一去掉条目，须有测试失败")
        parser.add_argument("--gaps", action="store_true", help="只列缺口")

    def handle(self, **options: Any) -> None:
        """Go through the cities."""
        files = city_files([options["city"]] if options["city"] else [])
        tests = marked_by_clause(Path(settings.BASE_DIR) / "tests")
        gaps = sum(
            self._city(file, tests, proving=options["prove"], only_gaps=options["gaps"])
            for file in files
        )
        if gaps:
            raise CommandError(f"共 {gaps} 处缺口。")

    def _city(
        self, file: Path, tests: Mapping[str, list[str]], *, proving: bool, only_gaps: bool
    ) -> int:
        policy, _ = load_or_fail(str(file))
        suite = load_suite(file.parent / policy.code / "cases")
        covers = cover(policy, suite)
        gaps = 0
        later: Counter[str] = Counter()
        counted: Counter[str] = Counter()
        for item in covers.values():
            fault = _fault(item, tests)
            state = _state(item, fault)
            counted[state] += 1
            gaps += state == "缺口"
            if state == "未覆盖":
                later[item.kind] += 1
            if not only_gaps or state in ("缺口", "未覆盖"):
                self.stdout.write(_line(policy, item, tests, state, fault))
        if proving:
            gaps += self._prove(policy, suite, covers)
        self.stdout.write(
            f"{policy.code}：{len(covers)} 条，"
            + "，".join(f"{state} {number}" for state, number in sorted(counted.items()))
        )
        for kind, number in sorted(later.items()):
            self.stdout.write(f"{policy.code}：未覆盖 {kind} {number} 条（选拔之外，后续版本）")
        return gaps

    def _prove(self, policy: Policy, suite: Suite, covers: Mapping[str, Cover]) -> int:
        unproven = 0
        proven = 0
        for item in prove(policy, suite, covers, CARRIED_KINDS, SheetWatch(policy, suite)):
            proven += len(item.entries) - len(item.unproven)
            for path in item.unproven:
                self.stdout.write(f"{item.clause}：去掉 {path} 没有测试发觉")
                unproven += 1
        self.stdout.write(f"{policy.code}：去掉条目 {proven} 次均有测试发觉，{unproven} 次无")
        return unproven


def marked_by_clause(folder: Path) -> dict[str, list[str]]:
    """Clause id to the marked tests that carry it."""
    found: dict[str, list[str]] = {}
    if folder.is_dir():
        for test in marked_tests(folder):
            for clause in test.clauses:
                found.setdefault(clause, []).append(test.name)
    return found


def _fault(item: Cover, tests: Mapping[str, list[str]]) -> str:
    if not item.entries:
        return "没有条目"
    if not item.cases and item.clause not in tests:
        return "没有测试"
    return ""


def _state(item: Cover, fault: str) -> str:
    if item.declarative:
        return "无需执行"
    if not fault:
        return "落实"
    return "缺口" if item.kind in CARRIED_KINDS else "未覆盖"


def _line(
    policy: Policy, item: Cover, tests: Mapping[str, list[str]], state: str, fault: str
) -> str:
    parts = [f"{item.clause} [{item.kind}] {state}"]
    if fault and state != "无需执行":
        parts.append(fault)
    if item.entries:
        parts.append("条目 " + "、".join(dotted(path) for path in item.entries))
        kinds = dict.fromkeys(kind_of_entry(policy, path) for path in item.entries)
        parts.append("代码 " + "、".join(kinds))
    named = [*item.cases, *tests.get(item.clause, [])]
    if named:
        more = f" 等 {len(named)} 个" if len(named) > _SHOWN_TESTS else ""
        parts.append("测试 " + "、".join(named[:_SHOWN_TESTS]) + more)
    return "；".join(parts)
