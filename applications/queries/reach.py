"""Which filings a person may reach, and lists of them. Others' filings do not exist for him."""

from typing import Any

from django.db.models import Q, QuerySet

from applications.enums import Status
from applications.models import Application, Attachment, DraftSection, SetAside, Submission
from jurisdictions.models import Jurisdiction, Office, Round
from jurisdictions.queries import BULKY, posts_of
from portal.accounts.models import Enterprise
from portal.accounts.queries import enterprises_of

_SLIM = tuple(f"ruleset__{name}" for name in BULKY)


def filings() -> QuerySet[Application]:
    """All filings with what pages show of them; the bulky policy columns left out."""
    return Application.objects.select_related(
        "jurisdiction", "round", "ruleset", "ruleset__basis", "enterprise", "entered_by_office"
    ).defer(*_SLIM, "ruleset__basis__catalogue", "ruleset__basis__national")


def offices_of(user: Any) -> list[Office]:
    """Offices at which a person has a post now, each once."""
    found = {post.office_id: post.office for post in posts_of(user) if post.office.is_active}
    return list(found.values())


def reachable_by(user: Any) -> QuerySet[Application]:
    """Filings of the person's units, and those the person's window entered for a unit."""
    mine = Q(enterprise__in=enterprises_of(user))
    entered = Q(entered_by_office__in=[office.pk for office in offices_of(user)])
    return filings().filter(mine | entered)


def of_units(user: Any) -> QuerySet[Application]:
    """Filings of the person's units, those to act on first."""
    return filings().filter(enterprise__in=enterprises_of(user)).order_by("-created_at")


def in_jurisdictions(jurisdictions: Any) -> QuerySet[Application]:
    """Filings of some jurisdictions that have been handed in at least once."""
    return filings().filter(jurisdiction__in=jurisdictions, submitted_at__isnull=False)


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


def jurisdiction_ids(jurisdictions: QuerySet[Jurisdiction]) -> list[int]:
    """Keys of jurisdictions."""
    return list(jurisdictions.values_list("pk", flat=True))
