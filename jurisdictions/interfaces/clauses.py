"""Clauses as pages show them: a short label, the text, and the address of the full text."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.urls import reverse

from jurisdictions.engine.policy import Policy
from jurisdictions.schema.identity import Article


@dataclass(frozen=True)
class ClauseRef:
    """A clause for ``clause_ref`` and ``components/clause.html``."""

    id: str
    label: str
    text: str
    source: str
    url: str


def anchor(policy: Policy, clause_id: str) -> str:
    """The anchor of a clause on the page of the full text: ``art-7-1-a``."""
    return f"art-{clause_id.removeprefix(f'{policy.code}-')}"


def article_of(policy: Policy, clause_id: str) -> Article | None:
    """The article a clause belongs to: the longest article number its id begins with."""
    rest = clause_id.removeprefix(f"{policy.code}-")
    fitting = [
        article
        for article in policy.inventory.articles
        if rest == article.no or rest.startswith(f"{article.no}-")
    ]
    return max(fitting, key=lambda article: len(article.no), default=None)


def clause_ref(policy: Policy, clause_id: str) -> ClauseRef:
    """One clause; an id that the inventory lacks gives its bare id."""
    found = policy.inventory.clause(clause_id)
    article = article_of(policy, clause_id)
    page = reverse("jurisdictions:policy", args=[policy.code])
    identity = policy.ruleset.identity
    return ClauseRef(
        id=clause_id,
        label=article.heading if article else clause_id,
        text=found.text if found else "",
        source=f"《{identity.title}》{identity.document_number}",
        url=f"{page}#{anchor(policy, clause_id)}",
    )


def clause_refs(policy: Policy, clause_ids: Iterable[str]) -> list[ClauseRef]:
    """Several clauses, each once."""
    return [clause_ref(policy, clause_id) for clause_id in dict.fromkeys(clause_ids)]


def grouped_refs(policy: Policy, clause_ids: Iterable[str]) -> list[ClauseRef]:
    """Several clauses, those of one article put together under its heading."""
    found: dict[str, ClauseRef] = {}
    for ref in clause_refs(policy, clause_ids):
        held = found.get(ref.label)
        if held is None:
            found[ref.label] = ref
        elif ref.text and ref.text not in held.text:
            found[ref.label] = replace(held, text=f"{held.text}\n{ref.text}")
    return list(found.values())


def first_clause(policy: Policy, clause_ids: Iterable[str]) -> ClauseRef | None:
    """The first clause, for the narrow place beside a label."""
    first = next(iter(clause_ids), None)
    return clause_ref(policy, first) if first else None
