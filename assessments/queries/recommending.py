"""Which studios may be recommended to a higher level, on what ground, and which have been."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from applications.domain.claims import FOUNDING
from applications.enums import StudioStatus
from applications.models import Studio
from assessments.models import GradeRecord, Recommendation
from assessments.queries.policies import founding_policy, living_policy
from jurisdictions.engine.policy import Policy
from jurisdictions.models import Ruleset
from jurisdictions.queries import bulky, current_rulesets, policy_of


@dataclass(frozen=True)
class Basis:
    """A sentence of the text by which a studio may be recommended.

    Attributes:
        code: tells the bases of one studio apart.
        level: to which level, in the words of the text.
        title: the sentence.
        clauses: its clauses.
        texts: what the clauses say.
        grade: the assessment result it rests on; None where the naming allows it.
    """

    code: str
    level: str
    title: str
    clauses: tuple[str, ...]
    texts: tuple[str, ...]
    grade: GradeRecord | None = None


@dataclass(frozen=True)
class Candidate:
    """A studio with one basis.

    Attributes:
        studio: the studio.
        basis: why it may be recommended.
        newest: its newest assessment result, for the office to weigh; None without any.
        done: the newest letter by which it was recommended on this basis.
    """

    studio: Studio
    basis: Basis
    newest: GradeRecord | None
    done: Recommendation | None


def candidates(studios: Iterable[Studio]) -> list[Candidate]:
    """Studios in good standing that may be recommended, in a fixed number of queries.

    Args:
        studios: as ``reach`` gives them (policy loaded).
    """
    found = [row for row in studios if row.status == StudioStatus.ACTIVE]
    if not any(_knows(founding_policy(studio)) for studio in found):
        return []
    newest, letters = _newest(found), _letters(found)
    # Only results from before the portal ask for the text in force now.
    old = any(row.application_id is None for row in newest.values())
    versions = current_rulesets([row.jurisdiction for row in found]) if old else {}
    return [
        Candidate(studio, basis, newest.get(studio.pk), _done(basis, letters[studio.pk]))
        for studio in found
        for basis in _bases(studio, newest.get(studio.pk), versions.get(studio.jurisdiction_id))
    ]


def bases(studio: Studio) -> list[Basis]:
    """On what one studio may be recommended now; nothing while it is not in good standing."""
    if studio.status != StudioStatus.ACTIVE:
        return []
    return list(_bases(studio, _newest([studio]).get(studio.pk)))


def of_studio(studio: Studio) -> QuerySet[Recommendation]:
    """Letters for a studio, the newest first, withdrawn ones too."""
    return Recommendation.objects.filter(studio=studio).select_related("office")


def _bases(
    studio: Studio, newest: GradeRecord | None, version: Ruleset | None = None
) -> Iterator[Basis]:
    """What the naming allows, and what the newest result does: it replaces all before it."""
    policy = founding_policy(studio)
    for place, item in enumerate(_of_naming(policy)):
        yield _basis(f"n{place}", item, policy)
    if newest is None:
        return
    policy = _policy_of(studio, newest, version)
    for place, item in enumerate(_of_grade(policy, newest)):
        yield _basis(f"g{newest.pk}_{place}", item, policy, newest)


def _basis(code: str, item: Any, policy: Policy, grade: GradeRecord | None = None) -> Basis:
    texts = tuple(row.text for name in item.clause if (row := policy.inventory.clause(name)))
    return Basis(code, item.upward, item.title, tuple(item.clause), texts, grade)


def _policy_of(studio: Studio, row: GradeRecord, version: Ruleset | None) -> Policy:
    """The text a result was given under; one from before the portal follows the studio's own."""
    if row.application is None:
        return living_policy(studio, "assessments", newest=version)
    return policy_of(row.application.ruleset)


def _upward(effects: Iterable[Any]) -> list[Any]:
    return [item for item in effects if item.kind == "privilege" and item.upward]


def _of_naming(policy: Policy) -> list[Any]:
    results = policy.procedure(FOUNDING).results.values()
    return _upward(item for result in results for item in result.effects)


def _of_grade(policy: Policy, row: GradeRecord) -> list[Any]:
    rules = policy.ruleset.assessments.get(row.assessment)
    if rules is None:
        return []
    found = [item for one in rules.grades if one.label == row.grade for item in one.effects]
    won = [one for one in rules.awards if row.award and one.label == row.award]
    return _upward([*found, *(item for one in won for item in one.effects)])


def _knows(policy: Policy) -> bool:
    """Whether the text speaks of recommending studios at all."""
    key = ("recommends_upward",)
    if key not in policy.cache:
        rules = policy.ruleset.assessments.values()
        graded = [item for rule in rules for one in rule.grades for item in one.effects]
        graded += [item for rule in rules for one in rule.awards for item in one.effects]
        policy.cache[key] = bool(_of_naming(policy) or _upward(graded))
    known: bool = policy.cache[key]
    return known


def _newest(studios: Sequence[Studio]) -> dict[int, GradeRecord]:
    rows = (
        GradeRecord.objects.filter(studio__in=studios)
        .select_related("application__ruleset")
        .defer(*bulky("application__ruleset"))
        .order_by("decided_on", "pk")
    )
    return {row.studio_id: row for row in rows}


def _letters(studios: Sequence[Studio]) -> dict[int, list[Recommendation]]:
    found: dict[int, list[Recommendation]] = defaultdict(list)
    rows = Recommendation.objects.filter(studio__in=studios, person="", struck_at__isnull=True)
    for row in rows.order_by("-on", "-pk"):
        found[row.studio_id].append(row)
    return found


def _done(basis: Basis, letters: list[Recommendation]) -> Recommendation | None:
    rests_on = basis.grade.application_id if basis.grade is not None else None
    return next((row for row in letters if row.level == basis.level
                 and row.application_id == rests_on), None)  # fmt: skip
