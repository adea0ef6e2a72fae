"""The record: one line for everything that happens, in the same transaction."""

from typing import Any

from applications.models import Application, Event
from jurisdictions.models import Jurisdiction, Office


def record(
    subject: Application | Jurisdiction,
    kind: str,
    text: str,
    *,
    actor: Any = None,
    office: Office | None = None,
    applicant_text: str = "",
    data: dict[str, Any] | None = None,
) -> Event:
    """Append a line.

    Args:
        subject: the filing, or the jurisdiction when no filing is concerned.
        kind: short code, e.g. ``submitted``.
        text: what officers read.
        actor: who did it; None for the clock.
        office: the body it was done for.
        applicant_text: what the applicant reads; empty hides the line from him.
        data: particulars for machines.
    """
    application = subject if isinstance(subject, Application) else None
    jurisdiction = subject.jurisdiction if isinstance(subject, Application) else subject
    return Event.objects.create(
        jurisdiction=jurisdiction,
        application=application,
        kind=kind,
        text=text[:500],
        applicant_text=applicant_text[:500],
        actor=actor,
        office=office,
        data=data or {},
    )
