"""notify: one door, one notice for an occasion, channels that never hold the change back."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.models import User
from portal.common import outbox
from portal.common.channels import Channel
from portal.common.models import Notice, OutboxMail
from portal.common.notifying import notify
from tests.factories import make_user

pytestmark = pytest.mark.django_db
FILE = {"sms": {"class": "portal.common.channels.FileChannel", "url": "", "token": ""}}


class BrokenChannel(Channel):
    """Never gets through."""

    def send(self, row: OutboxMail) -> None:
        raise OSError("网关无应答")


def told(user: User, **more: Any) -> int:
    said = {"text": "请查看。", "link": "/inbox/", "key": "test:1", **more}
    return notify([user, user], "submitted", "收到一条消息", **said)


def test_an_occasion_is_told_once_in_the_portal_and_by_mail(
    alice: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert told(alice) == 1
        assert mail.outbox == []
    assert told(alice) == 0
    assert Notice.objects.filter(user=alice).count() == 1
    assert [message.to for message in mail.outbox] == [["alice@example.com"]]
    assert "查看：http://testserver/inbox/" in mail.outbox[0].body


def test_what_is_rolled_back_was_never_told(alice: User) -> None:
    with transaction.atomic():
        told(alice)
        transaction.set_rollback(True)
    assert (Notice.objects.count(), OutboxMail.objects.count()) == (0, 0)


def test_many_people_take_as_many_queries_as_one(alice: User, bob: User, dora: User) -> None:
    with CaptureQueriesContext(connection) as one:
        notify([alice], "submitted", "一", key="one")
    with CaptureQueriesContext(connection) as three:
        notify([alice, bob, dora], "submitted", "三", key="three")
    assert len(three) == len(one)
    assert Notice.objects.count() == 4


def test_an_unknown_kind_and_a_closed_account_reach_nobody(alice: User) -> None:
    with pytest.raises(KeyError):
        notify([alice], "gossip", "闲话", key="x")
    alice.is_active = False
    assert told(alice) == 0


def test_a_kind_switched_off_stays_in_the_portal_only(alice: User, as_user: Any) -> None:
    client = as_user(alice)
    page = client.get(reverse("common:inbox_settings"))
    assert page.content.decode().count('name="wanted"') == len(page.context["kinds"])
    kept = [cell["value"] for kind in page.context["kinds"] for cell in kind["cells"]]
    wanted = [value for value in kept if value != "submitted:mail"]
    client.post(reverse("common:inbox_settings"), {"wanted": wanted})
    assert told(alice) == 1
    assert OutboxMail.objects.count() == 0
    client.post(reverse("common:inbox_settings"), {"wanted": kept})
    told(alice, key="test:2")
    assert OutboxMail.objects.get().key == f"test:2:mail:{alice.pk}"


def test_short_messages_go_to_the_file_of_a_demonstration(
    settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.NOTICE_CHANNELS = FILE
    user = make_user("13800000009", name="只有手机")
    with django_capture_on_commit_callbacks(execute=True):
        told(user)
    lines = (Path(settings.VAR_DIR) / "sent" / "sms.jsonl").read_text("utf-8").splitlines()
    said = json.loads(lines[-1])
    assert (said["to"], said["title"]) == ("13800000009", "收到一条消息")
    assert "请查看。" not in said["text"]


def test_a_channel_that_fails_is_tried_again_and_holds_nothing_back(
    settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.NOTICE_CHANNELS = {"sms": {"class": f"{__name__}.BrokenChannel"}}
    user = make_user("13800000009", name="只有手机")
    with django_capture_on_commit_callbacks(execute=True):
        assert told(user) == 1
    row = OutboxMail.objects.get(channel="sms")
    assert (row.attempts, row.sent_at, row.last_error) == (1, None, "网关无应答")
    OutboxMail.objects.update(claimed_until=None)
    settings.NOTICE_CHANNELS = FILE
    assert outbox.waiting_ids() == [row.pk]
    assert outbox.send_one(row.pk) is True


def test_a_message_of_a_channel_switched_off_waits(alice: User, settings: Any) -> None:
    row = OutboxMail.objects.create(key="k", channel="sms", to="13800000009", subject="x", body="x")
    assert (outbox.waiting_ids(), outbox.send_one(row.pk)) == ([], False)


def test_a_gateway_without_an_address_fails_like_any_other(settings: Any) -> None:
    settings.NOTICE_CHANNELS = {"sms": {"class": "portal.common.channels.GatewayChannel"}}
    row = OutboxMail.objects.create(key="k", channel="sms", to="13800000009", subject="x", body="x")
    assert outbox.send_one(row.pk) is False
    assert OutboxMail.objects.get().attempts == 1


def test_the_bell_counts_unread_notices_with_one_query(alice: User, as_user: Any) -> None:
    client, address = as_user(alice), reverse("jurisdictions:home")
    client.get(address)
    counted = []
    for number in range(3):
        with CaptureQueriesContext(connection) as queries:
            text = client.get(address).content.decode()
        counted.append(sum('"portal_common_notice"' in q["sql"] for q in queries.captured_queries))
        assert (f'<span class="gj-dot">{number}<' in text) == (number > 0)
        told(alice, key=f"test:{number}")
    assert counted == [1, 1, 1]


def test_nobody_signed_in_has_no_bell(client: Any, db: None) -> None:
    assert "消息" not in client.get(reverse("jurisdictions:home")).content.decode()


def test_a_notice_is_read_by_opening_it_and_only_by_its_reader(
    alice: User, bob: User, as_user: Any
) -> None:
    told(alice, link=reverse("accounts:me"))
    row = Notice.objects.get()
    address = reverse("common:inbox_open", args=[row.public_id])
    assert as_user(bob).post(address).status_code == 404
    client = as_user(alice)
    assert "收到一条消息" in client.get(reverse("common:inbox")).content.decode()
    assert Notice.objects.get().read_at is None
    assert client.post(address)["Location"] == reverse("accounts:me")
    first = Notice.objects.get().read_at
    client.post(address)
    assert Notice.objects.get().read_at == first
    assert "没有未读消息" in client.get(f"{reverse('common:inbox')}?show=unread").content.decode()


def test_what_came_after_the_page_was_shown_stays_unread(alice: User, as_user: Any) -> None:
    told(alice)
    client = as_user(alice)
    shown = client.get(reverse("common:inbox")).context["now"]
    told(alice, key="test:2")
    client.post(reverse("common:inbox_read_all"), {"until": shown.isoformat()})
    assert list(Notice.objects.filter(read_at=None).values_list("key", flat=True)) == ["test:2"]
    client.post(reverse("common:inbox_read_all"))
    assert not Notice.objects.filter(read_at=None).exists()
