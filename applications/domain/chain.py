"""The chain of the record: each line sealed to the one before it, so that tampering shows.

Lines are inserted by the transactions they belong to and sealed afterwards, in the order the
sealer finds them: a line that commits late goes behind those that were sealed meanwhile.
"""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from applications.models import ChainHead, Event
from jurisdictions.engine.policy import canonical
from jurisdictions.models import Jurisdiction
from portal.common.keyring import key_ring

_BATCH = 2000


@dataclass(frozen=True)
class Fault:
    """A place where the chain does not hold."""

    number: int
    what: str


@dataclass(frozen=True)
class Verification:
    """What the verification of one jurisdiction found.

    Attributes:
        sealed: how many lines the chain holds.
        unsealed: lines not sealed yet; within seconds this is nought again.
        head: digest of the last link, to compare with one noted elsewhere.
        faults: places where the chain does not hold, the first first.
    """

    sealed: int
    unsealed: int
    head: str
    faults: tuple[Fault, ...]


def seal_all() -> int:
    """Seal what is new in every jurisdiction; returns how many lines were sealed."""
    return sum(seal(place) for place in Jurisdiction.objects.order_by("pk"))


@transaction.atomic
def seal(place: Jurisdiction) -> int:
    """Seal the new lines of a jurisdiction; returns how many. Running twice seals nothing twice."""
    ChainHead.objects.get_or_create(jurisdiction=place)
    head = ChainHead.objects.select_for_update(of=("self",)).get(jurisdiction=place)
    fresh = Event.objects.filter(jurisdiction=place, chain_number=None).order_by("pk")[:_BATCH]
    done = 0
    for event in fresh.select_related("application"):
        head.number += 1
        head.key_id = key_ring().primary
        head.digest = _digest(head.digest, head.number, head.key_id, event)
        Event.objects.filter(pk=event.pk).update(
            chain_number=head.number, chain_key=head.key_id, sealed_digest=head.digest
        )
        done += 1
    if done:
        head.save()
    return done


def _digest(before: str, number: int, key_id: str, event: Event) -> str:
    """Keyed, so that whoever can write the table cannot forge a chain."""
    application = event.application
    said: list[Any] = [
        before, number, event.pk, event.jurisdiction_id,
        str(application.public_id) if application else "", event.kind, event.text,
        event.applicant_text, event.data, event.actor_id, event.office_id, event.at.isoformat(),
    ]  # fmt: skip
    key = key_ring().derive(key_id, "event-chain")
    return hmac.new(key, canonical(said).encode(), hashlib.sha256).hexdigest()


def verify(place: Jurisdiction) -> Verification:
    """Work the chain out again and compare it link by link.

    Args:
        place: the jurisdiction.

    Raises:
        KeyRingError: a key under which lines were sealed is gone.
    """
    lines = Event.objects.filter(jurisdiction=place)
    head = ChainHead.objects.filter(jurisdiction=place).first()
    unsealed = lines.filter(chain_number=None).count()
    if head is None:
        return Verification(0, unsealed, "", ())
    faults = tuple(_faults(place, head))
    return Verification(head.number, unsealed, head.digest, faults)


def _faults(place: Jurisdiction, head: ChainHead) -> Iterator[Fault]:
    before: str | None = ""
    number = 0
    chained = Event.objects.filter(jurisdiction=place, chain_number__isnull=False)
    for event in chained.select_related("application").order_by("chain_number").iterator():
        place_in_chain = event.chain_number or 0
        if place_in_chain != number + 1:
            yield Fault(number + 1, f"缺少第 {number + 1} 至 {place_in_chain - 1} 条")
            before = None
        number = place_in_chain
        # After a gap the link before is unknown: this one cannot be worked out, the next can.
        if before is not None:
            right = _digest(before, number, event.chain_key, event)
            if not hmac.compare_digest(right, event.sealed_digest):
                yield Fault(
                    number, f"第 {number} 条与封存时不一致：{event.at:%Y-%m-%d} {event.kind}"
                )
        before = event.sealed_digest
    if number < head.number:
        yield Fault(number + 1, f"末尾缺少第 {number + 1} 至 {head.number} 条")
    elif before != head.digest:
        yield Fault(number, "最后一条与链头不符")
