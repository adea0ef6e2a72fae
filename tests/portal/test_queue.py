"""portal.common.queue and outbox: mail leaves once, after the change is kept."""

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from portal.common import outbox
from portal.common.models import OutboxMail
from portal.common.queue import post_mail

pytestmark = [pytest.mark.core, pytest.mark.django_db]


def test_mail_is_sent_after_the_commit_and_once(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        row = post_mail("a@example.com", "主题", "正文", key="k1")
        post_mail("a@example.com", "主题", "正文", key="k1")
        assert mail.outbox == []
    assert [message.to for message in mail.outbox] == [["a@example.com"]]
    assert mail.outbox[0].extra_headers == {"Message-ID": f"<outbox-{row.pk}@localhost>"}
    assert outbox.waiting_ids() == []
    assert outbox.send_one(row.pk) is False


def test_a_rolled_back_change_sends_nothing() -> None:
    with transaction.atomic():
        post_mail("a@example.com", "主题", "正文", key="k1")
        transaction.set_rollback(True)
    assert OutboxMail.objects.count() == 0


def test_a_line_break_in_a_subject_cannot_forge_a_header() -> None:
    row = post_mail("a@example.com", "主题\r\nBcc: b@example.com", "正文", key="k1")
    assert row.subject == "主题 Bcc: b@example.com"


def test_a_person_without_an_address_gets_no_row() -> None:
    post_mail("", "主题", "正文", key="k1")
    assert OutboxMail.objects.count() == 0


def test_a_refused_mail_waits_and_keeps_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: EmailBackend, messages: list[object]) -> int:
        raise ConnectionRefusedError("no server at 13812345678")

    row = post_mail("a@example.com", "主题", "正文", key="k1")
    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", refuse)
        assert outbox.send_one(row.pk) is False
    row.refresh_from_db()
    assert (row.attempts, row.sent_at) == (1, None)
    assert row.last_error == "no server at 138****5678"
    assert outbox.waiting_ids() == []  # not before the pause is over
    OutboxMail.objects.update(claimed_until=None)
    assert outbox.send_one(row.pk) is True
