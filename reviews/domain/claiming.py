"""领取: a soft claim on a case or list, so that two colleagues do not work on it side by side."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.common.errors import DomainError
from reviews.domain.work import Work, lock_case, lock_list
from reviews.models import Case, List, Phrase
from reviews.permissions import can_claim, can_handle_run, concerns_unit_of
from reviews.queries import at_hand

#: A habit of the house, in no regulation: long enough to read one filing.
CLAIM_TIME = timedelta(minutes=30)
_PHRASES_A_PERSON = 60


def lock(row: Case | List) -> Case | List:
    """A case, or a list with its round and cases, locked in the house order."""
    return lock_case(row.pk) if isinstance(row, Case) else lock_list(row.pk)[0]


def holder(row: Case | List) -> Any | None:
    """Who has a case or list now; a claim that ran out counts no more."""
    if row.claimed_until and row.claimed_until > timezone.now():
        return row.claimed_by
    return None


def keeper(row: Case | List, user: Any) -> Any | None:
    """Who keeps a case or list from a person: its holder.

    Of a case only while it waits for a post of his: somebody who only reads, or whose post has
    signed, does not keep it from whoever has to sign.
    """
    present = holder(row)
    if present is None or present.pk == user.pk:
        return None
    if isinstance(row, Case) and not Case.objects.filter(at_hand(present), pk=row.pk).exists():
        return None
    return present


def take(row: Case | List, by: Any) -> None:
    """Take up, or renew, a locked case or list.

    Raises:
        DomainError: somebody else has it.
    """
    keeping = keeper(row, by)
    if keeping is not None:
        until = timezone.localtime(row.claimed_until)
        raise DomainError(
            f"{row.this}已由{keeping}领取（至 {until:%H:%M}），请稍后再办或与其联系。"
        )
    until = timezone.now() + CLAIM_TIME
    if holder(row) == by and row.claimed_until is not None:
        # A colleague's assignment lasts longer; working on it does not shorten it.
        until = max(until, row.claimed_until)
    write(row, by, until)


def write(row: Case | List, to: Any | None, until: datetime | None) -> None:
    """Say who has a locked case or list; nothing else of it is written."""
    row.claimed_by, row.claimed_until = to, until
    type(row)._default_manager.filter(pk=row.pk).update(claimed_by=to, claimed_until=until)


def drop(row: Case | List) -> None:
    """It is free for the next post or office; the caller saves the locked row."""
    row.claimed_by = row.claimed_until = None


def handle(work: Work) -> None:
    """Let a handler work on what is in hand, and take it up for him.

    Args:
        work: the passage, locked, and who acts.

    Raises:
        DomainError: no handler of the office, or somebody else has it.
    """
    verdict = can_handle_run(work.by, work.run)
    if not verdict:
        raise DomainError(verdict.reason, status=403)
    take(work.subject, work.by)


@transaction.atomic
def claim(row: Case | List, *, by: Any) -> Case | List:
    """Take up a case or list for half an hour.

    Raises:
        DomainError: somebody else has it, it is not in hand, or it is about a unit of the person.
    """
    locked = lock(row)
    verdict = can_claim(by, locked)
    if not verdict:
        raise DomainError(verdict.reason, status=403)
    if concerns_unit_of(by, locked):
        raise DomainError("申报单位是您任职或联系的单位，您应当回避，不能领取。", status=403)
    take(locked, by)
    return locked


def renew(case: Case, *, by: Any) -> None:
    """Renew the claim of somebody who is typing, if it is his; nothing else changes."""
    now = timezone.now()
    Case.objects.filter(
        pk=case.pk, claimed_by=by, claimed_until__gt=now, claimed_until__lt=now + CLAIM_TIME
    ).update(claimed_until=now + CLAIM_TIME)


@transaction.atomic
def release(row: Case | List, *, by: Any) -> Case | List:
    """Put a case or list back.

    Raises:
        DomainError: it is somebody else's.
    """
    locked = lock(row)
    present = holder(locked)
    if present is not None and present.pk != by.pk:
        raise DomainError(f"{locked.this}由{present}领取，您不能代为放回。", status=403)
    if present is not None:
        write(locked, None, None)
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
