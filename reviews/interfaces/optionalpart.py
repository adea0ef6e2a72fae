"""可以给予的事项 on the pages where results are chosen."""

from collections.abc import Iterable, Mapping
from typing import Any

from jurisdictions.engine.policy import Policy
from jurisdictions.queries import policy_of
from reviews.domain.optional import WORDS, optional_of


def of_stage(
    listing: Any, stage: Any, said: Mapping[str, Any], typed: Any, pk: int
) -> list[dict[str, Any]]:
    """What a stage that decides a list asks beside the result of one item; else nothing."""
    if stage.kind != "decision" and not getattr(stage, "grading", None):
        return []
    codes = [getattr(stage, "result", None), *getattr(stage, "choices", ())]
    return fields(policy_of(listing.ruleset), listing.procedure, [c for c in codes if c], said,
                  typed, pk)  # fmt: skip


def fields(
    policy: Policy, procedure: str, codes: Iterable[str], said: Mapping[str, Any], typed: Any,
    pk: int,
) -> list[dict[str, Any]]:  # fmt: skip
    """What is asked beside the result of one item, for each result that asks for something.

    Args:
        policy: the version.
        procedure: code of the procedure.
        codes: results that may be chosen.
        said: what is kept for the item.
        typed: what was typed just now.
        pk: the item.
    """
    found = {}
    results = policy.procedure(procedure).results
    for code in codes:
        for item in optional_of(policy, procedure, code):
            name = f"may-{pk}-{item.id}"
            chosen = typed.get(name, (said.get("given") or {}).get(item.id, ""))
            amount = f" {item.amount:,f} 元" if getattr(item, "amount", None) else ""
            found[name] = {
                "name": name, "label": f"{item.title}{amount}",
                "when": f"评定为“{results[code].label}”",
                "chosen": WORDS.get(chosen, ""),
                "options": [{"value": value, "label": label, "checked": value == chosen}
                            for value, label in WORDS.items()],
            }  # fmt: skip
    return list(found.values())
