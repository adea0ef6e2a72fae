"""Staff who have no account yet come in by an invitation of the administrator."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from applications.models import Event
from jurisdictions.domain import staffing
from jurisdictions.domain.offices import make_administrator, remove_administrator, save_office
from jurisdictions.enums import StaffTask
from jurisdictions.models import Jurisdiction, Office, Post, Ruleset, StaffInvitation
from portal.accounts.models import User
from portal.common.doors import holds
from portal.common.errors import DomainError
from portal.common.models import Notice
from tests.factories import make_enterprise, make_member, make_user

BASE = "/manage/shiyan/"
POSTS, OVERSEERS = f"{BASE}posts/", f"{BASE}overseers/"
JOIN = {"name": "新任人员", "password": "yi ju hen chang de hua"}
WHY = "任免文件〔2026〕1号"
VOID = "邀请人已离岗，链接失效"


@pytest.fixture
def place(ruleset: Ruleset) -> Jurisdiction:
    return ruleset.jurisdiction


@pytest.fixture
def office(place: Jurisdiction) -> Office:
    return save_office(place, code="dq", name="东区人社局", by=None)


def at_post(office: Office, login: str = "new@example.gov.cn") -> dict[str, str]:
    return {"login": login, "office": str(office.pk), "kind": "reviewer", "reason": WHY,
            "invite": "1"}  # fmt: skip


def invited(client: Client, address: str, given: dict[str, str]) -> str:
    """Invite through a page, and return the path of the link it shows."""
    answer = client.post(address, given)
    assert answer.status_code == 200
    return re.findall(r"/staff-invitations/[^<\s]+", answer.content.decode())[0]


def test_somebody_without_an_account_comes_to_a_post(
    admin_client: Client,
    admin_user: User,
    office: Office,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        link = invited(admin_client, POSTS, at_post(office))
    (sent,) = mail.outbox
    assert (sent.to, link in sent.body) == (["new@example.gov.cn"], True)
    assert "new@example.gov.cn，东区人社局审核" in admin_client.get(POSTS).content.decode()
    visitor = Client()
    assert "东区人社局审核" in visitor.get(link).content.decode()
    assert visitor.post(link, JOIN).headers["Location"] == reverse("common:workbench")
    user = User.objects.get(email="new@example.gov.cn")
    assert (user.name, user.is_staff_member, holds(user, "review", office)) == (
        "新任人员", True, True,
    )  # fmt: skip
    record = Post.history.get()
    assert (record.history_user, record.history_change_reason) == (
        admin_user, f"{WHY}（接受邀请）",
    )  # fmt: skip
    lines = Event.objects.filter(kind__in=["staff_invited", "post_appointed"]).order_by("pk")
    assert [(row.kind, row.actor) for row in lines] == [
        ("staff_invited", admin_user), ("post_appointed", admin_user),
    ]  # fmt: skip
    assert Notice.objects.get(user=admin_user).title == "新任人员已接受邀请"
    assert "等待接受的邀请" not in admin_client.get(POSTS).content.decode()


def test_a_leader_and_a_replier_come_in_the_same_way(
    admin_client: Client, place: Jurisdiction, office: Office
) -> None:
    to_oversee = {"overseer-login": "13800000041", "overseer-reason": WHY, "invite": "1"}
    assert Client().post(invited(admin_client, OVERSEERS, to_oversee), JOIN).status_code == 302
    leader = User.objects.get(mobile="13800000041")
    assert (holds(leader, "oversee", place), leader.is_staff_member) == (True, True)
    address = f"{BASE}offices/{office.public_id}/repliers/"
    to_reply = {"login": "reply@example.gov.cn", "reason": WHY, "invite": "1"}
    assert Client().post(invited(admin_client, address, to_reply), JOIN).status_code == 302
    replier = User.objects.get(email="reply@example.gov.cn")
    assert (holds(replier, "consult", office), replier.is_staff_member) == (True, True)
    assert not replier.posts.exists()


def test_a_link_opens_once_and_not_after_its_time(admin_client: Client, office: Office) -> None:
    old = invited(admin_client, POSTS, at_post(office))
    fresh = invited(admin_client, POSTS, at_post(office))
    assert (Client().get(old).status_code, Client().get(fresh).status_code) == (404, 200)
    StaffInvitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().post(fresh, JOIN).status_code == 404
    last = invited(admin_client, POSTS, at_post(office))
    assert (Client().post(last, JOIN).status_code, Client().post(last, JOIN).status_code) == (
        302, 404,
    )  # fmt: skip
    assert User.objects.filter(email="new@example.gov.cn").count() == 1


def test_an_invitation_is_taken_back(
    admin_client: Client, office: Office, as_user: Callable[[User], Client]
) -> None:
    link = invited(admin_client, POSTS, at_post(office))
    address = f"{BASE}invitations/{StaffInvitation.objects.get().public_id}/revoke/"
    assert as_user(make_user("x@example.com")).post(address).status_code == 404
    assert admin_client.post(address).headers["Location"] == POSTS
    assert (Client().get(link).status_code, admin_client.post(address).status_code) == (404, 404)
    assert Event.objects.filter(kind="staff_invitation_revoked").count() == 1


def test_an_invitation_ends_with_the_right_of_whoever_invited(
    admin_client: Client, admin_user: User, place: Jurisdiction, office: Office
) -> None:
    link = invited(admin_client, POSTS, at_post(office))
    remove_administrator(admin_user, place, by=None)
    assert Client().post(link, JOIN).status_code == 404
    assert not User.objects.filter(email="new@example.gov.cn").exists()


def test_an_invitation_whose_inviter_left_is_shown_as_void_until_another_makes_a_new_one(
    admin_client: Client, admin_user: User, place: Jurisdiction, office: Office,
    as_user: Callable[[User], Client],
) -> None:  # fmt: skip
    invited(admin_client, POSTS, at_post(office))
    later = make_user("later@example.gov.cn", name="后任管理员", staff=True)
    make_administrator(later, place, by=None)
    client = as_user(later)
    assert VOID not in client.get(POSTS).content.decode()
    remove_administrator(admin_user, place, by=None)
    page = client.get(POSTS)
    assert [(row.recipient, stands) for row, stands in page.context["invitations"]] == [
        ("new@example.gov.cn", False)
    ]
    assert page.content.decode().count(VOID) == 1
    link = invited(client, POSTS, at_post(office))
    page = client.get(POSTS)
    assert [stands for _, stands in page.context["invitations"]] == [True]
    assert VOID not in page.content.decode()
    assert Client().post(link, JOIN).status_code == 302


def test_who_has_an_account_is_appointed_directly_and_not_by_a_link(
    admin_client: Client, office: Office
) -> None:
    make_user("known@example.gov.cn")
    answer = admin_client.post(POSTS, at_post(office, "known@example.gov.cn")).content.decode()
    assert "该登录名已有账号，不需要邀请，请直接办理。" in answer
    assert StaffInvitation.objects.count() == 0


def test_a_unit_person_does_not_become_staff_by_a_link(
    admin_client: Client, office: Office, as_user: Callable[[User], Client]
) -> None:
    link = invited(admin_client, POSTS, at_post(office))
    # Meanwhile he registered for a unit.
    person = make_user("new@example.gov.cn")
    make_member(person, make_enterprise())
    assert as_user(person).post(link, JOIN).status_code == 403
    assert staffing.KNOWN in Client().post(link, JOIN).content.decode()
    person.refresh_from_db()
    assert (person.is_staff_member, Post.objects.count()) == (False, 0)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"login": "nobody"}, "请填写正确的邮箱或11位手机号码"),
        ({"reason": "换"}, "请写明理由"),
        ({"office": "0"}, "机构"),
    ],
)
def test_the_page_says_what_is_wrong(
    admin_client: Client, office: Office, changes: dict[str, str], says: str
) -> None:
    answer = admin_client.post(POSTS, {**at_post(office), **changes}).content.decode()
    assert (says in answer, StaffInvitation.objects.count()) == (True, 0)


def test_only_the_administrator_of_the_place_invites_and_never_administrators(
    place: Jurisdiction, office: Office, admin_user: User, as_user: Callable[[User], Client]
) -> None:
    stranger = make_user("other@example.gov.cn")
    assert as_user(stranger).post(POSTS, at_post(office)).status_code == 404
    ask = {"login": "new@example.gov.cn", "reason": WHY}
    with pytest.raises(DomainError, match="只有本地区管理员可以办理"):
        staffing.invite(place, task=StaffTask.OVERSEE, by=stranger, **ask)
    with pytest.raises(DomainError, match="由系统管理员用命令任命"):
        staffing.invite(place, task=StaffTask.ADMINISTER, by=admin_user, **ask)
    office.is_active = False
    office.save(update_fields=["is_active"])
    with pytest.raises(DomainError, match="已停用或不在本地区"):
        staffing.invite(place, task=StaffTask.HANDLER, office=office, by=admin_user, **ask)
    assert StaffInvitation.objects.count() == 0
