"""Grounds, steps and effects of a revocation become procedures of the one shape."""

import datetime as dt
from typing import Any

import pytest

from jurisdictions.engine.facts import Filing
from jurisdictions.engine.rules import evaluate
from tests.jurisdictions.engine.derived.test_changes import CITIES, city, road

DAY = dt.date(2026, 3, 31)


def outcome(code: str, rule: str, open_change: bool = False, **answers: Any) -> str:
    """How a rule of the revocation turns out."""
    given = {f"revoke.{name}": value for name, value in answers.items()}
    filing = Filing(given, DAY, registers={"register.change_open": open_change})
    found = evaluate(city(code), "revoke", filing).find(rule)
    assert found is not None
    return found.outcome


@pytest.mark.parametrize("code", [code for code in CITIES if code != "rongchang"])
def test_a_revocation_is_inquiry_hearing_decision(code: str) -> None:
    kinds = [kind for kind, _ in road(code, "revoke")]
    assert kinds[:3] == ["check", "check", "decision"]
    shape = city(code).procedure("revoke")
    assert (shape.initiators, shape.visible_to_unit_from) == (("office",), "hearing")


def test_a_notice_without_a_revocation_has_none() -> None:
    assert "revoke" not in city("rongchang").procedures


@pytest.mark.clause("urumqi-20-4")
def test_only_a_ground_on_request_lets_the_unit_ask() -> None:
    assert [code for code in CITIES if "revoke_request" in city(code).procedures] == ["urumqi"]
    office = city("urumqi").procedure("revoke").form.sections[0].fields[0].options
    unit = city("urumqi").procedure("revoke_request").form.sections[0].fields[0].options
    assert (set(office) & set(unit), len(unit)) == (set(), 1)


@pytest.mark.clause("urumqi-20-0-d")
def test_what_is_filed_in_a_stage_is_no_second_duty() -> None:
    policy = city("urumqi")
    assert policy.stages("revoke")[-1].to == "市委人才工作领导小组办公室"
    effects = [e.kind for e in policy.procedure("revoke").results["revoked"].effects]
    assert effects == ["revoke_studio", "recall_plaque", "clawback", "release_claims"]


@pytest.mark.clause("ziyang-9-3-b", "ziyang-9-3-c")
def test_steps_before_the_end_are_results_of_the_decision_and_announced() -> None:
    policy = city("ziyang")
    decision = policy.stages("revoke")[-1]
    assert decision.choices == ("warning", "mending")
    assert decision.announcement.to == "社会"
    results = policy.procedure("revoke").results
    assert (results["warning"].needs_day, results["mending"].needs_day) == (False, True)


@pytest.mark.clause("ziyang-10-1")
def test_a_ground_of_two_facts_needs_both() -> None:
    text = "建设单位被注销或撤销，且工作室无新建设单位的"
    both = ["建设单位被注销或撤销", "工作室无新建设单位"]
    assert outcome("ziyang", "needs_dissolved", grounds=[text], needs=both[:1]) == "fail"
    assert outcome("ziyang", "needs_dissolved", grounds=[text], needs=both) == "pass"


@pytest.mark.clause("chaoyang-13-3")
def test_a_leader_being_changed_is_no_ground() -> None:
    text = "领办人因退休、离职、重大疾病或其他不可抗因素不能继续开展工作的"
    name = "unchanged_leader_gone"
    assert outcome("chaoyang", name, open_change=True, grounds=[text]) == "fail"
    assert outcome("chaoyang", name, open_change=False, grounds=[text]) == "pass"


@pytest.mark.clause("yuzhong-12-4")
def test_a_sanction_must_be_named() -> None:
    text = "受到行政记大过、党内严重警告、事业单位降低岗位等级或者撤职及以上处分的"
    assert outcome("yuzhong", "field:revoke.sanction", grounds=[text]) == "missing"
