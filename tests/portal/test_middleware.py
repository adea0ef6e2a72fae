"""Headers, sessions, error pages and logs: what holds for every request."""

import json
import logging

import pytest
from django.conf import settings
from django.test import Client

from portal.accounts.models import User
from portal.common import middleware
from portal.common.logs import JsonFormatter, scrub
from tests.factories import PASSWORD

pytestmark = [pytest.mark.core, pytest.mark.django_db]
NEW = "yi ju hen chang de hua"


@pytest.mark.parametrize("path", ["/", "/healthz", "/nope/", "/me/", "/static/errors.css"])
def test_every_answer_carries_the_strict_headers(client: Client, path: str) -> None:
    response = client.get(path)
    response.close()
    headers = response.headers
    assert headers["Content-Security-Policy"] == middleware.CONTENT_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Permissions-Policy"].startswith("camera=()")


def test_pages_of_signed_in_people_are_not_stored(alice: User, as_user) -> None:
    assert as_user(alice).get("/me/").headers["Cache-Control"] == "no-store"


def test_pages_are_private_unless_opened(client: Client) -> None:
    response = client.get("/me/")
    assert (response.status_code, response.headers["Location"]) == (
        302,
        "/accounts/login/?next=/me/",
    )


def test_health_and_security_contact_are_open(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    text = client.get("/.well-known/security.txt").content.decode()
    assert text.startswith("Contact: mailto:")
    assert "\nExpires: 20" in text


def test_nul_bytes_are_refused(client: Client) -> None:
    assert client.get("/?q=%00").status_code == 400


def test_an_unknown_page_has_a_number_and_no_trace(client: Client) -> None:
    response = client.get("/nope/")
    page = response.content.decode()
    assert response.status_code == 404
    assert "没有找到这个页面" in page
    assert response.headers["X-Request-Number"] in page
    assert "Traceback" not in page


def test_a_fault_shows_a_number_and_no_trace(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("portal.common.pages.JsonResponse", fail)
    response = Client(raise_request_exception=False).get("/healthz")
    page = response.content.decode()
    assert response.status_code == 500
    assert response.headers["X-Request-Number"] in page
    assert "secret detail" not in page


def test_a_form_without_its_token_is_refused(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/accounts/login/", {"login": "a", "password": "b"})
    assert response.status_code == 403
    assert "刷新后重新提交" in response.content.decode()


@pytest.mark.parametrize(
    ("staff", "idle", "signed_in"),
    [(True, 29 * 60, True), (True, 31 * 60, False), (False, 119 * 60, True), (False, 7201, False)],
)
def test_an_idle_session_ends(
    alice: User, as_user, settings, staff: bool, idle: int, signed_in: bool
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    User.objects.filter(pk=alice.pk).update(is_staff_member=staff)
    client = as_user(alice)
    client.get("/me/")
    session = client.session
    session[middleware.SEEN] -= idle
    session[middleware.STARTED] -= idle
    session.save()
    assert (client.get("/me/").status_code == 200) is signed_in


def test_a_session_ends_after_twelve_hours_however_busy(alice: User, as_user) -> None:
    client = as_user(alice)
    client.get("/me/")
    session = client.session
    session[middleware.STARTED] -= 12 * 3600 + 1
    session.save()
    assert client.get("/me/").status_code == 302


def test_a_new_password_ends_every_session(alice: User, as_user) -> None:
    here, elsewhere = as_user(alice), as_user(alice)
    given = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert here.post("/accounts/password/change/", given).status_code == 302
    assert (here.get("/me/").status_code, elsewhere.get("/me/").status_code) == (302, 302)
    alice.refresh_from_db()
    assert alice.check_password(NEW)


def test_a_session_from_before_signing_in_opens_nothing_afterwards(
    client: Client, alice: User
) -> None:
    session = client.session
    session["planted"] = "1"
    session.save()
    planted = session.session_key
    client.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert client.session.session_key != planted
    assert (client.get("/me/").status_code, thief.get("/me/").status_code) == (200, 302)


def test_a_disabled_account_is_out_at_the_next_request(alice: User, as_user) -> None:
    client = as_user(alice)
    assert client.get("/me/").status_code == 200
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert client.get("/me/").status_code == 302


def test_logs_carry_no_id_number_and_no_mobile_number() -> None:
    text = scrub(
        "证件 110105199003078899，旧 11010519900307889X，电话13812345678，单号 1234567890123"
    )
    assert (
        text
        == "证件 110105********8899，旧 110105********889X，电话138****5678，单号 1234567890123"
    )


def test_a_line_break_cannot_forge_a_log_line() -> None:
    record = logging.LogRecord("x", logging.INFO, "f", 1, 'a\r\n{"level": "ERROR"}', None, None)
    line = JsonFormatter().format(record)
    assert "\n" not in line
    assert json.loads(line)["level"] == "INFO"
