"""Accounts: registering, signing in, acting for a unit."""

import re

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from portal.accounts import demo, queries
from portal.accounts.domain import members
from portal.accounts.enums import MemberRole
from portal.accounts.models import Enterprise, Membership, User
from portal.accounts.validators import clean_mobile, clean_uscc
from portal.common.errors import DomainError
from portal.common.models import Notice, OutboxMail
from tests.factories import PASSWORD, make_member, make_uscc, make_user

pytestmark = [pytest.mark.core, pytest.mark.django_db]

REGISTRATION = {
    "unit_name": "新示例有限公司",
    "uscc": make_uscc("91500103MA9999999"),
    "name": "王五",
    "role": "handler",
    "email": "wang@example.com",
    "mobile": "138 0000 0009",
    "password": "yi ju hen chang de hua",
}


def test_registering_makes_the_person_the_unit_and_the_membership(client: Client) -> None:
    response = client.post("/register/", REGISTRATION)
    assert response.headers["Location"] == "/accounts/login/"
    user = User.objects.get(email="wang@example.com")
    assert (user.mobile, user.name) == ("13800000009", "王五")
    assert [m.enterprise.name for m in queries.memberships_of(user)] == ["新示例有限公司"]
    record = Enterprise.history.get()
    assert (record.history_user, record.history_change_reason) == (user, "单位注册")


def test_fields_nobody_offered_are_ignored(
    client: Client, enterprise: Enterprise, alice: User, as_user
) -> None:
    more = {"is_staff": "on", "is_superuser": "on", "is_staff_member": "on", "duty": "security",
            "user": str(alice.pk), "enterprise": str(enterprise.pk)}  # fmt: skip
    client.post("/register/", {**REGISTRATION, **more})
    made = User.objects.get(email="wang@example.com")
    _, link = members.invite(enterprise, role=MemberRole.LEADER, by=alice, mobile="13900000001")
    answers = {"name": "新同事", "password": "yi ju hen chang de hua", "role": "principal",
               "email": "bob@example.com", "mobile": "13900000002"}  # fmt: skip
    Client().post(link.removeprefix("http://testserver"), {**answers, **more})
    joined = User.objects.get(mobile="13900000001")
    assert (joined.email, queries.memberships_of(joined).get().role) == (None, "leader")
    for user in (made, joined):
        assert (user.is_staff, user.is_superuser, user.is_staff_member, user.duty) == (
            False, False, False, "",
        )  # fmt: skip
    kept, url = enterprise.uscc, f"/me/units/{enterprise.public_id}/edit/"
    page = as_user(alice).get(url)
    typed = {name: value or "" for name, value in page.context["form"].initial.items()}
    assert (
        as_user(alice).post(url, {**typed, "address": "新址", "uscc": "X", **more}).status_code
        == 302
    )
    enterprise.refresh_from_db()
    assert (enterprise.address, enterprise.uscc) == ("新址", kept)


def test_registering_a_known_address_looks_the_same_and_changes_nothing(
    client: Client, alice: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post("/register/", {**REGISTRATION, "email": "alice@example.com"})
    assert response.headers["Location"] == "/accounts/login/"
    assert User.objects.count() == 1
    assert [m.to for m in mail.outbox] == [["alice@example.com"]]
    assert Notice.objects.get(user=alice).title == "有人用您的账号信息再次注册"


def test_a_unit_registers_once_and_the_form_keeps_what_was_typed(client: Client) -> None:
    client.post("/register/", REGISTRATION)
    again = {**REGISTRATION, "email": "li@example.com", "mobile": "", "unit_name": "换个名"}
    page = client.post("/register/", again).content.decode()
    assert "该统一社会信用代码的单位已经注册" in page
    assert "换个名" in page
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("uscc", "91500103MA5U000000", "统一社会信用代码不正确"),
        ("mobile", "12345", "请填写11位手机号码"),
        ("password", "short", "12"),
        ("password", "password1234567", "密码"),
        ("password", "新示例有限公司2025年", "密码中不要包含单位名称"),
    ],
)
def test_registration_says_what_is_wrong(client: Client, field: str, value: str, says: str) -> None:
    response = client.post("/register/", {**REGISTRATION, field: value})
    assert response.status_code == 200
    assert says in " ".join(response.context["form"].errors[field])


@pytest.mark.parametrize("login", ["alice@example.com", "ALICE@example.com"])
def test_people_sign_in_with_their_address(client: Client, alice: User, login: str) -> None:
    response = client.post("/accounts/login/", {"login": login, "password": PASSWORD})
    assert (response.status_code, client.get("/me/").status_code) == (302, 200)


@pytest.mark.parametrize("login", ["13800000002", "138 0000 0002", "+86 13800000002"])
def test_people_sign_in_with_their_mobile_number(client: Client, paula: User, login: str) -> None:
    response = client.post("/accounts/login/", {"login": login, "password": PASSWORD})
    assert (response.status_code, client.get("/me/").status_code) == (302, 200)


@pytest.mark.parametrize("login", ["alice@example.com", "nobody@example.com", "13900000000", "x"])
def test_a_wrong_sign_in_never_says_who_exists(client: Client, alice: User, login: str) -> None:
    response = client.post("/accounts/login/", {"login": login, "password": "wrong wrong wrong"})
    assert response.context["form"].non_field_errors() == ["账号或密码不正确。"]


@pytest.mark.parametrize("login", ["alice@example.com", "13800000002"])
def test_guessing_is_slowed_down_for_the_guesser_only(
    client: Client, alice: User, paula: User, login: str
) -> None:
    for _ in range(5):
        client.post("/accounts/login/", {"login": login, "password": "wrong"})
    right = {"login": login, "password": PASSWORD}
    assert "尝试次数过多" in client.post("/accounts/login/", right).content.decode()
    owner = Client(REMOTE_ADDR="203.0.113.9")
    assert owner.post("/accounts/login/", right).status_code == 302


def test_an_invented_forwarding_header_does_not_reset_the_count(
    client: Client, alice: User
) -> None:
    for number in range(6):
        response = client.post(
            "/accounts/login/",
            {"login": alice.email, "password": "wrong"},
            headers={"X-Forwarded-For": f"198.51.100.{number}"},
        )
    assert "尝试次数过多" in response.content.decode()


def test_signing_in_leads_to_our_own_pages_only(client: Client, alice: User) -> None:
    data = {"login": alice.email, "password": PASSWORD, "next": "https://evil.example/"}
    assert client.post("/accounts/login/", data).headers["Location"] == "/"


def test_a_password_reset_link_works_once(client: Client, alice: User) -> None:
    client.post("/accounts/password/reset/", {"email": alice.email})
    link = re.search(r"https?://testserver(\S+)", mail.outbox[0].body).group(1)
    page = client.get(link, follow=True)
    new = {"password1": "another long sentence", "password2": "another long sentence"}
    client.post(page.request["PATH_INFO"], new)
    alice.refresh_from_db()
    assert alice.check_password("another long sentence")
    assert "链接已失效" in Client().get(link, follow=True).content.decode()


def test_a_reset_for_an_unknown_address_looks_the_same(client: Client) -> None:
    response = client.post("/accounts/password/reset/", {"email": "nobody@example.com"})
    assert response.headers["Location"] == "/accounts/password/reset/done/"
    assert mail.outbox == []


def test_passwords_are_kept_with_the_chosen_strength(alice: User) -> None:
    assert alice.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


def test_staff_must_set_up_a_second_factor(dora: User, as_user) -> None:
    response = as_user(dora).get("/me/")
    assert response.headers["Location"] == "/accounts/2fa/totp/activate/"


def test_a_second_factor_secret_is_not_stored_in_the_clear(dora: User) -> None:
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    secret = generate_totp_secret()
    TOTP.activate(dora, secret)
    stored = Authenticator.objects.get(user=dora).data["secret"]
    assert secret not in stored
    assert len(stored) > 100


@pytest.mark.parametrize("path", ["", "edit/", "invite/"])
def test_another_unit_does_not_exist_for_outsiders(
    enterprise: Enterprise, alice: User, bob: User, as_user, path: str
) -> None:
    url = f"/me/units/{enterprise.public_id}/{path}"
    assert as_user(alice).get(url).status_code == 200
    assert as_user(bob).get(url).status_code == 404
    assert as_user(bob).post(url, {"name": "x"}).status_code in {404, 405}


def test_an_invited_colleague_joins_by_the_link(
    client: Client, enterprise: Enterprise, alice: User
) -> None:
    _, link = members.invite(enterprise, role=MemberRole.PRINCIPAL, by=alice, mobile="13900000001")
    path = link.removeprefix("http://testserver")
    response = client.post(path, {"name": "新同事", "password": "yi ju hen chang de hua"})
    assert response.headers["Location"] == "/me/"
    joined = User.objects.get(mobile="13900000001")
    assert queries.has_role(joined, enterprise, MemberRole.PRINCIPAL)
    assert Client().get(path).status_code == 404  # the link is used up


def test_who_has_an_account_is_led_to_his_own_page_and_accepts_there(
    enterprise: Enterprise, alice: User, bob: User, as_user
) -> None:
    bob.mobile = "13900000002"
    bob.save()
    invited, link = members.invite(
        enterprise, role=MemberRole.PRINCIPAL, by=alice, mobile=bob.mobile
    )
    notice = Notice.objects.get(user=bob)
    assert (notice.kind, notice.link) == ("account", "/me/")
    assert notice.title == f"{enterprise.name}邀请您担任负责人"
    mail = OutboxMail.objects.get(to=bob.email).body
    # The link is kept nowhere, neither in the notice nor in the mail of it.
    token = link.rstrip("/").rpartition("/")[2]
    assert (token in notice.text + mail, "/me/" in mail) == (False, True)
    members.invite(enterprise, role=MemberRole.HANDLER, by=alice, email=bob.email or "")
    assert (Notice.objects.filter(user=bob).count(), OutboxMail.objects.count()) == (2, 2)
    client = as_user(bob)
    address = f"/me/invitations/{invited.public_id}/accept/"
    assert address in client.get("/me/").content.decode()
    assert client.post(address).headers["Location"] == "/me/"
    assert queries.has_role(bob, enterprise, MemberRole.PRINCIPAL)
    assert address not in client.get("/me/").content.decode()
    assert client.post(address).status_code == 404


def test_who_takes_an_invited_address_later_needs_the_link(
    enterprise: Enterprise, alice: User, bob: User, as_user
) -> None:
    invited, _ = members.invite(
        enterprise, role=MemberRole.PRINCIPAL, by=alice, email="c@example.com"
    )
    bob.email = "c@example.com"
    bob.save()
    address = f"/me/invitations/{invited.public_id}/accept/"
    assert as_user(bob).post(address).status_code == 404
    with pytest.raises(DomainError):
        members.accept_mine(invited, by=bob)
    assert not queries.has_role(bob, enterprise, MemberRole.PRINCIPAL)


def test_an_invitation_to_nobody_known_stays_a_mail(enterprise: Enterprise, alice: User) -> None:
    _, link = members.invite(enterprise, role=MemberRole.HANDLER, by=alice, email="c@example.com")
    assert link in OutboxMail.objects.get(to="c@example.com").body
    assert Notice.objects.count() == 0
    # Somebody has the number, nobody the address: both hear of it.
    make_user("13900000003", name="有手机的人")
    members.invite(enterprise, role=MemberRole.PRINCIPAL, by=alice, email="d@example.com",
                   mobile="13900000003")  # fmt: skip
    assert OutboxMail.objects.filter(to="d@example.com").count() == 1
    assert Notice.objects.get().user.mobile == "13900000003"


def test_an_invitation_opens_for_the_invited_person_only(
    enterprise: Enterprise, alice: User, bob: User, as_user
) -> None:
    _, link = members.invite(enterprise, role=MemberRole.PRINCIPAL, by=alice, email="c@example.com")
    response = as_user(bob).post(link.removeprefix("http://testserver"))
    assert response.status_code == 403
    assert "被邀请的账号" in response.content.decode()
    assert not queries.enterprises_of(bob).filter(pk=enterprise.pk).exists()


def test_who_left_the_unit_or_is_switched_off_lets_nobody_in(
    enterprise: Enterprise, alice: User, paula: User, bob: User, as_user
) -> None:
    invited, link = members.invite(
        enterprise, role=MemberRole.HANDLER, by=alice, email=bob.email or ""
    )
    path, client = link.removeprefix("http://testserver"), as_user(bob)
    mine = f"/me/invitations/{invited.public_id}/accept/"
    assert client.get(path).status_code == 200
    members.end_membership(Membership.objects.get(user=alice), by=paula, reason="调离")
    answers = [client.get(path), client.post(path), client.post(mine), Client().get(path)]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert mine not in client.get("/me/").content.decode()
    _, second = members.invite(enterprise, role=MemberRole.HANDLER, by=paula, mobile="13900000007")
    paula.is_active = False
    paula.save()
    assert Client().get(second.removeprefix("http://testserver")).status_code == 404
    assert not queries.enterprises_of(bob).filter(pk=enterprise.pk).exists()


def test_a_role_is_handed_over_with_actor_and_reason(
    enterprise: Enterprise, alice: User, paula: User
) -> None:
    mine = Membership.objects.get(user=alice)
    members.hand_over(mine, to=paula, by=alice, reason="岗位调整")
    assert not queries.has_role(alice, enterprise, MemberRole.HANDLER)
    assert queries.has_role(paula, enterprise, MemberRole.HANDLER)
    record = mine.history.first()
    assert (record.history_user, record.history_change_reason) == (alice, "岗位调整")


def test_a_unit_never_loses_its_last_manager(enterprise: Enterprise, alice: User) -> None:
    leader = make_user("leader@example.com")
    make_member(leader, enterprise, MemberRole.LEADER)
    with pytest.raises(DomainError, match="至少保留一名"):
        members.end_membership(Membership.objects.get(user=alice), by=alice, reason="离职")


def test_a_leader_does_not_manage_the_unit(enterprise: Enterprise, alice: User) -> None:
    leader = make_user("leader@example.com")
    make_member(leader, enterprise, MemberRole.LEADER)
    with pytest.raises(DomainError, match="经办人或负责人"):
        members.invite(enterprise, role=MemberRole.HANDLER, by=leader, email="x@example.com")


def test_nobody_holds_the_same_role_twice(enterprise: Enterprise, alice: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_member(alice, enterprise)


def test_a_person_without_a_sign_in_name_is_refused() -> None:
    with pytest.raises(ValidationError, match="至少填写一项"):
        User.objects.create_user(None, PASSWORD, name="无名")


def test_demo_accounts_exist_only_in_a_demonstration(client: Client, settings) -> None:
    with pytest.raises(RuntimeError):
        demo.register("经办人", "a@example.com", "x")
    settings.DEMO = True
    demo.register("经办人", "a@example.com", "demo-password")
    assert "demo-password" in client.get("/accounts/login/").content.decode()
    settings.DEMO = False
    assert "demo-password" not in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize(
    "text", ["１３８００００００００", "+86 138-0000-0000", "0086 13800000000"]
)
def test_a_mobile_number_is_read_in_usual_spellings(text: str) -> None:
    assert clean_mobile(text) == "13800000000"


def test_a_credit_code_is_checked_by_its_last_character() -> None:
    assert clean_uscc("91110000 600037341l") == "91110000600037341L"
    with pytest.raises(ValidationError):
        clean_uscc("911100006000373410")
