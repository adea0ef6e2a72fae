"""``seed_demo``: sample offices, people, calls and filings of every city, for a demonstration."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from jurisdictions.models import Jurisdiction
from portal.common.clock import moved
from portal.common.errors import DomainError
from reviews.interfaces.demo.people import seed_system
from reviews.interfaces.demo.plan import read_city, read_portal
from reviews.interfaces.demo.seeding import seed_city

FIXTURES = Path(settings.BASE_DIR) / "fixtures"


class Command(BaseCommand):
    """Fills a demonstration; running it again changes nothing."""

    help = "生成演示机构、人员、批次和申报件（只在演示环境可用，重复运行不再生成）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("codes", nargs="*", help="地区代码，默认全部已发布地区")

    def handle(self, **options: Any) -> None:
        """Fill each published city that has sample data."""
        if not settings.DEMO:
            raise CommandError("演示数据只能在演示环境（PORTAL_DEMO=1）中生成。")
        folder = FIXTURES / "demo"
        portal = read_portal(folder)
        seed_system(portal)
        cities = Jurisdiction.objects.order_by("region_code")
        if options["codes"]:
            cities = cities.filter(code__in=options["codes"])
        with moved() as clock:
            for city in cities:
                plan = read_city(folder, city.code)
                if plan is None:
                    continue
                try:
                    made = seed_city(plan, FIXTURES, portal.password, clock)
                except DomainError as error:
                    raise CommandError(f"{city.code}：{error.message}") from error
                told = f"生成 {made} 件申报" if made else "已有演示数据，未改动"
                self.stdout.write(f"{city.code}：{told}")
