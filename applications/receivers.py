"""What applications does when something happens in jurisdictions: one line in the record."""

from typing import Any

from django.dispatch import receiver

from applications.domain import events
from jurisdictions.models import Jurisdiction
from jurisdictions.signals import acted


@receiver(acted, dispatch_uid="applications.record_acted")
def on_acted(
    sender: Any,
    jurisdiction: Jurisdiction,
    kind: str,
    text: str,
    by: Any,
    data: dict[str, Any],
    **kwargs: Any,
) -> None:
    """Record offices, posts, deputies, calls and policies, inside the change's transaction."""
    events.record(jurisdiction, kind, text, actor=by, data=data)
