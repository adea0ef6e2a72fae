"""Refresh the browser files kept in the repository from the npm registry.

Only maintainers run it, after raising a version in ``vendor.json``; set-up and tests never do.
"""

import base64
import hashlib
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

NPM = shutil.which("npm") or "npm"
MANIFEST = Path("portal/static/vendor/vendor.json")
_SOURCE_MAP = re.compile(rb"\s*/\*# sourceMappingURL=\S+ \*/\s*$")
_SHAPES = re.compile(r"<svg.*?>(.*)</svg>", re.DOTALL)
_FRAME = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'
_STROKE = (
    'viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
    'stroke-linecap="round" stroke-linejoin="round"'
)


def drop_source_map(content: bytes) -> bytes:
    """Cut the trailing source map comment; the hashed-name storage refuses a missing map."""
    return _SOURCE_MAP.sub(b"\n", content)


def build_sprite(folder: Path, names: list[str]) -> bytes:
    """Join single icons into one same-origin sprite.

    Args:
        folder: the package's folder of one SVG per icon.
        names: icons to take, in the order of ``vendor.json``.
    """
    lines = ['<svg xmlns="http://www.w3.org/2000/svg">']
    for name in names:
        match = _SHAPES.search((folder / f"{name}.svg").read_text(encoding="utf-8"))
        if match is None:
            raise CommandError(f"图标 {name} 不是可识别的 SVG。")
        shapes = " ".join(match[1].replace(_FRAME, "").split())
        lines.append(f'<symbol id="i-{name}" {_STROKE}>{shapes}</symbol>')
    return "\n".join([*lines, "</svg>", ""]).encode()


def _unpack(package: dict[str, Any], folder: Path) -> Path:
    spec = f"{package['name']}@{package['version']}"
    done = subprocess.run(  # noqa: S603 - our own manifest names the package, no shell
        [NPM, "pack", spec, "--silent"], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CommandError(f"无法从 npm 取得 {spec}：{done.stderr.strip()}")
    archive = folder / done.stdout.strip().splitlines()[-1]
    digest = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if digest != package["integrity"]:
        raise CommandError(
            f"{spec} 的完整性校验值不符：应为 {package['integrity']}，实为 {digest}。"
        )
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return folder / "package"


def _content(package: dict[str, Any], entry: dict[str, Any], source: Path) -> bytes:
    if entry.get("change") == "sprite":
        return build_sprite(source / entry["from"], package["icons"])
    content = (source / entry["from"]).read_bytes()
    return drop_source_map(content) if entry.get("change") == "drop-source-map" else content


class Command(BaseCommand):
    """Fetch, verify and write every file listed in ``vendor.json``."""

    help = "按 vendor.json 从 npm 取回浏览器文件，核对完整性并写入校验值（仅维护人员使用）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """No arguments: the manifest says everything."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Rewrite the files and their SHA-256 in the manifest."""
        root = Path(settings.BASE_DIR)
        manifest = json.loads((root / MANIFEST).read_text(encoding="utf-8"))
        for package in manifest["packages"]:
            with tempfile.TemporaryDirectory() as folder:
                source = _unpack(package, Path(folder))
                for entry in package["files"]:
                    content = _content(package, entry, source)
                    target = root / entry["to"]
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(content)
                    entry["sha256"] = hashlib.sha256(content).hexdigest()
            self.stdout.write(f"{package['name']} {package['version']} 已写入。")
        text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
        (root / MANIFEST).write_text(text, encoding="utf-8")
