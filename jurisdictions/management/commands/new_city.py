"""``new_city CODE``: ruleset, sheet and cases for a new jurisdiction, ready to be filled in."""

import datetime as dt
import hashlib
import re
from argparse import ArgumentParser
from pathlib import Path
from string import Template
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone

from jurisdictions.engine.dates import add_years
from jurisdictions.engine.identity import id_check_digit
from jurisdictions.management.cities import PlainCommand

SCAFFOLD = Path(__file__).resolve().parents[1] / "scaffold"
_CODE = re.compile(r"[a-z][a-z0-9]{1,29}")
_REGION = re.compile(r"\d{6}")
_PREFIX_LETTERS = 6
#: Ages of the invented people in the cases: the two sides of the sample's limit, and one inside.
_YOUNG, _LIMIT = 40, 55


class Command(PlainCommand):
    """Writes a small policy that passes every check, to be changed entry by entry."""

    help = "生成一个新地区的政策骨架、申报表模板和案例（不需要数据库）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("code", help="地区代码，小写字母和数字")
        parser.add_argument("--name", help="地区名称，默认与代码相同")
        parser.add_argument("--region", default="000000", help="行政区划代码（GB/T 2260）")
        parser.add_argument(
            "--root", default=str(settings.BASE_DIR), help="写入的项目文件夹，默认本项目"
        )

    def handle(self, **options: Any) -> None:
        """Write the files; files that are there are never touched."""
        code, region = options["code"], options["region"]
        if not _CODE.fullmatch(code):
            raise CommandError("地区代码须为 2–30 个小写字母和数字，并以字母开头。")
        if not _REGION.fullmatch(region):
            raise CommandError("行政区划代码须为 6 位数字。")
        words = words_for(code, options["name"] or code, region, timezone.localdate())
        files = files_for(Path(options["root"]), words)
        there = [str(file) for file in files if file.exists()]
        if there:
            raise CommandError(f"已有文件 {'、'.join(there)}，未写入。")
        for file, text in files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            self.stdout.write(str(file))
        self.stdout.write(f"已生成。改完后运行 check_cities {code}、clauses {code} --prove。")


def words_for(code: str, name: str, region: str, today: dt.date) -> dict[str, str]:
    """What stands in place of the scaffold's placeholders."""
    day = dt.timedelta(days=1)
    last_of_limit = add_years(today, -_LIMIT - 1) + day
    return {
        "code": code,
        "name": name,
        "region": region,
        "prefix": (re.sub(r"[^A-Z]", "", code.upper()) + "XX")[:_PREFIX_LETTERS],
        "today": today.isoformat(),
        "yesterday": (today - day).isoformat(),
        "ref_date": today.isoformat(),
        "notice_first": (today + day).isoformat(),
        "notice_last": (today + 7 * day).isoformat(),
        "born_55": last_of_limit.isoformat(),
        "born_56": (last_of_limit - day).isoformat(),
        "id_number": _id_number(add_years(today, -_YOUNG)),
    }


def _id_number(birth: dt.date) -> str:
    """An invented number of a man with a valid check digit (GB 11643)."""
    body = f"110101{birth:%Y%m%d}001"
    return body + id_check_digit(body)


def files_for(root: Path, words: dict[str, str]) -> dict[Path, str]:
    """Every file to write and its text."""
    code, fixtures = words["code"], root / "fixtures"
    sheet = _filled("sheet.html", words)
    words = {**words, "sha256": hashlib.sha256(sheet.encode()).hexdigest()}
    files = {
        fixtures / f"{code}.yaml": _filled("root.yaml", words),
        fixtures / "clauses" / f"{code}.yaml": _filled("clauses.yaml", words),
        root / "templates" / "forms" / code / "sheet.html": sheet,
    }
    for part in sorted((SCAFFOLD / "city").glob("*.yaml")):
        files[fixtures / code / part.name] = _filled(f"city/{part.name}", words)
    for part in sorted((SCAFFOLD / "cases").glob("*.yaml")):
        files[fixtures / code / "cases" / part.name] = _filled(f"cases/{part.name}", words)
    return files


def _filled(name: str, words: dict[str, str]) -> str:
    return Template((SCAFFOLD / name).read_text(encoding="utf-8")).safe_substitute(words)
