"""Faults of a ruleset that fits the schema: names, types, references, hashes, clauses."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

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
