"""The answer of a permission check: yes, or no with a reason for people."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether something may be done now.

    Attributes:
        ok: True when it may.
        reason: Chinese sentence shown to the person when it may not.
    """

    ok: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.ok


ALLOW = Verdict(ok=True)


def deny(reason: str) -> Verdict:
    """Return a refusal that carries ``reason`` (a Chinese sentence)."""
    return Verdict(ok=False, reason=reason)
