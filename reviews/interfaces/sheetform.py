"""A score sheet as fields of a form, and back."""

from collections.abc import Mapping
from typing import Any

from jurisdictions.engine.policy import Policy
from jurisdictions.engine.scoring import Score, plain
from jurisdictions.interfaces.clauses import first_clause
from jurisdictions.schema.scoring import (
    AllOrNothing,
    Deducted,
    Judged,
    PerHead,
    ScoreTable,
    Shortfall,
    Tiered,
    Veto,
)

_YES, _NO = "yes", "no"


def read(table: ScoreTable | None, post: Mapping[str, Any]) -> dict[str, Any]:
    """What was posted, as the domain takes it; fields left empty are left out."""
    said: dict[str, Any] = {"verdict": post.get("verdict", ""), "text": post.get("text", "")}
    lines = {}
    for group in table.groups if table else ():
        for item in group.items:
            given = _read_item(item, post)
            if given is not None:
                lines[item.id] = given
    return said | {"lines": lines}


def _read_item(item: Any, post: Mapping[str, Any]) -> Any:
    points = str(post.get(f"points-{item.id}", "")).strip()
    if points:
        return {"points": points, "reason": str(post.get(f"reason-{item.id}", "")).strip()}
    if isinstance(item, Deducted):
        said = {p.id: _yes(post.get(f"part-{item.id}-{p.id}")) for p in item.parts}
        return {key: value for key, value in said.items() if value is not None} or None
    if isinstance(item, PerHead):
        counts = {h.id: str(post.get(f"head-{item.id}-{h.id}", "")).strip() for h in item.heads}
        return {key: value for key, value in counts.items() if value} or None
    given = str(post.get(f"value-{item.id}", "")).strip()
    if isinstance(item, AllOrNothing | Veto):
        return _yes(given)
    return given or None


def _yes(text: Any) -> bool | None:
    return {_YES: True, _NO: False}.get(str(text or ""))


def groups(
    policy: Policy,
    table: ScoreTable,
    lines: Mapping[str, Any],
    worked: Score,
    beside: Mapping[str, Mapping[str, str]] | None = None,
) -> list[dict[str, Any]]:
    """Groups and lines for ``reviews/panel/_sheet.html``."""
    points = {line.id: line for group in worked.groups for line in group.lines}
    subtotals = {group.id: plain(group.points) for group in worked.groups}
    return [
        {
            "id": group.id, "title": group.title, "max": plain(group.max),
            "subtotal": subtotals[group.id], "bonus": group.bonus,
            "items": [
                {**_item(policy, item, lines.get(item.id), points[item.id]),
                 "beside": (beside or {}).get(item.id)}
                for item in group.items
            ],
        }
        for group in table.groups
    ]  # fmt: skip


def _item(policy: Policy, item: Any, given: Any, line: Any) -> dict[str, Any]:
    over = given if isinstance(given, Mapping) and "points" in given else {}
    values = given if isinstance(given, Mapping) else {}
    return {
        "id": item.id, "label": item.text, "standard": item.standard, "max": plain(item.max),
        "clause": first_clause(policy, item.clause), "kind": item.kind, "unit": _unit(item),
        "points": over.get("points", ""), "reason": over.get("reason", ""),
        "value": _choice(given) if not isinstance(given, Mapping) else "",
        "parts": [{"id": p.id, "text": p.text, "points": plain(p.points),
                   "value": _choice(values.get(p.id))} for p in getattr(item, "parts", ())],
        "heads": [{"id": h.id, "text": h.text, "points": plain(h.points),
                   "value": values.get(h.id, "")} for h in getattr(item, "heads", ())],
        "by_hand": isinstance(item, Judged) or getattr(item, "between_judged", False),
        "only_hand": isinstance(item, Judged), "number": isinstance(item, Shortfall | Tiered),
        "yes_no": isinstance(item, AllOrNothing | Veto),
        "earned": "" if line.points is None else plain(line.points),
        "why": line.why, "open": line.open if given is not None else "",
    }  # fmt: skip


def _unit(item: Any) -> str:
    return str(getattr(item, "unit", "") or "")


def _choice(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _YES if value else _NO
    return str(value)


def all_by_hand(table: ScoreTable) -> bool:
    """Whether the browser can add the points up as they are typed."""
    return all(isinstance(item, Judged) for group in table.groups for item in group.items)


def differences(
    table: ScoreTable | None, sheet: Any, said: Mapping[str, Any]
) -> list[dict[str, str]]:
    """Where what is kept and what was typed differ: label, kept, typed."""
    pairs = [("评审结论", sheet.verdict, said["verdict"]), ("评审意见", sheet.text, said["text"])]
    for group in table.groups if table else ():
        for item in group.items:
            pairs.append((item.text, _shown(sheet.lines.get(item.id)),
                          _shown(said["lines"].get(item.id))))  # fmt: skip
    words = {"pass": "同意", "refuse": "不同意"}
    return [{"label": label, "kept": words.get(kept, kept), "typed": words.get(typed, typed)}
            for label, kept, typed in pairs if kept != typed]  # fmt: skip


def _shown(given: Any) -> str:
    """An input in words."""
    if isinstance(given, Mapping):
        return "，".join(filter(None, (_shown(value) for value in given.values())))
    return {"yes": "是", "no": "否"}.get(_choice(given), _choice(given))
