"""``render_form`` needs files alone: no database, the same bytes in every process."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.jurisdictions.interfaces.sheets import CITIES, FIXTURES, text_of


@pytest.mark.parametrize("city", CITIES)
def test_a_blank_and_a_filled_sheet_come_from_the_command(city: str, tmp_path: Path) -> None:
    blank, filled = tmp_path / "blank.pdf", tmp_path / "filled.pdf"
    answers = FIXTURES / city / "cases" / "_complete.yaml"
    call_command("render_form", city, blank=True, output=str(blank))
    call_command("render_form", city, str(answers), output=str(filled), on=date(2026, 7, 20))
    assert "申报表" in text_of(blank.read_bytes())
    assert len(text_of(filled.read_bytes())) > len(text_of(blank.read_bytes()))


def test_two_processes_with_other_hash_seeds_write_the_same_bytes(tmp_path: Path) -> None:
    answers = FIXTURES / "yuzhong" / "cases" / "_complete.yaml"
    for seed in ("1", "2"):
        subprocess.run(
            [
                sys.executable, "manage.py", "render_form", "yuzhong", str(answers),
                "-o", str(tmp_path / f"{seed}.pdf"), "--on", "2026-07-20",
            ],
            cwd=settings.BASE_DIR, check=True, capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )  # fmt: skip
    assert (tmp_path / "1.pdf").read_bytes() == (tmp_path / "2.pdf").read_bytes()


def test_an_unknown_name_stops_the_command_and_is_named(tmp_path: Path) -> None:
    answers = tmp_path / "answers.yaml"
    answers.write_text("unit.nmae: 某公司\n", encoding="utf-8")
    with pytest.raises(CommandError, match=r"没有 unit\.nmae，是否为 unit\.name？"):
        call_command("render_form", "yuzhong", str(answers), output=str(tmp_path / "x.pdf"))
    assert not (tmp_path / "x.pdf").exists()


def test_answers_or_blank_but_not_both_and_not_neither(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="二者选一"):
        call_command("render_form", "yuzhong", output=str(tmp_path / "x.pdf"))


def test_an_unknown_city_or_procedure_is_named(tmp_path: Path) -> None:
    target = str(tmp_path / "x.pdf")
    with pytest.raises(CommandError, match="读不到文件"):
        call_command("render_form", "nowhere", blank=True, output=target)
    with pytest.raises(CommandError, match="没有事项 fly，现有：establish"):
        call_command("render_form", "yuzhong", blank=True, output=target, procedure="fly")
