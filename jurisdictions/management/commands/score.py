"""``score CITY TABLE FACTS.yaml``: lines, subtotals, total and grade as JSON, no database."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import CommandError

from jurisdictions.engine.plainyaml import load_yaml
from jurisdictions.engine.scoring import ScoreInputError, as_dict, score
from jurisdictions.management.cities import PlainCommand, load_or_fail
from jurisdictions.schema.scoring import ScoreTable


class Command(PlainCommand):
    """Works out one score sheet."""

    help = "按地区评分表计算得分，输出 JSON（不需要数据库）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("city", help="地区代码或 YAML 文件")
        parser.add_argument("table", help="评分表代码")
        parser.add_argument("facts", help="各评分项的填写值 YAML：评分项编号: 值")

    def handle(self, **options: Any) -> None:
        """Score and print."""
        policy, _ = load_or_fail(options["city"])
        table = policy.ruleset.score_tables.get(options["table"])
        if table is None:
            known = "、".join(policy.ruleset.score_tables) or "（无）"
            raise CommandError(f"{policy.code} 没有评分表 {options['table']}，现有：{known}")
        lines = read_lines(Path(options["facts"]))
        try:
            result = score(table, lines)
        except ScoreInputError as error:
            raise CommandError(_with_known(str(error), table)) from error
        report = {
            "city": policy.code,
            "table": options["table"],
            "ruleset": policy.digest,
            "draft_note": table.draft_note,
            **as_dict(result),
        }
        self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))


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
