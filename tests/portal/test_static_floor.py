"""Style sheets and scripts stay within what Chromium 86 understands."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "portal" / "static"
OWN_CSS = sorted(STATIC.glob("*.css"))
OWN_JS = sorted((STATIC / "js").glob("*.js"))
VENDOR_CSS = sorted((STATIC / "vendor").rglob("*.css"))
# feature: first Chromium that knows it
CSS_TOO_NEW = {
    ":has(": 105, "color-mix(": 111, "@container": 105, "@layer": 99, ":is(": 88, ":where(": 88,
    "inset:": 87, "aspect-ratio": 88, "accent-color": 93, "margin-inline": 87,
    "padding-inline": 87, "scrollbar-gutter": 94, "dvh": 108, "text-wrap": 114, "oklch(": 111,
    "content-visibility": 85.5, "overflow: clip": 90, "popover": 114, "@starting-style": 117,
}  # fmt: skip
JS_TOO_NEW = {
    ".at(": 92, "structuredClone": 98, "Object.hasOwn": 93, "replaceAll(": 85.5,
    "randomUUID": 92, "findLast": 97, "showPopover": 114, "Array.fromAsync": 121,
    "AbortSignal.timeout": 103, "Promise.any": 85.5, "static {": 94, "||=": 85.5, "??=": 85.5,
}  # fmt: skip
EVALUATION = re.compile(
    r"\beval\(|new Function\(|setTimeout\(\s*['\"]|\.innerHTML\b|document\.write"
)
NESTED = re.compile(r"\{[^{}@]*&[^{}]*\{")


def bare(path: Path) -> str:
    """Return a file without comments."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE) if path.suffix == ".js" else text


@pytest.mark.parametrize("path", OWN_CSS, ids=lambda p: p.name)
def test_style_sheet_uses_nothing_newer_than_chromium_86(path: Path) -> None:
    text = bare(path)
    assert [word for word in CSS_TOO_NEW if word in text] == []
    assert NESTED.search(text) is None


@pytest.mark.parametrize("path", VENDOR_CSS, ids=lambda p: p.name)
def test_vendored_style_sheet_uses_no_has_and_no_color_mix(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [word for word in (":has(", "color-mix(", "@container", "@layer") if word in text] == []


@pytest.mark.parametrize("path", OWN_JS, ids=lambda p: p.name)
def test_script_uses_nothing_newer_than_chromium_86_and_evaluates_no_text(path: Path) -> None:
    text = bare(path)
    assert [word for word in JS_TOO_NEW if word in text] == []
    assert EVALUATION.findall(text) == []


@pytest.mark.parametrize("path", OWN_CSS, ids=lambda p: p.name)
def test_style_sheet_loads_nothing_from_elsewhere(path: Path) -> None:
    assert re.findall(r"url\(\s*[\"']?(?:https?:|//|data:)", bare(path)) == []


def test_no_text_is_set_below_thirteen_pixels() -> None:
    small = [
        f"{path.name}: {size}rem"
        for path in OWN_CSS
        for size in re.findall(r"font-size:\s*(0?\.\d+)rem", bare(path))
        if float(size) * 16 < 12.4
    ]
    assert small == []
