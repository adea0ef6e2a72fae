"""``audit_verify [CODE…]``: the chain of the record holds, or where it does not."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from applications.domain.chain import verify
from jurisdictions.models import Jurisdiction


class Command(BaseCommand):
    """Verifies the chain of every jurisdiction, or of those named."""

    help = "核对办理记录链：被改动、删除、调换或截断的记录会逐条列出，有问题时退出码为 1"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("codes", nargs="*", metavar="CODE", help="地区代码，不写则全部")

    def handle(self, **options: Any) -> None:
        """Verify and tell; the head is printed so that it can be noted elsewhere."""
        places = Jurisdiction.objects.order_by("code")
        if options["codes"]:
            places = places.filter(code__in=options["codes"])
            missing = set(options["codes"]) - set(places.values_list("code", flat=True))
            if missing:
                raise CommandError(f"没有这些地区：{'、'.join(sorted(missing))}")
        broken = 0
        for place in places:
            found = verify(place)
            broken += len(found.faults)
            self.stdout.write(
                f"{place.code}：已封存 {found.sealed} 条，待封存 {found.unsealed} 条，"
                f"链头 {found.head or '（空）'}"
            )
            for fault in found.faults:
                self.stdout.write(f"  {fault.what}")
        if broken:
            raise CommandError(f"记录链有 {broken} 处不符，请保留现场并核查数据库操作。")
