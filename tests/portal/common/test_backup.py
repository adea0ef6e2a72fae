"""portal.common.backup: what was backed up can be proved to be there again."""

import json
import shutil
import sqlite3
import subprocess
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from portal.common.backup import MANIFEST, check_restored, key_fingerprints
from portal.common.keyring import new_key
from portal.common.sealed import ID_NUMBER, seal
from tests.factories import make_enterprise

pytestmark = [pytest.mark.core, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the one backup of these tests lies."""
    return tmp_path_factory.mktemp("kept") / "copy"


@pytest.fixture
def backup(tmp_path: Path, settings: Any, kept: Path) -> Path:
    """A backup of one unit, one sealed number and one file.

    Every test finds the portal as it was when the first one backed it up, and a copy of its own.
    """
    # Not the files that all tests before have left, some thousands.
    place = {**settings.STORAGES["default"], "OPTIONS": {"location": str(tmp_path / "media")}}
    settings.STORAGES = {**settings.STORAGES, "default": place}
    make_enterprise()
    seal(ID_NUMBER, "500103197604122135")
    default_storage.save("kept/a.txt", ContentFile("内容".encode()))
    if not kept.exists():
        call_command("backup", kept, stdout=StringIO())
    return shutil.copytree(kept, tmp_path / "copy")


def test_an_untouched_portal_equals_its_backup(backup: Path) -> None:
    out = StringIO()
    call_command("restore_check", backup, stdout=out)
    assert "恢复结果与备份一致" in out.getvalue()


def test_the_manifest_names_rows_files_and_keys_but_holds_no_key(
    backup: Path, settings: Any
) -> None:
    text = (backup / MANIFEST).read_text(encoding="utf-8")
    manifest = json.loads(text)
    assert manifest["rows"]["accounts_enterprise"] == 1
    assert manifest["files"]["kept/a.txt"]["size"] == 6
    assert (backup / "media/kept/a.txt").read_text(encoding="utf-8") == "内容"
    assert manifest["keys"] == key_fingerprints()
    assert all(pair.split(":")[1] not in text for pair in settings.PORTAL_KEYS.split(","))


def test_the_dump_holds_the_rows(backup: Path) -> None:
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(backup / "portal.sqlite3")) as copy:
            assert copy.execute("SELECT count(*) FROM accounts_enterprise").fetchone() == (1,)
    else:
        listed = subprocess.run(
            ["pg_restore", "--list", backup / "portal.dump"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert "TABLE DATA public accounts_enterprise" in listed.stdout


def test_a_lost_row_is_noticed(backup: Path) -> None:
    make_enterprise("多出来的单位")
    assert "表 accounts_enterprise：备份时为 1 行，现为 2 行" in map(str, check_restored(backup))


def test_a_lost_file_is_noticed(backup: Path) -> None:
    default_storage.delete("kept/a.txt")
    [lost] = check_restored(backup)
    assert (lost.what, lost.found) == ("文件 kept/a.txt", "缺失")


def test_a_changed_file_is_noticed(backup: Path) -> None:
    default_storage.delete("kept/a.txt")
    default_storage.save("kept/a.txt", ContentFile(b"abc"))
    [changed] = check_restored(backup)
    # SHA-256 of "abc" as FIPS 180-2 prints it.
    assert (changed.what, changed.found) == ("文件 kept/a.txt", "ba7816bf8f01")


def test_restoring_without_the_key_fails_loudly(backup: Path, settings: Any) -> None:
    settings.PORTAL_KEYS = f"other:{new_key()}"
    with pytest.raises(CommandError, match="恢复结果与备份不一致"):
        call_command("restore_check", backup, stderr=StringIO())


def test_another_key_of_the_same_name_is_noticed(backup: Path, settings: Any) -> None:
    names = [pair.split(":")[0] for pair in settings.PORTAL_KEYS.split(",")]
    settings.PORTAL_KEYS = ",".join(f"{name}:{new_key()}" for name in names)
    assert [found.what for found in check_restored(backup)] == [f"密钥 {names[0]}"]


def test_a_damaged_dump_is_noticed(backup: Path) -> None:
    name = json.loads((backup / MANIFEST).read_text())["database"]["file"]
    (backup / name).write_bytes(b"damaged")
    assert [found.what for found in check_restored(backup)] == [f"转储 {name}"]


def test_a_folder_in_use_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "something").write_text("x")
    with pytest.raises(CommandError, match="不是空文件夹"):
        call_command("backup", tmp_path)


def test_a_folder_without_a_manifest_is_no_backup(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="备份不完整"):
        call_command("restore_check", tmp_path)
