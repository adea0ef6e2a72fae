"""Shared reads of applications."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from applications.enums import Status
from applications.models import (
    Application,
    Attachment,
    Ban,
    Claim,
    NamedAbove,
    Party,
    Submission,
)
from applications.queries.keys import all_ban_keys, claim_keys, leader_keys
from applications.queries.studios import leader_changes_open
from jurisdictions.engine.claims import wanted_claims
from jurisdictions.engine.facts import Filing, MaterialFact, build_facts
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.values import show_value
from jurisdictions.models import Round
from jurisdictions.queries import policy_of
from portal.accounts.models import Enterprise
from portal.accounts.queries import codes_borne, enterprises_of

LEADER_ROW = "leader"
DECLARATIONS = "declarations"
#: Answers that hold the code of a unit that takes part.
CODE_PATHS = ("unit.uscc", "change.unit_uscc", "change.uscc_now")


Book = Callable[[Application, Policy], dict[str, Any]]
_BOOKS: list[Book] = []


def register_book(book: Book) -> None:
    """Let another app say what its books tell of a filing; each submit freezes it."""
    if book not in _BOOKS:
        _BOOKS.append(book)


def visible_to_unit(user: Any) -> QuerySet[Application]:
    """Filings of the units a person acts for."""
    mine = enterprises_of(user)
    return Application.objects.filter(
        Q(enterprise__in=mine)
        | Q(pk__in=Party.objects.filter(enterprise__in=mine).values("application")),
        shown_to_unit=True,
    )


def answers_of(application: Application) -> dict[str, Any]:
    """All answers as they stand in the draft, every section merged."""
    merged: dict[str, Any] = {}
    for section in application.sections.order_by("pk"):
        merged.update(section.answers)
    return merged


def files_of(application: Application) -> QuerySet[Attachment]:
    """Files that count: not removed."""
    return application.attachments.filter(removed_at__isnull=True)


def last_submission(application: Application) -> Submission | None:
    """The newest submission, or None."""
    return application.submissions.order_by("-number").first()


def submitted_answers(application: Application) -> dict[str, Any]:
    """The newest submission's answers, under the codes its units bear now; empty without one.

    What was submitted stays as it was handed in; a unit whose 统一社会信用代码 has changed since
    is still the same unit.
    """
    submission = last_submission(application)
    if submission is None:
        return {}
    answers = dict(submission.answers)
    units = {party.enterprise_id: party.enterprise
             for party in application.parties.select_related("enterprise")}  # fmt: skip
    units[application.enterprise_id] = application.enterprise
    borne = codes_borne(units)
    for path in CODE_PATHS:
        owner = borne.get(str(answers.get(path) or ""))
        if owner is not None:
            answers[path] = units[owner].uscc
    return answers


def open_with(*units: Enterprise | int) -> QuerySet[Application]:
    """Filings that units, or those of these keys, take part in and that have not ended."""
    mine = Party.objects.filter(enterprise__in=units).values("application")
    rows = Application.objects.filter(Q(enterprise__in=units) | Q(pk__in=mine))
    return rows.filter(status__in=(Status.DRAFT, Status.SUBMITTED, Status.RETURNED))


def newest_digests(ids: list[int]) -> dict[int, str]:
    """Application key to the digest of its newest submission."""
    rows = Submission.objects.filter(application__in=ids).order_by("application", "number")
    return dict(rows.values_list("application", "digest"))


def material_facts(files: list[Attachment]) -> dict[str, MaterialFact]:
    """Counts and lengths by material. Several files are as long as all together."""
    by_material: dict[str, list[Attachment]] = {}
    for file in files:
        by_material.setdefault(file.material, []).append(file)
    facts = {}
    for material, group in by_material.items():
        lengths = [file.words for file in group]
        rows: dict[str, int] = {}
        for file in group:
            if file.row and file.row != LEADER_ROW:
                rows[file.row] = rows.get(file.row, 0) + 1
        facts[material] = MaterialFact(
            count=len(group),
            words=None if None in lengths else sum(length or 0 for length in lengths),
            rows=rows,
            person=sum(1 for file in group if file.row == LEADER_ROW),
        )
    return facts


def filing_of(application: Application, answers: Mapping[str, Any] | None = None) -> Filing:
    """What the engine judges: answers as they stand, files, registers, reference day."""
    given = answers if answers is not None else answers_of(application)
    policy = policy_of(application.ruleset)
    bare = Filing(
        answers=given,
        ref_date=application.reference_date,
        materials=material_facts(list(files_of(application))),
    )
    return Filing(
        answers=given,
        ref_date=bare.ref_date,
        materials=bare.materials,
        registers=registers(application, policy, bare),
    )


def registers(application: Application, policy: Policy, filing: Filing) -> dict[str, Any]:
    """What the registers know about this leader and unit, without telling whose."""
    found: dict[str, Any] = {"register.rounds_this_year": _rounds_this_year(application)}
    facts = build_facts(policy, application.procedure, filing)
    found["register.leader_active"] = 0
    found["register.unit_occupation_active"] = 0
    for wanted in wanted_claims(policy, application.procedure, facts):
        held = held_by_others(application, wanted.claim.id, wanted.claim.scope, claim_keys(wanted))
        if wanted.claim.key == ("leader.id_number",):
            found["register.leader_active"] = held.count()
        elif "leader.occupation" in wanted.claim.key:
            found["register.unit_occupation_active"] = held.count()
    found["register.leader_elsewhere"] = _leader_elsewhere(application, facts.typed)
    found["register.leader_named_higher"] = _named_higher(application, facts.typed)
    bans = running_bans(application, facts.typed)
    studio = application.studio
    found["register.change_open"] = studio is not None and bool(leader_changes_open([studio]))
    found["register.leader_banned"] = Ban.Subject.LEADER in bans
    found["register.unit_banned"] = Ban.Subject.UNIT in bans
    if bans:
        found["register.banned_until"] = max(bans.values()).isoformat()
    found |= _recoded(application, facts.typed)
    for book in _BOOKS:
        found |= book(application, policy)
    return found


def _recoded(application: Application, typed: Mapping[str, Any]) -> dict[str, bool]:
    """Whether a filing asks for another code of its unit, and whether that is another unit's."""
    unit, code = application.enterprise, typed.get("change.new_uscc")
    changes = bool(code) and code != unit.uscc
    taken = changes and Enterprise.objects.filter(uscc=code).exclude(pk=unit.pk).exists()
    return {"register.code_changes": changes, "register.code_taken": taken}


def held_by_others(
    application: Application, kind: str, scope: str, keys: Sequence[str]
) -> QuerySet[Claim]:
    """Living claims on the same thing that are neither this filing's nor its own studio's.

    Args:
        application: the filing.
        kind: id of the claim in the ruleset.
        scope: ``jurisdiction`` or ``everywhere``.
        keys: of the claim under every key of the ring.
    """
    where = application.jurisdiction.code if scope == "jurisdiction" else scope
    living = Claim.objects.filter(kind=kind, scope=where, key__in=keys, released_at__isnull=True)
    living = living.exclude(application=application)
    return living.exclude(studio=application.studio_id) if application.studio_id else living


def _leader_elsewhere(application: Application, typed: Mapping[str, Any]) -> int:
    """Open filings and studios of this leader in other jurisdictions."""
    keys = leader_keys(typed)
    if not keys:
        return 0
    elsewhere = Claim.objects.filter(key__in=keys, released_at__isnull=True)
    return elsewhere.exclude(jurisdiction=application.jurisdiction).count()


def _named_higher(application: Application, typed: Mapping[str, Any]) -> bool:
    """Whether the kept list of higher-level studios names this leader."""
    same = Q(pk__in=[])
    keys = leader_keys(typed)
    if keys:
        same |= Q(key__in=keys)
    name, uscc = typed.get("leader.name"), typed.get("unit.uscc")
    if name and uscc:
        # Published lists often print no number: then name and unit together decide.
        same |= Q(key="", leader_name=name, unit_uscc=uscc)
    listed = NamedAbove.objects.filter(same, removed_at__isnull=True)
    return listed.filter(jurisdiction=application.jurisdiction).exists()


def running_bans(application: Application, typed: Mapping[str, Any]) -> dict[str, date]:
    """Which of unit and leader may not apply, each with its last day.

    A ban forbids the act of applying: the day of the first submission counts, for a draft today;
    neither the closing day of the call nor the reference day for ages does. Whoever applied before
    a ban began may still correct the filing.
    """
    keys = all_ban_keys(typed)
    # Whatever code was typed, the unit that files is known by its own.
    own = all_ban_keys({"unit.uscc": application.enterprise.uscc})
    keys = {subject: keys.get(subject, []) + own.get(subject, []) for subject in {**own, **keys}}
    applied = timezone.localdate(application.submitted_at or timezone.now())
    running = Q(starts_on__lte=applied, ends_on__gte=applied, lifted_at__isnull=True)
    last = {
        subject: Ban.objects.filter(
            running, jurisdiction=application.jurisdiction, subject=subject, key__in=known
        ).aggregate(last=Max("ends_on"))["last"]
        for subject, known in keys.items()
    }
    return {subject: day for subject, day in last.items() if day is not None}


def _rounds_this_year(application: Application) -> int:
    if application.round is None:
        return 0
    return Round.objects.filter(
        jurisdiction=application.jurisdiction,
        procedure=application.procedure,
        year=application.round.year,
    ).exclude(state="cancelled").count()  # fmt: skip


def naming_values(policy: Policy, answers: Mapping[str, Any]) -> dict[str, str]:
    """Answers as texts, for naming formulas."""
    return {
        path: show_value(definition, answers.get(path), unit=False)
        for path, definition in policy.catalogue.fields.items()
        if answers.get(path)
    }


def still_open(application: Application) -> bool:
    """Whether the unit may still change the filing."""
    if application.status == Status.RETURNED:
        return True
    if application.status != Status.DRAFT:
        return False
    round_ = application.round
    return round_ is None or round_.opens_at <= timezone.now() < round_.closes_at
