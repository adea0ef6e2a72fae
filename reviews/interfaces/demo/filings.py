"""Sample filings: drafts, complete drafts, submitted ones."""

import uuid
from collections.abc import Mapping
from typing import Any

from applications.domain import drafts, submission
from applications.interfaces.samples import fill, form_sections
from applications.models import Application
from jurisdictions.models import Round
from portal.accounts.enums import MemberRole
from portal.accounts.models import Enterprise, User
from reviews.interfaces.demo.plan import COMPLETE, DRAFT, PlannedFiling, PlannedUnit
from reviews.interfaces.demo.samples import sample_of


def member(enterprise: Enterprise, role: MemberRole) -> User:
    """The person who holds a role for a unit."""
    return enterprise.memberships.select_related("user").get(role=role).user


def file(
    planned: PlannedFiling, unit: PlannedUnit, call: Round, base: Mapping[str, Any]
) -> Application:
    """Start a filing, fill it and, unless it stays a draft, submit it."""
    enterprise = Enterprise.objects.get(uscc=unit.uscc)
    by = member(enterprise, MemberRole.HANDLER)
    application = drafts.start(call, enterprise, by=by)
    sample = sample_of(base, planned, unit, call.reference_date)
    if planned.stop == DRAFT:
        sample = _first_sections(application, sample, planned.sections)
    fill(application, sample, by=by)
    if planned.stop not in (DRAFT, COMPLETE):
        application.refresh_from_db()
        submission.submit(
            application,
            by=member(enterprise, MemberRole.PRINCIPAL),
            idempotency_key=uuid.uuid4(),
            reasons=planned.reasons,
        )
    application.refresh_from_db()
    return application


def _first_sections(
    application: Application, sample: Mapping[str, Any], count: int
) -> dict[str, Any]:
    """Only what the first sections of the form ask; no file yet."""
    kept: set[str] = set()
    for section in form_sections(application)[:count]:
        kept |= {use.field for use in section.fields} | {use.table for use in section.tables}
    answers = {path: value for path, value in sample["answers"].items() if path in kept}
    return {"answers": answers, "materials": {}}
