"""The road of a case: stages taken, stages skipped, and what comes next."""

from typing import Any

from jurisdictions.engine.facts import Facts, build_facts
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.workflow import next_stage, road
from tests.jurisdictions.engine.places import ESTABLISH, changed, filing, setting

STAGE = {"kind": "check", "applicant_label": "x", "office": "bureau"}
STAGES = [
    {**STAGE, "id": "first", "label": "初审", "when": "unit.has_branches", "box_skipped": "无需"},
    {**STAGE, "id": "second", "label": "复核"},
    {**STAGE, "id": "third", "label": "终审", "when": "!unit.has_branches"},
]


def place(stages: list[dict[str, Any]]) -> Policy:
    return changed(setting(f"procedures.{ESTABLISH}.workflow", {"stages": stages}))


def facts(policy: Policy, branches: bool | None) -> Facts:
    return build_facts(policy, ESTABLISH, filing({"unit.has_branches": branches}))


def taken(policy: Policy, branches: bool | None) -> list[str]:
    steps = road(policy, ESTABLISH, facts(policy, branches))
    return [step.stage.id for step in steps if not step.skipped]


def test_stages_whose_condition_is_false_are_skipped() -> None:
    policy = place(STAGES)
    assert taken(policy, branches=True) == ["first", "second"]
    assert taken(policy, branches=False) == ["second", "third"]


def test_a_condition_that_cannot_be_decided_waves_nobody_through() -> None:
    assert taken(place(STAGES), branches=None) == ["first", "second", "third"]


def test_the_next_stage_leaves_out_the_skipped_ones_and_ends() -> None:
    policy = place(STAGES)
    known = facts(policy, branches=False)
    walked: list[str] = []
    after: str | None = None
    while (stage := next_stage(policy, ESTABLISH, known, after)) is not None:
        after = stage.id
        walked.append(after)
    assert walked == ["second", "third"]
    assert next_stage(policy, ESTABLISH, known, "first").id == "second"


def test_a_road_on_which_everything_is_skipped_has_no_stage() -> None:
    policy = place([STAGES[0]])
    assert next_stage(policy, ESTABLISH, facts(policy, branches=False), None) is None


def test_a_procedure_walks_the_road_it_borrows() -> None:
    def borrow(document: dict[str, Any]) -> None:
        procedures = document["procedures"]
        procedures["again"] = {**procedures[ESTABLISH], "workflow": {"same_as": ESTABLISH}}

    policy = changed(borrow)
    steps = road(policy, "again", build_facts(policy, "again", filing()))
    assert [step.stage.id for step in steps] == ["first", "notice", "naming"]
