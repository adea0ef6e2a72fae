"""What the form and the checklist ask: required, limits, rows, lengths, files."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jurisdictions.engine.facts import MaterialFact, build_facts
from jurisdictions.engine.findings import Finding
from jurisdictions.engine.formcheck import (
    exact,
    is_required,
    number_fault,
    visible_fields,
    visible_sections,
    visible_tables,
    word_fault,
)
from jurisdictions.engine.policy import Policy
from tests.jurisdictions.engine.places import (
    ESTABLISH,
    changed,
    filing,
    finding,
    judged,
    setting,
    small,
)

SECTIONS = f"procedures.{ESTABLISH}.form.sections"
MATERIALS = f"procedures.{ESTABLISH}.materials"


def form(*fields: Any, tables: tuple[Any, ...] = (), **more: Any) -> Policy:
    """The small place with a form of one section."""
    section = {"id": "one", "title": "一", "fields": list(fields), "tables": list(tables), **more}
    return changed(setting(SECTIONS, [section]))


def said(found: Finding | None) -> tuple[str, str, str] | None:
    return found and (found.outcome, found.severity, found.sentence)


def rules_of(policy: Policy, answers: dict[str, Any]) -> list[str]:
    return [
        f.rule for f in judged(policy, answers).findings if f.rule.startswith(("field:", "table:"))
    ]


def test_an_empty_required_field_is_missing_and_an_optional_one_is_not() -> None:
    found = finding(small(), "field:unit.name", {"unit.name": None})
    assert said(found) == ("missing", "block", "请填写：单位名称")
    assert (found.missing, found.fields) == (("unit.name",), ("unit.name",))
    assert judged(small(), {"unit.systems": None}).find("field:unit.systems") is None


@pytest.mark.parametrize("ticked", [False, None, "否"])
def test_a_declaration_not_ticked_is_missing(ticked: Any) -> None:
    found = finding(small(), "field:declare.truthful", {"declare.truthful": ticked})
    assert said(found) == ("missing", "block", "请勾选确认：真实性承诺")


def test_a_declaration_that_is_optional_may_stay_empty() -> None:
    policy = form("unit.name", {"field": "leader.healthy", "required": False})
    assert rules_of(policy, {"leader.healthy": False}) == []


def test_a_field_whose_condition_is_false_or_open_is_not_asked() -> None:
    assert judged(small(), {"unit.has_branches": True}).find("field:unit.branch") is not None
    assert judged(small(), {"unit.has_branches": False}).find("field:unit.branch") is None
    assert judged(small(), {"unit.has_branches": None}).find("field:unit.branch") is None


def test_a_section_whose_condition_is_false_hides_all_it_holds() -> None:
    section = {"when": "unit.has_branches", "tables": [{"table": "team", "columns": ["name"]}]}
    policy = form("unit.branch", **section)
    for answer, shown in ((True, ["one"]), (False, [])):
        facts = build_facts(policy, ESTABLISH, filing({"unit.has_branches": answer}))
        assert [s.id for s in visible_sections(policy, ESTABLISH, facts)] == shown
        asked = [use.field for use in visible_fields(policy, ESTABLISH, facts)]
        assert asked == (["unit.branch"] if shown else []) + ["declare.truthful"]
        tables = [use.table for use in visible_tables(policy, ESTABLISH, facts)]
        assert tables == (["team"] if shown else [])


def test_tables_and_declarations_have_conditions_of_their_own() -> None:
    table = {"table": "team", "when": "unit.has_branches", "columns": ["name"]}
    policy = changed(
        lambda document: (
            setting(f"{SECTIONS}.1.tables.0", table)(document),
            setting(
                f"procedures.{ESTABLISH}.form.declarations",
                [{"field": "declare.truthful", "when": "unit.has_branches"}],
            )(document),
        )
    )
    hidden = rules_of(policy, {"declare.truthful": None, "team": None})
    assert hidden == []
    asked = judged(policy, {"unit.has_branches": True, "declare.truthful": None})
    assert asked.find("field:declare.truthful") is not None


def test_required_may_depend_on_an_answer_and_never_holds_for_what_is_computed() -> None:
    policy = form(
        {"field": "unit.branch", "required_when": "unit.has_branches"},
        {"field": "studio.name", "computed": "{leader.name}工作室", "required_when": "true"},
        {"field": "unit.uscc", "computed": "{unit.uscc}", "required_when": "true"},
        {"field": "unit.name", "computed": "{unit.name}"},
    )
    facts = build_facts(policy, ESTABLISH, filing({"unit.has_branches": True}))
    uses = {use.field: use for use in visible_fields(policy, ESTABLISH, facts)}
    assert is_required(policy, ESTABLISH, uses["unit.branch"], facts) is True
    assert is_required(policy, ESTABLISH, uses["studio.name"], facts) is False
    known = [is_required(policy, ESTABLISH, uses[f"unit.{x}"], facts) for x in ("uscc", "name")]
    assert known == [True, False]
    none = build_facts(policy, ESTABLISH, filing({"unit.has_branches": None}))
    assert is_required(policy, ESTABLISH, uses["unit.branch"], none) is False


@pytest.mark.parametrize(
    ("amount", "says"),
    [
        ("49999.99", "承诺配套资金：不能小于 50000"),
        ("50000", None),
        ("1000000", None),
        ("1000000.01", "承诺配套资金：不能大于 1000000"),
    ],
)
def test_limits_of_a_number_include_the_number(amount: str, says: str | None) -> None:
    policy = form({"field": "unit.match_amount", "minimum": 50000, "maximum": 1000000})
    found = judged(policy, {"unit.match_amount": amount}).find("field:unit.match_amount")
    assert (found and found.sentence) == says


def test_a_limit_with_cents_means_exactly_these_cents() -> None:
    assert exact(49999.99) == Decimal("49999.99")
    assert number_fault(Decimal("49999.99"), 49999.99, 49999.99) == ""
    assert number_fault(Decimal("49999.98"), 49999.99, None) == "不能小于 49999.99"
    assert number_fault(Decimal("0.3"), None, 0.3) == ""
    for value in (True, "文字", ["文字"], None):
        assert number_fault(value, 5, 0) == ""


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_every_amount_meets_a_limit_equal_to_it(amount: Decimal) -> None:
    assert number_fault(amount, float(amount), float(amount)) == ""


@given(st.integers(0, 5000), st.integers(0, 5000), st.integers(0, 5000))
def test_limits_of_length_include_the_number(words: int, one: int, two: int) -> None:
    low, high = sorted((one, two))
    assert (word_fault(words, low, high) == "") == (low <= words <= high)
    assert word_fault(words, None, None) == ""
    assert word_fault(low, low, high) == word_fault(high, low, high) == ""


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (9, "现有 9 字，不足 10 字（按 Word 字数统计，标点计入、空格不计）"),
        (10, None),
        (20, None),
        (21, "现有 21 字，超过 20 字（按 Word 字数统计，标点计入、空格不计）"),
    ],
)
def test_the_length_of_an_answer_counts_as_word_counts(words: int, says: str | None) -> None:
    policy = form({"field": "leader.achievements", "min_words": 10, "max_words": 20})
    text = "字 " * words
    found = judged(policy, {"leader.achievements": text}).find("field:leader.achievements")
    assert (found and found.sentence.partition("：")[2]) == says


def test_a_choice_must_be_one_of_the_options() -> None:
    one = finding(small(), "field:unit.district", {"unit.district": "南区"})
    assert said(one) == ("fail", "block", "所在县（区）：“南区”不在可选项中，请重新选择")
    two = finding(small(), "field:unit.systems", {"unit.systems": ["乙", "培养", "甲", "甲"]})
    assert two.sentence == "已建立的技能人才制度：“乙、甲”不在可选项中，请重新选择"
    assert judged(small(), {"unit.systems": ["培养"]}).find("field:unit.systems") is None


def test_a_choice_without_options_takes_any_text() -> None:
    assert rules_of(form("unit.carrier"), {"unit.carrier": "任意"}) == []


@pytest.mark.parametrize(
    ("rows", "outcome", "says"),
    [
        (0, "missing", "工作室其他人员：至少填写 1 行，现有 0 行"),
        (1, None, None),
        (4, None, None),
        (5, "fail", "工作室其他人员：最多 4 行，现有 5 行"),
    ],
)
def test_a_table_has_its_least_and_most_rows(
    rows: int, outcome: str | None, says: str | None
) -> None:
    found = judged(small(), {"team": [{"name": "成员"}] * rows}).find("table:team")
    assert (found and (found.outcome, found.sentence)) == (outcome and (outcome, says))


@pytest.mark.parametrize(
    ("row", "rule", "outcome", "says"),
    [
        ({}, "name", "missing", "请填写成员 1：姓名"),
        ({"name": "甲", "age": 15}, "age", "fail", "成员 1：年龄，不能小于 16"),
        ({"name": "甲", "age": 101}, "age", "fail", "成员 1：年龄，不能大于 100"),
        ({"name": "甲", "sex": "无"}, "sex", "fail", "成员 1：性别，“无”不在可选项中，请重新选择"),
        (
            {"name": "甲", "achievements": "字" * 6},
            "achievements",
            "fail",
            "成员 1：业绩，现有 6 字，超过 5 字（按 Word 字数统计，标点计入、空格不计）",
        ),
    ],
)
def test_every_cell_is_checked_like_a_field(
    row: dict[str, Any], rule: str, outcome: str, says: str
) -> None:
    optional = {"required": False}
    columns = [
        "name",
        {"column": "age", **optional},
        {"column": "sex", **optional},
        {"column": "achievements", "label": "业绩", "max_words": 5, **optional},
    ]
    policy = form(tables=({"table": "team", "columns": columns},))
    assert rules_of(policy, {"team": [row]}) == [f"field:team.0.{rule}"]
    found = finding(policy, f"field:team.0.{rule}", {"team": [row]})
    assert (found.outcome, found.sentence) == (outcome, says)


def test_cells_at_their_limits_pass() -> None:
    policy = form(tables=({"table": "team", "columns": ["name", "age"]},))
    assert rules_of(policy, {"team": [{"name": "甲", "age": n} for n in (16, 100)]}) == []


def materials(*items: dict[str, Any]) -> Policy:
    full = [{"id": f"m{n}", "title": f"材料{n}", **item} for n, item in enumerate(items)]
    return changed(setting(MATERIALS, full))


def given_files(**counts: int) -> dict[str, MaterialFact]:
    return {name: MaterialFact(count) for name, count in counts.items()}


@pytest.mark.parametrize(
    ("words", "outcome"),
    [(1499, "fail"), (1500, "pass"), (2000, "pass"), (2001, "fail"), (None, "person")],
)
def test_the_length_of_a_file_is_measured_and_a_scan_goes_to_a_person(
    words: int | None, outcome: str
) -> None:
    found = finding(small(), "material:deeds", materials={"deeds": MaterialFact(1, words)})
    assert (found.outcome, found.stops) == (outcome, outcome == "fail")
    assert found.clauses == ("shiyan-5-1",)


def test_a_length_may_cite_a_clause_of_its_own() -> None:
    policy = materials({"clause": "shiyan-5-2", "words": {"maximum": 5, "clause": "shiyan-5-1"}})
    found = finding(policy, "material:m0", materials={"m0": MaterialFact(1, 6)})
    assert found.clauses == ("shiyan-5-1",)
    assert "超过 5 字" in found.sentence


@pytest.mark.parametrize(
    ("item", "outcome", "severity", "says"),
    [
        ({}, "missing", "block", "材料0：至少上传 1 份，现有 0 份"),
        ({"severity": "warn"}, "missing", "warn", "材料0：至少上传 1 份，现有 0 份"),
        ({"need": "optional"}, "pass", "info", "选交，未上传"),
        ({"none_field": "leader.no_awards"}, "pass", "block", "已上传 0 份"),
    ],
)
def test_a_material_not_handed_in(
    item: dict[str, Any], outcome: str, severity: str, says: str
) -> None:
    found = finding(materials(item), "material:m0", {"leader.no_awards": True}, materials={})
    assert said(found) == (outcome, severity, says)


def test_an_optional_material_begun_must_be_complete() -> None:
    policy = materials({"need": "optional", "min_files": 2})
    found = finding(policy, "material:m0", materials=given_files(m0=1))
    assert said(found) == ("missing", "block", "材料0：至少上传 2 份，现有 1 份")


def test_a_material_whose_condition_does_not_hold_is_not_asked() -> None:
    policy = materials({"when": "unit.has_branches"})
    assert judged(policy, {"unit.has_branches": False}).find("material:m0") is None
    assert judged(policy, {"unit.has_branches": None}).find("material:m0") is None
    assert judged(policy, {"unit.has_branches": True}).find("material:m0") is not None


def test_one_of_a_group_is_enough() -> None:
    policy = materials({"group": "licence"}, {"group": "licence"}, {"group": "other"})
    result = judged(policy, materials=given_files(m1=1))
    outcomes = {f.rule: f.outcome for f in result.findings if f.rule.startswith("material:")}
    assert outcomes == {"material:m0": "pass", "material:m1": "pass", "material:m2": "missing"}
