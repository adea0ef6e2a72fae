"""短信、政务微信网关: what a server that really listens gets, and what becomes of failures."""

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from portal.common import outbox
from portal.common.models import Notice, OutboxMail
from portal.common.notifying import notify
from tests.factories import make_user

pytestmark = pytest.mark.django_db
TITLE, NUMBER = "补正告知：乌〔2026〕1号", "13800000009"


@dataclass
class Gateway:
    """A gateway that notes what it gets and answers as it is told.

    Attributes:
        url: where it listens.
        answer: status of its answers; 0 says nothing until it is let go, -1 speaks no HTTP.
        got: method, headers and body of each request.
        released: lets go of who waits for an answer.
    """

    url: str = ""
    answer: int = 200
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    state = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.answered(body)

        def do_GET(self) -> None:
            self.answered(b"")

        def answered(self, body: bytes) -> None:
            state.got.append((self.command, dict(self.headers), body))
            if state.answer <= 0:
                self.close_connection = True
                if state.answer < 0:
                    self.wfile.write(b"SMPP 3.4 ready\r\n\r\n")
                else:
                    state.released.wait(10)
                return
            self.send_response(state.answer)
            self.send_header("Content-Length", "0")
            if state.answer == 302:
                self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}/send"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield state
    state.released.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def switched_on(settings: Any, gateway: Gateway) -> Gateway:
    """Short messages go to the gateway."""
    settings.NOTICE_CHANNELS = options(gateway.url)
    return gateway


def options(url: str) -> dict[str, dict[str, Any]]:
    return {"sms": {"class": "portal.common.channels.GatewayChannel", "url": url,
                    "token": "示例令牌".encode().hex(), "timeout": 0.3}}  # fmt: skip


def told() -> OutboxMail:
    """The message of a notice that was told, not yet sent."""
    user = make_user(NUMBER, name="只有手机")
    assert (
        notify([user], "submitted", TITLE, "证书编号有误，请登录查看。", link="/x/", key="g:1") == 1
    )
    return OutboxMail.objects.get(channel="sms")


def again(row: OutboxMail) -> bool:
    """The pause after a failure has passed, and the sweep takes it up."""
    OutboxMail.objects.update(claimed_until=None)
    assert outbox.waiting_ids() == [row.pk]
    return outbox.send_one(row.pk)


def state(row: OutboxMail) -> tuple[int, bool]:
    row.refresh_from_db()
    return row.attempts, row.sent_at is not None


def test_the_gateway_gets_title_number_and_token_and_nothing_of_the_text(
    switched_on: Gateway,
) -> None:
    row = told()
    assert outbox.send_one(row.pk) is True
    ((method, headers, body),) = switched_on.got
    assert json.loads(body) == {
        "id": row.pk, "to": NUMBER, "title": TITLE,
        "text": f"{TITLE}。请登录技能大师工作室申报评审平台查看。",
    }  # fmt: skip
    found = (method, headers["Authorization"], headers["Idempotency-Key"], headers["Content-Type"])
    assert found == (
        "POST", f"Bearer {'示例令牌'.encode().hex()}", f"outbox-{row.pk}",
        "application/json; charset=utf-8",
    )  # fmt: skip
    assert state(row) == (1, True)
    # What is sent is not sent again.
    assert (outbox.send_one(row.pk), outbox.waiting_ids(), len(switched_on.got)) == (False, [], 1)


@pytest.mark.parametrize(("answer", "says"), [
    (500, "HTTP Error 500"), (401, "HTTP Error 401"), (302, "HTTP Error 302"),
    (0, "timed out"), (-1, "no HTTP answer: BadStatusLine"),
])  # fmt: skip
def test_a_failure_is_noted_and_tried_again(switched_on: Gateway, answer: int, says: str) -> None:
    row = told()
    switched_on.answer = answer
    assert outbox.send_one(row.pk) is False
    assert state(row) == (1, False)
    assert row.last_error.startswith(says)
    assert len(switched_on.got) == 1
    # Nobody tries again before the pause has passed, and the notice in the portal is there.
    assert (outbox.send_one(row.pk), outbox.waiting_ids()) == (False, [])
    assert Notice.objects.filter(user__mobile=NUMBER).count() == 1
    switched_on.answer = 200
    assert again(row) is True
    assert (state(row), row.last_error) == ((2, True), "")
    keys = {headers["Idempotency-Key"] for _, headers, _ in switched_on.got}
    assert (len(switched_on.got), keys) == (2, {f"outbox-{row.pk}"})


def test_a_gateway_that_is_down_is_asked_again_until_it_is_up(
    gateway: Gateway, settings: Any
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.NOTICE_CHANNELS = options(f"http://127.0.0.1:{free.getsockname()[1]}/send")
    row = told()
    assert outbox.send_one(row.pk) is False
    assert "refused" in state_error(row)
    assert again(row) is False
    settings.NOTICE_CHANNELS = options(gateway.url)
    assert again(row) is True
    assert state(row) == (3, True)


def state_error(row: OutboxMail) -> str:
    row.refresh_from_db()
    return row.last_error


def test_a_message_given_up_is_kept_with_its_last_error(switched_on: Gateway) -> None:
    row = told()
    switched_on.answer = 500
    for _ in range(outbox.LAST_ATTEMPT):
        OutboxMail.objects.update(claimed_until=None)
        assert outbox.send_one(row.pk) is False
    OutboxMail.objects.update(claimed_until=None)
    assert outbox.waiting_ids() == []
    assert (state(row), row.last_error) == (
        (outbox.LAST_ATTEMPT, False), "HTTP Error 500: Internal Server Error",
    )  # fmt: skip
