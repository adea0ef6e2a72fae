"""The one door by which the portal tells people something.

``notify`` writes the notice into the portal and hands it to the channels the person wants. All
rows are written in the caller's transaction; what leaves the portal leaves after it. A notice
says what happened and where to look: numbers of identity cards, scores and internal remarks have
no place in it, since a mail is read by whoever holds the mailbox.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import QuerySet
from django.utils import timezone

from portal.common.channels import channels
from portal.common.models import MutedNotice, Notice, OutboxMail
from portal.common.queue import enqueue

Audience = Literal["unit", "staff", "all"]
_TITLE = 200


@dataclass(frozen=True)
class Kind:
    """A kind of notice as people see it in their settings.

    Attributes:
        code: kept on the notice.
        label: in words.
        audience: whom the settings show it to.
    """

    code: str
    label: str
    audience: Audience = "all"


_KINDS: dict[str, Kind] = {}


def register_kinds(*kinds: Kind) -> None:
    """Make kinds known; apps say theirs in ``ready()``."""
    _KINDS.update({kind.code: kind for kind in kinds})


def kinds_for(user: Any) -> list[Kind]:
    """Kinds a person may be told about."""
    mine = "staff" if getattr(user, "is_staff_member", False) else "unit"
    return [kind for kind in _KINDS.values() if kind.audience in ("all", mine)]


def label_of(code: str) -> str:
    """A kind in words."""
    return _KINDS[code].label if code in _KINDS else "通知"


def notify(
    users: Iterable[Any], kind: str, title: str, text: str = "", *, link: str = "", key: str
) -> int:
    """Tell people something, each of them once for an occasion.

    Args:
        users: whom; the same person twice counts once, people without a working account and
            groups are left out.
        kind: a registered kind.
        title: one line.
        text: what happened and what to do, in plain words.
        link: path of the page to look at.
        key: names the occasion, e.g. "correction:<uuid>:1".

    Returns:
        How many people were told now.

    Raises:
        KeyError: nobody registered the kind.
    """
    if kind not in _KINDS:
        raise KeyError(f"no kind of notice {kind!r}; known: {sorted(_KINDS)}")
    people = {user.pk: user for user in users if getattr(user, "is_active", False)}
    told = Notice.objects.filter(user__in=list(people), key=key).values_list("user_id", flat=True)
    fresh = [people[pk] for pk in sorted(people.keys() - set(told))]
    if not fresh:
        return 0
    title = " ".join(title.split())[:_TITLE]
    rows = [Notice(user=user, kind=kind, title=title, text=text, link=link[:300], key=key)
            for user in fresh]  # fmt: skip
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    _hand_over(fresh, rows[0])
    return len(fresh)


def _hand_over(people: list[Any], said: Notice) -> None:
    """Put a message into the outbox for each channel a person is reached by and wants."""
    off = set(MutedNotice.objects.filter(user__in=people, kind=said.kind)
              .values_list("user_id", "channel"))  # fmt: skip
    rows = []
    for channel in channels().values():
        body = channel.text(said.title, said.text, said.link)
        for user in people:
            address = channel.address(user)
            if address and (user.pk, channel.name) not in off:
                rows.append(OutboxMail(key=f"{said.key}:{channel.name}:{user.pk}", to=address,
                                       channel=channel.name, subject=said.title,
                                       body=body))  # fmt: skip
    if not rows:
        return
    OutboxMail.objects.bulk_create(rows, ignore_conflicts=True)
    keys = [row.key for row in rows]
    for pk in OutboxMail.objects.filter(key__in=keys).values_list("pk", flat=True):
        enqueue("portal.common.tasks.send_mail_row", mail_id=pk)


def notices_of(user: Any, *, unread: bool = False) -> QuerySet[Notice]:
    """A person's notices, the newest first."""
    found = Notice.objects.filter(user_id=user.pk)
    return found.filter(read_at__isnull=True) if unread else found


def unread_count(user: Any) -> int:
    """How many notices a person has not read."""
    return notices_of(user, unread=True).count()


def mark_read(notice: Notice, *, by: Any) -> None:
    """Note that a person opened a notice of his."""
    Notice.objects.filter(pk=notice.pk, user_id=by.pk, read_at__isnull=True).update(
        read_at=timezone.now()
    )


def mark_all_read(*, by: Any, until: dt.datetime | None = None) -> int:
    """Note that a person has read everything.

    Args:
        by: whose notices.
        until: only what came up to that moment, so that a notice that arrived since the page was
            shown stays unread.
    """
    rows = notices_of(by, unread=True)
    if until is not None:
        rows = rows.filter(created_at__lte=until)
    return rows.update(read_at=timezone.now())


def muted_by(user: Any) -> set[tuple[str, str]]:
    """Kind and channel of what a person does not want outside the portal."""
    return set(MutedNotice.objects.filter(user_id=user.pk).values_list("kind", "channel"))


def choose(wanted: Mapping[tuple[str, str], bool], *, by: Any) -> None:
    """Keep which kinds a person wants by which channel.

    Args:
        wanted: kind and channel to yes or no; pairs that are not named stay as they are.
        by: the person.
    """
    known = {(kind.code, name) for kind in kinds_for(by) for name in channels()}
    asked = {pair: yes for pair, yes in wanted.items() if pair in known}
    for kind, channel in (pair for pair, yes in asked.items() if yes):
        MutedNotice.objects.filter(user_id=by.pk, kind=kind, channel=channel).delete()
    MutedNotice.objects.bulk_create(
        [MutedNotice(user_id=by.pk, kind=kind, channel=channel)
         for (kind, channel), yes in asked.items() if not yes],
        ignore_conflicts=True,
    )  # fmt: skip
