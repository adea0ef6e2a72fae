"""``render_form CITY ANSWERS.yaml -o OUT.pdf``: the official sheet, without a database."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from jurisdictions.engine.policy import Policy, load_policy
from jurisdictions.engine.problems import RulesetInvalidError
from jurisdictions.interfaces.answers import (
    AnswersError,
    load_answers,
    split_sealed,
    unknown_answers,
)
from jurisdictions.interfaces.sheet import SheetError, render_sheet
from portal.common.errors import DomainError


class Command(BaseCommand):
    """Renders a filled or blank sheet as PDF."""

    help = "生成申报表 PDF（不需要数据库）"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("city", help="地区代码，或政策 YAML 文件")
        parser.add_argument("answers", nargs="?", help="填报内容 YAML，键为字段目录中的名字")
        parser.add_argument("-o", "--output", required=True, help="生成的 PDF 文件")
        parser.add_argument("--blank", action="store_true", help="空白申报表")
        parser.add_argument("--procedure", default="establish", help="事项代码")
        parser.add_argument("--on", type=date.fromisoformat, help="填报日期 YYYY-MM-DD，默认今天")
        parser.add_argument("--draft", action="store_true", help="加“草稿”水印")

    def handle(self, **options: Any) -> None:
        """Render and write the file."""
        if bool(options["answers"]) == options["blank"]:
            raise CommandError("请给出填报内容文件，或用 --blank 生成空白表（二者选一）")
        policy = _policy(options["city"])
        if options["procedure"] not in policy.ruleset.procedures:
            known = "、".join(policy.ruleset.procedures)
            raise CommandError(f"没有事项 {options['procedure']}，现有：{known}")
        try:
            answers, sealed = _answers(policy, options["answers"])
            drawn = render_sheet(
                policy, options["procedure"], answers,
                sealed_values=sealed, blank=options["blank"], watermark=options["draft"],
                filed_on=options["on"] or timezone.localdate(),
            )  # fmt: skip
        except (AnswersError, SheetError, DomainError) as error:
            raise CommandError(str(error)) from error
        target = Path(options["output"])
        target.write_bytes(drawn.content)
        self.stdout.write(f"{target}：{drawn.pages} 页")


def _policy(city: str) -> Policy:
    named = Path(city)
    file = named if named.suffix else Path(settings.BASE_DIR) / "fixtures" / f"{city}.yaml"
    try:
        return load_policy(file)[0]
    except RulesetInvalidError as error:
        raise CommandError(str(error)) from error


def _answers(policy: Policy, file: str | None) -> tuple[dict[str, Any], dict[str, str]]:
    if file is None:
        return {}, {}
    answers = load_answers(file)
    unknown = unknown_answers(policy.catalogue, answers)
    if unknown:
        raise AnswersError("\n".join(unknown))
    return split_sealed(policy.catalogue, answers)
