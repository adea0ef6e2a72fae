"""Policies for tests of the engine: the shipped cities, and the small place with changes."""

import copy
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from jurisdictions.engine.cases import Suite, load_suite
from jurisdictions.engine.facts import Filing, MaterialFact
from jurisdictions.engine.findings import Evaluation, Finding
from jurisdictions.engine.loader import read_source
from jurisdictions.engine.plainyaml import load_yaml
from jurisdictions.engine.policy import Policy, build_policy, load_policy
from jurisdictions.engine.rules import evaluate

ROOT = Path(__file__).resolve().parents[3]
FIXTURES = ROOT / "fixtures"
CITIES = tuple(sorted(file.stem for file in FIXTURES.glob("*.yaml")))
SMALL = ROOT / "tests" / "jurisdictions" / "data" / "shiyan.yaml"
ESTABLISH = "establish"
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

Change = Callable[[dict[str, Any]], None]


@lru_cache(maxsize=8)
def city(code: str) -> tuple[Policy, Suite]:
    """A shipped city with its cases."""
    return load_policy(FIXTURES / f"{code}.yaml")[0], load_suite(FIXTURES / code / "cases")


@lru_cache(maxsize=1)
def small() -> Policy:
    """The small place as it is."""
    return load_policy(SMALL)[0]


def changed(change: Change) -> Policy:
    """The small place after a change of its document."""
    document = copy.deepcopy(read_source(SMALL).document)
    change(document)
    policy = small()
    catalogue = load_yaml((FIXTURES / "national" / "fields.yaml").read_text("utf-8"))
    return build_policy(document, policy.inventory.model_dump(), catalogue, policy.national)


def setting(place: str, value: Any) -> Change:
    """Set one value of the document at a dotted path; a number is a place in a list."""

    def change(document: dict[str, Any]) -> None:
        node: Any = document
        *path, last = [int(step) if step.isdigit() else step for step in place.split(".")]
        for step in path:
            node = node[step]
        node[last] = value

    return change


def with_rules(*rules: dict[str, Any]) -> Policy:
    """The small place with other rules."""
    return changed(setting(f"procedures.{ESTABLISH}.rules", list(rules)))


def filing(answers: Mapping[str, Any] | None = None, **more: Any) -> Filing:
    """The complete filing of the small place with some answers changed; None takes one away."""
    given = {**COMPLETE, **(answers or {})}
    known = {path: value for path, value in given.items() if value is not None}
    return Filing(known, **{"ref_date": REFERENCE, "materials": FILES, **more})


def judged(policy: Policy, answers: Mapping[str, Any] | None = None, **more: Any) -> Evaluation:
    """What the engine says of the complete filing with some answers changed."""
    return evaluate(policy, ESTABLISH, filing(answers, **more))


def finding(
    policy: Policy, rule: str, answers: Mapping[str, Any] | None = None, **more: Any
) -> Finding:
    """The finding of one rule."""
    found = judged(policy, answers, **more).find(rule)
    assert found is not None, rule
    return found


def one(rule: Mapping[str, Any], answers: Mapping[str, Any] | None = None, **more: Any) -> Finding:
    """The finding of a place with this one rule."""
    return finding(with_rules({"id": "r", "title": "条件", **rule}), "r", answers, **more)
