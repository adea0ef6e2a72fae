"""可以给予的事项: what the text leaves to the deciding office, chosen with the result."""

from collections.abc import Mapping
from typing import Any

from applications.domain.effects import DECLINED, GIVEN, optional
from jurisdictions.engine.policy import Policy
from portal.common.errors import DomainError

WORDS = {GIVEN: "给予", DECLINED: "不给予"}


def optional_of(policy: Policy, procedure: str, code: str) -> list[Any]:
    """Effects of a result that an office may grant or not; none for an unknown result."""
    meaning = policy.procedure(procedure).results.get(code)
    return optional(meaning) if meaning is not None else []


def choices(
    policy: Policy, procedure: str, code: str, said: Mapping[str, Any], *, pk: int, name: str
) -> dict[str, str]:
    """What was chosen of each optional effect of a result.

    Args:
        policy: the version.
        procedure: code of the procedure.
        code: the result.
        said: what was proposed for the item.
        pk: the item, in the names of the fields.
        name: what people call it.

    Raises:
        DomainError: one of them was not chosen; names it.
    """
    given = said.get("given") or {}
    found = {}
    for item in optional_of(policy, procedure, code):
        if given.get(item.id) not in WORDS:
            raise DomainError(
                f"{name}：“{item.title}”由机构决定，请选择给予或不给予。",
                field=f"may-{pk}-{item.id}", status=422,
            )  # fmt: skip
        found[item.id] = str(given[item.id])
    return found
