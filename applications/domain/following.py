"""Rights follow a unit whose 统一社会信用代码 has changed: of its studios and its open filings."""

from applications.domain import claims
from applications.domain.claims import FOUNDING
from applications.models import Application, Studio
from applications.queries import claim_keys, last_submission, studio_answers
from jurisdictions.engine.claims import Wanted, wanted_claims
from jurisdictions.engine.facts import Filing, build_facts
from jurisdictions.queries import policy_of
from portal.accounts.models import Enterprise


def follow_unit(studio: Studio, unit: Enterprise, old: str) -> int:
    """Rights of a studio that name one of its hosts by a former code stand under the present one.

    Args:
        studio: the studio, locked.
        unit: the host whose code has changed; rights that name another host stay.
        old: the code it bore.

    Returns:
        How many rights were written under the present code.

    Raises:
        DomainError: somebody else holds one of them under that code.
    """
    before = {
        (wanted.claim.id, key)
        for code in {old, _filed_code(studio, unit)} - {""}
        for wanted in _wanted(studio, unit, code)
        for key in claim_keys(wanted)
    }
    now = {wanted.claim.id: wanted for wanted in _wanted(studio, unit, unit.uscc)}
    rows = [
        claim
        for claim in studio.claims.filter(released_at__isnull=True).order_by("kind", "pk")
        if (claim.kind, claim.key) in before
        and claim.kind in now
        and claim.key not in claim_keys(now[claim.kind])
    ]
    for claim in rows:
        claims.stand_under(claim, now[claim.kind])
    return len(rows)


def follow_code(application: Application) -> None:
    """Rights of an open filing stand under the code its unit bears now.

    Raises:
        DomainError: somebody else holds one of them under that code.
    """
    rows = application.claims.filter(released_at__isnull=True, studio__isnull=True)
    for claim in rows.order_by("kind", "pk"):
        wanted = [w for w in claims.wanted_again(claim) if w.claim.id == claim.kind]
        if wanted and claim.key not in claim_keys(wanted[0]):
            claims.stand_under(claim, wanted[0])


def _filed_code(studio: Studio, unit: Enterprise) -> str:
    """The code a unit wrote into the filing that founded a studio; empty unless it filed."""
    founding = studio.founding_application
    if founding is None or founding.enterprise_id != unit.pk:
        return ""
    submission = last_submission(founding)
    return str(submission.answers.get("unit.uscc") or "") if submission else ""


def _wanted(studio: Studio, unit: Enterprise, code: str) -> list[Wanted]:
    """What the studio needs of a host under a code, by what was filed and the register."""
    application = studio.founding_application
    submission = last_submission(application) if application is not None else None
    answers = {**(submission.answers if submission else {}), **studio_answers(studio, unit),
               "unit.uscc": code}  # fmt: skip
    policy = policy_of(studio.founding_ruleset)
    facts = build_facts(policy, FOUNDING, Filing(answers, studio.founded_on))
    return wanted_claims(policy, FOUNDING, facts)
