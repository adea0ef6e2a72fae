"""What is wrong with a ruleset, where, and what to do about it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Place:
    """A line of a source file."""

    file: Path
    line: int

    def __str__(self) -> str:
        return f"{self.file.name}:{self.line}"


@dataclass(frozen=True)
class Problem:
    """One fault: file and line, path inside the ruleset, what is wrong, what to do."""

    place: Place | None
    path: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        hint = f"（{self.hint}）" if self.hint else ""
        return f"{where}{self.path}: {self.message}{hint}"


class RulesetInvalidError(ValueError):
    """A ruleset cannot be used; ``problems`` lists every fault found."""

    def __init__(self, problems: list[Problem]) -> None:
        """Keep all problems, so that an author mends them in one go."""
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))
