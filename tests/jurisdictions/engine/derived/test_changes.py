"""Changes of shipped cities become procedures of the one shape."""

from functools import cache

import pytest

from jurisdictions.engine.check import check_policy
from jurisdictions.engine.policy import Policy, load_policy
from jurisdictions.engine.reduced import reduced
from tests.applications.factories import FIXTURES

CITIES = ("urumqi", "yuzhong", "rongchang", "ziyang", "chaoyang")


@cache
def city(code: str) -> Policy:
    """The policy of a shipped city."""
    return load_policy(FIXTURES / f"{code}.yaml")[0]


def road(code: str, procedure: str) -> list[tuple[str, str]]:
    """Kind and office of each stage."""
    return [(stage.kind, stage.office) for stage in city(code).stages(procedure)]


@pytest.mark.parametrize("code", CITIES)
def test_every_path_of_a_city_is_a_procedure_without_faults(code: str) -> None:
    policy = city(code)
    paths = {f"change_{e.id}_{p.id}" for e in policy.ruleset.changes.events for p in e.paths}
    assert {name for name in policy.procedures if name.startswith("change_")} == paths
    assert [str(problem) for problem in check_policy(policy)] == []


@pytest.mark.clause("urumqi-18-1-b", "urumqi-18-1-c")
def test_another_leader_goes_the_whole_road_of_the_naming() -> None:
    policy = city("urumqi")
    shape = policy.procedure("change_leader_unable_new_leader")
    founding = policy.procedure("establish")
    assert policy.stages("change_leader_unable_new_leader") == policy.stages("establish")
    assert shape.materials[2:] == founding.materials
    assert shape.rules[1:] == founding.rules
    assert shape.uniqueness == founding.uniqueness
    assert [e.kind for e in shape.results["named"].effects] == ["change_leader"]
    assert shape.results["named"].effects[0].name == founding.studio_name


@pytest.mark.clause("ziyang-11-2")
def test_where_only_the_leader_is_judged_the_form_asks_nothing_of_the_unit() -> None:
    shape = city("ziyang").procedure("change_leader_unable_new_leader")
    asked = {use.field for section in shape.form.sections for use in section.fields}
    assert sorted(p for p in asked if p.startswith(("unit.", "studio."))) == ["unit.district"]
    assert {rule.id for rule in shape.rules} >= {"level", "working_age", "one_of_three"}
    assert "support" not in {rule.id for rule in shape.rules}
    assert {item.id for item in shape.materials} >= {"id_card", "certificate", "apprentice_proof"}
    assert "licence" not in {item.id for item in shape.materials}
    assert [p.id for p in city("ziyang").stages("change_leader_unable_new_leader")[0].points] == [
        "facts", "leader", "age", "options", "team",
    ]  # fmt: skip


@pytest.mark.clause("ziyang-11-5", "ziyang-11-6")
def test_the_two_clocks_run_on_the_report_and_on_the_decision() -> None:
    policy = city("ziyang")
    shape = policy.procedure("change_other_confirm")
    clock = next(rule for rule in shape.rules if rule.id == "change_reported")
    assert (clock.severity, clock.let) == (
        "warn", {"latest": "add_days(change.happened_on, 30)"},
    )  # fmt: skip
    decision = policy.stages("change_other_confirm")[-1]
    assert (decision.limit.days, decision.limit.unit) == (30, "calendar")
    assert (decision.choices, decision.refusal) == (("ended",), "refused")


@pytest.mark.clause("urumqi-18-2-c", "urumqi-18-2-d")
def test_a_verification_decides_at_the_check_and_is_then_filed() -> None:
    policy = city("urumqi")
    assert road("urumqi", "change_unit_changed_rename") == [
        ("check", "district_bureau"), ("filing", "district_bureau"),
    ]  # fmt: skip
    check, filing = policy.stages("change_unit_changed_rename")
    assert (check.result, filing.to) == ("approved", "市人力资源和社会保障局")


@pytest.mark.clause("ziyang-11-6")
def test_a_report_asks_what_is_to_be_entered_anew_and_only_that() -> None:
    shape = city("ziyang").procedure("change_other_confirm")
    asked = {use.field: use.when for use in shape.form.sections[0].fields}
    assert asked["change.what"] is None
    assert {path: when for path, when in asked.items() if when is not None} == {
        "change.new_name": '"单位名称" in change.what',
        "change.new_uscc": '"统一社会信用代码" in change.what',
        "change.new_address": '"工作地址或面积" in change.what',
        "change.new_area": '"工作地址或面积" in change.what',
    }  # fmt: skip
    effects = shape.results["approved"].effects
    assert [(e.kind, e.ticked) for e in effects] == [("rename_unit", True), ("move_studio", True)]


def test_the_area_is_asked_with_a_move_where_the_city_keeps_it() -> None:
    found = {
        code: "change.new_area" in {
            use.field
            for use in city(code).procedure("change_unit_changed_move").form.sections[0].fields
        }
        for code in ("urumqi", "chaoyang")
    }  # fmt: skip
    assert found == {"urumqi": True, "chaoyang": False}


@pytest.mark.clause("yuzhong-13-4", "yuzhong-13-5")
def test_two_units_build_together_and_two_bodies_decide() -> None:
    policy = city("yuzhong")
    shape = policy.procedure("change_leader_moved_co_build")
    assert shape.parties == ("unit", "new_unit")
    assert policy.stages("change_leader_moved_co_build")[-1].bodies == ("party_org", "bureau")
    assert [c.key for c in shape.uniqueness.claims] == [("change.unit_uscc", "leader.occupation")]


@pytest.mark.clause("urumqi-18-3")
def test_a_leader_of_highest_honours_keeps_the_plaque() -> None:
    results = city("urumqi").procedure("change_leader_unable_keep_plaque").results
    assert [e.kind for e in results["approved"].effects] == ["revoke_studio", "release_claims"]
    assert [e.kind for e in city("urumqi").procedure("change_leader_unable_end").results[
        "approved"].effects] == ["revoke_studio", "recall_plaque", "release_claims"]  # fmt: skip


def test_a_condition_taken_from_the_naming_is_missing_from_the_change_too() -> None:
    policy = city("urumqi")
    names = [rule.id for rule in policy.ruleset.procedures["establish"].rules]
    changed = reduced(policy, ("procedures", "establish", "rules", names.index("matching")))
    shape = changed.procedure("change_leader_unable_new_leader")
    assert "matching" not in {rule.id for rule in shape.rules}
