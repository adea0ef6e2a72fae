"""Keys of claims and bans: keyed digests that reveal nobody.

New rows are written under the primary key of the ring. Rows are looked up under every key of
the ring, so that nothing lapses between the arrival of a new key and the rewriting of old rows.
"""

from collections.abc import Mapping
from typing import Any

from jurisdictions.engine.claims import Wanted
from portal.common.keyring import key_ring
from portal.common.sealed import OTHER, blind, blind_token

UNIT, LEADER = "unit", "leader"


def claim_key(wanted: Wanted, key_id: str | None = None) -> str:
    """The key of a claim, under the primary key of the ring unless another is named."""
    parts = (part_text(value, key_id) for _, value in wanted.parts)
    return blind(OTHER, "\x1f".join(parts), key_id)


def claim_keys(wanted: Wanted) -> list[str]:
    """The keys of a claim under every key of the ring, the primary one first."""
    return [claim_key(wanted, key_id) for key_id in key_ring().keys]


def part_text(value: Any, key_id: str | None = None) -> str:
    """A part of a key as text: sealed values by their blind index."""
    return blind_token(str(value["sealed"]), key_id) if isinstance(value, Mapping) else str(value)


def leader_key(typed: Mapping[str, Any], key_id: str | None = None) -> str:
    """The key of a claim on the leader alone, whatever a city calls that claim; empty unknown."""
    number = typed.get("leader.id_number")
    return blind(OTHER, part_text(number, key_id), key_id) if number else ""


def leader_keys(typed: Mapping[str, Any]) -> list[str]:
    """The leader's keys under every key of the ring; empty when the number is unknown."""
    if not typed.get("leader.id_number"):
        return []
    return [leader_key(typed, key_id) for key_id in key_ring().keys]


def ban_keys(typed: Mapping[str, Any], key_id: str | None = None) -> dict[str, str]:
    """Keys under which a unit and a leader are banned; absent answers give none."""
    keys = {}
    if typed.get("unit.uscc"):
        keys[UNIT] = blind(OTHER, f"{UNIT}\x1f{typed['unit.uscc']}", key_id)
    number = typed.get("leader.id_number")
    if number:
        keys[LEADER] = blind(OTHER, f"{LEADER}\x1f{part_text(number, key_id)}", key_id)
    return keys


def all_ban_keys(typed: Mapping[str, Any]) -> dict[str, list[str]]:
    """Subject to its keys under every key of the ring."""
    found: dict[str, list[str]] = {}
    for key_id in key_ring().keys:
        for subject, key in ban_keys(typed, key_id).items():
            found.setdefault(subject, []).append(key)
    return found


def primary_key_id() -> str:
    """The key id new claims are written under."""
    return key_ring().primary
