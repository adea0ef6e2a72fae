"""The answers of a sample filing: the city's complete case with other names and years."""

import copy
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from jurisdictions.engine.cases import flatten
from reviews.interfaces.demo.plan import PlannedFiling, PlannedUnit

#: ``@year-1`` in a plan: a year counted from the reference date of the call.
_YEAR = re.compile(r"@year([+-]\d+)?")


def complete_case(folder: Path, code: str) -> dict[str, Any]:
    """The filing that meets every condition of a city, as its policy cases use it."""
    text = (folder / code / "cases" / "_complete.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def sample_of(
    base: Mapping[str, Any], planned: PlannedFiling, unit: PlannedUnit, reference: date
) -> dict[str, Any]:
    """Answers and materials of one planned filing.

    Args:
        base: the complete case of the city.
        planned: what differs.
        unit: whose filing it is.
        reference: the reference date of the call.
    """
    answers = flatten(base.get("answers", {}))
    renamed = {str(answers.get("unit.name")): unit.name}
    leader = planned.change.get("leader.name")
    if leader:
        renamed[str(answers.get("leader.name"))] = str(leader)
    answers = {path: _rename(value, renamed) for path, value in copy.deepcopy(answers).items()}
    answers |= {"unit.name": unit.name, "unit.uscc": unit.uscc}
    answers |= {path: _years(value, reference) for path, value in planned.change.items()}
    return {"answers": answers, "materials": base.get("materials", {})}


def _rename(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_rename(item, names) for item in value]
    if isinstance(value, dict):
        return {key: _rename(item, names) for key, item in value.items()}
    if isinstance(value, str):
        for old, new in names.items():
            value = value.replace(old, new)
    return value


def _years(value: Any, reference: date) -> Any:
    if isinstance(value, list):
        return [_years(item, reference) for item in value]
    if isinstance(value, dict):
        return {key: _years(item, reference) for key, item in value.items()}
    found = _YEAR.fullmatch(value) if isinstance(value, str) else None
    return reference.year + int(found.group(1) or 0) if found else value
