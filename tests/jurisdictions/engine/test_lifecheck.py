"""What a ruleset says about life after naming is checked against the rest of it."""

import copy
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from jurisdictions.engine.cases import load_suite, run_case
from jurisdictions.engine.check import check_policy
from jurisdictions.engine.grading import GradeError, award_of, cap_for
from jurisdictions.engine.loader import read_source
from jurisdictions.engine.national import load_national
from jurisdictions.engine.plainyaml import load_yaml
from jurisdictions.engine.policy import Policy, build_policy
from jurisdictions.engine.problems import RulesetInvalidError
from jurisdictions.engine.reduced import without

FIXTURES = Path(__file__).parents[3] / "fixtures"
NATIONAL = load_national(FIXTURES / "national")
CATALOGUE = load_yaml((FIXTURES / "national" / "fields.yaml").read_text("utf-8"))


@cache
def source(code: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Document and clause texts of a shipped city, read once."""
    texts = load_yaml((FIXTURES / "clauses" / f"{code}.yaml").read_text("utf-8"))
    return read_source(FIXTURES / f"{code}.yaml").document, texts


def built(code: str, change: dict[str, Any]) -> Policy:
    """A shipped city with values put at dotted places."""
    original, inventory = source(code)
    document = copy.deepcopy(original)
    for place, value in change.items():
        node: Any = document
        *way, last = [int(step) if step.isdigit() else step for step in place.split(".")]
        for step in way:
            node = node[step]
        node[last] = value
    return build_policy(document, inventory, CATALOGUE, NATIONAL)


@pytest.mark.parametrize(
    ("code", "place", "value", "told"),
    [
        ("yuzhong", "calendar.0.to", "nobody", "calendar.0.to: offices 中没有机构角色 nobody"),
        ("yuzhong", "calendar.0.opinion.by", "nobody", "机构角色 nobody"),
        ("yuzhong", "calendar.0.counts_in", ["nothing"], "没有考核 nothing"),
        ("yuzhong", "duties.0.by", "nobody", "duties.0.by"),
        ("yuzhong", "assessments.biennial.by", "nobody", "assessments.biennial.by"),
        ("yuzhong", "assessments.biennial.table", "nothing", "没有评分表 nothing"),
        ("yuzhong", "revocations.decided_by", ["nobody"], "revocations.decided_by"),
        ("yuzhong", "changes.events.0.paths.0.decides", ["nobody"], "paths.0.decides"),
        ("yuzhong", "ledger.matching.0.says", "还差 {gap} 元", "{gap} 无从填写"),
        ("yuzhong", "registers.members.posts.1.id", "head", "岗位编号重复"),
        ("chaoyang", "ledger.voucher_mark.text", "{title}经费", "{title} 无从填写"),
        ("chaoyang", "calendar.1.id", "agreement", "年度材料编号 agreement 重复"),
        ("chaoyang", "assessments.biennial.team.roles", ["nobody"], "biennial.team"),
        ("chaoyang", "assessments.biennial.grades.2.rectification.set_by", "nobody", "set_by"),
        ("urumqi", "registers.apprentices.target.level", "大师", "技能等级中没有 大师"),
        ("urumqi", "ledger.use_up.ahead.says", "还有 {day} 天", "{day} 无从填写"),
        ("yuzhong", "registers.members.usual.title_level", "大师", "等级中没有 大师"),
        ("yuzhong", "registers.members.usual.says", "{who}未达到", "{who} 无从填写"),
    ],
)
def test_a_name_that_leads_nowhere_is_told_with_its_place(
    code: str, place: str, value: Any, told: str
) -> None:
    faults = [str(problem) for problem in check_policy(built(code, {place: value}))]
    assert [fault for fault in faults if told in fault] != []


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("calendar.0.due", {"month": 12}),
        ("calendar.0.due", {"month": 12, "day": 31, "set_by": "bureau"}),
        ("calendar.0.surprise", 1),
        ("assessments.biennial.cycle", {"every_months": 24, "at_term_end": True}),
        ("assessments.biennial.table", None),
        ("assessments.biennial.caps.0.grade", "特优"),
        ("ledger.matching.0.some", True),
        ("ledger.sources.1.id", "grant"),
        ("revocations.effects", []),
        ("score_tables.biennial.total", 121),
    ],
)
def test_a_ruleset_that_says_two_things_at_once_is_refused(place: str, value: Any) -> None:
    with pytest.raises(RulesetInvalidError):
        built("yuzhong", {place: value})


@pytest.mark.parametrize("what", ["months", "set_by"])
def test_a_time_for_mending_is_fixed_or_set_but_not_both(what: str) -> None:
    place = "assessments.biennial.grades.1.rectification"
    both = {"months": 3, "set_by": "bureau", "fails": {"label": "取消", "effects": []}}
    value = both if what == "months" else {"fails": {"label": "取消", "effects": []}}
    with pytest.raises(RulesetInvalidError):
        built("yuzhong", {place: value})


def test_grades_of_the_table_must_be_known_to_the_assessment() -> None:
    faults = check_policy(built("yuzhong", {"score_tables.biennial.grades.1.label": "很差"}))
    assert [problem.path for problem in faults] == ["assessments.biennial.grades"]


@pytest.mark.parametrize(
    "path",
    [
        ("calendar", 0, "opinion"),
        ("ledger", "account"),
        ("registers", "secrecy"),
        ("assessments", "biennial", "caps", 0),
        ("revocations", "grounds", 3),
        ("changes", "events", 1, "paths", 2),
        ("score_tables", "biennial", "groups", 0, "items", 0),
    ],
)
def test_the_cases_notice_when_an_entry_is_lost(path: tuple[Any, ...]) -> None:
    document, inventory = source("yuzhong")
    suite = load_suite(FIXTURES / "yuzhong" / "cases")
    try:
        changed = build_policy(without(document, path), inventory, CATALOGUE, NATIONAL)
    except RulesetInvalidError:
        return
    assert [case.title for case in suite.cases if run_case(changed, suite, case)] != []


def test_an_unknown_award_is_told_with_the_known_grade_untouched() -> None:
    assessment = built("yuzhong", {}).ruleset.assessments["biennial"]
    with pytest.raises(GradeError, match="没有“特等奖”"):
        award_of(assessment, "特等奖")
    assert cap_for(assessment, "合格") is None
