"""Shared reads of applications."""

from applications.queries.filings import (
    DECLARATIONS,
    LEADER_ROW,
    answers_of,
    files_of,
    filing_of,
    held_by_others,
    last_submission,
    material_facts,
    naming_values,
    registers,
    running_bans,
    still_open,
    visible_to_unit,
)
from applications.queries.keys import (
    all_ban_keys,
    ban_keys,
    claim_key,
    claim_keys,
    leader_key,
    part_text,
    primary_key_id,
)

__all__ = [
    "DECLARATIONS",
    "LEADER_ROW",
    "all_ban_keys",
    "answers_of",
    "ban_keys",
    "claim_key",
    "claim_keys",
    "files_of",
    "filing_of",
    "held_by_others",
    "last_submission",
    "leader_key",
    "material_facts",
    "naming_values",
    "part_text",
    "primary_key_id",
    "registers",
    "running_bans",
    "still_open",
    "visible_to_unit",
]
