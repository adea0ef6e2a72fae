"""Rules on facts: every outcome, severity and sentence."""

import copy
from datetime import date
from typing import Any

import pytest

from jurisdictions.engine.facts import Filing, MaterialFact
from jurisdictions.engine.findings import Evaluation, Finding
from jurisdictions.engine.loader import read_source
from jurisdictions.engine.policy import Policy, build_policy
from jurisdictions.engine.rules import evaluate
from jurisdictions.management.cities import read_city
from tests.jurisdictions.factories import ESTABLISH, SHIYAN, shiyan

REFERENCE = date(2026, 7, 31)
COMPLETE: dict[str, Any] = {
    "unit.name": "示例公司",
    "unit.district": "东区",
    "unit.match_amount": "50000",
    "leader.name": "张三",
    "leader.sex": "男",
    "leader.id_number": "650102197510203117",
    "leader.work_start": "1996-07",
    "leader.occupation": "焊工",
    "leader.skill_level": "技师",
    "leader.achievements": "革新三项",
    "team": [{"row_id": str(number), "name": "成员"} for number in range(3)],
    "declare.truthful": True,
}
FILES = {"deeds": MaterialFact(count=1, words=1800)}


@pytest.fixture(scope="module")
def policy() -> Policy:
    return shiyan()


def with_rules(*rules: dict[str, Any]) -> Policy:
    """The small place with other rules."""
    city = read_city(SHIYAN)
    document = copy.deepcopy(read_source(SHIYAN).document)
    document["procedures"][ESTABLISH]["rules"] = list(rules)
    return build_policy(document, city.inventory, city.catalogue, city.policy.national)


def judge(policy: Policy, **changes: Any) -> Evaluation:
    answers = {**COMPLETE, **{path.replace("__", "."): value for path, value in changes.items()}}
    known = {path: value for path, value in answers.items() if value is not None}
    return evaluate(policy, ESTABLISH, Filing(known, REFERENCE, FILES))


def one(rule: dict[str, Any], **changes: Any) -> Finding:
    found = judge(with_rules({"id": "r", "title": "条件", **rule}), **changes).find("r")
    assert found is not None
    return found


def test_a_complete_filing_may_be_submitted(policy: Policy) -> None:
    result = judge(policy)
    assert result.submit == "allowed"
    assert result.stopping == ()


@pytest.mark.parametrize(
    ("birth", "outcome", "sentence", "last_day"),
    [
        ("1970-08-01", "pass", "55周岁，符合", date(2026, 7, 31)),
        ("1970-07-31", "fail", "56周岁，超过55周岁", date(2026, 7, 30)),
    ],
)
def test_full_years_count_until_the_day_before_the_birthday(
    policy: Policy, birth: str, outcome: str, sentence: str, last_day: date
) -> None:
    found = judge(policy, leader__id_number=None, leader__birth_date=birth).find("age")
    assert (found.outcome, found.sentence, found.last_day) == (outcome, sentence, last_day)


def test_a_missing_answer_is_asked_for_by_what_people_fill_in(policy: Policy) -> None:
    found = judge(policy, leader__id_number=None).find("age")
    assert (found.outcome, found.missing) == ("missing", ("leader.id_number",))
    assert found.stops


def test_a_woman_without_her_category_sees_both_dates(policy: Policy) -> None:
    found = judge(
        policy, leader__id_number=None, leader__sex="女", leader__birth_date="1980-05-01"
    ).find("retire")
    assert found.outcome == "missing"
    assert found.missing == ("leader.women_category",)
    assert len(found.values) >= 2


@pytest.mark.parametrize(
    ("members", "outcome", "severity"),
    [(1, "fail", "block"), (2, "fail", "warn"), (3, "pass", "block"), (14, "pass", "block"),
     (15, "fail", "warn"), (16, "fail", "block")],
)  # fmt: skip
def test_two_readings_pass_together_warn_apart_and_block_when_neither_holds(
    policy: Policy, members: int, outcome: str, severity: str
) -> None:
    team = [{"row_id": str(n), "name": "成员"} for n in range(members)]
    found = judge(policy, team=team).find("team_size")
    assert (found.outcome, found.severity) == (outcome, severity)
    assert [part.title for part in found.parts] == ["不计领办人", "计入领办人"]


def test_a_human_rule_goes_to_a_person_and_stops_nothing(policy: Policy) -> None:
    found = judge(policy).find("conduct")
    assert (found.outcome, found.check, found.stops) == ("person", "human", False)


@pytest.mark.parametrize(
    ("severity", "submit"), [("block", "blocked"), ("warn", "needs_reason"), ("info", "allowed")]
)
def test_severity_decides_what_a_failed_rule_does(severity: str, submit: str) -> None:
    policy = with_rules(
        {"id": "r", "title": "条件", "require": "leader.age <= 20", "severity": severity}
    )
    assert judge(policy).submit == submit


def test_a_rule_whose_condition_does_not_hold_does_not_apply() -> None:
    found = one({"when": 'leader.sex == "女"', "require": "leader.age <= 20"})
    assert (found.outcome, found.stops) == ("not_applicable", False)


def test_a_condition_that_cannot_be_decided_yet_stops_nothing() -> None:
    found = one({"when": "unit.secret", "require": "leader.age <= 20"})
    assert (found.outcome, found.severity) == ("missing", "info")


def test_an_expression_decided_without_a_missing_fact_is_decided() -> None:
    found = one({"require": "leader.age <= 60 || unit.match_amount >= 1.0", "check": "auto"},
                unit__match_amount=None)  # fmt: skip
    assert found.outcome == "pass"


@pytest.mark.parametrize(
    ("levels", "n", "outcome"),
    [(("技师", "高级工"), 1, "pass"), (("高级工", "中级工"), 1, "fail"),
     (("技师", "高级工"), 2, "fail")],
)  # fmt: skip
def test_at_least_so_many_alternatives(levels: tuple[str, ...], n: int, outcome: str) -> None:
    options = [
        {"id": f"o{i}", "title": level, "require": f'leader.skill_level == "{level}"'}
        for i, level in enumerate(levels)
    ]
    found = one({"at_least": {"n": n, "of": options}})
    assert found.outcome == outcome
    first = "pass" if "技师" in levels else "fail"
    assert found.parts[0].outcome == first


def test_an_alternative_that_holds_makes_missing_ones_irrelevant() -> None:
    options = [
        {"id": "a", "title": "甲", "require": "unit.running_amount >= 1.0"},
        {"id": "b", "title": "乙", "require": "leader.age <= 60"},
    ]
    assert one({"at_least": {"n": 1, "of": options}}).outcome == "pass"
    assert one({"at_least": {"n": 2, "of": options}}).outcome == "missing"


def test_intermediate_values_are_shown_in_sentences() -> None:
    found = one(
        {
            "let": {"n": "team.size()", "limit": "n + 1"},
            "require": "limit > 10",
            "says": {"fail": "成员 {n} 人，计入 {limit} 人，{leader.name}"},
        }
    )
    assert found.sentence == "成员 3 人，计入 4 人，张三"


def test_a_priority_marks_the_filing_only_when_its_rule_passes() -> None:
    rule = {"id": "r", "title": "条件", "severity": "info", "priority": "优先"}
    assert judge(with_rules({**rule, "require": "leader.age <= 60"})).priorities == ("优先",)
    assert judge(with_rules({**rule, "require": "leader.age <= 20"})).priorities == ()


def test_a_fault_at_run_time_is_a_finding_never_an_exception() -> None:
    found = one({"require": "1 / (leader.age - leader.age) > 0"})
    assert (found.outcome, found.sentence) == ("error", "系统未能核对，请联系受理机关")
    assert found.stops


def test_values_of_a_finding_never_show_an_id_number(policy: Policy) -> None:
    shown = [text for finding in judge(policy).findings for text in finding.values.values()]
    assert all("650102197510203117" not in text for text in shown)


def test_a_finding_is_plain_data(policy: Policy) -> None:
    plain = judge(policy).find("age").as_dict()
    assert plain["last_day"] == "2031-10-19"
    assert plain["clauses"] == ("shiyan-3-1",)


def test_sex_that_contradicts_the_id_number_is_told(policy: Policy) -> None:
    found = judge(policy, leader__sex="女").find("field:leader.sex")
    assert found.outcome == "fail"
    assert "与身份证号不一致" in found.sentence
