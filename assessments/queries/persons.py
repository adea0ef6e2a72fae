"""Which people of a studio may be recommended for a title, on what ground, and by which office."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from applications.domain.claims import FOUNDING
from applications.enums import StudioStatus
from applications.models import Studio
from assessments.models import Member
from assessments.queries.policies import founding_policy
from jurisdictions.schema.effects import Persons

#: Stands for a title of the same kind where the text ends its list with 等.
OTHER = "其他同类称号或项目"


@dataclass(frozen=True)
class Ground:
    """A sentence of the text by which people of a studio may be recommended.

    Attributes:
        code: tells the grounds of one studio apart.
        title: the sentence.
        clauses: its clauses.
        texts: what the clauses say.
        says: who, for what, and by whom, as the ruleset has it.
        by: what people call the roles that recommend.
    """

    code: str
    title: str
    clauses: tuple[str, ...]
    texts: tuple[str, ...]
    says: Persons
    by: tuple[str, ...]


def grounds(studio: Studio, roles: Iterable[str] = ()) -> list[Ground]:
    """On what people of a studio in good standing may be recommended.

    Args:
        studio: the studio.
        roles: only what one of these office roles recommends; all where none is given.
    """
    if studio.status != StudioStatus.ACTIVE:
        return []
    mine = set(roles)
    return [row for row in _grounds(studio) if not mine or mine & set(row.says.by)]


def _grounds(studio: Studio) -> Iterator[Ground]:
    policy = founding_policy(studio)
    results = policy.procedure(FOUNDING).results.values()
    items: list[Any] = [item for result in results for item in result.effects]
    for place, item in enumerate(item for item in items if item.kind == "privilege"):
        if item.persons is None:
            continue
        texts = tuple(row.text for name in item.clause if (row := policy.inventory.clause(name)))
        by = tuple(policy.ruleset.offices[role].label for role in item.persons.by)
        yield Ground(f"p{place}", item.title, tuple(item.clause), texts, item.persons, by)


def people(studio: Studio, found: Iterable[Ground]) -> dict[str, str]:
    """Names of those the grounds speak of, each with what he is to the studio."""
    kinds = {row.says.who for row in found}
    named: dict[str, str] = {}
    if kinds:
        leaders = studio.leaders.filter(until__isnull=True).order_by("pk")
        named |= dict.fromkeys(leaders.values_list("name", flat=True), "领办人")
    if "members" in kinds:
        rows = Member.objects.filter(studio=studio, struck_at__isnull=True, left_on__isnull=True)
        for name in rows.values_list("name", flat=True):
            named.setdefault(name, "成员")
    return named
