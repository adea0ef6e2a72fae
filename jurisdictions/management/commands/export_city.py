"""``export_city CODE``: gives back the source of a published policy."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError

from jurisdictions.management.commands.load_cities import parent_file
from jurisdictions.models import Ruleset


class Command(BaseCommand):
    """Writes the files a version was written in, or YAML made from the row."""

    help = "导出已发布政策的源文件（YAML）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("code", help="地区代码")
        parser.add_argument("-o", "--output", help="写入的文件夹；不写则输出到屏幕")
        parser.add_argument(
            "--revision", type=int, dest="version_no", help="第几版，默认最新发布的"
        )

    def handle(self, **options: Any) -> None:
        """Write or print the files."""
        rows = Ruleset.objects.filter(jurisdiction__code=options["code"])
        if options["version_no"]:
            rows = rows.filter(version=options["version_no"])
        row = rows.order_by("-version").first()
        if row is None:
            raise CommandError(f"没有已发布的政策 {options['code']}，或没有这一版。")
        root, files = source_of(row)
        if options["output"] is None:
            for name, text in files.items():
                self.stdout.write(f"# ==== {name}")
                self.stdout.write(text)
            return
        folder = Path(options["output"])
        for name, text in files.items():
            target = (folder / name).resolve()
            if not target.is_relative_to(folder.resolve()):
                raise CommandError(f"文件名 {name} 超出导出文件夹，未写出。")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        parent_file(folder / root).write_text(f"{row.sha256}\n", encoding="utf-8")
        self.stdout.write(f"{row}：{len(files)} 个文件写入 {folder}")


def source_of(row: Ruleset) -> tuple[str, dict[str, str]]:
    """Name of the root file, and file names to text."""
    code = row.jurisdiction.code
    files = row.source.get("files")
    if files:
        return str(row.source["root"]), dict(files)
    return f"{code}.yaml", {
        f"{code}.yaml": _yaml(row.document),
        f"clauses/{code}.yaml": _yaml(row.inventory),
    }


def _yaml(data: Any) -> str:
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=100)
