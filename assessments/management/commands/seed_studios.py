"""``seed_studios``: sample studios named years ago, for a demonstration."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from assessments.interfaces.demo.plan import read_plan
from assessments.interfaces.demo.seeding import seed_studios
from jurisdictions.models import Jurisdiction
from portal.common.errors import DomainError

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "demo"


class Command(BaseCommand):
    """Fills a demonstration after ``seed_demo``; running it again changes nothing."""

    help = "生成命名多年的演示工作室（只在演示环境可用，重复运行不再生成）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("codes", nargs="*", help="地区代码，默认全部已发布地区")

    def handle(self, **options: Any) -> None:
        """Make the studios of each published city that has a plan."""
        if not settings.DEMO:
            raise CommandError("演示数据只能在演示环境（PORTAL_DEMO=1）中生成。")
        shared = yaml.safe_load((FOLDER / "portal.yaml").read_text(encoding="utf-8"))
        cities = Jurisdiction.objects.order_by("region_code")
        if options["codes"]:
            cities = cities.filter(code__in=options["codes"])
        for city in cities:
            plan = read_plan(FOLDER / "studios", city.code)
            if plan is None:
                continue
            try:
                made = seed_studios(plan, shared["password"])
            except DomainError as error:
                raise CommandError(f"{city.code}：{error.message}") from error
            told = f"生成 {made} 个工作室" if made else "已有演示工作室，未改动"
            self.stdout.write(f"{city.code}：{told}")
