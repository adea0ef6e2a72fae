"""Backup and its proof: a dump, the files, and a manifest that says what must be there again.

The keys are never part of a backup; the manifest only names them by a fingerprint, so that a
restore without the right keys is noticed at once and not when the first number is needed.
"""

import hashlib
import json
import os
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from portal.common.keyring import key_ring
from portal.common.models import SealedValue

MANIFEST = "manifest.json"
_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Difference:
    """Something that is not as the manifest says.

    Attributes:
        what: table, file or key.
        said: what the manifest says.
        found: what is there.
    """

    what: str
    said: str
    found: str

    def __str__(self) -> str:
        return f"{self.what}：备份时为 {self.said}，现为 {self.found}"


def make_backup(folder: Path) -> dict[str, Any]:
    """Dump the database, copy the files and write the manifest last.

    Args:
        folder: a folder that does not exist yet or is empty.

    Returns:
        The manifest.

    Raises:
        FileExistsError: the folder holds something.
        CalledProcessError: the database could not be dumped.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} 不是空文件夹")
    dump = _dump_database(folder)
    manifest = {
        "made_at": timezone.now().isoformat(),
        "database": {"file": dump.name, "sha256": _digest_of(dump), "engine": connection.vendor},
        "rows": row_counts(),
        "files": _copy_files(folder / "media"),
        "keys": key_fingerprints(),
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    return manifest


def check_restored(folder: Path) -> list[Difference]:
    """Compare the running portal with a backup: rows, every file, and the keys in use."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return [
        *_check_keys(manifest["keys"]),
        *_check_rows(manifest["rows"]),
        *_check_files(manifest["files"]),
        *_check_dump(folder, manifest["database"]),
    ]


def row_counts() -> dict[str, int]:
    """Rows of every table of the portal, sessions and cache apart."""
    return {
        model._meta.db_table: model._base_manager.count()
        for model in apps.get_models()
        if model._meta.managed and model._meta.app_label != "sessions"
    }


def key_fingerprints() -> dict[str, str]:
    """Fingerprint of every key of the ring; it tells nothing about the key."""
    return {
        name: hashlib.sha256(b"fingerprint:" + key).hexdigest()[:16]
        for name, key in key_ring().keys.items()
    }


def _dump_database(folder: Path) -> Path:
    if connection.vendor == "sqlite":
        return _dump_sqlite(folder / "portal.sqlite3")
    target = folder / "portal.dump"
    told = connection.settings_dict
    options = told.get("OPTIONS", {})
    names = {
        "PGHOST": told["HOST"] or options.get("host"), "PGPORT": told["PORT"],
        "PGUSER": told["USER"], "PGPASSWORD": told["PASSWORD"], "PGDATABASE": told["NAME"],
    }  # fmt: skip
    environment = {**os.environ, **{name: str(value) for name, value in names.items() if value}}
    subprocess.run(  # noqa: S603 - fixed words; the connection goes through the environment
        ["pg_dump", "--format=custom", "--no-owner", "--file", str(target)],  # noqa: S607 - PATH
        env=environment, check=True,
    )  # fmt: skip
    return target


def _dump_sqlite(target: Path) -> Path:
    """The library's own copy: consistent while others write."""
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy)
    return target


def _copy_files(target: Path) -> dict[str, dict[str, Any]]:
    found = {}
    for name in _stored_names(""):
        digest, size = hashlib.sha256(), 0
        copy = target / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        with default_storage.open(name, "rb") as source, copy.open("wb") as out:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                out.write(chunk)
        found[name] = {"sha256": digest.hexdigest(), "size": size}
    return found


def _stored_names(folder: str) -> list[str]:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return []
    prefix = f"{folder}/" if folder else ""
    names = [f"{prefix}{name}" for name in files]
    for inner in folders:
        names += _stored_names(f"{prefix}{inner}")
    return sorted(names)


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_keys(said: dict[str, str]) -> list[Difference]:
    """A key that seals a stored value must be here, and be the same key."""
    held = key_fingerprints()
    used = set(SealedValue.objects.values_list("key_id", flat=True).distinct())
    found = [
        Difference(f"密钥 {name}", print_, held.get(name, "缺失"))
        for name, print_ in said.items()
        if name in used and held.get(name) != print_
    ]
    found += [Difference(f"密钥 {name}", "未列入", "缺失") for name in used - set(said) - set(held)]
    return found


def _check_rows(said: dict[str, int]) -> list[Difference]:
    now = row_counts()
    return [
        Difference(f"表 {table}", f"{count} 行", f"{now[table]} 行" if table in now else "缺失")
        for table, count in said.items()
        if now.get(table) != count
    ]


def _check_files(said: dict[str, dict[str, Any]]) -> list[Difference]:
    found = []
    for name, facts in said.items():
        if not default_storage.exists(name):
            found.append(Difference(f"文件 {name}", facts["sha256"][:12], "缺失"))
            continue
        with default_storage.open(name, "rb") as file:
            digest = hashlib.sha256()
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
        if digest.hexdigest() != facts["sha256"]:
            found.append(Difference(f"文件 {name}", facts["sha256"][:12], digest.hexdigest()[:12]))
    return found


def _check_dump(folder: Path, said: dict[str, str]) -> list[Difference]:
    dump = folder / said["file"]
    if not dump.is_file():
        return [Difference(f"转储 {said['file']}", said["sha256"][:12], "缺失")]
    digest = _digest_of(dump)
    if digest == said["sha256"]:
        return []
    return [Difference(f"转储 {said['file']}", said["sha256"][:12], digest[:12])]
