"""``evaluate CITY FACTS.yaml``: findings as JSON, no database."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from jurisdictions.engine.rules import evaluate
from jurisdictions.interfaces.answers import AnswersError
from jurisdictions.interfaces.factfile import read_filing
from jurisdictions.management.cities import PlainCommand, load_or_fail, need_procedure


class Command(PlainCommand):
    """Checks one filing and prints what the engine finds."""

    help = "按地区政策核查一份填报内容，输出 JSON（不需要数据库）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("city", help="地区代码或 YAML 文件")
        parser.add_argument("facts", help="填报内容 YAML，名字见 docs/field-catalogue.md")
        parser.add_argument("--procedure", default="establish", help="事项代码")
        parser.add_argument("--on", type=date.fromisoformat, help="计算基准日 YYYY-MM-DD")

    def handle(self, **options: Any) -> None:
        """Evaluate and print."""
        policy, _ = load_or_fail(options["city"])
        procedure = options["procedure"]
        need_procedure(policy, procedure)
        try:
            filing = read_filing(
                policy,
                procedure,
                Path(options["facts"]),
                on=options["on"],
                today=timezone.localdate(),
            )
        except AnswersError as error:
            raise CommandError(str(error)) from error
        result = evaluate(policy, procedure, filing)
        report = {
            "city": policy.code,
            "procedure": procedure,
            "ruleset": policy.digest,
            "ref_date": filing.ref_date.isoformat(),
            "submit": result.submit,
            "priorities": list(result.priorities),
            "findings": [finding.as_dict() for finding in result.findings],
        }
        self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
