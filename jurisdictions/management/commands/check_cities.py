"""``check_cities [FILE…]``: validates rulesets without a database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from jurisdictions.engine.check import check_policy
from jurisdictions.engine.policy import load_policy
from jurisdictions.engine.problems import RulesetInvalidError
from jurisdictions.interfaces.sheet import check_sheet
from jurisdictions.management.cities import PlainCommand, city_files, shown


class Command(PlainCommand):
    """Checks shape, names, types, references, clauses and sheets of cities."""

    help = "校验地区政策文件（不需要数据库）；每处错误给出文件、行号、路径和提示"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("files", nargs="*", help="地区代码或 YAML 文件，默认全部地区")

    def handle(self, **options: Any) -> None:
        """Check each file; any fault ends the command with 1."""
        files = city_files(options["files"])
        faults = 0
        for file in files:
            found = faults_of(file)
            for line in found:
                self.stdout.write(line)
            self.stdout.write(f"{file}：{f'{len(found)} 处错误' if found else '通过'}")
            faults += len(found)
        if faults:
            raise CommandError(f"共 {faults} 处错误。")


def faults_of(file: Path) -> list[str]:
    """Every fault of a city, one line each."""
    try:
        policy, source = load_policy(file)
        problems = check_policy(policy, source)
    except RulesetInvalidError as error:
        return [shown(problem) for problem in error.problems]
    if problems:
        return [shown(problem) for problem in problems]
    return [
        f"{file}: procedures.{code}.sheet: {fault}"
        for code, procedure in policy.ruleset.procedures.items()
        if procedure.sheet is not None
        for fault in check_sheet(policy, code)
    ]
