"""Walks a ruleset: every entry with its path, as the schema sees it."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from jurisdictions.engine.loader import Path_
from jurisdictions.schema.base import Entry


def walk(node: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """Every model and value below a node, the node first."""
    yield path, node
    if isinstance(node, BaseModel):
        for name, info in type(node).model_fields.items():
            key = info.alias or name
            yield from walk(getattr(node, name), (*path, key))
    elif isinstance(node, Mapping):
        for key, value in node.items():
            yield from walk(value, (*path, key))
    elif isinstance(node, tuple | list):
        for index, value in enumerate(node):
            yield from walk(value, (*path, index))


def entries(node: Any) -> Iterator[tuple[Path_, Entry]]:
    """Every entry that cites a clause or says that it is an assumption."""
    for path, value in walk(node):
        if isinstance(value, Entry) and (value.clause or value.assumption):
            yield path, value


def dotted(path: Path_) -> str:
    """A path as text."""
    return ".".join(str(step) for step in path)
