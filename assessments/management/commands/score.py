"""``score CITY TABLE FACTS.yaml`` or ``score --studio NUMBER``: a score sheet worked out as JSON.

Figures from a file need no database; with ``--studio`` the self-score a unit filed is read, with
``--verified`` the sheets its assessors have signed.
"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import CommandError

from applications.queries.verified import Verified, verified_scores
from assessments.queries.selfscores import stored
from jurisdictions.engine.plainyaml import load_yaml
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.scoring import ScoreInputError, as_dict, score
from jurisdictions.management.cities import PlainCommand, load_or_fail
from jurisdictions.schema.scoring import ScoreTable


class Command(PlainCommand):
    """Works out one score sheet."""

    help = "按地区评分表计算得分，输出 JSON；用 --studio 读取工作室的自评或核定评分"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("city", nargs="?", help="地区代码或 YAML 文件")
        parser.add_argument("table", nargs="?", help="评分表代码")
        parser.add_argument("facts", nargs="?", help="各评分项的填写值 YAML：评分项编号: 值")
        parser.add_argument("--studio", default="", help="工作室编号：读取其考核自评，不填文件")
        parser.add_argument("--verified", action="store_true",
                            help="与 --studio 同用：读取考核人员已签署的评分表")  # fmt: skip
        parser.add_argument("--assessment", default="", help="考核代码，有几种考核时用")
        parser.add_argument("--period", type=int, default=0, help="第几次，默认最近一次")

    def handle(self, **options: Any) -> None:
        """Score and print."""
        by_hand = [options[name] for name in ("city", "table", "facts")]
        if options["verified"] and not options["studio"]:
            raise CommandError("--verified 须与 --studio 同用")
        if options["studio"]:
            if any(by_hand):
                raise CommandError("用了 --studio，就不再写地区、评分表和文件")
            report = _of_studio(options)
        elif all(by_hand):
            report = _of_file(*by_hand)
        else:
            raise CommandError("请写明地区、评分表和文件，或用 --studio 写明工作室编号")
        self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))


def _of_file(city: str, code: str, facts: str) -> dict[str, Any]:
    policy, _ = load_or_fail(city)
    table = policy.ruleset.score_tables.get(code)
    if table is None:
        known = "、".join(policy.ruleset.score_tables) or "（无）"
        raise CommandError(f"{policy.code} 没有评分表 {code}，现有：{known}")
    return _report(policy, code, table, read_lines(Path(facts)))


def _of_studio(options: dict[str, Any]) -> dict[str, Any]:
    found = stored(options["studio"], options["assessment"], options["period"])
    if found is None:
        raise CommandError(f"工作室 {options['studio']} 没有带评分表的考核自评")
    application = found.application
    head = {"studio": options["studio"], "application": application.number or "",
            "period": found.period}  # fmt: skip
    if not options["verified"]:
        return {**head, **_report(found.policy, found.code, found.table, found.lines)}
    stages = [_of_stage(found.policy, stage) for stage in verified_scores(application)]
    if not stages:
        raise CommandError(f"工作室 {options['studio']} 的这次考核还没有签署的评分表")
    return {**head, "stages": stages}


def _of_stage(policy: Policy, found: Verified) -> dict[str, Any]:
    """Sheets of a stage, each worked out anew beside the total it was signed with."""
    table = policy.ruleset.score_tables[found.table]
    sheets = [
        {"by": sheet.by, "signed_total": sheet.total,
         **_report(policy, found.table, table, sheet.lines)}
        for sheet in found.sheets
    ]  # fmt: skip
    return {"stage": found.stage, "sheets": sheets, "result": found.result}


def _report(policy: Policy, code: str, table: ScoreTable, lines: dict[str, Any]) -> dict[str, Any]:
    try:
        result = score(table, lines)
    except ScoreInputError as error:
        raise CommandError(_with_known(str(error), table)) from error
    return {
        "city": policy.code, "table": code, "ruleset": policy.digest,
        "draft_note": table.draft_note, **as_dict(result),
    }  # fmt: skip


def read_lines(file: Path) -> dict[str, Any]:
    """The input of a score sheet, straight away or under ``lines``.

    Raises:
        CommandError: the file cannot be read or is no mapping.
    """
    try:
        loaded = load_yaml(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"读不到文件 {file}：{error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} 不是有效的 YAML：{error}") from error
    found = loaded.get("lines", loaded) if isinstance(loaded, dict) else loaded
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise CommandError(f"{file} 须是键值表：评分项编号: 值")
    return {str(name): value for name, value in found.items()}


def _with_known(message: str, table: ScoreTable) -> str:
    ids = "、".join(item.id for group in table.groups for item in group.items)
    return f"{message}\n评分项：{ids}"
