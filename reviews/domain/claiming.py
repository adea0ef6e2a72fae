"""领取: a soft claim on a case, so that two colleagues do not work on it side by side."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.common.errors import DomainError
from reviews.domain.work import lock_case
from reviews.models import Case, Phrase
from reviews.permissions import can_claim

#: A habit of the house, in no regulation: long enough to read one filing.
CLAIM_TIME = timedelta(minutes=30)
_PHRASES_A_PERSON = 60


def holder(case: Case) -> Any | None:
    """Who has the case now; a claim that ran out counts no more."""
    if case.claimed_until and case.claimed_until > timezone.now():
        return case.claimed_by
    return None


def take(case: Case, by: Any) -> None:
    """Take up, or renew, a locked case.

    Raises:
        DomainError: somebody else has it.
    """
    present = holder(case)
    if present is not None and present.pk != by.pk:
        until = timezone.localtime(case.claimed_until)
        raise DomainError(f"该件已由{present}领取（至 {until:%H:%M}），请稍后再办或与其联系。")
    until = timezone.now() + CLAIM_TIME
    if present is not None and case.claimed_until is not None:
        # A colleague's assignment lasts longer; working on it does not shorten it.
        until = max(until, case.claimed_until)
    case.claimed_by, case.claimed_until = by, until
    Case.objects.filter(pk=case.pk).update(
        claimed_by=case.claimed_by, claimed_until=case.claimed_until
    )


@transaction.atomic
def claim(case: Case, *, by: Any) -> Case:
    """Take up a case for half an hour.

    Raises:
        DomainError: somebody else has it, or it is not open.
    """
    locked = lock_case(case.pk)
    verdict = can_claim(by, locked)
    if not verdict:
        raise DomainError(verdict.reason, status=403)
    take(locked, by)
    return locked


def renew(case: Case, *, by: Any) -> None:
    """Renew the claim of somebody who is typing, if it is his; nothing else changes."""
    now = timezone.now()
    Case.objects.filter(
        pk=case.pk, claimed_by=by, claimed_until__gt=now, claimed_until__lt=now + CLAIM_TIME
    ).update(claimed_until=now + CLAIM_TIME)


@transaction.atomic
def release(case: Case, *, by: Any) -> Case:
    """Put a case back.

    Raises:
        DomainError: it is somebody else's.
    """
    locked = lock_case(case.pk)
    present = holder(locked)
    if present is not None and present.pk != by.pk:
        raise DomainError(f"该件由{present}领取，您不能代为放回。", status=403)
    if present is None:
        return locked
    Case.objects.filter(pk=locked.pk).update(claimed_by=None, claimed_until=None)
    locked.claimed_by = locked.claimed_until = None
    return locked


@transaction.atomic
def keep_phrase(text: str, *, by: Any) -> Phrase:
    """Add a sentence to a person's own list.

    Raises:
        DomainError: empty, or the list is full.
    """
    text = text.strip()
    if not text:
        raise DomainError("请填写常用语。", field="text", status=422)
    longest = Phrase._meta.get_field("text").max_length or 0
    if len(text) > longest:
        raise DomainError(f"一条常用语不超过 {longest} 字，现有 {len(text)} 字。",
                          field="text", status=422)  # fmt: skip
    if Phrase.objects.filter(owner=by).count() >= _PHRASES_A_PERSON:
        raise DomainError(f"常用语最多 {_PHRASES_A_PERSON} 条，请先删除不用的。")
    row, _ = Phrase.objects.get_or_create(owner=by, text=text)
    return row


def drop_phrase(pk: int, *, by: Any) -> None:
    """Take a sentence out of a person's own list."""
    Phrase.objects.filter(owner=by, pk=pk).delete()
