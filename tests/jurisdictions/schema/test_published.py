"""What was published under an earlier version of the schema can still be read."""

import json
from pathlib import Path

from jurisdictions.schema.ruleset import Ruleset

#: Of every part of a ruleset, what an author has had to write since the part exists.
KNOWN = Path(__file__).parents[1] / "data" / "required.json"


def required() -> dict[str, list[str]]:
    """What each part of a ruleset asks for now."""
    parts = Ruleset.model_json_schema()["$defs"]
    return {name: sorted(part["required"]) for name, part in parts.items() if "required" in part}


def test_no_part_asks_for_more_than_when_rulesets_with_it_were_published() -> None:
    # A published ruleset never changes: a key added to a part that existed needs a default. A part
    # that is new is written into the file with what it asks for.
    assert required() == json.loads(KNOWN.read_text(encoding="utf-8"))
