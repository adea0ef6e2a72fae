"""Which filings a person may reach, and lists of them. Others' filings do not exist for him."""

from typing import Any

from django.db.models import Q, QuerySet

from applications.enums import Status
from applications.models import (
    Application,
    Attachment,
    DraftSection,
    Event,
    NamedAbove,
    Party,
    SetAside,
    Submission,
)
from jurisdictions.models import Jurisdiction, Office, Round, Ruleset
from jurisdictions.queries import BULKY, bulky, deputyships_of, held_now, posts_of
from portal.accounts.models import Enterprise
from portal.accounts.queries import enterprises_of, memberships_of
from portal.common.doors import granted
from portal.common.memory import recall

#: Columns copied from the answers.
_COPIED = (
    "unit_name", "unit_uscc", "district", "leader_name", "occupation", "industry", "studio_name",
)  # fmt: skip
#: Columns a text search looks into.
SEARCHED = ("number", "unit_name", "unit_uscc", "leader_name", "occupation", "studio_name")
#: What storing a section reads of a filing, its call and its policy version.
_TYPED = (
    "public_id", "jurisdiction", "procedure", "reference_date", "enterprise", "studio", "status",
    "unlocked", *_COPIED, "round__state", "round__opens_at", "round__closes_at",
    "ruleset__sha256", "ruleset__published_at",
)  # fmt: skip
_SLIM = bulky("ruleset")


def filings() -> QuerySet[Application]:
    """All filings with what pages show of them; the bulky policy columns left out."""
    return Application.objects.select_related(
        "jurisdiction", "round", "ruleset", "ruleset__basis", "enterprise", "entered_by_office"
    ).defer(*_SLIM, "ruleset__basis__catalogue", "ruleset__basis__national")


def offices_of(user: Any) -> list[Office]:
    """Offices at which a person has a post now, or stands in for somebody, each once."""
    found: list[Office] = recall(("applications.offices", user.pk), lambda: _offices_of(user))
    return found


def _offices_of(user: Any) -> list[Office]:
    own = [post.office for post in held_now(user)]
    lent = [row.post.office for row in deputyships_of(user)]
    found = {office.pk: office for office in (*own, *lent) if office.is_active}
    return list(found.values())


def reachable_by(user: Any) -> QuerySet[Application]:
    """Filings of the person's units, and those the person's window entered for a unit."""
    mine = _of_units(user)
    entered = Q(entered_by_office__in=[office.pk for office in offices_of(user)])
    return filings().filter(mine | entered)


def typed_by(user: Any) -> QuerySet[Application]:
    """The same filings, with just what storing a section needs: each key stroke comes here."""
    units = memberships_of(user).values("enterprise")
    mine = Q(enterprise__in=units, shown_to_unit=True)
    if user.is_staff_member:  # as is everybody with a post
        windows = posts_of(user).filter(office__is_active=True).values("office")
        mine |= Q(entered_by_office__in=windows)
    return Application.objects.filter(mine).select_related("round", "ruleset").only(*_TYPED)


def of_units(user: Any) -> QuerySet[Application]:
    """Filings of the person's units, or in which they take part, the newest first."""
    found = filings().filter(_of_units(user)).select_related("statement")
    return found.order_by("-created_at")


def _of_units(user: Any) -> Q:
    """Condition: a unit of the person files it or takes part, and may know of it."""
    units = enterprises_of(user)
    taking_part = Party.objects.filter(enterprise__in=units).values("application")
    return (Q(enterprise__in=units) | Q(pk__in=taking_part)) & Q(shown_to_unit=True)


def handed_in() -> QuerySet[Application]:
    """Filings that have been handed in at least once, anybody's: the caller asks who may."""
    return filings().filter(submitted_at__isnull=False)


def in_jurisdictions(jurisdictions: Any) -> QuerySet[Application]:
    """Filings of some jurisdictions that have been handed in at least once."""
    return handed_in().filter(jurisdiction__in=jurisdictions)


def entered_at(office_ids: list[int], round_: Round) -> QuerySet[Application]:
    """Filings that windows entered for units in a round."""
    return filings().filter(round=round_, entered_by_office__in=office_ids)


def open_drafts(user: Any, round_: Round) -> QuerySet[Application]:
    """Filings in a round that the person's units are working on."""
    return of_units(user).filter(round=round_, status__in=[Status.DRAFT, Status.RETURNED])


def has_earlier(enterprises: Any) -> bool:
    """Whether one of these units has handed something in before."""
    return Submission.objects.filter(application__enterprise__in=enterprises).exists()


def section_row(application: Application, section: str) -> DraftSection | None:
    """What is stored of a section, or None."""
    return application.sections.filter(section=section).select_related("updated_by").first()


def aside_row(application: Application, section: str, user: Any) -> SetAside | None:
    """What a writer's own text was when it met a newer version, or None."""
    return application.set_aside.filter(section=section, user_id=user.pk).first()


def submission_with(application: Application, key: Any) -> Submission | None:
    """The submission that a page with this key made, if it made one."""
    return application.submissions.filter(idempotency_key=key).first()


def unit_with(uscc: str) -> Enterprise | None:
    """The unit of that code, or None."""
    return Enterprise.objects.filter(uscc=uscc).first()


def current_files(application: Application) -> QuerySet[Attachment]:
    """Files that count, with who uploaded them."""
    return application.attachments.filter(removed_at__isnull=True).select_related("uploaded_by")


def public_events(application: Application) -> QuerySet[Event]:
    """What the applicant may read of the record, the newest first."""
    told = application.events.exclude(applicant_text="")
    if application.result_waits and application.decided_at is not None:
        # Until the result is told, nothing of the decision nor of what came after it.
        told = told.filter(at__lt=application.decided_at)
    return told.select_related("office").order_by("-pk")


def overseen_by(user: Any) -> QuerySet[Jurisdiction]:
    """Jurisdictions whose filings a person may list: as administrator or overseer."""
    return Jurisdiction.objects.filter(pk__in=overseen_ids(user))


def overseen_ids(user: Any) -> frozenset[int]:
    """Keys of the jurisdictions a person administers or oversees."""
    administered = granted(user, "administer", Jurisdiction)
    return administered | granted(user, "oversee", Jurisdiction)


def searched(
    found: QuerySet[Application],
    *,
    call: Round | None = None,
    status: str = "",
    result: str = "",
    district: str = "",
    text: str = "",
) -> QuerySet[Application]:
    """Narrow a list of filings.

    Args:
        found: filings the person may see.
        call: only of this call.
        status: a ``Status``.
        result: code of a result that was told.
        district: as the filing says it.
        text: part of number, unit, code, leader, occupation or studio name.
    """
    if call is not None:
        found = found.filter(round=call)
    if result:
        found = found.filter(result_released_at__isnull=False)
    equal = {"status": status, "result": result, "district": district}
    found = found.filter(**{column: value for column, value in equal.items() if value})
    for word in text.split():
        said = Q()
        for column in SEARCHED:
            said |= Q(**{f"{column}__icontains": word})
        found = found.filter(said)
    return found.order_by("-submitted_at", "-pk")


def districts_in(found: QuerySet[Application]) -> list[str]:
    """Districts that occur in a list."""
    named = found.exclude(district="").order_by("district")
    return list(named.values_list("district", flat=True).distinct())


def results_in(found: QuerySet[Application]) -> list[tuple[Ruleset, str, str]]:
    """Policy version, procedure and code of the results of a list that were told."""
    rows = found.filter(result_released_at__isnull=False).order_by("ruleset_id", "result")
    keys = list(rows.values_list("ruleset_id", "procedure", "result").distinct())
    rulesets = Ruleset.objects.defer(*BULKY).in_bulk({key[0] for key in keys})
    return [(rulesets[ruleset], procedure, result) for ruleset, procedure, result in keys]


def calls_of(jurisdictions: Any) -> QuerySet[Round]:
    """Calls of some jurisdictions, the newest first."""
    return Round.objects.filter(jurisdiction__in=jurisdictions).order_by("-opens_at")


def newest_submissions(ids: list[int]) -> dict[int, Submission]:
    """Application key to its newest submission."""
    found: dict[int, Submission] = {}
    for row in Submission.objects.filter(application__in=ids).order_by("application", "number"):
        found[row.application_id] = row
    return found


def named_above_of(jurisdictions: Any) -> QuerySet[NamedAbove]:
    """Lines of the list of higher-level names that count."""
    kept = NamedAbove.objects.filter(jurisdiction__in=jurisdictions, removed_at__isnull=True)
    return kept.select_related("jurisdiction")
