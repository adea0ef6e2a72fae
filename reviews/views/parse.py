"""From what a browser posts to what the domain takes."""

import uuid
from datetime import date, datetime
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from jurisdictions.engine.dates import DateTextError, parse_date
from portal.common.errors import DomainError

_PLAIN = ("due_on", "paper_copies", "paper_received_on", "number", "dated_on")
_DAYS = ("due_on", "paper_received_on", "dated_on")


def iso(text: str, field: str) -> str:
    """A day as people write it, as ISO text; empty stays empty.

    Raises:
        DomainError: no such day.
    """
    if not text.strip():
        return ""
    try:
        return parse_date(text).isoformat()
    except DateTextError as error:
        raise DomainError(str(error), field=field, status=422) from error


def day(post: QueryDict, field: str, label: str) -> date:
    """A day that must be given.

    Raises:
        DomainError: empty, or no such day.
    """
    text = iso(post.get(field, ""), field)
    if not text:
        raise DomainError(f"请填写{label}。", field=field, status=422)
    return date.fromisoformat(text)


def later(post: QueryDict, field: str) -> date | None:
    """A day that may be left empty.

    Raises:
        DomainError: no such day.
    """
    text = iso(post.get(field, ""), field)
    return date.fromisoformat(text) if text else None


def moment(text: str, field: str, label: str) -> datetime:
    """A day with its time that must be given, in the portal's time zone.

    Raises:
        DomainError: empty, or no such moment.
    """
    try:
        found = parse_datetime(text.strip())
    except ValueError:
        found = None
    if found is None:
        raise DomainError(f"请填写{label}（日期和时间）。", field=field, status=422)
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def key(text: str) -> uuid.UUID | None:
    """A public key as it was posted, None when it is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def number(text: str, default: int = -1) -> int:
    """A whole number, or the default."""
    return int(text) if text.strip().isascii() and text.strip().isdigit() else default


def verdicts(post: QueryDict) -> dict[str, tuple[str, str]]:
    """Points judged: ``point-<id>`` with ``reason-<id>``."""
    return {
        key.removeprefix("point-"): (
            str(post[key]), post.get(f"reason-{key.removeprefix('point-')}", "")
        )
        for key in post
        if key.startswith("point-") and post[key]
    }  # fmt: skip


def faults(post: QueryDict) -> list[dict[str, str]]:
    """Flags with their notes, in the order of the form."""
    return [
        {"target": target, "text": post.get(f"note-{target}", "")}
        for target in dict.fromkeys(post.getlist("flags"))
    ]


def case_data(post: QueryDict) -> dict[str, Any]:
    """Particulars of a check or a recommendation."""
    found: dict[str, Any] = {"faults": faults(post)}
    for name in _PLAIN:
        if name in post:
            text = str(post[name]).strip()
            found[name] = iso(text, name) if name in _DAYS else text
    if found.get("paper_copies"):
        found["paper_copies"] = number(found["paper_copies"], 0)
    parts = prefixed(post, "part-")
    return found | ({"parts": parts} if parts else {})


def prefixed(post: QueryDict, prefix: str) -> dict[str, str]:
    """Fields whose name begins with a prefix, the prefix taken off."""
    return {
        key.removeprefix(prefix): str(post[key]).strip() for key in post if key.startswith(prefix)
    }


def item_results(post: QueryDict) -> dict[str, dict[str, Any]]:
    """Results of a list's items: ``result-<pk>`` with ``text-<pk>``, ``until-<pk>`` and, for what
    an office may grant, ``may-<pk>-<effect>``."""
    texts, days = prefixed(post, "text-"), prefixed(post, "until-")
    given: dict[str, dict[str, str]] = {}
    for name, value in prefixed(post, "may-").items():
        item, _, effect = name.partition("-")
        given.setdefault(item, {})[effect] = value
    return {
        key: {"result": value, "text": texts.get(key, ""),
              **({"until": iso(days[key], f"until-{key}")} if key in days else {}),
              **({"given": given[key]} if key in given else {})}
        for key, value in prefixed(post, "result-").items()
        if key.isdigit()
    }  # fmt: skip


def paper_particulars(post: QueryDict) -> dict[str, Any]:
    """What a paper of any kind may say."""
    days = ("held_on", "sent_on", "published_on", "last_day", "decided_on", "announced_on",
            "dated_on", "paper_received_on")  # fmt: skip
    plain = ("place", "team", "members", "present", "experts", "minutes_number", "receipt",
             "document_number", "where", "number", "reason", "total")  # fmt: skip
    found: dict[str, Any] = {name: iso(str(post[name]), name) for name in days if post.get(name)}
    found |= {name: str(post[name]).strip() for name in plain if name in post}
    if "paper_copies" in post:
        found["paper_copies"] = number(str(post["paper_copies"]), 0)
    found["bodies"] = {
        role: iso(text, f"body-{role}") for role, text in prefixed(post, "body-").items()
    }
    found["ballots"] = _ballots(post)
    found["replies"] = _replies(post)
    return found


def _ballots(post: QueryDict) -> dict[str, dict[str, str]]:
    ballots: dict[str, dict[str, str]] = {}
    for way in ("for", "against", "abstain"):
        for key, names in prefixed(post, f"{way}-").items():
            ballots.setdefault(key, {})[way] = names
    return ballots


def _replies(post: QueryDict) -> dict[str, dict[str, str]]:
    texts, days = prefixed(post, "replytext-"), prefixed(post, "replyon-")
    return {
        role: {"result": value, "text": texts.get(role, ""),
               "on": iso(days.get(role, ""), f"replyon-{role}")}
        for role, value in prefixed(post, "reply-").items()
        if value
    }  # fmt: skip
