"""What applications does when something happens, or is asked, in the layers below."""

from typing import Any

from django.dispatch import receiver

from applications.domain import calls, events
from applications.queries.units import authority_of, places_knowing
from jurisdictions.models import Jurisdiction, Round
from jurisdictions.permissions import can_administer
from jurisdictions.signals import acted
from portal.accounts.models import Enterprise, Invitation
from portal.accounts.signals import still_in_charge, whom_to_ask


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


@receiver(whom_to_ask, dispatch_uid="applications.name_authorities")
def on_whom_to_ask(sender: Any, enterprise: Enterprise, **kwargs: Any) -> list[str]:
    """Name the authorities of the places that know a unit nobody can act for."""
    named = [authority_of(place) for place in places_knowing(enterprise)]
    return [f"{office}（{phone}）" if phone else office for office, phone in named]


@receiver(still_in_charge, dispatch_uid="applications.inviter_in_charge")
def on_still_in_charge(sender: Any, invitation: Invitation, **kwargs: Any) -> bool:
    """Tell whether the inviter administers a place that knows the unit."""
    places = places_knowing(invitation.enterprise)
    return any(can_administer(invitation.invited_by, place) for place in places)


@receiver(acted, sender=Round, dispatch_uid="applications.tell_drafters")
def on_call_moved(sender: Any, kind: str, data: dict[str, Any], **kwargs: Any) -> None:
    """Tell who is still filling in, inside the transaction that moved the closing moment."""
    if kind in (calls.EXTENDED, calls.CLOSED):
        call = Round.objects.get(public_id=data["round"])
        calls.tell_drafters(call, kind, data.get("reason", ""))
