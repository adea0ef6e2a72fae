"""Every icon a template or the menu asks for is in the sprite."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SPRITE = set(
    re.findall(r'<symbol id="i-([\w-]+)"', (ROOT / "portal/static/icons.svg").read_text("utf-8"))
)
USED = re.compile(r"\{%\s*icon\s+\"([\w-]+)\"|\bicon=[\"']([\w-]+)[\"']|\|default:\"([\w-]+)\" %\}")
APPS = ("portal", "jurisdictions", "applications", "reviews", "assessments")


def asked_for() -> dict[str, str]:
    found: dict[str, str] = {}
    pages = list((ROOT / "templates").rglob("*.html"))
    for path in [*pages, *(p for app in APPS for p in (ROOT / app).rglob("*.py"))]:
        text = path.read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if "icon" in line]
        for match in USED.finditer("\n".join(lines)):
            found[next(filter(None, match.groups()))] = str(path.relative_to(ROOT))
    return found


def test_every_icon_in_use_exists_in_the_sprite() -> None:
    missing = {icon: place for icon, place in asked_for().items() if icon not in SPRITE}
    assert missing == {}


def test_sprite_holds_exactly_the_icons_of_the_manifest() -> None:
    manifest = json.loads((ROOT / "portal/static/vendor/vendor.json").read_text("utf-8"))
    tabler = next(p for p in manifest["packages"] if p["name"] == "@tabler/icons")
    assert set(tabler["icons"]) == SPRITE
