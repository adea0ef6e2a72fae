"""Reads a ruleset from YAML: includes, merging, and the line of every value.

Dates stay text until the schema reads them, so that the canonical JSON of a file and of a
published row are the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from jurisdictions.engine.problems import Place, Problem, RulesetInvalidError

Step = str | int
Path_ = tuple[Step, ...]


class _Loader(yaml.SafeLoader):
    """Safe YAML in which days are text."""


_Loader.yaml_implicit_resolvers = {
    key: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
    for key, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass
class Source:
    """A merged ruleset document and where each value stands.

    Attributes:
        document: plain data as the YAML says it, ``include`` resolved.
        places: path in the document to file and line.
        files: all files read, root first.
    """

    document: dict[str, Any]
    places: dict[Path_, Place] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)

    def place(self, path: Path_) -> Place | None:
        """The line of a value, or of the nearest thing around it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path)


def read_source(file: Path) -> Source:
    """Read a root file and everything it includes.

    Raises:
        RulesetInvalidError: a file is missing, is not YAML, or two files say the same thing.
    """
    source = Source(document={})
    root = _read(file, source)
    includes = root.pop("include", [])
    _merge(source.document, root, (), source)
    for name in includes:
        _merge(source.document, _read(file.parent / str(name), source), (), source)
    return source


def _read(file: Path, source: Source) -> dict[str, Any]:
    source.files.append(file)
    try:
        text = file.read_text(encoding="utf-8")
        loader = _Loader(text)
        node = loader.get_single_node()
    except OSError as error:
        raise RulesetInvalidError(
            [
                Problem(
                    Place(file, 1),
                    "include",
                    f"读不到文件：{error.strerror}",
                    "核对 include 中的文件名",
                )
            ]
        ) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RulesetInvalidError(
            [Problem(Place(file, line), "", f"不是有效的 YAML：{error.problem}", "核对缩进和引号")]
        ) from error
    if not isinstance(node, yaml.MappingNode):
        raise RulesetInvalidError([Problem(Place(file, 1), "", "文件须是键值表")])
    _refuse_twice(node, file)
    _mark(node, (), file, source.places)
    loaded: dict[str, Any] = loader.construct_document(node)
    return loaded


def _refuse_twice(node: yaml.Node, file: Path) -> None:
    for part in _walk(node):
        if not isinstance(part, yaml.MappingNode):
            continue
        seen: set[str] = set()
        for key, _ in part.value:
            if key.value in seen:
                place = Place(file, key.start_mark.line + 1)
                raise RulesetInvalidError(
                    [Problem(place, key.value, "同一处写了两次", "删去其中一个")]
                )
            seen.add(key.value)


def _walk(node: yaml.Node) -> Iterator[yaml.Node]:
    yield node
    if isinstance(node, yaml.MappingNode):
        for _, value in node.value:
            yield from _walk(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _walk(value)


def _mark(node: yaml.Node, path: Path_, file: Path, places: dict[Path_, Place]) -> None:
    places.setdefault(path, Place(file, node.start_mark.line + 1))
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            _mark(value, (*path, key.value), file, places)
            places[(*path, key.value)] = Place(file, key.start_mark.line + 1)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _mark(value, (*path, index), file, places)


def _merge(into: dict[str, Any], part: dict[str, Any], path: Path_, source: Source) -> None:
    for key, value in part.items():
        here = (*path, key)
        if key not in into:
            into[key] = value
        elif isinstance(into[key], dict) and isinstance(value, dict):
            _merge(into[key], value, here, source)
        else:
            dotted = ".".join(str(step) for step in here)
            raise RulesetInvalidError(
                [Problem(source.place(here), dotted, "在两个文件中都写了", "只留一处")]
            )
