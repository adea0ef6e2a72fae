"""The commands people and scripts rely on."""

import json
import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.core.management.base import CommandError

from jurisdictions.management.commands.clauses import marked_by_clause
from jurisdictions.models import Holiday, Jurisdiction, Ruleset
from tests.jurisdictions.factories import DATA, SHIYAN, publish_shiyan


def run(*arguments: str, **options: Any) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The small place in a folder of its own."""
    shutil.copytree(DATA, tmp_path / "cities")
    return tmp_path / "cities" / "shiyan.yaml"


def rewrite(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_check_cities_passes_a_sound_place() -> None:
    assert run("check_cities", str(SHIYAN)) == f"{SHIYAN}：通过\n"


def test_check_cities_names_file_line_path_and_hint(copied: Path) -> None:
    rewrite(copied, "title: 距法定退休年龄2年以上", "titel: 距法定退休年龄2年以上")
    out = StringIO()
    with pytest.raises(CommandError, match="处错误"):
        call_command("check_cities", str(copied), stdout=out)
    lines = out.getvalue()
    number = next(
        index
        for index, line in enumerate(copied.read_text(encoding="utf-8").splitlines(), 1)
        if "titel" in line
    )
    assert f"shiyan.yaml:{number}: procedures.establish.rules.1.titel" in lines
    assert "没有这个键" in lines


def test_check_cities_names_an_unknown_fact_with_its_line(copied: Path) -> None:
    rewrite(copied, "require: leader.age <= 55", "require: leader.agee <= 55")
    out = StringIO()
    with pytest.raises(CommandError, match="共 1 处错误"):
        call_command("check_cities", str(copied), stdout=out)
    assert "procedures.establish.rules.0.require" in out.getvalue()
    assert "docs/field-catalogue.md" in out.getvalue()


def test_a_file_that_is_not_there_is_told() -> None:
    with pytest.raises(CommandError, match="没有政策文件"):
        run("check_cities", "nowhere")


@pytest.mark.django_db
def test_load_cities_publishes_once_and_seeds_the_holidays() -> None:
    assert "已发布第1版" in run("load_cities", str(SHIYAN))
    assert "内容与第1版相同，未发布" in run("load_cities", str(SHIYAN))
    assert Ruleset.objects.count() == 1
    assert Jurisdiction.objects.get().name == "试验市"
    assert Holiday.objects.exists()


@pytest.mark.django_db
def test_a_changed_file_becomes_the_next_version(copied: Path) -> None:
    run("load_cities", str(copied))
    rewrite(copied, "leader.age <= 55", "leader.age <= 60")
    assert "已发布第2版" in run("load_cities", str(copied))
    second = Ruleset.objects.get(version=2)
    assert second.parent == Ruleset.objects.get(version=1)


@pytest.mark.django_db
def test_load_cities_refuses_when_the_newest_version_was_made_elsewhere(copied: Path) -> None:
    run("load_cities", str(copied))
    first = Ruleset.objects.get()
    document = {**first.document, "identity": {**first.document["identity"], "title": "网页改"}}
    publish_shiyan(document, parent=first)
    assert "与第1版相同，现行为第2版" in run("load_cities", str(copied))
    rewrite(copied, "leader.age <= 55", "leader.age <= 60")
    with pytest.raises(CommandError, match="另有第2版发布"):
        run("load_cities", str(copied))
    assert Ruleset.objects.count() == 2


@pytest.mark.django_db
def test_an_exported_version_goes_on_from_where_it_was(tmp_path: Path) -> None:
    first = publish_shiyan()
    document = {**first.document, "identity": {**first.document["identity"], "title": "网页改"}}
    second = publish_shiyan(document, parent=first)
    run("export_city", "shiyan", "-o", str(tmp_path))
    file = tmp_path / "shiyan.yaml"
    assert "内容与第2版相同" in run("load_cities", str(file))
    rewrite(file, "网页改", "文件又改")
    assert "已发布第3版" in run("load_cities", str(file))
    third = Ruleset.objects.get(version=3)
    assert third.parent == second
    # What was exported is on record, so the next change goes on from here.
    rewrite(file, "文件又改", "文件再改")
    assert "已发布第4版" in run("load_cities", str(file))


@pytest.mark.django_db
def test_export_gives_the_very_files_back(tmp_path: Path) -> None:
    run("load_cities", str(SHIYAN))
    run("export_city", "shiyan", "-o", str(tmp_path))
    for name in ("shiyan.yaml", "clauses/shiyan.yaml"):
        assert (tmp_path / name).read_text("utf-8") == (DATA / name).read_text("utf-8")
    shown = run("export_city", "shiyan")
    assert shown.startswith("# ==== shiyan.yaml\n")
    assert "name: 试验市" in shown


@pytest.mark.django_db
def test_export_of_an_unknown_place_is_told() -> None:
    with pytest.raises(CommandError, match="没有已发布的政策 nowhere"):
        run("export_city", "nowhere")


FACTS = """
leader:
  sex: 男
  birth_date: 1971-08-01
  skill_level: 技师
team:
  - {name: 甲}
  - {name: 乙}
materials: {deeds: {count: 1, words: 1499}}
unit.postcode: 010000
"""


def evaluate(tmp_path: Path, text: str, *more: str) -> dict[str, Any]:
    file = tmp_path / "facts.yaml"
    file.write_text(text, encoding="utf-8")
    found: dict[str, Any] = json.loads(run("evaluate", str(SHIYAN), str(file), *more))
    return found


def outcomes(report: dict[str, Any]) -> dict[str, str]:
    return {finding["rule"]: finding["outcome"] for finding in report["findings"]}


def test_evaluate_gives_findings_as_json(tmp_path: Path) -> None:
    report = evaluate(tmp_path, FACTS, "--on", "2027-07-31")
    assert report["submit"] == "blocked"
    assert report["ref_date"] == "2027-07-31"
    found = outcomes(report)
    assert (found["age"], found["level"], found["team_size"]) == ("pass", "pass", "fail")
    assert found["material:deeds"] == "fail"
    age = next(item for item in report["findings"] if item["rule"] == "age")
    assert age["last_day"] == "2027-07-31"
    assert age["clauses"] == ["shiyan-3-1"]
    assert age["sentence"] == "55周岁，符合"


def test_evaluate_on_the_next_day_says_no(tmp_path: Path) -> None:
    assert outcomes(evaluate(tmp_path, FACTS, "--on", "2027-08-01"))["age"] == "fail"


def test_evaluate_takes_the_day_from_the_file(tmp_path: Path) -> None:
    assert evaluate(tmp_path, FACTS + "ref.date: 2027-08-01\n")["ref_date"] == "2027-08-01"


def test_evaluate_reads_a_whole_filing(tmp_path: Path) -> None:
    whole = yaml.safe_dump(
        {
            "ref_date": "2027-07-31",
            "answers": {"leader": {"sex": "男", "birth_date": "1971-08-01"}},
            "materials": {"deeds": {"count": 1, "words": 1500}},
            "registers": {"register.leader_active": 0},
        },
        allow_unicode=True,
    )
    found = outcomes(evaluate(tmp_path, whole))
    assert (found["age"], found["material:deeds"]) == ("pass", "pass")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("leader.agge: 50\n", "没有 leader.agge"),
        ("register.leader_activ: 0\n", "是否为 register.leader_active"),
        ("materials.deed.count: 1\n", "没有材料 deed"),
        ("materials.deeds.pages: 1\n", "不认识 pages"),
        ("ref.date: 明天\n", "写成 YYYY-MM-DD"),
        ("- 1\n", "须是键值表"),
        ("a: [\n", "不是有效的 YAML"),
    ],
)
def test_evaluate_says_what_is_wrong_with_the_file(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(CommandError, match=says):
        evaluate(tmp_path, text)


def test_evaluate_never_prints_an_id_number(tmp_path: Path) -> None:
    number = "650102197510203117"
    text = f"leader: {{sex: 男, id_number: '{number}', skill_level: 技师}}\n"
    file = tmp_path / "facts.yaml"
    file.write_text(text, encoding="utf-8")
    assert number not in run("evaluate", str(SHIYAN), str(file), "--on", "2026-07-31")


def test_evaluate_of_an_unknown_procedure_lists_the_known(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="没有事项 move，现有：establish"):
        evaluate(tmp_path, FACTS, "--procedure", "move")


def test_clauses_lists_gaps_and_counts_what_need_not_be_proven(copied: Path) -> None:
    (copied.parent / "shiyan" / "cases").mkdir(parents=True)
    cases = copied.parent / "shiyan" / "cases"
    (cases / "_complete.yaml").write_text("{ref_date: 2026-07-31, answers: {}}", "utf-8")
    (cases / "a.yaml").write_text(
        "- {case: 年龄, clause: shiyan-3-1, change: {leader.birth_date: 1960-01-01},"
        " expect: {age: fail}}\n",
        "utf-8",
    )
    out = StringIO()
    with pytest.raises(CommandError, match="处缺口"):
        call_command("clauses", str(copied), stdout=out)
    text = out.getvalue()
    assert (
        "shiyan-3-1 [eligibility] 落实；条目 procedures.establish.rules.0；代码 规则；测试 年龄"
        in text
    )
    assert "shiyan-3-2 [eligibility] 缺口；没有测试" in text
    assert "shiyan-8-2 [assessment] 缺口；没有条目" in text
    assert "shiyan：未覆盖 publicity 1 条" in text
    # A marked test counts as well: see test_the_number_of_places_has_a_hard_limit.
    assert "shiyan-2-1 [quota] 落实" in text


def test_marked_tests_are_found_by_reading_only(tmp_path: Path) -> None:
    (tmp_path / "test_x.py").write_text(
        "import pytest\nimport nothing_of_that_name\n\n\n"
        '@pytest.mark.clause("a-1", "a-2")\ndef test_one():\n    ...\n',
        encoding="utf-8",
    )
    name = f"{tmp_path.name}/test_x.py::test_one"
    assert marked_by_clause(tmp_path) == {"a-1": [name], "a-2": [name]}


def test_the_field_catalogue_document_is_up_to_date() -> None:
    assert "为最新" in run("field_catalogue", "--check")


def test_a_stale_field_catalogue_document_is_told(tmp_path: Path) -> None:
    target = tmp_path / "fields.md"
    with pytest.raises(CommandError, match="不是最新"):
        run("field_catalogue", "--check", "-o", str(target))
    run("field_catalogue", "-o", str(target))
    text = target.read_text(encoding="utf-8")
    assert "| `leader.id_number` | 身份证号 | 证件号码（密存） |" in text
    assert "| `register.leader_active` |" in text
