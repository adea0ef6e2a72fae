"""Claims: taken at submit, moved to the studio at founding, released at refusal or end.

The unique constraint of the database decides who is first; nothing here does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from applications.domain import named_above
from applications.models import Application, Claim, Studio, StudioHost, StudioLeader
from applications.queries import (
    claim_key,
    claim_keys,
    filing_of,
    held_by_others,
    primary_key_id,
    submitted_answers,
)
from jurisdictions.engine.claims import Wanted, wanted_claims
from jurisdictions.engine.facts import Facts, Filing, build_facts
from jurisdictions.queries import bulky, policy_of
from portal.common.errors import DomainError

EVERYWHERE = "everywhere"
NOT_AGAIN = (
    "原来的独占事项（领办人或单位同职业）已由其他申报件或工作室占用，不能恢复，请先核实处理。"
)
NOT_UNDER = (
    "变更后的统一社会信用代码名下，同一职业（工种）已有其他申报件或工作室，不能登记，请先核实处理。"
)
#: The procedure that sets a studio up, the same code in every city.
FOUNDING = "establish"


@dataclass(frozen=True)
class Conflict:
    """A right somebody else holds. Says nothing about who."""

    claim_id: str
    title: str
    sentence: str
    clauses: tuple[str, ...]
    exclusive: bool


class ClaimHeldError(DomainError):
    """An exclusive right is held by somebody else."""

    def __init__(self, conflict: Conflict) -> None:
        super().__init__(conflict.sentence, status=409)
        self.conflict = conflict


def conflicts(application: Application, facts: Facts | None = None) -> list[Conflict]:
    """Rights this filing would need and somebody else holds now."""
    policy = policy_of(application.ruleset)
    known = facts or build_facts(policy, application.procedure, filing_of(application))
    found = []
    for wanted in wanted_claims(policy, application.procedure, known):
        held = held_by_others(application, wanted.claim.id, wanted.claim.scope, claim_keys(wanted))
        blocking = held.filter(exclusive=True) if wanted.exclusive else held
        if blocking.exists():
            found.append(_conflict(wanted))
    return found


def _conflict(wanted: Wanted) -> Conflict:
    claim = wanted.claim
    return Conflict(claim.id, claim.title, claim.conflict, claim.clause, wanted.exclusive)


def take(application: Application, facts: Facts) -> list[Claim]:
    """Take every right this filing needs; soft ones (原则上) exclude nobody.

    Rights of an earlier submission of the same filing whose key changed are released.

    Raises:
        ClaimHeldError: somebody else was first.
    """
    policy = policy_of(application.ruleset)
    wanted = {
        (w.claim.id, claim_key(w)): w for w in wanted_claims(policy, application.procedure, facts)
    }
    held = {
        (claim.kind, claim.key): claim
        for claim in application.claims.filter(released_at__isnull=True)
    }
    for key, claim in held.items():
        if key not in wanted:
            _release(claim, "申报内容变更")
    own = _own_rights(application)
    # One order for everybody, so that two submits never wait for each other.
    return [
        _take(application, w, key[1])
        for key, w in sorted(wanted.items(), key=lambda pair: pair[0])
        if key not in held and not _among(w, own)
    ]


def _among(wanted: Wanted, held: set[tuple[str, str]]) -> bool:
    """Whether a right is among those held, under whatever key of the ring."""
    return any((wanted.claim.id, key) in held for key in claim_keys(wanted))


def _own_rights(application: Application) -> set[tuple[str, str]]:
    """Rights the studio of the filing holds already: it need not take them from itself."""
    if application.studio is None:
        return set()
    held = application.studio.claims.filter(released_at__isnull=True)
    return set(held.values_list("kind", "key"))


def _take(application: Application, wanted: Wanted, key: str) -> Claim:
    claim = wanted.claim
    scope = EVERYWHERE if claim.scope == EVERYWHERE else application.jurisdiction.code
    if wanted.exclusive:
        # Rows under an older key of the ring are out of the unique index's sight.
        held = held_by_others(application, claim.id, claim.scope, claim_keys(wanted))
        if held.filter(exclusive=True).exists():
            raise ClaimHeldError(_conflict(wanted))
    try:
        with transaction.atomic():
            return Claim.objects.create(
                jurisdiction=application.jurisdiction,
                application=application,
                kind=claim.id,
                scope=scope,
                key=key,
                key_id=primary_key_id(),
                exclusive=wanted.exclusive,
                taken_at=timezone.now(),
            )
    except IntegrityError as error:
        raise ClaimHeldError(_conflict(wanted)) from error


def release(application: Application, reason: str) -> list[int]:
    """Give back every right of a filing that is refused, withdrawn or lapsed.

    Returns:
        Keys of the rows, so that an amendment can take the same rights again.
    """
    rows = list(application.claims.filter(released_at__isnull=True, studio__isnull=True))
    for claim in rows:
        _release(claim, reason)
    return [claim.pk for claim in rows]


def release_studio(studio: Studio, reason: str) -> list[int]:
    """Give back every right of a studio that ended.

    Returns:
        Keys of the rows, so that an amendment can take the same rights again.
    """
    rows = list(studio.claims.filter(released_at__isnull=True))
    for claim in rows:
        _release(claim, reason)
    return [claim.pk for claim in rows]


def take_again(rows: Iterable[Claim]) -> int:
    """Take rights again that an undone decision had given back.

    Returns:
        How many were taken.

    Raises:
        DomainError: somebody else has taken one meanwhile.
    """
    count = 0
    for claim in sorted(rows, key=lambda row: (row.kind, row.key)):
        again = [w for w in wanted_again(claim) if w.claim.id == claim.kind]
        keys = claim_keys(again[0]) if again else [claim.key]
        _insert(
            Claim(
                jurisdiction=claim.jurisdiction, application=claim.application,
                studio=claim.studio, kind=claim.kind, scope=claim.scope, key=keys[0],
                key_id=primary_key_id() if again else claim.key_id, exclusive=claim.exclusive,
                taken_at=timezone.now(),
            ),
            keys,
        )  # fmt: skip
        count += 1
    return count


def _insert(claim: Claim, keys: list[str], said: str = NOT_AGAIN) -> None:
    """Take a right that may have been taken by somebody else, under whatever key of the ring.

    Raises:
        DomainError: it was.
    """
    same = {"kind": claim.kind, "scope": claim.scope, "key__in": keys, "exclusive": True}
    taken = claim.exclusive and Claim.objects.filter(released_at__isnull=True, **same).exists()
    try:
        with transaction.atomic():
            if not taken:
                claim.save()
                return
    except IntegrityError:
        taken = True
    raise DomainError(said)


def renew_studio(studio: Studio) -> None:
    """After a corrected occupation: rights follow what the register now says of the studio.

    Raises:
        DomainError: somebody else holds the right to the corrected occupation.
    """
    wanted = {(w.claim.id, claim_key(w)): w for w in wanted_by_studio(studio)}
    held = {(c.kind, c.key): c for c in studio.claims.filter(released_at__isnull=True)}
    kinds = {kind for kind, _ in held}
    for name, claim in held.items():
        if name not in wanted and claim.key_id == primary_key_id():
            _release(claim, "更正")
    for (kind, key), want in sorted(wanted.items()):
        if kind in kinds and (kind, key) not in held:
            everywhere = want.claim.scope == EVERYWHERE
            _insert(
                Claim(
                    jurisdiction=studio.jurisdiction, studio=studio, kind=kind, key=key,
                    scope=EVERYWHERE if everywhere else studio.jurisdiction.code,
                    key_id=primary_key_id(), exclusive=want.exclusive, taken_at=timezone.now(),
                ),
                claim_keys(want),
            )  # fmt: skip


def stand_under(claim: Claim, now: Wanted) -> None:
    """A right whose unit bears another code stands under that code from now on.

    Raises:
        DomainError: somebody else holds it under that code.
    """
    _release(claim, "单位代码变更")
    row = Claim(
        jurisdiction=claim.jurisdiction, application=claim.application,
        studio=claim.studio, kind=claim.kind, scope=claim.scope, key=claim_key(now),
        key_id=primary_key_id(), exclusive=claim.exclusive, taken_at=timezone.now(),
    )  # fmt: skip
    _insert(row, claim_keys(now), NOT_UNDER)


def _release(claim: Claim, reason: str) -> None:
    claim.released_at = timezone.now()
    claim.release_reason = reason
    claim.save(update_fields=["released_at", "release_reason"])


def move(application: Application, studio: Studio) -> None:
    """The rights of a filing go to the studio it founded."""
    for claim in application.claims.filter(released_at__isnull=True):
        claim.studio = studio
        claim.save(update_fields=["studio"])


def hand_over(application: Application, studio: Studio, *, replacing: tuple[str, ...]) -> list[int]:
    """The rights of an approved change go to the studio; those it no longer needs are free.

    Args:
        application: the change.
        studio: the studio, locked.
        replacing: beginnings of the answers that changed; rights whose key has one of them, and
            which the change does not need again, are given back.

    Returns:
        Keys of the rows given back, so that an amendment can take the same rights again.
    """
    policy = policy_of(application.ruleset)
    filing = filing_of(application, submitted_answers(application))
    facts = build_facts(policy, application.procedure, filing)
    wanted = {
        (w.claim.id, key)
        for w in wanted_claims(policy, application.procedure, facts)
        for key in claim_keys(w)
    }
    known = policy.procedure(application.procedure).uniqueness.claims
    kinds = {claim.id for claim in known if any(path.startswith(replacing) for path in claim.key)}
    rows = studio.claims.filter(released_at__isnull=True, kind__in=kinds)
    gone = [claim for claim in rows if (claim.kind, claim.key) not in wanted]
    for claim in gone:
        _release(claim, "变更后不再占用")
    move(application, studio)
    return [claim.pk for claim in gone]


def move_back(application: Application, studio: Studio) -> None:
    """Rights an undone change had brought to the studio are the filing's own again."""
    application.claims.filter(studio=studio, released_at__isnull=True).update(studio=None)


def rekey_all() -> int:
    """Write every living claim, and the list of higher-level names, under the primary key.

    Returns:
        How many rows were rewritten. Claims of filings are worked out again from their
        sealed answers, so uniqueness never lapses: old and new rows never both count.
    """
    changed = 0
    stale = Claim.objects.filter(released_at__isnull=True).exclude(key_id=primary_key_id())
    ways = ("application__ruleset", "studio__founding_ruleset")
    for claim in stale.select_related(*ways).defer(*bulky(*ways)):
        same = [wanted for wanted in wanted_again(claim) if wanted.claim.id == claim.kind]
        # A studio of several hosts has one right of a kind for each of them.
        mine = [wanted for wanted in same if claim.key in claim_keys(wanted)] or same
        if mine:
            claim.key, claim.key_id = claim_key(mine[-1]), primary_key_id()
            claim.save(update_fields=["key", "key_id"])
            changed += 1
    return changed + named_above.rekey()


def wanted_again(claim: Claim) -> list[Wanted]:
    """The rights of a claim's holder, worked out anew from its sealed answers."""
    if claim.application is not None:
        answers = submitted_answers(claim.application)
        if not answers:
            return []
        policy = policy_of(claim.application.ruleset)
        procedure = claim.application.procedure
        filing = filing_of(claim.application, answers)
        return wanted_claims(policy, procedure, build_facts(policy, procedure, filing))
    return wanted_by_studio(claim.studio) if claim.studio else []


def wanted_by_studio(studio: Studio) -> list[Wanted]:
    """The rights of a studio that no filing founded: of its hosts, leader and occupation now."""
    leader = studio.leaders.filter(until=None).order_by("-since").first()
    rows = studio.hosts.select_related("enterprise").filter(until=None).order_by("since", "pk")
    return wanted_with(studio, leader, list(rows))


def wanted_with(
    studio: Studio, leader: StudioLeader | None, hosts: Sequence[StudioHost]
) -> list[Wanted]:
    """The rights of a studio with a leader and hosts; none of them need be saved yet."""
    policy = policy_of(studio.founding_ruleset)
    each: list[StudioHost | None] = [*hosts]
    found: dict[tuple[str, str], Wanted] = {}
    for host in each or [None]:
        answers = {
            "leader.name": leader.name if leader else "",
            "leader.id_number": leader.id_number if leader else "",
            "leader.occupation": studio.occupation,
            "unit.uscc": host.enterprise.uscc if host else "",
            "unit.name": host.name if host else "",
        }
        facts = build_facts(policy, FOUNDING, Filing(answers, studio.founded_on))
        for wanted in wanted_claims(policy, FOUNDING, facts):
            found.setdefault((wanted.claim.id, claim_key(wanted)), wanted)
    return list(found.values())
