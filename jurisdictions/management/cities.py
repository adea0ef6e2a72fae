"""What the commands share: finding a city's files, reading them, telling what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from jurisdictions.domain.publish import SourceFiles
from jurisdictions.engine.loader import Source
from jurisdictions.engine.plainyaml import load_yaml
from jurisdictions.engine.policy import Policy, load_policy
from jurisdictions.engine.problems import Problem, RulesetInvalidError

FIXTURES = Path(settings.BASE_DIR) / "fixtures"


@dataclass(frozen=True)
class CityFiles:
    """A city as its files say it.

    Attributes:
        policy: the policy made of them.
        source: document and the line of each value.
        inventory: source text and clauses as plain data.
        catalogue: the shared field catalogue as plain data.
        files: the text of all files.
    """

    policy: Policy
    source: Source
    inventory: Mapping[str, Any]
    catalogue: Mapping[str, Any]
    files: SourceFiles


def city_files(names: list[str]) -> list[Path]:
    """Root files by path or code; without names those shipped with the portal.

    Raises:
        CommandError: there is no such file.
    """
    if not names:
        return sorted(FIXTURES.glob("*.yaml"))
    return [city_file(name) for name in names]


def city_file(name: str) -> Path:
    """The root file of a city, given by path or by code.

    Raises:
        CommandError: there is no such file.
    """
    file = Path(name)
    if not file.suffix:
        file = FIXTURES / f"{name}.yaml"
    if not file.is_file():
        known = "、".join(path.stem for path in sorted(FIXTURES.glob("*.yaml")))
        raise CommandError(f"没有政策文件 {file}。可写地区代码（{known}）或 YAML 文件路径。")
    return file


def shared_catalogue(folder: Path) -> dict[str, Any]:
    """The shared field catalogue beside a city, or the one shipped, as plain data."""
    own = folder / "national" / "fields.yaml"
    file = own if own.exists() else FIXTURES / "national" / "fields.yaml"
    loaded: dict[str, Any] = load_yaml(file.read_text(encoding="utf-8"))
    return loaded


def read_city(file: Path) -> CityFiles:
    """Read all files of a city.

    Raises:
        RulesetInvalidError: they cannot be used; every fault found is listed.
    """
    policy, source = load_policy(file)
    folder = file.parent
    texts = folder / "clauses" / file.name
    read = [*source.files, *([texts] if texts.exists() else [])]
    inventory = (
        load_yaml(texts.read_text(encoding="utf-8"))
        if texts.exists()
        else {"articles": [], "clauses": []}
    )
    files = {
        path.resolve().relative_to(folder.resolve()).as_posix(): path.read_text(encoding="utf-8")
        for path in read
    }
    return CityFiles(
        policy, source, inventory, shared_catalogue(folder), SourceFiles(file.name, files)
    )


def load_or_fail(name: str) -> tuple[Policy, Path]:
    """The policy of a city given by code or path.

    Raises:
        CommandError: there is no such file or it cannot be used; lists every fault.
    """
    file = city_file(name)
    try:
        return load_policy(file)[0], file
    except RulesetInvalidError as error:
        raise CommandError("\n".join(shown(problem) for problem in error.problems)) from error


def shown(problem: Problem) -> str:
    """A fault with its file (from where the command runs), line, path and hint."""
    where = ""
    if problem.place is not None:
        file = problem.place.file.resolve()
        here = Path.cwd()
        name = file.relative_to(here) if file.is_relative_to(here) else file
        where = f"{name}:{problem.place.line}: "
    path = f"{problem.path}: " if problem.path else ""
    hint = f"（{problem.hint}）" if problem.hint else ""
    return f"{where}{path}{problem.message}{hint}"


def need_procedure(policy: Policy, code: str) -> None:
    """Stop with the known ones when a city has no such procedure.

    Raises:
        CommandError: it has none.
    """
    if code not in policy.procedures:
        known = "、".join(policy.procedures)
        raise CommandError(f"{policy.code} 没有事项 {code}，现有：{known}")


class PlainCommand(BaseCommand):
    """A command that needs no database and no system checks."""

    requires_system_checks: list[str] = []
