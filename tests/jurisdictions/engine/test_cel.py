"""The expression language: names, types, rows, functions, and how slips are told."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from jurisdictions.engine.cel import (
    ExpressionError,
    Language,
    Outcome,
    kind_of,
    language_of,
    to_utc,
    used_names,
)
from jurisdictions.schema.fields import Catalogue
from tests.jurisdictions.engine.places import small

CATALOGUE = Catalogue.model_validate(
    {
        "fields": {
            "leader.name": {"type": "person_name", "label": "姓名"},
            "leader.age_2": {"type": "integer", "label": "年龄"},
            "leader.id_number": {"type": "id_number", "label": "身份证号", "sensitivity": "sealed"},
            "unit.area": {"type": "decimal", "label": "面积"},
            "unit.systems": {"type": "choices", "label": "制度", "options": ["甲", "乙"]},
            "unit.open": {"type": "yes_no", "label": "开放"},
            "leader.birth_date": {"type": "date", "label": "出生日期"},
        },
        "tables": {
            "team": {
                "label": "成员",
                "columns": {
                    "name": {"type": "text", "label": "姓名"},
                    "age": {"type": "integer", "label": "年龄"},
                    "score": {"type": "decimal", "label": "得分"},
                    "formal": {"type": "yes_no", "label": "正式"},
                    "since": {"type": "date", "label": "入职"},
                    "skills": {"type": "choices", "label": "技能", "options": ["车", "钳"]},
                    "id_number": {"type": "id_number", "label": "证号", "sensitivity": "sealed"},
                },
            }
        },
        "facts": {"ref.date": {"type": "date", "label": "基准日"}},
    }
)


@pytest.fixture(scope="module")
def lang() -> Language:
    return language_of(CATALOGUE, small().national, ["deeds"])


def run(lang: Language, source: str, **data: Any) -> Outcome:
    facts = {name.replace("__", "."): value for name, value in data.items()}
    return lang.compile(source).run(facts)


def refused(lang: Language, source: str, extra: dict[str, str] | None = None) -> str:
    with pytest.raises(ExpressionError) as caught:
        lang.compile(source, extra)
    return str(caught.value)


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("leader.age_2 + 1", "int"),
        ("unit.area * 2.0", "double"),
        ("unit.open", "bool"),
        ("ref.date", "date"),
        ("unit.systems", "texts"),
        ("leader.name", "text"),
        ("materials.deeds.count", "int"),
        ("materials.deeds.complete", "bool"),
        ("team", "list"),
        ("team.map(m, m.age)", "list"),
        ("{'a': 1}", "any"),
    ],
)
def test_an_expression_knows_what_it_yields(lang: Language, source: str, kind: str) -> None:
    assert lang.compile(source).yields == kind


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("leader.agee <= 55", "第1:7: undeclared reference to 'leader.agee'"),
        ("leader.agee <= 55", "提示：字段目录中没有这个名字，见 docs/field-catalogue.md"),
        ("unit.open &&\n  unit.area > 5", "第2:13: found no matching overload for '_>_'"),
        ("unit.area > 5", "提示：金额和面积是小数，常数写成 50000.0；人数和年龄是整数"),
        ("leader.age_2 > 5.0", "提示：金额和面积是小数"),
        ("leader.name > 5", "(string, int)"),
        ("team.exists(m, m.agee > 5)", "undefined field 'agee'"),
        ("team.exists(m, m.id_number == '')", "undefined field 'id_number'"),
        ("leader.id_number != ''", "undeclared reference to 'leader.id_number'"),
        ("leader.name ==", "第1:15: "),
        ("rank('skill_level')", "提示：函数 rank 的参数个数不对，应为 2 个"),
        ("other('a')", "提示：没有函数 other，可用："),
        ("now() > ref.date", "提示：没有函数 now，可用：add_days"),
        ("has(leader.name)", "不能对单个字段用 has(leader.name)：没有填写时结论自动为“待填写”"),
        ("has( leader.age_2 ) || true", "不能对单个字段用 has(leader.age_2)"),
        ("has(materials.deeds.count)", "不能对单个字段用 has(materials.deeds.count)"),
    ],
)
def test_a_slip_is_told_with_its_column_and_a_hint(lang: Language, source: str, says: str) -> None:
    assert says in refused(lang, source)


def test_has_may_be_asked_of_a_row_and_may_stand_in_a_text(lang: Language) -> None:
    rows = [lang.row("team", {"name": "甲", "age": 0}), lang.row("team", {"age": 40})]
    assert run(lang, "team.filter(m, has(m.age)).size()", team=rows).value == 1
    assert run(lang, "leader.name == 'has(leader.name)'", leader__name="x").value is False


@pytest.mark.parametrize("kind", ["list", "any"])
def test_a_let_that_is_no_plain_value_cannot_be_used_again(lang: Language, kind: str) -> None:
    assert refused(lang, "seniors.size() > 1", {"seniors": kind}) == (
        "let seniors 的结果只能是数、是否、日期、文字或文字的列表，不能是表格的行"
    )


def test_a_missing_fact_is_named_and_only_when_it_matters(lang: Language) -> None:
    assert run(lang, "leader.age_2 > 5").missing == ("leader.age_2",)
    assert run(lang, "leader.age_2 > 5 || unit.open", unit__open=True).value is True
    assert run(lang, "unit.open && leader.age_2 > 5", unit__open=False).value is False
    assert run(lang, "leader.age_2 > 5 || unit.open", unit__open=False).missing == ("leader.age_2",)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("1 / (leader.age_2 - leader.age_2) > 0", "divide by zero"),
        ("team[99].age == 1", "index=99 size=0"),
        ("add_days(ref.date, 999999999) == ref.date", "out of range"),
        ("add_years(ref.date, 9999) == ref.date", "out of range"),
        ("leader.name.matches('(')", "missing )"),
    ],
)
def test_a_fault_at_run_time_is_an_outcome(lang: Language, source: str, says: str) -> None:
    day = to_utc(date(2026, 7, 31))
    found = run(lang, source, leader__age_2=3, team=[], ref__date=day, leader__name="甲")
    assert (found.value, found.missing) == (None, ())
    assert says in found.error


@pytest.mark.parametrize("value", [3, None, ["甲"], {"a": 1}, "\ud800", 2.5])
def test_a_value_of_a_wrong_type_is_an_outcome_too(lang: Language, value: Any) -> None:
    found = run(lang, "leader.name == 'x'", leader__name=value)
    assert found.value is None
    assert found.error != ""


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("add_years(ref.date, 1)", date(2029, 2, 28)),
        ("add_months(ref.date, -12)", date(2027, 2, 28)),
        ("add_days(ref.date, 1)", date(2028, 3, 1)),
        ("age_on(leader.birth_date, ref.date)", 28),
        ("last_day_of_age(leader.birth_date, 28)", date(2029, 2, 27)),
        ("words('2024年3月')", 4),
        ("year_of(ref.date)", 2028),
        ("occupation_key('焊 工（工种）')", "焊工"),
        # Leap day 2028 lies outside the shipped holidays; these days do not.
        ("working_days(add_days(ref.date, -730), add_days(ref.date, -724))", 5),
        ("working_days(ref.date, add_days(ref.date, -1))", 0),
        ("rank('skill_level', '技师') > rank('skill_level', '高级工')", True),
        ("rank('skill_level', '没有')", -1),
        ("rank('skill_level', '')", -1),
    ],
)
def test_functions_of_the_domain(lang: Language, source: str, value: Any) -> None:
    facts = {
        "ref__date": to_utc(date(2028, 2, 29)),
        "leader__birth_date": to_utc(date(2000, 2, 29)),
    }
    assert run(lang, source, **facts).value == value


def test_rows_hold_typed_cells_and_empty_ones_are_empty(lang: Language) -> None:
    full = lang.row(
        "team",
        {"name": "甲", "age": 41, "score": 1, "formal": True, "since": date(2020, 5, 1),
         "skills": ["车", "钳"], "row_id": "r1"},
    )  # fmt: skip
    blank = lang.row("team", {"name": None, "age": "", "formal": None})
    rows = [full, blank]
    for source, value in {
        "team.map(m, m.age)": [41, 0],
        "team.map(m, m.score)": [1.0, 0.0],
        "team.map(m, m.formal)": [True, False],
        "team.map(m, m.since)": ["2020-05-01", ""],
        "team.map(m, m.skills.size())": [2, 0],
        "team.exists(m, '钳' in m.skills)": True,
    }.items():
        assert run(lang, source, team=rows).value == value, source


def test_names_are_found_longest_first_outside_texts() -> None:
    known = {"leader.name", "leader", "team", "n"}
    source = "leader.name == 'leader.name team' && team.exists(m, m.n > n) || other.x"
    assert used_names(source, known) == ("leader.name", "team", "n")
    assert used_names("\"team\" == '\\'n'", known) == ()


def test_an_expression_is_compiled_once(lang: Language) -> None:
    first = lang.compile("leader.age_2 > 5 && n > 1", {"n": "int"})
    assert lang.compile("leader.age_2 > 5 && n > 1", {"n": "int"}) is first
    assert lang.compile("leader.age_2 > 5 && n > 1.0", {"n": "double"}) is not first


def test_types_of_the_catalogue_have_kinds() -> None:
    assert [kind_of(t) for t in ("year", "money", "declaration", "month", "choices", "uscc")] == [
        "int", "double", "bool", "date", "texts", "text",
    ]  # fmt: skip
    assert to_utc(date(2026, 7, 31)) == datetime(2026, 7, 31, tzinfo=UTC)
