"""The house itself: sizes, names, templates and doors that no change may break."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

pytestmark = pytest.mark.core

ROOT = Path(__file__).resolve().parent.parent
APPS = ("portal", "jurisdictions", "applications", "reviews", "assessments")
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 40
CITY_NAMES = re.compile(
    r"渝中|荣昌|资阳|乌鲁木齐|朝阳|yuzhong|rongchang|ziyang|urumqi|wulumuqi|chaoyang", re.IGNORECASE
)
# The registry writes the markers of unfinished work so that this file does not contain them.
UNFINISHED = re.compile(
    "|".join(["TO" + "DO", "FIX" + "ME", r"\bX" + r"XX\b", "raise NotImplemented" + "Error"])
)
NEEDS_REASON = re.compile(r"#\s*(?:noqa|type:\s*ignore)\S*(?:\s*:\s*[A-Z0-9, ]+)?(.*)")
TEMPLATE_FAULTS = {
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "inline style sheet": re.compile(r"<style\b", re.IGNORECASE),
    "style attribute": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "event attribute": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "safe filter": re.compile(r"\|\s*safe(?:seq)?\b"),
    "autoescape off": re.compile(r"autoescape\s+off"),
    "outside address": re.compile(r"(?:src|href)\s*=\s*[\"']\s*(?:https?:)?//", re.IGNORECASE),
}
# Papers are printed, not browsed: their style sheet travels inside the document.
PAPER_FOLDERS = ("templates/forms/", "templates/documents/")
MARK_SAFE = re.compile(r"\bmark_safe\b|\bSafeString\(\s*[^\"')]")


@cache
def tracked(pattern: str) -> tuple[Path, ...]:
    """Return the project's files that match a glob, build products aside."""
    found = (path for app in (*APPS, "templates") for path in (ROOT / app).rglob(pattern))
    return tuple(
        sorted(p for p in found if "migrations" not in p.parts and "vendor" not in p.parts)
    )


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    files = [p for kind in ("*.py", "*.html", "*.js", "*.css") for p in tracked(kind)]
    long = {name(p): n for p in files if (n := len(p.read_text().splitlines())) > MAX_FILE_LINES}
    assert long == {}


def test_no_function_is_longer_than_forty_lines() -> None:
    long = {
        f"{name(path)}:{node.lineno} {node.name}": length
        for path in tracked("*.py")
        for node in functions(path)
        if (length := (node.end_lineno or 0) - node.lineno + 1) > MAX_FUNCTION_LINES
    }
    assert long == {}


def test_no_city_is_named_in_python() -> None:
    named = [
        f"{name(path)}:{number} {line.strip()}"
        for path in tracked("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if CITY_NAMES.search(line)
    ]
    assert named == []


def test_nothing_is_left_unfinished() -> None:
    marked = [
        f"{name(path)}:{number}"
        for path in tracked("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if UNFINISHED.search(line)
    ]
    assert marked == []


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    banned = re.compile(r"mark\.(?:skip|skipif|xfail)\b|pytest\.(?:skip|xfail|importorskip)\(")
    found = [
        name(path)
        for path in (ROOT / "tests").rglob("*.py")
        if path != Path(__file__) and banned.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_every_silenced_check_says_why() -> None:
    silent = [
        f"{name(path)}:{number}"
        for path in tracked("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if (found := NEEDS_REASON.search(line)) and len(found.group(1).strip(" -#")) < 8
    ]
    assert silent == []


@pytest.mark.parametrize("fault", TEMPLATE_FAULTS)
def test_templates_are_free_of(fault: str) -> None:
    found = [
        f"{name(path)}:{text[: match.start()].count(chr(10)) + 1}"
        for path in tracked("*.html")
        if not name(path).startswith(PAPER_FOLDERS)
        for text in [path.read_text(encoding="utf-8")]
        for match in TEMPLATE_FAULTS[fault].finditer(text)
    ]
    assert found == []


def test_papers_run_no_script_and_reach_no_other_host() -> None:
    faults = ("inline script", "event attribute", "javascript address", "outside address")
    found = [
        f"{name(path)} {fault}"
        for path in tracked("*.html")
        if name(path).startswith(PAPER_FOLDERS)
        for fault in faults
        if TEMPLATE_FAULTS[fault].search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_nobody_marks_text_as_safe() -> None:
    found = [name(p) for p in tracked("*.py") if MARK_SAFE.search(p.read_text(encoding="utf-8"))]
    assert found == []


def test_views_never_query_whole_tables() -> None:
    """A view asks queries or domain; ``Model.objects`` in a view would step around scoping."""
    found = [
        name(path)
        for path in tracked("*.py")
        if "views" in path.parts or path.name == "views.py"
        if re.search(r"\b[A-Z]\w+\.objects\b", path.read_text(encoding="utf-8"))
        if path != ROOT / "portal/common/views.py"
    ]
    assert found == []


def all_patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from all_patterns(entry, path)
        else:
            yield path, entry


def test_every_view_of_ours_reads_writes_or_serves() -> None:
    unmarked = [
        path
        for path, pattern in all_patterns(get_resolver())
        if pattern.callback.__module__.split(".")[0] in APPS
        and getattr(pattern.callback, "view_kind", None) not in {"reads", "writes", "serves"}
    ]
    assert unmarked == []


def test_the_tree_speaks_of_itself_only() -> None:
    """Nothing in the tree depends on, or tells of, folders outside it."""
    listed = subprocess.run(
        ["git", "grep", "-lIE", r"(^|[^A-Za-z])/work/|\.\./shared", "--", "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split()
    assert [path for path in listed if path != "tests/test_house.py"] == []


def test_the_lock_names_no_host_and_no_folder() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert re.findall(r"https?:|file:|--index|--extra-index|--find-links", lock) == []
    pinned = re.findall(r"^([a-z0-9._-]+)==", lock, re.MULTILINE | re.IGNORECASE)
    assert len(pinned) == len(set(pinned))
    assert lock.count("==") == len(pinned)
