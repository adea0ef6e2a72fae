"""``backup FOLDER``: dump, files and manifest."""

import subprocess
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.common.backup import make_backup


class Command(BaseCommand):
    """Writes a backup that ``restore_check`` can prove."""

    help = "备份数据库和文件，并写出带 SHA-256 的清单；密钥不在备份中，须另行保管"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("folder", type=Path, help="空文件夹")

    def handle(self, **options: Any) -> None:
        """Write the backup and say what is in it."""
        try:
            manifest = make_backup(options["folder"])
        except (OSError, subprocess.CalledProcessError) as error:
            raise CommandError(f"备份失败：{error}") from error
        rows, files = sum(manifest["rows"].values()), len(manifest["files"])
        self.stdout.write(f"已备份：{rows} 行，{files} 个文件，{options['folder']}")
        self.stdout.write(f"恢复时需要的密钥：{'、'.join(manifest['keys'])}（请另行保管）")
