"""Which entries carry out each clause, and the proof that a test would notice its loss.

``prove`` takes each entry that cites a clause out of the ruleset, one at a time; the ruleset
must then be refused by the check, or a case must fail.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jurisdictions.engine.cases import Suite, load_suite, run_case
from jurisdictions.engine.check import check_policy
from jurisdictions.engine.loader import Path_
from jurisdictions.engine.policy import Policy, load_policy
from jurisdictions.engine.problems import RulesetInvalidError
from jurisdictions.engine.reduced import reduced
from jurisdictions.engine.walk import dotted, entries

# Kinds of the inventory that selection must carry out.
SELECTION_KINDS = frozenset(
    {
        "eligibility",
        "uniqueness",
        "quota",
        "material",
        "form-field",
        "naming",
        "priority",
        "validity",
    }
)

# Kinds that the life after naming must carry out.
LIFE_KINDS = frozenset(
    {
        "assessment",
        "ban",
        "change",
        "deadline",
        "duty",
        "funds",
        "record",
        "rectification",
        "report",
        "revocation",
        "score-item",
    }
)
CARRIED_KINDS = SELECTION_KINDS | LIFE_KINDS

Extra = Callable[[Policy], list[str]]


@dataclass
class Cover:
    """What carries out one clause.

    Attributes:
        entries: paths of the ruleset that cite it.
        cases: titles of policy cases that cite it.
        unproven: entries whose removal nothing noticed.
    """

    clause: str
    kind: str
    check: str
    entries: list[Path_] = field(default_factory=list)
    cases: list[str] = field(default_factory=list)
    unproven: list[str] = field(default_factory=list)

    @property
    def declarative(self) -> bool:
        """Shown in the policy text; nothing to carry out."""
        return self.kind == "declarative" or self.check == "none"


def cover(policy: Policy, suite: Suite) -> dict[str, Cover]:
    """Every clause of the inventory with its entries and cases."""
    found = {c.id: Cover(c.id, c.kind, c.check) for c in policy.inventory.clauses}
    for path, entry in entries(policy.ruleset):
        for clause in entry.clause:
            if clause in found:
                found[clause].entries.append(path)
    for case in suite.cases:
        for clause in case.clauses:
            if clause in found:
                found[clause].cases.append(case.title)
    return found


def prove(
    policy: Policy, suite: Suite, covers: Mapping[str, Cover], kinds: frozenset[str], extra: Extra
) -> Iterator[Cover]:
    """Covers of the given kinds with what is unproven filled in.

    Args:
        policy: the city's policy.
        suite: its cases.
        covers: from ``cover``.
        kinds: kinds of clauses to prove.
        extra: further checks on a changed policy (the sheet), giving what is wrong.
    """
    noticed: dict[Path_, bool] = {}
    for item in covers.values():
        if item.kind not in kinds or item.declarative:
            continue
        for path in item.entries:
            if path not in noticed:
                noticed[path] = _noticed(policy, suite, path, item.clause, extra)
            if not noticed[path]:
                item.unproven.append(dotted(path))
        yield item


def _noticed(policy: Policy, suite: Suite, path: Path_, clause: str, extra: Extra) -> bool:
    """Whether the loss of an entry is told: by the schema, a case, the check, or the extra.

    The cases of the clause come first: one of them nearly always tells, and they are cheap.
    """
    try:
        changed = reduced(policy, path)
    except RulesetInvalidError:
        return True
    first = [case for case in suite.cases if clause in case.clauses]
    if any(run_case(changed, suite, case) for case in first):
        return True
    # Faults the city has already say nothing about this entry.
    if any(str(problem) not in _faults(policy) for problem in check_policy(changed)):
        return True
    rest = [case for case in suite.cases if clause not in case.clauses]
    return any(run_case(changed, suite, case) for case in rest) or bool(extra(changed))


def _faults(policy: Policy) -> set[str]:
    key = ("faults", "check")
    if key not in policy.cache:
        policy.cache[key] = {str(problem) for problem in check_policy(policy)}
    found: set[str] = policy.cache[key]
    return found


def nothing_more(policy: Policy) -> list[str]:
    """No further checks."""
    return []


def main(names: list[str]) -> int:
    """Print gaps; with ``--prove`` also what nothing would notice. 0 when there is none."""
    proving = "--prove" in names
    gaps = 0
    for name in (n for n in names if not n.startswith("--")):
        policy, _ = load_policy(Path(name))
        suite = load_suite(Path(name).parent / policy.code / "cases")
        covers = cover(policy, suite)
        for item in covers.values():
            if item.kind in CARRIED_KINDS and not item.declarative and not item.entries:
                sys.stdout.write(f"{item.clause}（{item.kind}）：没有条目\n")
                gaps += 1
        if proving:
            for item in prove(policy, suite, covers, CARRIED_KINDS, nothing_more):
                for path in item.unproven:
                    sys.stdout.write(f"{item.clause}：去掉 {path} 无人发觉\n")
                    gaps += 1
    sys.stdout.write(f"{gaps} 处缺口\n")
    return 1 if gaps else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
