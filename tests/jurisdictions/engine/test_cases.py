"""Policy cases: how they are read, laid over the complete filing, and compared."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jurisdictions.engine import cases
from jurisdictions.engine.casekinds import KINDS
from jurisdictions.engine.cases import (
    Case,
    Suite,
    apply_change,
    compare,
    filing_of,
    flatten,
    load_suite,
    material_fact,
    run_case,
)
from jurisdictions.engine.facts import MaterialFact
from tests.jurisdictions.engine.places import CITIES, COMPLETE, FIXTURES, SMALL, city, small

BASE: dict[str, Any] = {
    "ref_date": date(2026, 7, 31),
    "answers": COMPLETE,
    "materials": {"deeds": {"count": 1, "words": 1800}},
    "registers": {"register.leader_active": 0},
}


def case(kind: str = "application", expect: Any = None, **data: Any) -> Case:
    item = {"case": "一句话", "kind": kind, "expect": expect or {}, **data}
    return cases._case(item, Path("cases.yaml"))


def faults(kind: str, expect: Any, **data: Any) -> list[str]:
    made = case(kind, expect, **data)
    return run_case(small(), Suite((made,), BASE), made)


def test_nested_and_dotted_names_are_the_same_and_lists_stay_whole() -> None:
    held = {"sealed": "t", "shown": "6***"}
    nested = {"unit": {"name": "甲", "a": {"b": 1}}, "leader.id_number": held, "team": [{"x": 1}]}
    assert flatten(nested) == {
        "unit.name": "甲", "unit.a.b": 1, "leader.id_number": held, "team": [{"x": 1}],
    }  # fmt: skip


def test_changes_set_an_answer_a_table_or_one_cell_and_null_takes_away() -> None:
    answers: dict[str, Any] = {"a": 1, "b": 2, "team": [{"name": "甲"}, {"name": "乙"}]}
    apply_change(answers, "a", None)
    apply_change(answers, "nothing", None)
    apply_change(answers, "b", 3)
    apply_change(answers, "team.1.name", None)
    apply_change(answers, "unit.x.y", 4)
    assert answers == {"b": 3, "team": [{"name": "甲"}, {"name": None}], "unit.x.y": 4}


def test_files_are_written_as_a_number_or_in_full() -> None:
    assert material_fact(2) == MaterialFact(count=2)
    full = material_fact({"words": 1800, "rows": {"team": [1, 0, 2]}, "person": 1})
    assert full == MaterialFact(count=3, words=1800, rows={"0": 1, "1": 0, "2": 2}, person=1)
    assert material_fact({"count": 5, "rows": None}) == MaterialFact(count=5)


def test_a_case_varies_the_complete_filing_and_leaves_it_alone() -> None:
    suite = Suite((), BASE)
    varied = case(
        change={"team.0.name": "丙", "unit": {"name": None}},
        materials={"deeds": None},
        registers={"register.leader_active": 1},
        ref_date="2026-08-01",
    )
    filing = filing_of(suite, varied)
    assert filing.answers["team"][0]["name"] == "丙"
    assert "unit.name" not in filing.answers
    assert filing.materials == {}
    assert filing.registers == {"register.leader_active": 1}
    assert filing.ref_date == date(2026, 8, 1)
    assert COMPLETE["team"][0]["name"] == "成员"
    assert filing_of(suite, varied) is filing
    assert filing_of(suite, case(base="empty")).answers == {}


def test_one_clause_may_be_written_as_a_word() -> None:
    assert case(clause="shiyan-3-1").clauses == ("shiyan-3-1",)
    assert case(clause=["a", "b"]).clauses == ("a", "b")
    assert case().procedure == "establish"


@pytest.mark.parametrize(
    ("expected", "found", "equal"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, False),
        ({"a": 1}, None, False),
        ([1, {"a": 1}], [1, {"a": 1, "b": 2}], True),
        ([1], (1,), True),
        ([1], [1, 2], False),
        ([1], None, False),
        ("2026-07-31", date(2026, 7, 31), True),
        (date(2026, 7, 31), "2026-07-31", True),
        (5, "5.0", True),
        (True, 1, True),
        (True, "1", False),
        ("甲", "乙", False),
        (None, None, True),
    ],
)
def test_expectations_are_part_of_what_is_found(expected: Any, found: Any, equal: bool) -> None:
    assert (compare("x", expected, found) == []) is equal


@pytest.mark.parametrize(
    ("kind", "expect", "data"),
    [
        ("application", {"submit": "allowed", "priority": []}, {}),
        ("application", {"age": "pass", "age.last_day": "2031-10-19", "nothing": None}, {}),
        ("application", {"sentence:age": "50周岁", "field:leader.name": "missing"},
         {"change": {"leader.name": None}}),
        ("application", {"missing_materials": ["deeds"], "submit": "blocked"},
         {"materials": {"deeds": None}}),
        ("form", {"visible": ["unit", "leader"], "shown": {"unit.branch": False, "team": True},
                  "required": {"unit.name": True}, "label": {"unit.name": "单位名称",
                  "team": "工作室其他人员", "team.name": "姓名"},
                  "options": {"unit.district": ["东区", "西区"], "nothing.here": []},
                  "encouraged": {"unit.systems": ["激励"]},
                  "max_words": {"leader.achievements": 20},
                  "columns": {"team": ["name", "id_number", "age", "is_formal"]},
                  "printed": {"team.name": True}, "min_rows": {"team": 1}}, {}),
        ("material", {"deeds": {"need": "required", "words": [1500, 2000], "contains": []},
                      "photo": {"need": "optional", "words": None, "per_row": None}}, {}),
        ("naming", {"name": "张三焊工技能大师工作室"}, {}),
        ("validity", {"open": True, "identity": {"short_name": "试验"}}, {"on": "2026-01-01"}),
        ("validity", {"open": False}, {"on": "2025-12-31", "effective_from": "2024-01-01"}),
        ("workflow", {"stages": ["first", "notice", "naming"], "offices": {"first": "district"}},
         {}),
        ("stage", {"kind": "publicity", "period": {"unit": "calendar"}}, {"stage": "notice"}),
        ("publicity", {"first_day": "2026-07-02", "last_day": "2026-07-08"},
         {"stage": "notice", "published": "2026-07-01", "days": 7}),
        ("claims", {"claims": {"leader": "exclusive", "none": "none"},
                    "keys": {"leader": ["leader.id_number"]}}, {}),
        ("deadline", {"in_time": True, "asks": ["closes_at", "publicity_days"]},
         {"closes": "2026-07-31", "submitted": "2026-07-31T23:59:59"}),
        ("quota", {"allowed": True}, {"chosen": 5}),
        ("quota", {"allowed": "warn"}, {"rounds_this_year": 2}),
        ("result", {"label": "命名", "effects": [{"kind": "found_studio"}, {"amount": 100000}]},
         {"result": "named"}),
        ("office", {"label": "区人社局"}, {"role": "district"}),
    ],
)  # fmt: skip
def test_every_kind_of_case_says_what_the_small_place_says(
    kind: str, expect: dict[str, Any], data: dict[str, Any]
) -> None:
    assert faults(kind, expect, **data) == []


@pytest.mark.parametrize(
    ("kind", "expect", "data", "says"),
    [
        ("application", {"submit": "blocked"}, {}, "提交：应为 blocked，实为 allowed []"),
        ("application", {"age": "fail"}, {}, "age：应为 fail，实为 pass"),
        ("application", {"nothing": "fail"}, {}, "没有结论 nothing"),
        ("application", {"sentence:age": "六十"}, {},
         "sentence:age：应含“六十”，实为“50周岁，符合”"),
        ("application", {"missing_fields": ["unit.name"]}, {},
         "missing_fields：缺少 ['unit.name']"),
        ("application", {"optional_fields": []}, {}, "optional_fields：多出 ['studio.name', "),
        ("material", {"none": {}}, {}, "没有材料 none"),
        ("material", {"paper": {"copies": 3}}, {}, "paper.copies：应为 3，实为 None"),
        ("form", {"visible": ["unit"]}, {}, "visible：应为 ['unit']，实为 ['unit', 'leader']"),
        ("sheet", {}, {}, "没有申报表"),
        ("naming", {"name": "x"}, {"change": {"leader.name": None}}, "案例无法执行：NamingError "),
        ("stage", {}, {"stage": "none"}, "案例无法执行：KeyError 'none'"),
        ("office", {"label": "x"}, {"role": "none"}, "案例无法执行：KeyError 'none'"),
        ("nonsense", {}, {}, "没有 nonsense 这种案例，可用：application、"),
    ],
)  # fmt: skip
def test_what_is_not_as_expected_is_said(
    kind: str, expect: dict[str, Any], data: dict[str, Any], says: str
) -> None:
    found = faults(kind, expect, **data)
    assert found[0].startswith(says), found


def test_a_deadline_needs_rounds_and_a_moment_with_a_zone_is_kept() -> None:
    data = {"closes": "2026-07-31", "submitted": "2026-07-31T16:00:00+00:00"}
    assert faults("deadline", {"in_time": False}, **data) == []
    assert faults("deadline", {"in_time": False}, **data, arrived="2026-07-31") == []


@pytest.mark.parametrize("code", CITIES)
def test_every_case_of_a_shipped_city_holds(code: str) -> None:
    policy, suite = city(code)
    told = {f"{c.file.name} {c.title}": run_case(policy, suite, c) for c in suite.cases}
    assert {title: found for title, found in told.items() if found} == {}
    assert {c.kind for c in suite.cases} <= set(KINDS)
    assert sum(c.kind == "application" for c in suite.cases) >= 25


def test_the_command_runs_the_cases_beside_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "shiyan.yaml"
    root.write_text(SMALL.read_text(encoding="utf-8"), encoding="utf-8")
    folder = tmp_path / "shiyan" / "cases"
    folder.mkdir(parents=True)
    (folder / "_complete.yaml").write_text("ref_date: 2026-07-31\nanswers: {}\n")
    (folder / "empty.yaml").write_text("")
    (folder / "a.yaml").write_text(
        "- {case: 名额, kind: quota, chosen: 6, expect: {allowed: false}}"
    )
    assert cases.main([str(root)]) == 0
    assert capsys.readouterr().out == f"{root}: 1 个案例\n"
    (folder / "a.yaml").write_text(
        "- {case: 名额, kind: quota, chosen: 6, expect: {allowed: true}}"
    )
    odd = tmp_path / "odd.yaml"
    odd.write_text("identity: 3\n")
    assert cases.main([str(root), str(odd)]) == 1
    printed = capsys.readouterr().out
    assert "a.yaml「名额」 allowed：应为 True，实为 False" in printed
    assert "odd.yaml:1: identity: " in printed


def test_shipped_suites_load_with_their_complete_filing() -> None:
    suite = load_suite(FIXTURES / CITIES[0] / "cases")
    assert suite.complete["answers"]
    assert all(c.title and c.expect for c in suite.cases)
