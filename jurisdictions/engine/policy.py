"""A policy ready for use: ruleset, clause texts, field catalogue and national tables."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from jurisdictions.engine import derived
from jurisdictions.engine.loader import Path_, Source, read_source
from jurisdictions.engine.national import National, NationalError, build_national, load_national
from jurisdictions.engine.plainyaml import load_yaml
from jurisdictions.engine.problems import Place, Problem, RulesetInvalidError
from jurisdictions.schema.fields import Catalogue, FieldDef
from jurisdictions.schema.identity import Inventory
from jurisdictions.schema.procedure import Procedure
from jurisdictions.schema.ruleset import Ruleset

Model = TypeVar("Model", bound=BaseModel)

_HINTS = {
    "extra_forbidden": "没有这个键：核对拼写，或查 docs/adding-a-city.md",
    "missing": "必填，请补上",
    "union_tag_invalid": "kind 写错了",
    "union_tag_not_found": "写明 kind",
}


def canonical(document: Any) -> str:
    """The one text of a document: sorted keys, no white space, for hashing and storing."""
    return json.dumps(
        document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str
    )


def digest(document: Any) -> str:
    """SHA-256 of the canonical JSON."""
    return hashlib.sha256(canonical(document).encode()).hexdigest()


@dataclass(frozen=True)
class Policy:
    """One version of a city's policy with all it rests on.

    Attributes:
        ruleset: the validated ruleset.
        catalogue: shared fields and the city's own.
        inventory: source text by article and clause.
        national: national tables.
        document: the ruleset as plain data; its ``digest`` names the version.
        shared: the field catalogue without the city's own.
        cache: what was worked out once for this version.
    """

    ruleset: Ruleset
    catalogue: Catalogue
    inventory: Inventory
    national: National
    document: Mapping[str, Any] = field(repr=False)
    shared: Catalogue = field(repr=False, compare=False)
    cache: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def digest(self) -> str:
        """Names this version of the ruleset."""
        return digest(self.document)

    @property
    def code(self) -> str:
        """Code of the jurisdiction."""
        return self.ruleset.identity.code

    @cached_property
    def procedures(self) -> Mapping[str, Procedure]:
        """All procedures by code: spelled out, and worked out of life after naming."""
        return derived.procedures(self.ruleset)

    def procedure(self, code: str) -> Procedure:
        """The procedure of that code.

        Raises:
            KeyError: this city has no such procedure.
        """
        return self.procedures[code]

    def stages(self, code: str) -> tuple[Any, ...]:
        """The stages of a procedure, following ``same_as``.

        Raises:
            KeyError: this city has no such procedure.
        """
        workflow = self.procedure(code).workflow
        return self.stages(workflow.same_as) if workflow.same_as else workflow.stages

    def options(self, definition: FieldDef, own: tuple[str, ...] = ()) -> tuple[str, ...]:
        """What may be chosen: the form's own options, the field's, or a national table's."""
        if own or definition.options:
            return own or definition.options
        return self._listed(definition.options_from) if definition.options_from else ()

    def _listed(self, name: str) -> tuple[str, ...]:
        """A list of the ruleset, or the labels of a national table; looked up once."""
        key = ("options", name)
        if key not in self.cache:
            own = self.ruleset.lists.get(name)
            self.cache[key] = (
                tuple(label for _, label in self.national.choices(name)) if own is None else own
            )
        found: tuple[str, ...] = self.cache[key]
        return found


def load_policy(file: Path) -> tuple[Policy, Source]:
    """Read a city's root file with clauses, catalogue and national tables beside it.

    Raises:
        RulesetInvalidError: with every fault found, each with file, line, path and hint.
    """
    source = read_source(file)
    folder = file.parent
    inventory = folder / "clauses" / file.name
    texts = _plain(inventory) if inventory.exists() else {"articles": [], "clauses": []}
    shared = _shared_folder(folder)
    try:
        national = load_national(shared)
    except NationalError as error:
        raise RulesetInvalidError([Problem(None, shared.name, str(error))]) from error
    policy = build_policy(source.document, texts, _plain(shared / "fields.yaml"), national, source)
    return policy, source


def _plain(file: Path) -> Any:
    """A file beside the ruleset as plain data."""
    try:
        return load_yaml(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RulesetInvalidError([Problem(Place(file, 1), "", f"读不到：{error}")]) from error


def _shared_folder(folder: Path) -> Path:
    """The national tables: beside the city, or those shipped with the portal."""
    own = folder / "national"
    return own if own.exists() else Path(__file__).resolve().parents[2] / "fixtures" / "national"


def build_policy(
    document: Mapping[str, Any],
    inventory: Mapping[str, Any],
    catalogue: Mapping[str, Any],
    national: National | Mapping[str, Any],
    source: Source | None = None,
) -> Policy:
    """Make a policy from plain data, as files and stored rows both give it.

    Raises:
        RulesetInvalidError: the data does not fit the schema.
    """
    ruleset = _validated(Ruleset, document, source, "")
    shared = _validated(Catalogue, catalogue, None, "fields.yaml ")
    texts = _validated(Inventory, inventory, None, "clauses ")
    try:
        extended = shared.extended(derived.fields(ruleset), dict(ruleset.tables))
    except ValueError as error:
        place = source.place(("fields",)) if source else None
        raise RulesetInvalidError([Problem(place, "fields", str(error))]) from error
    tables = national if isinstance(national, National) else build_national(national)
    return Policy(ruleset, extended, texts, tables, dict(document), shared)


def _validated(
    model: type[Model], data: Mapping[str, Any], source: Source | None, prefix: str
) -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise RulesetInvalidError(
            [_problem(dict(fault), data, source, prefix) for fault in error.errors()]
        ) from error


def _problem(
    fault: dict[str, Any], data: Mapping[str, Any], source: Source | None, prefix: str
) -> Problem:
    path = _real_path(fault["loc"], data)
    return Problem(
        source.place(path) if source else None,
        prefix + (".".join(str(step) for step in path) or "(根)"),
        str(fault["msg"]),
        _HINTS.get(str(fault["type"]), ""),
    )


def _real_path(loc: tuple[Any, ...], data: Any) -> Path_:
    """Leave out the union tags that pydantic puts between the real steps."""
    path: list[Any] = []
    for index, step in enumerate(loc):
        if (isinstance(data, Mapping) and step in data) or (
            isinstance(data, list) and isinstance(step, int) and step < len(data)
        ):
            data = data[step]
        elif index < len(loc) - 1:
            continue
        path.append(step)
    return tuple(path)
