"""A new jurisdiction from nothing: scaffold, check, cases, proof, evaluation, paper."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.core.management.base import CommandError

from jurisdictions.engine import check
from jurisdictions.engine.cases import load_suite, run_case
from jurisdictions.engine.policy import load_policy
from jurisdictions.interfaces import sheet


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> Path:
    """A scaffold in a project folder of its own, whose templates are found."""
    run("new_city", "xinshi", "--name", "新市", "--region", "110000", "--root", str(tmp_path))
    engines: list[dict[str, Any]] = [dict(engine) for engine in settings.TEMPLATES]
    engines[0]["DIRS"] = [tmp_path / "templates", *engines[0]["DIRS"]]
    settings.TEMPLATES = engines
    monkeypatch.setattr(check, "TEMPLATES", tmp_path / "templates")
    monkeypatch.setattr(sheet, "TEMPLATES", tmp_path / "templates")
    return tmp_path / "fixtures" / "xinshi.yaml"


def test_a_new_city_passes_the_check(city: Path) -> None:
    assert "通过" in run("check_cities", str(city))


def test_every_case_of_a_new_city_holds(city: Path) -> None:
    policy, _ = load_policy(city)
    suite = load_suite(city.parent / "xinshi" / "cases")
    assert [fault for case in suite.cases for fault in run_case(policy, suite, case)] == []
    assert len(suite.cases) == 23


def test_every_clause_of_a_new_city_is_carried_and_proven(city: Path) -> None:
    text = run("clauses", str(city), "--prove")
    assert "xinshi：去掉条目 32 次均有测试发觉，0 次无" in text
    assert "xinshi：18 条，无需执行 1，落实 17" in text


def test_a_new_city_evaluates_and_prints(city: Path, tmp_path: Path) -> None:
    facts = city.parent / "xinshi" / "cases" / "_complete.yaml"
    report = json.loads(run("evaluate", str(city), str(facts)))
    assert report["submit"] == "allowed"
    paper = tmp_path / "out.pdf"
    assert "页" in run("render_form", str(city), str(facts), "-o", str(paper))
    assert paper.read_bytes().startswith(b"%PDF-")


def test_taking_a_rule_out_of_a_new_city_is_noticed(city: Path) -> None:
    rules = city.parent / "xinshi" / "rules.yaml"
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text.replace("leader.age <= 55", "leader.age <= 65"), encoding="utf-8")
    policy, _ = load_policy(city)
    suite = load_suite(city.parent / "xinshi" / "cases")
    failing = [case.title for case in suite.cases if run_case(policy, suite, case)]
    assert failing == ["基准日满56周岁"]


@pytest.mark.django_db
def test_a_new_city_can_be_published(city: Path) -> None:
    assert "已发布第1版" in run("load_cities", str(city))


def test_files_that_are_there_are_never_touched(city: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="已有文件"):
        run("new_city", "xinshi", "--root", str(tmp_path))


@pytest.mark.parametrize("code", ["Xin", "xin_shi", "9x", "x"])
def test_a_code_is_small_letters_and_digits(code: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="小写字母和数字"):
        run("new_city", code, "--root", str(tmp_path))


def test_a_region_code_has_six_digits(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="6 位数字"):
        run("new_city", "xin", "--region", "11", "--root", str(tmp_path))
