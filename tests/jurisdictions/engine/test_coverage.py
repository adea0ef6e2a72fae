"""Which entries carry out each clause, and the proof that a loss would be noticed."""

from pathlib import Path
from typing import Any

import pytest

from jurisdictions.engine import coverage
from jurisdictions.engine.cases import Suite, load_suite
from jurisdictions.engine.coverage import CARRIED_KINDS, cover, nothing_more, prove
from jurisdictions.engine.facts import language
from jurisdictions.engine.plans import plans
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.problems import RulesetInvalidError
from jurisdictions.engine.reduced import reduced, without
from jurisdictions.engine.walk import dotted, entries
from tests.jurisdictions.engine.places import CITIES, ESTABLISH, SMALL, changed, city, small

CASES = """
- {case: 年龄, clause: shiyan-3-1, change: {}, expect: {age: pass}}
- {case: 名额, clause: [shiyan-2-1], kind: quota, chosen: 6, expect: {allowed: false}}
- {case: 每年一次, clause: shiyan-2-2, kind: quota, rounds_this_year: 2, expect: {allowed: warn}}
- {case: 施行, kind: validity, "on": 2025-12-31, expect: {open: false}}
"""
COMPLETE = "ref_date: 2026-07-31\nanswers: {leader.birth_date: 1980-01-01}\n"
RULES = ("procedures", ESTABLISH, "rules")


def place(tmp_path: Path, cases: str = CASES) -> Path:
    root = tmp_path / "shiyan.yaml"
    for file in (SMALL, SMALL.parent / "clauses" / "shiyan.yaml"):
        target = tmp_path / file.relative_to(SMALL.parent)
        target.parent.mkdir(exist_ok=True)
        target.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    folder = tmp_path / "shiyan" / "cases"
    folder.mkdir(parents=True)
    (folder / "_complete.yaml").write_text(COMPLETE)
    (folder / "a.yaml").write_text(cases)
    return root


def suite(tmp_path: Path, cases: str = CASES) -> Suite:
    return load_suite(place(tmp_path, cases).parent / "shiyan" / "cases")


def test_a_clause_knows_its_entries_and_cases(tmp_path: Path) -> None:
    covers = cover(small(), suite(tmp_path))
    found = covers["shiyan-3-1"]
    assert [dotted(path) for path in found.entries] == ["procedures.establish.rules.0"]
    assert found.cases == ["年龄"]
    assert covers["shiyan-8-2"].entries == []
    assert not found.declarative


def test_the_proof_names_what_nobody_would_miss(tmp_path: Path) -> None:
    policy, known = small(), suite(tmp_path)
    unproven = {
        item.clause: item.unproven
        for item in prove(policy, known, cover(policy, known), CARRIED_KINDS, nothing_more)
        if item.unproven
    }
    assert "shiyan-3-1" not in unproven
    assert "shiyan-2-1" not in unproven
    assert unproven["shiyan-3-3"] == ["procedures.establish.rules.1"]
    assert unproven["shiyan-5-2"] == ["procedures.establish.materials.1"]


def test_a_further_check_may_notice_the_loss(tmp_path: Path) -> None:
    policy, known = small(), suite(tmp_path)

    def rules(changed_policy: Policy) -> list[str]:
        count = len(changed_policy.procedure(ESTABLISH).rules)
        return [] if count == len(policy.procedure(ESTABLISH).rules) else ["少一条"]

    covers = cover(policy, known)
    eligibility = frozenset({"eligibility"})
    proven = {c.clause: c.unproven for c in prove(policy, known, covers, eligibility, rules)}
    assert proven == {
        "shiyan-3-1": [],
        "shiyan-3-2": ["procedures.establish.form.sections.1.fields.6"],
        "shiyan-3-3": [],
        "shiyan-3-4": [],
        "shiyan-3-5": [],
    }


def test_the_command_tells_gaps_and_what_is_unproven(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = place(tmp_path)
    assert coverage.main([str(root)]) == 1
    assert capsys.readouterr().out == "shiyan-8-2（assessment）：没有条目\n1 处缺口\n"
    assert coverage.main([str(root), "--prove"]) == 1
    assert "shiyan-3-3：去掉 procedures.establish.rules.1 无人发觉\n" in capsys.readouterr().out


def test_taking_an_entry_out_leaves_the_rest_alone() -> None:
    document: dict[str, Any] = {"a": [{"x": 1}, {"y": 2}], "b": {"c": 1, "d": 2}}
    assert without(document, ("a", 0)) == {"a": [{"y": 2}], "b": {"c": 1, "d": 2}}
    assert without(document, ("a", 1, "y")) == {"a": [{"x": 1}, {}], "b": {"c": 1, "d": 2}}
    assert without(document, ("b", "c")) == {"a": [{"x": 1}, {"y": 2}], "b": {"d": 2}}
    assert without(document, ("a", 0))["b"] is document["b"]
    assert document == {"a": [{"x": 1}, {"y": 2}], "b": {"c": 1, "d": 2}}


def test_a_reduced_policy_shares_what_the_entry_does_not_touch() -> None:
    policy = small()
    plans(policy, ESTABLISH)
    fewer = reduced(policy, (*RULES, 0))
    assert [r.id for r in fewer.procedure(ESTABLISH).rules] == [
        r.id for r in policy.procedure(ESTABLISH).rules[1:]
    ]
    assert fewer.ruleset.identity is policy.ruleset.identity
    assert fewer.procedure(ESTABLISH).form is policy.procedure(ESTABLISH).form
    assert language(fewer, ESTABLISH) is language(policy, ESTABLISH)
    assert plans(fewer, ESTABLISH) != plans(policy, ESTABLISH)
    assert fewer.digest != policy.digest


def test_a_reduced_policy_makes_anew_what_the_entry_touches() -> None:
    policy = small()
    names = language(policy, ESTABLISH)
    fewer = reduced(policy, ("procedures", ESTABLISH, "materials", 1))
    assert language(fewer, ESTABLISH) is not names
    assert "materials.photo.count" not in language(fewer, ESTABLISH).scalars
    own = changed(
        lambda document: document.update(fields={"own.x": {"type": "text", "label": "x"}})
    )
    language(own, ESTABLISH)
    assert "own.x" in own.catalogue.fields
    assert "own.x" not in reduced(own, ("fields", "own.x")).catalogue.fields
    gone = reduced(policy, ("procedures", ESTABLISH))
    assert gone.ruleset.procedures == {}


def test_what_the_schema_needs_cannot_be_taken_out() -> None:
    with pytest.raises(RulesetInvalidError, match="Field required"):
        reduced(small(), ("identity", "validity"))
    with pytest.raises(KeyError):
        reduced(small(), ("identity", "validity", "nothing", "below"))


@pytest.mark.parametrize("code", CITIES)
def test_every_entry_of_a_city_can_be_taken_out_or_is_needed(code: str) -> None:
    policy = city(code)[0]
    for path, _ in entries(policy.ruleset):
        try:
            fewer = reduced(policy, path)
        except RulesetInvalidError:
            continue
        assert fewer.digest != policy.digest
        assert fewer.ruleset != policy.ruleset


def test_the_check_notices_the_loss_of_what_something_else_names() -> None:
    def name_the_photo(document: dict[str, Any]) -> None:
        stage = document["procedures"][ESTABLISH]["workflow"]["stages"][0]
        stage["points"] = [{"id": "p", "text": "照片", "materials": ["photo"]}]
        # A fault that was there before says nothing about the entry.
        document["offices"]["bureau"]["covers_by"] = "unit.nothing"

    policy = changed(name_the_photo)
    empty = Suite((), {})
    covers = {
        code: item for code, item in cover(policy, empty).items() if code.startswith("shiyan-5")
    }
    found = prove(policy, empty, covers, frozenset({"material"}), nothing_more)
    assert {item.clause: item.unproven for item in found} == {
        "shiyan-5-1": ["procedures.establish.materials.0"],
        "shiyan-5-2": [],
    }
