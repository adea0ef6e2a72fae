"""``manage.py score``: figures from a file without a database, or those a unit has filed."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from reviews.models import PanelResult
from tests.assessments import assessed as way
from tests.reviews import factories as make

ROOT = Path(__file__).parents[2]


def scored(city: str, table: str, file: Path) -> dict[str, Any]:
    out = StringIO()
    call_command("score", city, table, str(file), stdout=out)
    report: dict[str, Any] = json.loads(out.getvalue())
    return report


def written(folder: Path, text: str) -> Path:
    file = folder / "facts.yaml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.clause("urumqi-a2-06", "urumqi-a2-18", "urumqi-a2-22")
def test_lines_are_worked_out_with_subtotals(tmp_path: Path) -> None:
    file = written(
        tmp_path, "matching: 7\ntrained: 3\ntechnicians: {technician: 3, senior_technician: 2}\n"
    )
    report = scored("urumqi", "annex2", file)
    points = {line["id"]: line["points"] for g in report["groups"] for line in g["lines"]}
    assert (points["matching"], points["trained"], points["technicians"]) == ("14", "15", "3.5")
    assert (report["base"], report["bonus"], report["total"]) == ("29", "3.5", "32.5")
    assert report["grade"] is None
    assert len(report["open"]) == 22


def test_a_city_may_be_given_by_path_and_lines_under_a_key(tmp_path: Path) -> None:
    file = written(tmp_path, "lines: {premises: true, rules: true, teaching: true, "
                             "promotion: true, innovation: true}\n")  # fmt: skip
    report = scored(str(ROOT / "fixtures" / "ziyang.yaml"), "acceptance", file)
    assert (report["total"], report["grade"]) == ("5", "合格")
    assert report["draft_note"] == "样表由系统拟制，以主管部门发布为准"


@pytest.mark.parametrize(
    ("table", "text", "message"),
    [
        ("nothing", "{}", "没有评分表 nothing，现有：annex2"),
        ("annex2", "- 1\n", "须是键值表"),
        ("annex2", "a: [", "不是有效的 YAML"),
        ("annex2", "surprise: 1\n", "没有这些项：surprise"),
    ],
)
def test_what_cannot_be_scored_is_told_in_words(
    tmp_path: Path, table: str, text: str, message: str
) -> None:
    with pytest.raises(CommandError, match=message):
        scored("urumqi", table, written(tmp_path, text))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="读不到文件"):
        scored("urumqi", "annex2", tmp_path / "none.yaml")


def test_an_empty_file_leaves_every_line_open(tmp_path: Path) -> None:
    report = scored("urumqi", "annex2", written(tmp_path, ""))
    assert (report["total"], len(report["open"])) == ("0", 25)


@pytest.mark.django_db
def test_the_self_score_a_studio_has_filed_is_read_by_its_number() -> None:
    city = make.make_city("yuzhong")
    studio = way.studio_in(city)
    with pytest.raises(CommandError, match="没有带评分表的考核自评"):
        call_command("score", studio=studio.number)
    case = way.filed(studio)
    out = StringIO()
    call_command("score", studio=studio.number, stdout=out)
    report = json.loads(out.getvalue())
    assert (report["city"], report["studio"], report["period"]) == ("yuzhong", "OLD-001", 1)
    assert report["application"] == case.application.number
    assert report["total"] == "120"
    with pytest.raises(CommandError, match="请写明地区、评分表和文件"):
        call_command("score")


@pytest.mark.django_db
def test_signed_sheets_give_the_numbers_they_were_signed_with() -> None:
    city = make.make_city("yuzhong")
    studio = way.studio_in(city)
    case = way.filed(studio)
    with pytest.raises(CommandError, match="还没有签署的评分表"):
        call_command("score", studio=studio.number, verified=True)
    way.scored(city, case, "88.5", way.assessors(city))
    out = StringIO()
    call_command("score", studio=studio.number, verified=True, stdout=out)
    (stage,) = json.loads(out.getvalue())["stages"]
    assert {(sheet["total"], sheet["signed_total"]) for sheet in stage["sheets"]} == {
        ("88.5", "88.5")
    }
    newest = PanelResult.objects.filter(case=case).latest("number")
    assert stage["result"] == f"{newest.score:f}".rstrip("0").rstrip(".") == "88.5"
    with pytest.raises(CommandError, match="须与 --studio 同用"):
        call_command("score", "yuzhong", "x", "y", verified=True)
