"""Clauses of rules and materials as components take them."""

from collections.abc import Iterable
from typing import Any

from jurisdictions.engine.policy import Policy
from jurisdictions.interfaces.clauses import article_of, clause_refs


def clause_boxes(policy: Policy, clause_ids: Iterable[str]) -> list[dict[str, Any]]:
    """Folded clause texts for ``components/clause.html``; the article's label once each."""
    found: dict[str, dict[str, Any]] = {}
    for ref in clause_refs(policy, clause_ids):
        box = found.setdefault(
            ref.label, {"label": ref.label, "text": "", "source": ref.source, "url": ref.url}
        )
        if ref.text and ref.text not in box["text"]:
            box["text"] = f"{box['text']}\n{ref.text}".strip()
    return [box for box in found.values() if box["text"]]


def law(policy: Policy, clause_ids: Iterable[str]) -> dict[str, str] | None:
    """All clauses of one point as one folded text; None when the inventory has none."""
    boxes = clause_boxes(policy, clause_ids)
    if not boxes:
        return None
    several = len(boxes) > 1
    return {
        "label": "、".join(box["label"] for box in boxes),
        "text": "\n".join(
            f"{box['label']}：{box['text']}" if several else box["text"] for box in boxes
        ),
        "source": boxes[0]["source"],
        "url": boxes[0]["url"],
    }


def articles(policy: Policy, clause_ids: Iterable[str]) -> str:
    """Headings of the articles of some clauses: 第十条、第十一条."""
    named = (article_of(policy, clause_id) for clause_id in clause_ids)
    return "、".join(dict.fromkeys(article.heading for article in named if article))
