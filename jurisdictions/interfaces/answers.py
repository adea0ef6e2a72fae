"""The answers tree: from nested or dotted YAML to one flat dictionary.

The names are those of the field catalogue. Scalars are keyed by dotted path, tables by their
name with a list of rows; days stay ISO text, as stored answers have them.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from jurisdictions.engine.plainyaml import SafeLoader
from jurisdictions.schema.fields import SEALED_TYPES, Catalogue

#: A file may hold more than answers (the reference day, files, registers): then they stand here.
ANSWERS_KEY = "answers"


class _PlainLoader(SafeLoader):  # type: ignore[misc]  # PyYAML tells no types
    """YAML in which days stay text and 010000 is a postcode, not an octal number."""


_PlainLoader.yaml_implicit_resolvers = {
    key: [pair for pair in pairs if not pair[0].endswith((":timestamp", ":int"))]
    for key, pairs in SafeLoader.yaml_implicit_resolvers.items()
}
_PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789")
)


class AnswersError(ValueError):
    """A file of answers cannot be read; the message names the file or the path."""


def load_answers(source: Path | str | Mapping[str, Any]) -> dict[str, Any]:
    """Read answers from a YAML file or a mapping, nested (``leader: {name: …}``) or dotted.

    Args:
        source: path of a YAML file, or its content already parsed. With a key ``answers`` only
            what stands below it is read.

    Returns:
        Dotted path to value; tables as lists of dictionaries.

    Raises:
        AnswersError: the file cannot be read, is no mapping, or says the same thing twice.
    """
    document = source if isinstance(source, Mapping) else _read(Path(source))
    inside = document.get(ANSWERS_KEY)
    if isinstance(inside, Mapping):
        document = inside
    flat: dict[str, Any] = {}
    for path, value in _leaves(document, ""):
        if path in flat:
            raise AnswersError(f"{path} 写了两次，只留一处")
        flat[path] = value
    return flat


def unknown_answers(catalogue: Catalogue, answers: Mapping[str, Any]) -> list[str]:
    """One sentence for each name that the field catalogue does not know, with a likely one."""
    found: list[str] = []
    for path, value in answers.items():
        if path in catalogue.tables:
            columns = catalogue.tables[path].columns
            names = sorted({name for row in value for name in row} - {*columns, "row_id"})
            found += [
                _unknown(f"{path}.{name}", [f"{path}.{c}" for c in columns]) for name in names
            ]
        elif path not in catalogue.fields:
            found.append(_unknown(path, [*catalogue.fields, *catalogue.tables]))
    return found


def split_sealed(
    catalogue: Catalogue, answers: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Take the plain sealed values out of answers that a person typed into a file.

    Returns:
        The answers as they are, and path (``leader.id_number``, ``team.0.id_number``) to plain
        text for everything that the catalogue seals.
    """
    sealed: dict[str, str] = {}
    for path, value in answers.items():
        if path in catalogue.tables:
            columns = catalogue.tables[path].columns
            for index, row in enumerate(value):
                for name, cell in row.items():
                    if name in columns and columns[name].type in SEALED_TYPES and cell:
                        sealed[f"{path}.{index}.{name}"] = str(cell)
        elif path in catalogue.fields and catalogue.fields[path].type in SEALED_TYPES and value:
            sealed[path] = str(value)
    return dict(answers), sealed


def _read(file: Path) -> Mapping[str, Any]:
    try:
        text = file.read_text(encoding="utf-8")
        loaded = yaml.load(text, _PlainLoader)  # noqa: S506 - a safe loader that keeps days as text
    except OSError as error:
        raise AnswersError(f"读不到文件 {file}：{error.strerror}") from error
    except yaml.YAMLError as error:
        raise AnswersError(f"{file} 不是有效的 YAML：{error}") from error
    if not isinstance(loaded, Mapping):
        raise AnswersError(f"{file} 须是键值表，键为字段目录中的名字")
    return loaded


def _leaves(node: Mapping[Any, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for key, value in node.items():
        path = f"{prefix}{key}"
        if isinstance(value, Mapping) and "sealed" not in value:
            yield from _leaves(value, f"{path}.")
        elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
            yield path, [_row(item, path) for item in value]
        else:
            yield path, _plain(value)


def _row(item: Any, path: str) -> dict[str, Any]:
    if not isinstance(item, Mapping):
        raise AnswersError(f"{path} 的每一行须是键值表，有一行是“{item}”")
    return {str(name): _plain(cell) for name, cell in item.items()}


def _plain(value: Any) -> Any:
    """Days as ISO text; everything else as it stands."""
    if isinstance(value, date):
        return value.isoformat()
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _unknown(path: str, known: list[str]) -> str:
    near = difflib.get_close_matches(path, known, n=1)
    return f"字段目录中没有 {path}" + (f"，是否为 {near[0]}？" if near else "")
