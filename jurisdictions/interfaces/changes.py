"""What differs between two versions of a policy, path by path."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: What names an item of a list, first found wins; such lists are compared by name, not place.
_NAMES = ("id", "code", "field", "column", "table", "kind", "document_number", "no")


@dataclass(frozen=True)
class Change:
    """One value that is new, gone or different."""

    name: str
    label: str
    theirs: str
    mine: str


def change_list(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Differences from ``old`` to ``new`` in the order of the paths.

    Args:
        old: the earlier document or inventory, plain data.
        new: the later one.
    """
    before, after = dict(_leaves(old, "")), dict(_leaves(new, ""))
    return [
        Change(path, path, after.get(path, ""), before.get(path, ""))
        for path in sorted({*before, *after})
        if before.get(path) != after.get(path)
    ]


def _leaves(node: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from _leaves(value, f"{path}.{key}" if path else str(key))
    elif isinstance(node, Sequence) and not isinstance(node, str):
        if all(not isinstance(item, Mapping | list) for item in node):
            yield path, "、".join(str(item) for item in node)
            return
        for name, value in _named(node):
            yield from _leaves(value, f"{path}[{name}]")
    else:
        yield path, _shown(node)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def _named(items: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    seen: dict[str, int] = {}
    for index, item in enumerate(items):
        name = str(index + 1)
        if isinstance(item, Mapping):
            name = next((str(item[key]) for key in _NAMES if key in item), name)
        seen[name] = seen.get(name, 0) + 1
        yield (name if seen[name] == 1 else f"{name}#{seen[name]}"), item
