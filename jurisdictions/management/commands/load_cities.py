"""``load_cities [FILE…]``: publishes rulesets; publishing the same again changes nothing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from jurisdictions.domain.holidays import seed_holidays
from jurisdictions.domain.publish import (
    ParentMovedError,
    parent_of_files,
    publish,
    published_as,
)
from jurisdictions.engine.problems import RulesetInvalidError
from jurisdictions.management.cities import CityFiles, city_files, read_city, shown
from jurisdictions.models import Ruleset


class Command(BaseCommand):
    """Publishes the policies of cities and enters the shipped holidays."""

    help = "发布地区政策；内容未变的不产生新版本，现行版本由别处发布的拒绝覆盖"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("files", nargs="*", help="地区代码或 YAML 文件，默认全部地区")

    def handle(self, **options: Any) -> None:
        """Publish each file; the first that cannot be published ends the command with 1."""
        for file in city_files(options["files"]):
            try:
                city = read_city(file)
                self.stdout.write(self._load(file, city))
                seed_holidays(city.policy.national)
            except RulesetInvalidError as error:
                raise CommandError("\n".join(shown(item) for item in error.problems)) from error
            except ParentMovedError as error:
                raise CommandError(f"{file}：{error.message}") from error

    @staticmethod
    def _load(file: Path, city: CityFiles) -> str:
        code = city.policy.code
        newest = Ruleset.objects.filter(jurisdiction__code=code).order_by("-version").first()
        same = published_as(city.policy, city.inventory, city.catalogue)
        if same is not None and newest is not None:
            later = f"，现行为第{newest.version}版" if newest.pk != same.pk else ""
            return f"{code}：内容与第{same.version}版相同{later}，未发布"
        record = parent_file(file)
        recorded = record.read_text(encoding="utf-8").strip() if record.exists() else None
        row = publish(
            city.source.document,
            city.inventory,
            catalogue=city.catalogue,
            national=city.policy.national,
            source_files=city.files,
            parent=parent_of_files(code, recorded),
            by=None,
        )
        if recorded:
            record.write_text(f"{row.sha256}\n", encoding="utf-8")
        return f"{code}：已发布第{row.version}版 {row.sha256[:12]}"


def parent_file(file: Path) -> Path:
    """Where ``export_city`` notes the version that files were exported from."""
    return file.parent / f".{file.stem}.parent"
