"""Ways a notice leaves the portal: e-mail is built in, others are chosen by the settings.

``settings.NOTICE_CHANNELS`` names the others: ``{"sms": {"class": "…GatewayChannel", …}}``.
A channel that fails raises OSError; the outbox keeps the message and tries again later.
"""

import json
import sys
import urllib.request
from collections.abc import Mapping
from functools import cache
from http.client import HTTPException
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string

from portal.common.models import OutboxMail

MAIL = "mail"
LABELS = {MAIL: "邮件", "sms": "短信", "wecom": "政务微信"}
_TIMEOUT = 15


class Channel:
    """One way out.

    Attributes:
        name: key of the channel.
        label: what people call it.
    """

    def __init__(self, name: str, **options: Any) -> None:
        """Remember the name and what the settings say of the channel."""
        self.name, self.label, self.options = name, LABELS.get(name, name), options

    def address(self, user: Any) -> str:
        """Where a person is reached; empty when not at all. Mobile number unless told better."""
        return user.mobile or ""

    def text(self, title: str, body: str, link: str) -> str:
        """What is sent; short messages carry the title only, the rest is read in the portal."""
        return f"{title}。请登录技能大师工作室申报评审平台查看。"

    def send(self, row: OutboxMail) -> None:
        """Hand a message over.

        Raises:
            OSError: it did not go out.
        """
        raise OSError(f"channel {self.name} sends nothing")


class MailChannel(Channel):
    """E-mail by Django's mail backend."""

    def address(self, user: Any) -> str:
        """The person's e-mail address."""
        return user.email or ""

    def text(self, title: str, body: str, link: str) -> str:
        """The whole text with the address of the page."""
        lines = [body or title]
        if link:
            lines.append(f"查看：{settings.PUBLIC_URL}{link}")
        return "\n".join([*lines, "（本邮件由系统发出，请勿直接回复）"])

    def send(self, row: OutboxMail) -> None:
        """Send the mail.

        The Message-ID is made of the key: should a worker die between handing the mail over and
        noting it, the second copy carries the same id and mail systems drop it.
        """
        domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
        EmailMessage(
            row.subject,
            row.body,
            to=[row.to],
            headers={"Message-ID": f"<outbox-{row.pk}@{domain}>"},
        ).send()


def _as_json(row: OutboxMail) -> str:
    said = {"id": row.pk, "to": row.to, "title": row.subject, "text": row.body}
    return json.dumps(said, ensure_ascii=False)


class FileChannel(Channel):
    """Writes a line into a file of ``var/sent``: for demonstrations."""

    def send(self, row: OutboxMail) -> None:
        """Append the message."""
        folder = Path(settings.VAR_DIR) / "sent"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{self.name}.jsonl").open("a", encoding="utf-8") as target:
            target.write(_as_json(row) + "\n")


class ConsoleChannel(Channel):
    """Prints the message: for development."""

    def send(self, row: OutboxMail) -> None:
        """Print the message."""
        sys.stdout.write(f"[{self.name}] {_as_json(row)}\n")


class _StayHere(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: it would drop the message and carry the token elsewhere."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Leave the answer as it is, which makes it an error."""


_POSTING = urllib.request.build_opener(_StayHere)


class GatewayChannel(Channel):
    """Posts JSON to a gateway of the city: ``url`` and ``token`` come from the settings.

    ``timeout`` is how many seconds it may take to answer.
    """

    def send(self, row: OutboxMail) -> None:
        """Post the message.

        Raises:
            OSError: any answer but 2xx, or none.
        """
        url = str(self.options.get("url", ""))
        if not url.startswith(("https://", "http://")):
            raise OSError(f"channel {self.name} has no gateway address")
        request = urllib.request.Request(  # noqa: S310 - the scheme is checked above
            url,
            data=_as_json(row).encode(),
            headers={
                "Content-Type": "application/json; charset=utf-8",
                "Authorization": f"Bearer {self.options.get('token', '')}",
                # A second copy after a crash is known by its number.
                "Idempotency-Key": f"outbox-{row.pk}",
            },
        )
        try:
            with _POSTING.open(request, timeout=float(self.options.get("timeout", _TIMEOUT))):
                return
        except HTTPException as error:
            # What is no HTTP at all is the one failure that is no OSError.
            raise OSError(f"no HTTP answer: {type(error).__name__}") from error


def channels() -> dict[str, Channel]:
    """Channels that are switched on, e-mail first."""
    return _built(json.dumps(settings.NOTICE_CHANNELS, sort_keys=True))


@cache
def _built(described: str) -> dict[str, Channel]:
    found: dict[str, Channel] = {MAIL: MailChannel(MAIL)}
    chosen: Mapping[str, Mapping[str, Any]] = json.loads(described)
    for name, options in chosen.items():
        rest = {key: value for key, value in options.items() if key != "class"}
        found[name] = import_string(options["class"])(name, **rest)
    return found
