"""Every outcome of every kind of rule, and what it does to the submit."""

from datetime import date
from typing import Any

import pytest

from jurisdictions.engine.cel import ExpressionError
from jurisdictions.engine.facts import build_facts
from jurisdictions.engine.findings import Evaluation
from jurisdictions.engine.rules import condition_holds, evaluate, evaluate_rules
from tests.jurisdictions.engine.places import (
    ESTABLISH,
    filing,
    finding,
    judged,
    one,
    small,
    with_rules,
)

TESTS = {"pass": "unit.has_branches", "fail": "!unit.has_branches", "missing": "unit.secret",
         "error": "1 / (leader.age - leader.age) > 0"}  # fmt: skip
STOPS = {"block": "blocked", "warn": "needs_reason", "info": "allowed"}
YES = {"unit.has_branches": True, "unit.branch": "一分厂"}
BROKEN = {"let": {"n": "1 / (leader.age - leader.age)"}}


@pytest.mark.parametrize("check", ["auto", "attested", "human"])
@pytest.mark.parametrize("severity", ["block", "warn", "info"])
@pytest.mark.parametrize("given", ["pass", "fail", "missing", "error"])
def test_outcome_and_severity_decide_the_submit_whoever_checks(
    given: str, severity: str, check: str
) -> None:
    rule = {"severity": severity, "check": check, "require": TESTS[given]}
    policy = with_rules({"id": "r", "title": "条件", **rule})
    result = judged(policy, YES)
    found = result.find("r")
    assert found is not None
    assert (found.severity, found.check) == (severity, check)
    assert found.outcome == ("person" if (check, given) == ("human", "pass") else given)
    assert result.submit == ("allowed" if given == "pass" else STOPS[severity])


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        ("pass", "符合：条件"),
        ("fail", "不符合：条件"),
        ("missing", "待填写：属保密单位或涉密项目"),
        ("error", "系统未能核对，请联系受理机关"),
    ],
)
def test_a_rule_without_sentences_speaks_all_the_same(outcome: str, says: str) -> None:
    assert one({"require": TESTS[outcome]}, YES).sentence == says


def test_a_human_rule_without_a_test_always_goes_to_a_person() -> None:
    found = one({"check": "human"})
    assert (found.outcome, found.sentence) == ("person", "由受理机关核实：条件")


def test_a_rule_that_does_not_apply_says_so_and_has_no_last_day() -> None:
    rule = {"when": "unit.has_branches", "require": "leader.age <= 55",
            "last_day": "last_day_of_age(leader.birth_date, 55)"}  # fmt: skip
    off = one(rule, {"unit.has_branches": False})
    assert (off.outcome, off.sentence, off.last_day) == ("not_applicable", "不适用", None)
    assert one(rule, YES).last_day == date(2031, 10, 19)


def test_a_condition_that_breaks_is_an_error_and_lets_nobody_through() -> None:
    found = one({"when": TESTS["error"], "require": "true"})
    assert (found.outcome, found.severity, found.stops) == ("error", "block", True)


def test_an_undecided_condition_asks_and_stops_nobody() -> None:
    found = one({"when": "unit.secret", "require": "true", "last_day": "ref.date"})
    assert (found.outcome, found.severity, found.missing) == ("missing", "info", ("unit.secret",))
    assert found.last_day is None


@pytest.mark.parametrize(
    ("one_", "two", "outcome", "severity"),
    [
        ("pass", "pass", "pass", "block"),
        ("pass", "fail", "fail", "warn"),
        ("fail", "pass", "fail", "warn"),
        ("fail", "fail", "fail", "block"),
        ("pass", "missing", "missing", "block"),
        ("fail", "missing", "missing", "block"),
        ("error", "pass", "error", "block"),
    ],
)
def test_two_readings_of_one_text(one_: str, two: str, outcome: str, severity: str) -> None:
    readings = [{"label": "甲说", "require": TESTS[one_]}, {"label": "乙说", "require": TESTS[two]}]
    found = one({"readings": readings}, YES)
    assert (found.outcome, found.severity) == (outcome, severity)
    assert [(p.id, p.title, p.outcome) for p in found.parts] == [
        ("1", "甲说", one_),
        ("2", "乙说", two),
    ]


def test_readings_that_all_hold_still_go_to_a_person_where_one_must_judge() -> None:
    readings = [{"label": "甲说", "require": TESTS["pass"]}]
    assert one({"check": "human", "readings": readings}, YES).outcome == "person"


@pytest.mark.parametrize(
    ("parts", "n", "outcome"),
    [
        (("pass", "fail", "fail"), 1, "pass"),
        (("pass", "pass", "fail"), 2, "pass"),
        (("pass", "fail", "fail"), 2, "fail"),
        (("pass", "missing", "fail"), 2, "missing"),
        (("pass", "missing", "error"), 1, "pass"),
        (("fail", "missing", "error"), 2, "error"),
        (("fail", "missing", "error"), 3, "fail"),
        (("fail", "fail", "error"), 1, "error"),
        (("fail", "fail", "missing"), 2, "fail"),
        (("missing", "missing", "missing"), 3, "missing"),
    ],
)
def test_at_least_some_of_several(parts: tuple[str, ...], n: int, outcome: str) -> None:
    of = [{"id": f"o{i}", "title": p, "require": TESTS[p]} for i, p in enumerate(parts)]
    found = one({"at_least": {"n": n, "of": of}}, YES)
    assert found.outcome == outcome
    assert tuple(part.outcome for part in found.parts) == parts
    assert found.missing == (("unit.secret",) if outcome == "missing" else ())


def test_intermediate_values_build_on_each_other_and_are_shown() -> None:
    rule = {
        "let": {"n": "team.size()", "limit": "n * 2", "until": "add_days(ref.date, limit)"},
        "require": "until > ref.date && limit > 6",
        "says": {"fail": "{n} 人，{limit}，{until}，{unit.branch}，{leader.name}"},
    }
    found = one(rule)
    assert found.sentence == "3 人，6，2026年8月6日，（未填），张三"
    assert found.values == {"n": "3", "ref.date": "2026年7月31日", "limit": "6",
                            "until": "2026年8月6日"}  # fmt: skip


def test_a_missing_fact_behind_an_intermediate_value_is_asked_for() -> None:
    found = one({"let": {"n": "leader.months_in_studio + 1"}, "require": "n > 3"})
    assert (found.outcome, found.missing) == ("missing", ("leader.months_in_studio",))
    assert found.sentence == "待填写：承诺每年在工作室工作"


def test_a_broken_intermediate_value_is_an_error_unless_the_answer_stands_without_it() -> None:
    assert one({**BROKEN, "require": "n > 1"}).outcome == "error"
    assert one({**BROKEN, "require": "leader.age > 1 || n > 1"}).outcome == "pass"
    chained = {"let": {**BROKEN["let"], "m": "n + 1"}, "require": "m > 1"}
    assert one(chained).outcome == "error"


def test_a_last_day_that_cannot_be_worked_out_is_left_open() -> None:
    rule = {"require": "unit.has_branches", "last_day": "add_years(leader.retirement_date, -2)"}
    assert one(rule, {**YES, "leader.sex": None}).last_day is None
    assert one({**rule, "last_day": "add_years(ref.date, 9999)"}, YES).last_day is None


def test_both_days_of_retirement_are_shown_while_the_category_is_open() -> None:
    answers = {"leader.id_number": None, "leader.sex": "女", "leader.birth_date": "1980-05-01"}
    found = finding(small(), "retire", answers)
    labels = [label for _, label, _ in build_facts(small(), ESTABLISH, filing(answers)).retirement]
    assert len(labels) == 2
    assert [found.values[label] for label in labels] == [
        "2038年1月1日（57岁8个月）",
        "2033年2月1日（52岁9个月）",
    ]
    settled = finding(small(), "retire", {**answers, "leader.women_category": "55"})
    assert settled.outcome == "pass"
    assert settled.last_day == date(2036, 1, 1)


def test_rules_of_a_round_or_a_list_are_asked_apart() -> None:
    policy = with_rules(
        {"id": "mine", "title": "甲", "require": "true"},
        {"id": "lists", "title": "乙", "on": "list", "require": "list.size <= list.quota"},
    )
    on_list = evaluate(
        policy, ESTABLISH, filing(registers={"list.size": 6, "list.quota": 5}), on="list"
    )
    assert [(f.rule, f.outcome) for f in on_list.findings] == [("lists", "fail")]
    facts = build_facts(policy, ESTABLISH, filing())
    assert [f.rule for f in evaluate_rules(policy, ESTABLISH, facts)] == ["mine"]


@pytest.mark.parametrize(
    ("source", "holds"),
    [(None, True), ("unit.has_branches", True), ("!unit.has_branches", False),
     ("unit.secret", None), (TESTS["error"], None)],
)  # fmt: skip
def test_a_condition_holds_or_not_or_is_open(source: str | None, holds: bool | None) -> None:
    facts = build_facts(small(), ESTABLISH, filing(YES))
    assert condition_holds(small(), ESTABLISH, source, facts) is holds


def test_a_rule_that_does_not_compile_is_never_passed_over() -> None:
    with pytest.raises(ExpressionError, match="undeclared reference"):
        judged(with_rules({"id": "r", "title": "条件", "require": "leader.agee > 1"}))


def test_priorities_are_named_once_also_while_a_person_judges() -> None:
    rule = {"title": "优先", "severity": "info", "priority": "重点产业"}
    policy = with_rules(
        {**rule, "id": "a", "require": "true"},
        {**rule, "id": "b", "check": "human"},
        {**rule, "id": "c", "require": "false", "priority": "其他"},
    )
    assert judged(policy).priorities == ("重点产业",)


def test_an_evaluation_lists_what_stops_and_what_needs_a_reason() -> None:
    result = judged(
        with_rules(
            {"id": "a", "title": "甲", "require": "false"},
            {"id": "b", "title": "乙", "require": "false", "severity": "warn"},
        )
    )
    assert [f.rule for f in result.stopping] == ["a"]
    assert [f.rule for f in result.needing_reason] == ["b"]
    assert result.find("c") is None
    assert Evaluation(()).submit == "allowed"


def test_a_finding_is_plain_data_with_and_without_a_day() -> None:
    plain = one({"require": "true", "clause": "shiyan-3-1", "assumption": "拟制"}).as_dict()
    assert plain["last_day"] is None
    assert (plain["assumption"], plain["clauses"]) == ("拟制", ("shiyan-3-1",))


def test_sealed_numbers_are_in_no_fact_no_value_and_no_sentence() -> None:
    secrets = ("650102197510203117", "6222000011112222")
    answers: dict[str, Any] = {"unit.bank_account": secrets[1], "leader.sex": "女"}
    text = repr(judged(small(), answers).findings)
    data = repr(build_facts(small(), ESTABLISH, filing(answers)).data)
    assert [secret for secret in secrets if secret in text or secret in data] == []
