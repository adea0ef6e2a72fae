"""Reads a ruleset from YAML: includes, merging, and the line of every value.

Dates stay text until the schema reads them, so that the canonical JSON of a file and of a
published row are the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from jurisdictions.engine.plainyaml import SafeLoader
from jurisdictions.engine.problems import Place, Problem, RulesetInvalidError

Step = str | int
Path_ = tuple[Step, ...]


class _Loader(SafeLoader):
    """Safe YAML in which days are text."""


_Loader.yaml_implicit_resolvers = {
    key: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
    for key, pairs in SafeLoader.yaml_implicit_resolvers.items()
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
    includes = _included(root, source)
    _merge(source.document, root, (), source)
    for name in includes:
        _merge(source.document, _read(file.parent / str(name), source), (), source)
    return source


def _included(root: dict[str, Any], source: Source) -> list[Any]:
    includes = root.pop("include", [])
    if not isinstance(includes, list):
        place = source.place(("include",))
        raise _refusal(place, "include", "须是文件名的清单", "写成 include: [文件名]")
    return includes


def _refusal(place: Place | None, path: str, message: str, hint: str = "") -> RulesetInvalidError:
    return RulesetInvalidError([Problem(place, path, message, hint)])


def _read(file: Path, source: Source) -> dict[str, Any]:
    source.files.append(file)
    first = Place(file, 1)
    loader, node = _parse(file)
    if not isinstance(node, yaml.MappingNode):
        raise _refusal(first, "", "文件须是键值表")
    try:
        _refuse_odd_keys(node, file)
        _mark(node, (), file, source.places)
        loaded: dict[str, Any] = loader.construct_document(node)
    except RecursionError as error:
        raise _refusal(first, "", "别名（*）指向了自己所在的部分", "核对 & 和 *") from error
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(error, file) from error
    return loaded


def _parse(file: Path) -> tuple[_Loader, yaml.Node | None]:
    first = Place(file, 1)
    try:
        loader = _Loader(file.read_text(encoding="utf-8"))
        return loader, loader.get_single_node()
    except OSError as error:
        message = f"读不到文件：{error.strerror}"
        raise _refusal(first, "include", message, "核对 include 中的文件名") from error
    except UnicodeDecodeError as error:
        raise _refusal(first, "", "文件不是 UTF-8 编码", "另存为 UTF-8") from error
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(error, file) from error
    except yaml.reader.ReaderError as error:
        message = f"不是有效的 YAML：有不可用的字符 U+{error.character:04X}"
        raise _refusal(first, "", message, "核对缩进和引号") from error


def _not_yaml(error: yaml.MarkedYAMLError, file: Path) -> RulesetInvalidError:
    line = error.problem_mark.line + 1 if error.problem_mark else 1
    return _refusal(Place(file, line), "", f"不是有效的 YAML：{error.problem}", "核对缩进和引号")


def _refuse_odd_keys(node: yaml.Node, file: Path) -> None:
    """Keys are words, each once in its place."""
    for part in _walk(node):
        if not isinstance(part, yaml.MappingNode):
            continue
        seen: set[str] = set()
        for key, _ in part.value:
            place = Place(file, key.start_mark.line + 1)
            if not isinstance(key, yaml.ScalarNode):
                raise _refusal(place, "", "键只能是文字或数字", "核对缩进")
            if key.value in seen:
                raise _refusal(place, key.value, "同一处写了两次", "删去其中一个")
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
            raise _refusal(source.place(here), dotted, "在两个文件中都写了", "只留一处")
