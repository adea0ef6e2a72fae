"""A policy with one entry taken out; what the entry does not touch is shared, not made again."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from jurisdictions.engine import derived
from jurisdictions.engine.loader import Path_
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.problems import Problem, RulesetInvalidError
from jurisdictions.schema.ruleset import Ruleset

#: Parts from which the field catalogue, and with it every expression, is made.
_NAMES = frozenset({"fields", "tables"})


def without(document: Any, path: Path_) -> Any:
    """The document with the entry at a path taken out; all the rest is the same objects."""
    step, rest = path[0], path[1:]
    if isinstance(document, Mapping):
        kept = {key: value for key, value in document.items() if rest or key != step}
        if rest:
            kept[str(step)] = without(document[step], rest)
        return kept
    listed = list(document)
    if rest:
        listed[int(step)] = without(listed[int(step)], rest)
    else:
        del listed[int(step)]
    return listed


def reduced(policy: Policy, path: Path_) -> Policy:
    """The policy without the entry at a path.

    Raises:
        RulesetInvalidError: what is left does not fit the schema.
    """
    try:
        ruleset = Ruleset.model_validate(_beside(policy.ruleset, policy.document, path))
    except ValidationError as error:
        faults = [Problem(None, str(fault["loc"]), fault["msg"]) for fault in error.errors()]
        raise RulesetInvalidError(faults) from error
    catalogue = policy.catalogue
    if path[0] in _NAMES:
        catalogue = policy.shared.extended(derived.fields(ruleset), dict(ruleset.tables))
    changed = Policy(
        ruleset=ruleset,
        catalogue=catalogue,
        inventory=policy.inventory,
        national=policy.national,
        document=without(policy.document, path),
        shared=policy.shared,
    )
    changed.cache.update(_still_good(policy, changed, path))
    return changed


def _beside(node: Any, data: Any, path: Path_) -> Any:
    """Plain data along the path, validated models everywhere else."""
    step, rest = path[0], path[1:]
    if isinstance(data, Mapping):
        return {
            key: _beside(_below(node, key), value, rest) if key == step else _below(node, key)
            for key, value in data.items()
            if rest or key != step
        }
    return [
        _beside(node[index], value, rest) if index == step else node[index]
        for index, value in enumerate(data)
        if rest or index != step
    ]


def _below(node: Any, key: str) -> Any:
    if not isinstance(node, BaseModel):
        return node[key]
    for name, info in type(node).model_fields.items():
        if key in (info.alias, name):
            return getattr(node, name)
    raise KeyError(key)


def _still_good(policy: Policy, changed: Policy, path: Path_) -> dict[Any, Any]:
    """What was worked out for the whole policy and holds for the changed one too."""
    if path[0] in _NAMES:
        return {}
    holds: dict[str, Callable[[str], bool]] = {
        "options": lambda name: path[0] != "lists",
        "language": lambda name: _materials(policy, name) == _materials(changed, name),
        "plans": lambda name: _rules(policy, name) == _rules(changed, name),
    }
    return {
        key: value
        for key, value in policy.cache.items()
        if isinstance(key, tuple) and key[0] in holds and holds[key[0]](key[1])
    }


def _materials(policy: Policy, procedure: str) -> list[str]:
    found = policy.procedures.get(procedure)
    return [item.id for item in found.materials] if found else []


def _rules(policy: Policy, procedure: str) -> tuple[Any, ...]:
    found = policy.procedures.get(procedure)
    return found.rules if found else ()
