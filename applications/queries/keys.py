"""Keys of claims and bans: keyed digests that reveal nobody."""

from collections.abc import Mapping
from typing import Any

from jurisdictions.engine.claims import Wanted
from portal.common.keyring import key_ring
from portal.common.sealed import OTHER, blind, blind_token

UNIT, LEADER = "unit", "leader"


def claim_key(wanted: Wanted) -> str:
    """The key of a claim under the primary key of the ring."""
    return blind(OTHER, "\x1f".join(part_text(value) for _, value in wanted.parts))


def part_text(value: Any) -> str:
    """A part of a key as text: sealed values by their blind index."""
    return blind_token(str(value["sealed"])) if isinstance(value, Mapping) else str(value)


def leader_key(typed: Mapping[str, Any]) -> str:
    """The key of a claim on the leader alone, whatever a city calls that claim; empty unknown."""
    number = typed.get("leader.id_number")
    return blind(OTHER, part_text(number)) if number else ""


def ban_keys(typed: Mapping[str, Any]) -> dict[str, str]:
    """Keys under which a unit and a leader are banned; absent answers give none."""
    keys = {}
    if typed.get("unit.uscc"):
        keys[UNIT] = blind(OTHER, f"{UNIT}\x1f{typed['unit.uscc']}")
    number = typed.get("leader.id_number")
    if number:
        keys[LEADER] = blind(OTHER, f"{LEADER}\x1f{part_text(number)}")
    return keys


def primary_key_id() -> str:
    """The key id new claims are written under."""
    return key_ring().primary
