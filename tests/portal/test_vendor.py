"""Third-party browser files are exactly what the manifest says."""

import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = json.loads((ROOT / "portal/static/vendor/vendor.json").read_text(encoding="utf-8"))
FILES = [(p["name"], f) for p in MANIFEST["packages"] for f in p["files"]]


@pytest.mark.parametrize(("package", "entry"), FILES, ids=lambda v: v if isinstance(v, str) else "")
def test_every_file_has_the_recorded_digest(package: str, entry: dict[str, str]) -> None:
    content = (ROOT / entry["to"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]


def test_every_package_names_its_registry_integrity_and_brings_its_licence() -> None:
    for package in MANIFEST["packages"]:
        assert re.fullmatch(r"sha512-[A-Za-z0-9+/]{86}==", package["integrity"])
        assert re.fullmatch(r"\d+\.\d+\.\d+", package["version"])
        assert any("LICENSE" in entry["to"] for entry in package["files"])


def test_no_file_in_the_vendor_folder_is_unlisted() -> None:
    listed = {entry["to"] for _, entry in FILES}
    present = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "portal/static/vendor").rglob("*")
        if path.is_file() and path.name != "vendor.json"
    }
    assert present - listed == set()


def test_style_sheets_name_no_source_map_that_is_not_there() -> None:
    css = (ROOT / "portal/static/vendor/bootstrap-5.3.8/bootstrap.min.css").read_text("utf-8")
    assert "sourceMappingURL" not in css
