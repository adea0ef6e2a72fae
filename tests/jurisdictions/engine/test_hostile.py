"""Whatever stands in the answers, the engine gives findings and never an exception."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jurisdictions.engine.cases import Case, filing_of
from jurisdictions.engine.facts import Filing, MaterialFact, build_facts
from jurisdictions.engine.rules import evaluate
from tests.jurisdictions.engine.places import (
    CITIES,
    ESTABLISH,
    FIXTURES,
    REFERENCE,
    city,
    finding,
    judged,
    one,
    small,
)

# Lone surrogates come out of JSON as well ("\\ud800"), so they are among the texts.
TEXTS = st.one_of(
    st.text(st.characters(codec=None), max_size=30),
    st.sampled_from(
        ["是", "男", "女", "0", "-1", "1e999", "NaN", "2026-02-30", "9999-12-31", "0001-01-01",
         "𠮷𡈽", "\0", "\ud800", "{leader.name}", "  ", "50", "²", "1_0"]
    ),
    st.sampled_from("9字a").map(lambda char: char * 5000),
)  # fmt: skip
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), TEXTS, st.dates(),
    st.datetimes(), st.decimals(),
)  # fmt: skip
SEALED = st.fixed_dictionaries(
    {"sealed": SCALARS}, optional={"birth": SCALARS, "sex": SCALARS, "shown": SCALARS}
)
JUNK = st.recursive(
    st.one_of(SCALARS, SEALED),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def rows(table: str, code: str) -> st.SearchStrategy[Any]:
    """Rows of known columns with any cells, rows that are none, or no table at all."""
    columns = [*city(code)[0].catalogue.tables[table].columns, "row_id", "stray"]
    row = st.dictionaries(st.sampled_from(columns), JUNK, max_size=6)
    return st.lists(row | JUNK, max_size=4) | JUNK


@st.composite
def answers(draw: st.DrawFn, code: str) -> dict[str, Any]:
    """The complete filing with up to eight answers replaced by anything."""
    policy, suite = city(code)
    case = Case("", "application", (), {}, {}, FIXTURES, ESTABLISH)
    given_answers = dict(filing_of(suite, case).answers)
    paths = st.lists(st.sampled_from(sorted(policy.catalogue.fields)), max_size=8)
    for path in draw(paths):
        given_answers[path] = draw(JUNK)
    for table in draw(st.lists(st.sampled_from(sorted(policy.catalogue.tables)), max_size=2)):
        given_answers[table] = draw(rows(table, code))
    return given_answers


@pytest.mark.parametrize("code", CITIES)
@FEW
@given(data=st.data())
def test_any_answers_give_findings_in_every_procedure(code: str, data: st.DataObject) -> None:
    policy = city(code)[0]
    given_answers = data.draw(answers(code))
    for procedure in policy.ruleset.procedures:
        result = evaluate(policy, procedure, Filing(given_answers, REFERENCE))
        assert result.submit in ("allowed", "blocked", "needs_reason")
        for found in result.findings:
            assert found.outcome != "error", found


@given(JUNK)
@FEW
def test_any_person_has_facts_or_faults(junk: Any) -> None:
    people = ("leader.id_number", "leader.birth_date", "leader.sex", "leader.women_category",
              "leader.id_type")  # fmt: skip
    for path in people:
        facts = build_facts(small(), ESTABLISH, Filing({path: junk}, REFERENCE))
        age = facts.data.get("leader.age")
        assert age is None or age >= 0


def test_a_birth_after_the_reference_day_is_a_fault_of_the_number_it_came_from() -> None:
    found = finding(small(), "field:leader.id_number", {"leader.id_number": "110101203001010014"})
    assert found.outcome == "fail"
    assert found.sentence == ("身份证号：出生日期2030年1月1日晚于计算基准日2026年7月31日，请核对")


def test_a_birth_typed_after_the_reference_day_is_a_fault_of_the_birth() -> None:
    facts = build_facts(small(), ESTABLISH, Filing({"leader.birth_date": "2026-08-01"}, REFERENCE))
    assert facts.faults["leader.birth_date"] == (
        "出生日期2026年8月1日晚于计算基准日2026年7月31日，请核对"
    )
    assert "leader.age" not in facts.data
    assert "leader.birth_date" not in facts.data


def test_somebody_born_on_the_reference_day_is_nought_years_old() -> None:
    facts = build_facts(small(), ESTABLISH, Filing({"leader.birth_date": "2026-07-31"}, REFERENCE))
    assert facts.data["leader.age"] == 0
    assert facts.faults == {}


def test_a_member_born_after_the_reference_day_is_a_fault_of_the_row() -> None:
    team = [{"name": "成员", "id_number": "110101203001010014"}]
    result = judged(small(), {"team": team})
    found = result.find("field:team.0.id_number")
    assert found is not None
    assert found.sentence == (
        "成员 1：身份证号，出生日期2030年1月1日晚于计算基准日2026年7月31日，请核对"
    )


def test_a_birth_that_contradicts_the_number_is_a_fault() -> None:
    facts = build_facts(
        small(),
        ESTABLISH,
        Filing(
            {"leader.birth_date": "1975-10-21", "leader.id_number": "650102197510203117"},
            REFERENCE,
        ),
    )
    assert facts.faults == {"leader.birth_date": "出生日期与身份证号不一致，请核对"}


def test_a_category_that_does_not_exist_counts_as_not_chosen_and_is_told() -> None:
    answers = {
        "leader.id_number": None,
        "leader.sex": "女",
        "leader.birth_date": "1980-05-01",
        "leader.women_category": "52",
    }
    result = judged(small(), answers)
    told = result.find("field:leader.women_category")
    assert told is not None
    assert told.sentence == "女职工原法定退休年龄：“52”不在可选项中，请重新选择"
    rule = result.find("retire")
    assert rule is not None
    assert (rule.outcome, rule.missing) == ("missing", ("leader.women_category",))


@pytest.mark.parametrize("value", ["一段文字", 7, {"0": {}}, True, 1.5])
def test_a_table_that_is_none_is_told_once(value: Any) -> None:
    result = judged(small(), {"team": value})
    found = result.find("table:team")
    assert found is not None
    assert (found.outcome, found.sentence) == (
        "fail",
        "工作室其他人员：表格内容格式不对，请重新填写",
    )
    assert [f.rule for f in result.findings if f.rule.startswith("field:team")] == []


@pytest.mark.parametrize("row", ["一行", None, 3, ["成员"], float("nan")])
def test_a_row_that_is_none_is_told_in_its_place(row: Any) -> None:
    result = judged(small(), {"team": [{"name": "甲"}, row, {"name": "丙"}]})
    found = result.find("field:team.1")
    assert found is not None
    assert found.sentence == "成员 2：这一行的内容格式不对，请删去后重新填写"
    assert [f.rule for f in result.findings if f.rule.startswith("field:team")] == ["field:team.1"]


def test_a_wrong_cell_is_told_and_the_rule_sees_it_empty() -> None:
    result = judged(small(), {"team": [{"name": "甲", "age": "四十", "is_formal": "也许"}]})
    age, formal = result.find("field:team.0.age"), result.find("field:team.0.is_formal")
    assert age is not None
    assert formal is not None
    assert age.sentence == "成员 1：年龄，“四十”不是整数，请只填数字"
    assert formal.sentence == "成员 1：正式员工，“也许”不是“是”或“否”，请重新选择"


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("unit.name", ["示例公司"], "内容格式不对，请重新填写"),
        ("unit.name", {"zh": "示例公司"}, "内容格式不对，请重新填写"),
        ("unit.name", {"sealed": "token", "shown": "***"}, "内容格式不对，请重新填写"),
        ("unit.name", True, "内容格式不对，请重新填写"),
        ("unit.name", "示例\ud800", "含有无法保存的字符，请删去后重新填写"),
        ("unit.name", "示例\0公司", "含有无法保存的字符，请删去后重新填写"),
        ("unit.name", "公" * 121, "最多 120 个字符，现有 121 个"),
        ("unit.match_amount", "五万", "“五万”不是数字，请只填数字，如 50000 或 86.5"),
        ("unit.match_amount", "NaN", "“NaN”不是有效的数字"),
        ("unit.match_amount", float("inf"), "“inf”不是有效的数字"),
        ("unit.match_amount", "1e400", "“1e400”超出能够填写的范围，请核对"),
        ("unit.match_amount", "1" * 16, f"“{'1' * 16}”超出能够填写的范围，请核对"),
        ("leader.work_start", "9999-12", "年份应在 1900 至 2199 之间，请核对"),
        ("leader.work_start", ["1996-07"], "内容格式不对，请重新填写"),
        ("leader.id_number", {"number": "1"}, "内容格式不对，请重新填写"),
        ("unit.systems", {"培养": True}, "内容格式不对，请重新填写"),
        ("unit.systems", [["培养"]], "内容格式不对，请重新填写"),
        ("unit.systems", 5, "“5”不在可选项中，请重新选择"),
        ("unit.has_branches", [], None),
    ],
)
def test_what_does_not_fit_a_field_is_said_in_its_finding(
    path: str, value: Any, says: str | None
) -> None:
    found = judged(small(), {path: value}).find(f"field:{path}")
    if says is None:
        assert found is None
    else:
        assert found is not None
        assert (found.outcome, found.sentence.partition("：")[2]) == ("fail", says)


def test_names_outside_the_basic_plane_count_and_pass() -> None:
    result = judged(small(), {"leader.name": "𠮷田𡈽", "leader.achievements": "𠮷" * 20})
    assert result.submit == "allowed"
    longer = judged(small(), {"leader.achievements": "𠮷" * 21}).find("field:leader.achievements")
    assert longer is not None
    assert longer.sentence == (
        "主要工作业绩：现有 21 字，超过 20 字（按 Word 字数统计，标点计入、空格不计）"
    )


def test_a_moment_where_a_day_is_asked_is_read_as_its_day() -> None:
    facts = build_facts(
        small(),
        ESTABLISH,
        Filing({"leader.birth_date": datetime(1980, 5, 1, 13, 30, tzinfo=UTC)}, REFERENCE),
    )
    assert facts.typed["leader.birth_date"] == date(1980, 5, 1)


def test_registers_of_a_wrong_type_are_an_error_finding_not_an_exception() -> None:
    rule = {"require": "register.leader_active == 0"}
    found = one(rule, registers={"register.leader_active": "无"})
    assert (found.outcome, found.sentence) == ("error", "系统未能核对，请联系受理机关")


def test_materials_without_files_or_with_odd_rows_give_findings() -> None:
    given = {"deeds": MaterialFact(count=-1, words=-5, rows={"x": 3}), "stray": MaterialFact(9)}
    found = finding(small(), "material:deeds", materials=given)
    assert (found.outcome, found.sentence) == (
        "missing",
        "事迹材料：至少上传 1 份，现有 -1 份",
    )


def test_exact_money_is_read_from_what_people_type() -> None:
    facts = build_facts(
        small(), ESTABLISH, Filing({"unit.match_amount": " 1,234，567.89 "}, REFERENCE)
    )
    assert facts.typed["unit.match_amount"] == Decimal("1234567.89")
    assert facts.data["unit.match_amount"] == 1234567.89
