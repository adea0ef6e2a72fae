"""Which rights to be the only one a filing takes."""

from typing import Any

from jurisdictions.engine.claims import Wanted, wanted_claims
from jurisdictions.engine.facts import build_facts
from tests.jurisdictions.engine.places import ESTABLISH, changed, filing, setting, small

CLAIMS = f"procedures.{ESTABLISH}.uniqueness.claims"


def wanted(claim: dict[str, Any], **answers: Any) -> list[Wanted]:
    full = {"id": "c", "title": "唯一", "conflict": "已有", **claim}
    policy = changed(setting(CLAIMS, [full]))
    given = {path.replace("__", "."): value for path, value in answers.items()}
    return wanted_claims(policy, ESTABLISH, build_facts(policy, ESTABLISH, filing(given)))


def test_a_claim_is_taken_from_the_answers_of_its_key() -> None:
    facts = build_facts(small(), ESTABLISH, filing())
    (found,) = wanted_claims(small(), ESTABLISH, facts)
    assert found.claim.id == "leader"
    assert found.parts == (("leader.id_number", "650102197510203117"),)
    assert found.exclusive is True


def test_a_soft_claim_is_shown_and_keeps_nobody_out() -> None:
    (found,) = wanted({"key": ["leader.name"], "severity": "warn"})
    assert found.exclusive is False


def test_a_claim_whose_key_is_not_complete_is_not_taken() -> None:
    key = ["unit.name", "unit.branch"]
    assert wanted({"key": key}) == []
    (found,) = wanted({"key": key}, unit__branch="一 分厂")
    assert found.parts == (("unit.name", "示例公司"), ("unit.branch", "一分厂"))


def test_a_claim_whose_condition_is_false_or_open_is_not_taken() -> None:
    claim = {"key": ["leader.name"], "when": "unit.has_branches"}
    assert len(wanted(claim, unit__has_branches=True)) == 1
    assert wanted(claim, unit__has_branches=False) == []
    assert wanted(claim) == []


def test_occupations_and_texts_are_compared_by_what_they_mean() -> None:
    claim = {"key": ["unit.name", "leader.occupation"]}
    one = wanted(claim, unit__name="ａｂｃ 公司", leader__occupation="焊　工（工种）")
    two = wanted(claim, unit__name="ABC公司", leader__occupation="焊工")
    assert one[0].parts == two[0].parts == (("unit.name", "ABC公司"), ("leader.occupation", "焊工"))


def test_a_sealed_number_enters_as_it_was_answered() -> None:
    held = {"sealed": "token", "shown": "6***7", "birth": "1975-10-20", "sex": "男"}
    (found,) = wanted({"key": ["leader.id_number"]}, leader__id_number=held)
    assert found.parts == (("leader.id_number", held),)
