"""Policy cases: YAML an officer can read, run on the pure engine.

``python -m jurisdictions.engine.cases fixtures/<code>.yaml …`` runs them all. The kinds of
cases are in ``casekinds``; the format is described in docs/adding-a-city.md.
"""

import copy
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from jurisdictions.engine.facts import Filing, MaterialFact
from jurisdictions.engine.plainyaml import load_yaml
from jurisdictions.engine.policy import Policy, load_policy
from jurisdictions.engine.problems import RulesetInvalidError

COMPLETE, EMPTY = "complete", "empty"


@dataclass(frozen=True)
class Case:
    """One case: a sentence, the clauses it shows, its kind and what is expected."""

    title: str
    kind: str
    clauses: tuple[str, ...]
    data: Mapping[str, Any]
    expect: Mapping[str, Any]
    file: Path
    procedure: str


@dataclass(frozen=True)
class Suite:
    """All cases of a city with the complete filing that they vary."""

    cases: tuple[Case, ...]
    complete: Mapping[str, Any] = field(repr=False)
    filings: dict[int, tuple[Case, Filing]] = field(default_factory=dict, repr=False, compare=False)


def load_suite(folder: Path) -> Suite:
    """Read ``_complete.yaml`` and every other file of a cases folder."""
    complete: dict[str, Any] = {}
    cases: list[Case] = []
    for file in sorted(folder.glob("*.yaml")):
        loaded = load_yaml(file.read_text(encoding="utf-8"))
        if file.name == "_complete.yaml":
            complete = loaded
            continue
        cases.extend(_case(item, file) for item in loaded or [])
    return Suite(tuple(cases), complete)


def _case(item: Mapping[str, Any], file: Path) -> Case:
    clause = item.get("clause", ())
    return Case(
        title=str(item["case"]),
        kind=str(item.get("kind", "application")),
        clauses=(clause,) if isinstance(clause, str) else tuple(clause),
        data=item,
        expect=item.get("expect", {}),
        file=file,
        procedure=str(item.get("procedure", "establish")),
    )


def filing_of(suite: Suite, case: Case) -> Filing:
    """The filing a case talks about: the base with the changes laid over it; made once."""
    key = id(case)
    if key not in suite.filings:
        # The case is kept beside its filing, so that no other case can take its id.
        suite.filings[key] = (case, _make_filing(suite, case))
    return suite.filings[key][1]


def _make_filing(suite: Suite, case: Case) -> Filing:
    base = suite.complete if case.data.get("base", COMPLETE) == COMPLETE else {}
    answers = flatten(base.get("answers", {}))
    for path, value in flatten(case.data.get("change", {})).items():
        apply_change(answers, path, value)
    given = {**base.get("materials", {}), **case.data.get("materials", {})}
    day = case.data.get("ref_date") or suite.complete.get("ref_date")
    return Filing(
        answers=answers,
        ref_date=day if isinstance(day, date) else date.fromisoformat(str(day)),
        materials={name: material_fact(value) for name, value in given.items() if value},
        registers={**base.get("registers", {}), **case.data.get("registers", {})},
    )


def material_fact(value: Mapping[str, Any] | int) -> MaterialFact:
    """Files of one material as YAML says them: a number, or count / words / rows / person."""
    if isinstance(value, int):
        return MaterialFact(count=value)
    rows: dict[str, int] = {}
    for numbers in (value.get("rows") or {}).values():
        rows = {str(index): int(number) for index, number in enumerate(numbers)}
    return MaterialFact(
        count=int(value.get("count", sum(rows.values()))),
        words=value.get("words"),
        rows=rows,
        person=int(value.get("person", 0)),
    )


def flatten(answers: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested or dotted names to dotted names; lists (tables, choices) stay whole."""
    flat: dict[str, Any] = {}
    for key, value in answers.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping) and "sealed" not in value:
            flat.update(flatten(value, f"{name}."))
        else:
            flat[name] = copy.deepcopy(value)
    return flat


def apply_change(answers: dict[str, Any], path: str, value: Any) -> None:
    """Set an answer, a whole table, or one cell as ``team.0.years``; null takes it away."""
    parts = path.split(".")
    if len(parts) == 3 and parts[1].isdigit() and isinstance(answers.get(parts[0]), list):
        row = answers[parts[0]][int(parts[1])]
        row[parts[2]] = value
    elif value is None:
        answers.pop(path, None)
    else:
        answers[path] = value


def run_case(policy: Policy, suite: Suite, case: Case) -> list[str]:
    """What is not as expected, one sentence each; empty when the case holds."""
    from jurisdictions.engine.casekinds import KINDS  # noqa: PLC0415  # kinds build on this file

    run = KINDS.get(case.kind)
    if run is None:
        return [f"没有 {case.kind} 这种案例，可用：{'、'.join(sorted(KINDS))}"]
    try:
        return run(policy, suite, case)
    except (LookupError, AttributeError, StopIteration, ValueError, TypeError) as error:
        return [f"案例无法执行：{type(error).__name__} {error}"]


def compare(name: str, expected: Any, found: Any) -> list[str]:
    """Subset comparison: mappings by the keys expected, all else exactly."""
    if isinstance(expected, Mapping):
        if not isinstance(found, Mapping):
            return [f"{name}：应为 {expected}，实为 {found}"]
        return [
            fault
            for key, value in expected.items()
            for fault in compare(f"{name}.{key}", value, found.get(key))
        ]
    if isinstance(expected, list | tuple):
        return _compare_lists(name, list(expected), found)
    plain = found.isoformat() if isinstance(found, date) and isinstance(expected, str) else found
    wanted = (
        expected.isoformat() if isinstance(expected, date) and isinstance(found, str) else expected
    )
    if plain == wanted or (_number(plain) is not None and _number(plain) == _number(wanted)):
        return []
    return [f"{name}：应为 {expected}，实为 {found}"]


def _compare_lists(name: str, expected: list[Any], found: Any) -> list[str]:
    listed = list(found) if isinstance(found, list | tuple) else found
    if not isinstance(listed, list) or len(listed) != len(expected):
        return [f"{name}：应为 {expected}，实为 {found}"]
    return [
        fault
        for index, (one, two) in enumerate(zip(expected, listed, strict=True))
        for fault in compare(f"{name}.{index}", one, two)
    ]


def _number(value: Any) -> float | None:
    try:
        return None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None


def main(names: list[str]) -> int:
    """Run the cases of files and tell what failed; 0 when nothing did."""
    failed = 0
    for name in names:
        try:
            policy, _ = load_policy(Path(name))
        except RulesetInvalidError as error:
            sys.stdout.write(f"{error}\n")
            failed += 1
            continue
        suite = load_suite(Path(name).parent / policy.code / "cases")
        for case in suite.cases:
            for fault in run_case(policy, suite, case):
                sys.stdout.write(f"{case.file.name}「{case.title}」 {fault}\n")
                failed += 1
        sys.stdout.write(f"{name}: {len(suite.cases)} 个案例\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
