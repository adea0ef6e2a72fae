"""What each regulation claims back when a studio ends, and who is asked how units are tied."""

from typing import Any

import pytest

from jurisdictions.engine.derived.changes import SAME_GROUP
from jurisdictions.management.cities import load_or_fail


def claimed(city: str) -> dict[tuple[str, str], list[str]]:
    """Every result that ends a studio, with what of its grants comes back."""
    policy, _ = load_or_fail(city)
    return {
        (code, name): [item.what for item in result.effects if item.kind == "clawback"]
        for code, shape in policy.procedures.items()
        for name, result in shape.results.items()
        if any(item.kind == "revoke_studio" for item in result.effects)
    }


@pytest.mark.clause("ziyang-10-0", "ziyang-14-7", "urumqi-20-0-c", "urumqi-19-2-c3",
                    "chaoyang-13-0-b")  # fmt: skip
@pytest.mark.parametrize(
    ("city", "back"),
    [
        ("urumqi", {("revoke", "revoked"): ["all_grants"],
                    ("revoke_request", "revoked"): ["all_grants"],
                    ("assess_final", "g3"): ["all_grants"]}),
        ("chaoyang", {("revoke", "revoked"): ["cycle_grants"],
                      ("mend_biennial", "failed"): ["cycle_grants"]}),
        ("ziyang", {("mend_acceptance", "failed"): ["all_grants"]}),
        ("yuzhong", {}),
        ("rongchang", {}),
    ],
)  # fmt: skip
def test_money_comes_back_only_where_the_text_says_so(city: str, back: dict[Any, Any]) -> None:
    found = claimed(city)
    assert {key: what for key, what in found.items() if what} == back
    revoked = ("revoke", "revoked") in found
    assert revoked == (city != "rongchang")


@pytest.mark.clause("ziyang-11-3", "ziyang-11-5")
def test_the_office_looks_at_the_tie_between_the_units_where_the_text_asks_for_it() -> None:
    policy, _ = load_or_fail("ziyang")
    said = {
        code: [p.text for stage in policy.stages(code) for p in getattr(stage, "points", ())
               if p.id == "same_group"]
        for code in policy.procedures if code.startswith("change_")
    }  # fmt: skip
    assert said == {
        "change_leader_unable_new_leader": [],
        "change_leader_moved_new_host": [SAME_GROUP[True]],
        "change_leader_moved_co_build": [SAME_GROUP[True]],
        "change_other_confirm": [SAME_GROUP[False]],
        "change_other_new_leader": [SAME_GROUP[False]],
        "change_other_end": [SAME_GROUP[False]],
    }


@pytest.mark.parametrize("city", ["yuzhong", "rongchang", "ziyang", "urumqi", "chaoyang"])
def test_whoever_is_refused_or_fails_is_told_how_to_object(city: str) -> None:
    policy, _ = load_or_fail(city)
    silent = [
        (code, name)
        for code, shape in policy.procedures.items()
        for name, result in shape.results.items()
        if not result.favourable and not result.appeal
    ]
    assert silent == []
    assert any(not r.favourable for s in policy.procedures.values() for r in s.results.values())
