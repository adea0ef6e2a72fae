"""``restore_check FOLDER``: whether a restored portal is what was backed up."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.common.backup import MANIFEST, check_restored

_SHOWN = 20


class Command(BaseCommand):
    """Compares rows, files and keys with the manifest of a backup; exit 1 when something lacks."""

    help = "恢复后核对：行数、每个文件的摘要、密封值所用的密钥；不一致时退出码为 1"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("folder", type=Path, help="备份文件夹")

    def handle(self, **options: Any) -> None:
        """Compare and tell every difference."""
        if not (options["folder"] / MANIFEST).is_file():
            raise CommandError(f"{options['folder']} 中没有 {MANIFEST}，备份不完整。")
        found = check_restored(options["folder"])
        for difference in found[:_SHOWN]:
            self.stderr.write(str(difference))
        if found:
            raise CommandError(f"恢复结果与备份不一致，共 {len(found)} 处。")
        self.stdout.write("恢复结果与备份一致：行数、文件和密钥都已核对。")
