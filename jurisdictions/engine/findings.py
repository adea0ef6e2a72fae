"""What the engine says about a filing."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

Result = Literal["pass", "fail", "missing", "not_applicable", "person", "error"]

STOPPING: tuple[Result, ...] = ("fail", "missing", "error")


@dataclass(frozen=True)
class Part:
    """One option or reading inside a finding."""

    id: str
    title: str
    clauses: tuple[str, ...]
    outcome: Result


@dataclass(frozen=True)
class Finding:
    """One checked point, with clause, sentence and the values used.

    ``rule`` is a rule id, or ``field:path``, ``table:name``, ``material:id`` for what the form
    and the checklist ask. ``fields`` tells where to go to mend it.
    """

    rule: str
    title: str
    outcome: Result
    severity: Literal["block", "warn", "info"]
    check: Literal["auto", "attested", "human"]
    clauses: tuple[str, ...] = ()
    sentence: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    last_day: date | None = None
    parts: tuple[Part, ...] = ()
    priority: str = ""
    assumption: str = ""
    compared: str = ""

    @property
    def stops(self) -> bool:
        """The filing cannot be submitted while this stands."""
        return self.severity == "block" and self.outcome in STOPPING

    @property
    def needs_reason(self) -> bool:
        """A soft condition is not met: the applicant must give a reason."""
        return self.severity == "warn" and self.outcome in STOPPING

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON, days as ISO text."""
        plain = asdict(self)
        plain["last_day"] = self.last_day.isoformat() if self.last_day else None
        return plain


@dataclass(frozen=True)
class Evaluation:
    """All findings of one filing at one reference day."""

    findings: tuple[Finding, ...]

    def find(self, rule: str) -> Finding | None:
        """The finding of a rule, or None."""
        return next((finding for finding in self.findings if finding.rule == rule), None)

    @property
    def stopping(self) -> tuple[Finding, ...]:
        """Findings that stop the submit."""
        return tuple(finding for finding in self.findings if finding.stops)

    @property
    def needing_reason(self) -> tuple[Finding, ...]:
        """Findings for which the applicant must give a reason."""
        return tuple(finding for finding in self.findings if finding.needs_reason)

    @property
    def priorities(self) -> tuple[str, ...]:
        """Labels of the priorities the filing has."""
        got = (f.priority for f in self.findings if f.priority and f.outcome in ("pass", "person"))
        return tuple(dict.fromkeys(got))

    @property
    def submit(self) -> Literal["allowed", "blocked", "needs_reason"]:
        """What a submit would meet."""
        if self.stopping:
            return "blocked"
        return "needs_reason" if self.needing_reason else "allowed"
