"""Faults of a ruleset that fits the schema: names, types, references, hashes, clauses."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jurisdictions.engine import check
from jurisdictions.engine.check import check_policy
from jurisdictions.engine.loader import read_source
from jurisdictions.engine.policy import build_policy
from jurisdictions.engine.problems import RulesetInvalidError
from jurisdictions.management.cities import read_city
from tests.jurisdictions.factories import ESTABLISH, SHIYAN, shiyan

Change = Callable[[dict[str, Any]], None]


def faults(change: Change) -> list[str]:
    """What the check says of the small place after a change, as path: message."""
    city = read_city(SHIYAN)
    document = copy.deepcopy(read_source(SHIYAN).document)
    change(document["procedures"][ESTABLISH])
    policy = build_policy(document, city.inventory, city.catalogue, city.policy.national)
    return [f"{problem.path}: {problem.message}" for problem in check_policy(policy)]


def test_the_small_place_has_no_fault() -> None:
    assert check_policy(shiyan()) == []


def setting(place: str, value: Any) -> Change:
    """Set one value at a dotted path."""

    def change(procedure: dict[str, Any]) -> None:
        node: Any = procedure
        *path, last = [int(step) if step.isdigit() else step for step in place.split(".")]
        for step in path:
            node = node[step]
        node[last] = value

    return change


@pytest.mark.parametrize(
    ("place", "value", "says"),
    [
        ("rules.0.require", "leader.agee <= 55", "rules.0.require: "),
        ("rules.0.require", "leader.age <= 55.0", "rules.0.require: "),
        ("rules.0.require", "leader.age", "结果应为 bool，实为 int"),
        ("rules.0.require", "has(leader.name)", "不能对单个字段用 has("),
        ("rules.0.require", 'rank("skil", leader.skill_level) > 1', "没有国家代码表 skil"),
        ("rules.0.last_day", "leader.age", "结果应为 date，实为 int"),
        ("rules.0.clause", "shiyan-99", "条款 shiyan-99 不在条款清单中"),
        ("rules.0.fields", ["leader.nme"], "没有字段 leader.nme"),
        ("rules.0.says", {"fail": "{leader.agee}"}, "{leader.agee} 不是字段、事实或 let"),
        ("form.sections.0.fields.1", {"field": "unit.distric"}, "没有字段 unit.distric"),
        ("form.sections.0.fields.1", {"field": "unit.district"}, "选择题 unit.district 没有选项"),
        ("form.sections.0.fields.1", "leader.name", "字段 leader.name 在表单中出现两次"),
        ("form.sections.1.tables.0.columns", ["nme"], "表 team 没有列 nme"),
        ("workflow.stages.0.office", "nobody", "offices 中没有机构角色 nobody"),
        ("workflow.stages.2.result", "nothing", "results 中没有 nothing"),
        ("uniqueness.claims.0.key", ["leader.nme"], "没有字段 leader.nme"),
        ("studio_name", "{leader.nme}工作室", "命名公式中没有字段 leader.nme"),
        ("studio_name", "{leader.name工作室", "命名公式"),
        (
            "sheet",
            {"template": "forms/none.html", "sha256": "0" * 64},
            "没有模板 forms/none.html",
        ),
    ],
)
def test_a_fault_is_found_where_it_is(place: str, value: Any, says: str) -> None:
    found = faults(setting(place, value))
    assert any(says in line for line in found), found


def test_a_key_that_the_schema_does_not_know_is_refused_with_a_hint() -> None:
    with pytest.raises(RulesetInvalidError) as caught:
        faults(setting("rules.0.sevrity", "warn"))
    problem = caught.value.problems[0]
    assert problem.path == "procedures.establish.rules.0.sevrity"
    assert "没有这个键" in problem.hint


def test_a_rule_has_exactly_one_test() -> None:
    with pytest.raises(RulesetInvalidError, match="必须且只能写一个"):
        faults(setting("rules.0.readings", [{"label": "甲", "require": "leader.age > 1"}]))


def document_faults(change: Change) -> list[str]:
    """What the check says after a change of the whole document, with hints."""
    city = read_city(SHIYAN)
    document = copy.deepcopy(read_source(SHIYAN).document)
    change(document)
    policy = build_policy(document, city.inventory, city.catalogue, city.policy.national)
    return [str(problem) for problem in check_policy(policy)]


STAGE = {"kind": "check", "label": "x", "applicant_label": "x", "office": "bureau"}


@pytest.mark.parametrize(
    ("place", "value", "says"),
    [
        ("rules.1.id", "age", "procedures.establish.rules: 编号 age 重复（改一个）"),
        ("materials.1.id", "deeds", "procedures.establish.materials: 编号 deeds 重复（改一个）"),
        ("form.sections.1.id", "unit", "procedures.establish.form: 编号 unit 重复（改一个）"),
        ("rules.0.let", {"team": "1"}, "rules.0.let.team: let team 与表 team 重名（换一个名字）"),
        ("rules.0.let", {"n": "leader.agee"}, "rules.0.let.n: 第1:7: undeclared reference"),
        ("rules.0.let", {"n": "team", "m": "n.size()"}, "rules.0.let.m: let n 的结果只能是"),
        ("rules.3.readings.0.require", "1", "readings.0.require: 结果应为 bool，实为 int"),
        ("form.sections.0.when", "unit.systems", "结果应为 bool，实为 texts（核对表达式）"),
        (
            "form.sections.1.tables.0.table",
            "tem",
            "form.sections.1.tables.0.table: 没有表 tem（见 docs/field-catalogue.md）",
        ),
        (
            "form.sections.0.fields.6",
            {"field": "unit.systems", "encouraged": ["休假"]},
            "form.sections.0.fields.6.encouraged: 鼓励项 休假 不在选项中",
        ),
        ("materials.0.none_field", "leader.nothing", "materials.0.none_field: 没有字段"),
        ("materials.0.per_row", {"table": "tem"}, "materials.0.per_row: 没有表 tem"),
        (
            "materials.0.per_row",
            {"table": "team", "when": "formal"},
            "materials.0.per_row.when: 表 team 没有列 formal（核对列名）",
        ),
        ("visible_to_unit_from", "nowhere", "visible_to_unit_from: 没有环节 nowhere"),
        (
            "rounds.deadline",
            {"binds": "arrival", "arrival_stage": "nowhere"},
            "rounds.deadline.arrival_stage: 没有环节 nowhere（核对 workflow.stages）",
        ),
        (
            "workflow.stages.0.points",
            [{"id": "p", "text": "x", "rules": ["none"], "materials": ["nix"]}],
            "workflow.stages.0: 要点 p 引用的规则 none 不存在",
        ),
        (
            "workflow.stages.0.points",
            [{"id": "p", "text": "x", "materials": ["nix"]}],
            "workflow.stages.0: 要点 p 引用的材料 nix 不存在",
        ),
        ("workflow.stages.0.box", "opinion", "workflow.stages.0.box: 申报表没有意见栏 opinion"),
        (
            "workflow.stages.2.boxes",
            {"district": "opinion"},
            "workflow.stages.2.boxes: bodies 中没有机构角色 district（核对 bodies）",
        ),
        ("workflow.stages.2.bodies", ["nobody"], "offices 中没有机构角色 nobody（补上 offices）"),
        (
            "workflow.stages.0",
            {**STAGE, "id": "c", "kind": "consult", "offices": [{"office": "police"}]},
            "offices 中没有机构角色 police",
        ),
        (
            "workflow.stages.0",
            {**STAGE, "id": "p", "kind": "panel", "seats": {"offices": ["union"]}},
            "offices 中没有机构角色 union",
        ),
        (
            "workflow.stages.0",
            {**STAGE, "id": "h", "kind": "hearing", "score_table": "marks"},
            "score_table: 没有评分表 marks（补上 score_tables）",
        ),
        ("workflow", {"same_as": "nothing"}, "workflow.same_as: 没有事项 nothing（核对 same_as）"),
        ("workflow", {"same_as": "establish"}, "的流程也是借用的（写明流程所在的事项）"),
        (
            "results.named.effects.0.name",
            "{leader.nme}工作室",
            "results.named.effects.0.name: 命名公式中没有字段 leader.nme",
        ),
    ],
)
def test_more_faults_are_found_where_they_are(place: str, value: Any, says: str) -> None:
    found = document_faults(lambda doc: setting(place, value)(doc["procedures"][ESTABLISH]))
    assert any(says in line for line in found), found


def test_a_choice_from_a_table_that_does_not_exist_is_told() -> None:
    own = {"own.colour": {"type": "choice", "label": "颜色", "options_from": "colours"}}

    def change(document: dict[str, Any]) -> None:
        document["fields"] = own
        document["procedures"][ESTABLISH]["form"]["sections"][0]["fields"].append("own.colour")

    assert any(line.endswith(".field: 没有代码表 colours") for line in document_faults(change))


def test_a_borrowed_road_needs_the_results_it_leads_to() -> None:
    def change(document: dict[str, Any]) -> None:
        procedures = document["procedures"]
        again = copy.deepcopy(procedures[ESTABLISH])
        again["workflow"] = {"same_as": ESTABLISH}
        del again["results"]["named"]
        procedures["again"] = again

    assert document_faults(change) == [
        "procedures.again.workflow.same_as.result: results 中没有 named（补上 results）"
    ]


def test_offices_and_lists_name_what_exists() -> None:
    def change(document: dict[str, Any]) -> None:
        document["offices"]["district"]["covers_by"] = "unit.distric"
        document["list_clauses"] = {"colours": {"clause": "shiyan-3-1"}}

    assert document_faults(change) == [
        "offices.district.covers_by: 没有字段 unit.distric（见 fields.yaml）",
        "list_clauses.colours: lists 中没有这个清单（('shiyan-3-1',)）",
    ]


def test_a_place_without_an_inventory_may_cite_any_clause() -> None:
    policy = shiyan()
    nothing: dict[str, Any] = {"articles": [], "clauses": []}
    bare = build_policy(policy.document, nothing, policy.shared.model_dump(), policy.national)
    assert check_policy(bare) == []


def test_a_sheet_that_was_changed_is_told_with_its_new_hash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "TEMPLATES", tmp_path)
    (tmp_path / "sheet.html").write_text("<p>表</p>", encoding="utf-8")
    digest = check.sheet_digest("sheet.html")

    def told(sha256: str) -> list[str]:
        sheet = {"template": "sheet.html", "sha256": sha256}
        return document_faults(lambda doc: setting("sheet", sheet)(doc["procedures"][ESTABLISH]))

    assert told(digest) == []
    assert told("0" * 64) == [
        f"procedures.establish.sheet.sha256: 模板已改动，与政策版本不符（新版本写 {digest}）"
    ]


def test_the_command_tells_files_apart_and_fails_when_one_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = SHIYAN.read_text(encoding="utf-8")
    broken, odd = tmp_path / "broken.yaml", tmp_path / "odd.yaml"
    broken.write_text(text.replace("require: leader.age <= 55", "require: leader.agee <= 55"))
    odd.write_text("identity: 3\n")
    assert check.main([str(SHIYAN)]) == 0
    assert capsys.readouterr().out == f"{SHIYAN}: 通过\n"
    assert check.main([str(SHIYAN), str(broken), str(odd)]) == 1
    printed = capsys.readouterr().out
    line = text[: text.index("require: leader.age <= 55")].count("\n") + 1
    assert f"broken.yaml:{line}: procedures.establish.rules.0.require: 第1:7: " in printed
    assert f"{broken}: 1 处错误" in printed
    assert "odd.yaml:1: identity: " in printed
