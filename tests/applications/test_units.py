"""Units an office entered: the administrator lets the first person in."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from applications.domain import units
from applications.models import Event, Studio
from jurisdictions.domain.offices import make_administrator, remove_administrator
from jurisdictions.models import Jurisdiction
from portal.accounts.enums import MemberRole
from portal.accounts.models import Enterprise, Invitation, Membership, User
from portal.accounts.queries import memberships_of
from portal.common.errors import DomainError
from tests.applications.factories import publish_city
from tests.assessments.factories import id_number, member_of, officer_of, old_studio, unit_of
from tests.factories import make_uscc, make_user
from tests.portal.test_accounts import REGISTRATION

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
WHY = "单位介绍信，电话核实"
GIVEN = {"role": "handler", "email": "first@example.com", "mobile": "", "reason": WHY}
JOIN = {"name": "首位经办", "password": "yi ju hen chang de hua"}


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


@pytest.fixture
def studio() -> Studio:
    return old_studio("urumqi")


@pytest.fixture
def admin(studio: Studio) -> User:
    user = make_user("gao@example.gov.cn", name="高管")
    make_administrator(user, studio.jurisdiction, by=None)
    return user


def page_of(unit: Enterprise, place: Jurisdiction) -> str:
    return reverse("applications:unit_open", args=[place.code, unit.public_id])


def invited(client: Client, studio: Studio, **changes: str) -> str:
    """Invite through the page, and return the path of the link it shows."""
    answer = client.post(page_of(unit_of(studio), studio.jurisdiction), {**GIVEN, **changes})
    assert answer.status_code == 200
    return re.findall(r"/invitations/[^<\s]+", answer.content.decode())[0]


def test_the_first_handler_of_an_old_studios_unit_comes_in_by_invitation(
    studio: Studio,
    admin: User,
    as_user: SignIn,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    unit, client = unit_of(studio), as_user(admin)
    listed = client.get(reverse("applications:units")).content.decode()
    assert (unit.name in listed, studio.name in listed, "尚未邀请" in listed) == (True,) * 3
    with django_capture_on_commit_callbacks(execute=True):
        link = invited(client, studio)
    (sent,) = mail.outbox
    assert (sent.to, link in sent.body) == (["first@example.com"], True)
    visitor = Client()
    assert unit.name in visitor.get(link).content.decode()
    assert visitor.post(link, JOIN).headers["Location"] == reverse("accounts:me")
    user = User.objects.get(email="first@example.com")
    member = memberships_of(user).get()
    assert (member.enterprise, member.role, member.invited_by) == (unit, "handler", admin)
    assert user.is_staff_member is False
    mine = visitor.get(reverse("assessments:mine")).content.decode()
    assert studio.name in mine
    line = Event.objects.get(kind="unit_invited")
    assert (line.actor, line.jurisdiction, line.data["reason"]) == (
        admin, studio.jurisdiction, WHY,
    )  # fmt: skip
    assert unit.name not in client.get(reverse("applications:units")).content.decode()
    assert client.get(page_of(unit, studio.jurisdiction)).status_code == 404


def test_the_link_opens_once_and_not_after_its_time(
    studio: Studio, admin: User, as_user: SignIn
) -> None:
    client = as_user(admin)
    old = invited(client, studio)
    fresh = invited(client, studio)
    assert Client().post(old, JOIN).status_code == 404
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().post(fresh, JOIN).status_code == 404
    last = invited(client, studio)
    assert Client().post(last, JOIN).status_code == 302
    assert Client().post(last, JOIN).status_code == 404
    assert Membership.objects.filter(enterprise=unit_of(studio)).count() == 1


def test_an_invitation_ends_with_the_right_of_whoever_made_it(
    studio: Studio, admin: User, as_user: SignIn
) -> None:
    known = make_user("first@example.com")
    link = invited(as_user(admin), studio)
    row, client = Invitation.objects.get(), as_user(known)
    assert client.get(link).status_code == 200
    remove_administrator(admin, studio.jurisdiction, by=None)
    told = reverse("accounts:invitation_accept", args=[row.public_id])
    answers = [client.get(link), client.post(link), client.post(told)]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert Membership.objects.filter(enterprise=unit_of(studio)).count() == 0


def test_an_invitation_is_taken_back(studio: Studio, admin: User, as_user: SignIn) -> None:
    client, unit = as_user(admin), unit_of(studio)
    link = invited(client, studio, email="", mobile="13800000031")
    row = Invitation.objects.get()
    keys = [studio.jurisdiction.code, unit.public_id, row.public_id]
    revoke = reverse("applications:unit_open_revoke", args=keys)
    assert client.post(revoke).headers["Location"] == reverse("applications:units")
    assert (Client().get(link).status_code, client.post(revoke).status_code) == (404, 404)
    assert Event.objects.filter(kind="unit_invitation_revoked").count() == 1


def test_only_the_administrator_of_a_place_that_knows_the_unit_invites(
    studio: Studio, as_user: SignIn
) -> None:
    unit, place = unit_of(studio), studio.jurisdiction
    foreigner = make_user("other@example.gov.cn")
    other = publish_city("yuzhong").jurisdiction
    make_administrator(foreigner, other, by=None)
    officer = officer_of(place)
    for user in (foreigner, officer, make_user("x@example.com")):
        assert as_user(user).post(page_of(unit, place), GIVEN).status_code == 404
    # His own place, another's unit.
    assert as_user(foreigner).post(page_of(unit, other), GIVEN).status_code == 404
    assert as_user(officer).get(reverse("applications:units")).status_code == 404
    ask = {"role": MemberRole.HANDLER, "reason": WHY, "email": "first@example.com"}
    with pytest.raises(DomainError, match="只有本地区管理员可以办理"):
        units.invite_first(unit, place, by=officer, **ask)
    with pytest.raises(DomainError, match="不在本地区"):
        units.invite_first(unit, other, by=foreigner, **ask)
    assert Invitation.objects.count() == 0


def test_a_unit_with_people_decides_for_itself(
    studio: Studio, admin: User, as_user: SignIn
) -> None:
    link = invited(as_user(admin), studio)
    handler = member_of(studio)
    answer = Client().post(link, JOIN)
    assert (answer.status_code, User.objects.filter(email="first@example.com").exists()) == (
        409, False,
    )  # fmt: skip
    with pytest.raises(DomainError, match="已有经办人或负责人"):
        units.invite_first(
            unit_of(studio), studio.jurisdiction, role=MemberRole.HANDLER, by=admin,
            reason=WHY, email="second@example.com",
        )  # fmt: skip
    # Nobody can act any more: the place opens it again.
    handler.is_active = False
    handler.save(update_fields=["is_active"])
    assert as_user(admin).get(page_of(unit_of(studio), studio.jurisdiction)).status_code == 200


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"reason": ""}, "请填写理由"),
        ({"email": ""}, "邮箱和手机号码至少填写一项"),
        ({"email": "gao@example.gov.cn"}, "不能邀请自己"),
        ({"role": "leader"}, "leader"),
    ],
)
def test_the_page_says_what_is_wrong(
    studio: Studio, admin: User, as_user: SignIn, changes: dict[str, str], says: str
) -> None:
    page = page_of(unit_of(studio), studio.jurisdiction)
    answer = as_user(admin).post(page, {**GIVEN, **changes})
    assert (answer.status_code, says in answer.content.decode()) == (422, True)
    assert Invitation.objects.count() == 0


def test_registering_such_a_unit_says_whom_to_ask(studio: Studio, client: Client) -> None:
    office = units.authority_of(studio.jurisdiction)[0]
    page = client.post("/register/", {**REGISTRATION, "uscc": unit_of(studio).uscc})
    assert f"请联系{office}" in page.content.decode()
    assert User.objects.count() == 0
    member_of(studio)
    page = client.post("/register/", {**REGISTRATION, "uscc": unit_of(studio).uscc})
    assert "请联系本单位经办人或负责人" in page.content.decode()


def test_a_unit_that_no_place_knows_is_nobodys_to_open(admin: User, client: Client) -> None:
    code = make_uscc("91500103MA7777777")
    unit = Enterprise.objects.create(name="无人知晓单位", uscc=code)
    page = client.post("/register/", {**REGISTRATION, "uscc": code}).content.decode()
    assert "请联系当地人力资源社会保障部门邀请您开通" in page
    with pytest.raises(DomainError, match="不在本地区"):
        units.invite_first(
            unit, Jurisdiction.objects.get(), role=MemberRole.HANDLER, by=admin, reason=WHY,
            email="first@example.com",
        )  # fmt: skip


def test_the_desk_says_that_a_host_has_nobody(studio: Studio, admin: User, as_user: SignIn) -> None:
    desk = reverse("assessments:desk_studio", args=[studio.public_id])
    link = page_of(unit_of(studio), studio.jurisdiction)
    assert f'<a href="{link}">邀请经办人</a>' in as_user(admin).get(desk).content.decode()
    seen = as_user(officer_of(studio.jurisdiction)).get(desk).content.decode()
    assert ("请联系本地区管理员邀请" in seen, link in seen) == (True, False)
    member_of(studio)
    assert "还没有经办人或负责人的账号" not in as_user(admin).get(desk).content.decode()


def test_the_list_asks_as_often_however_many_units_wait(
    studio: Studio, admin: User, as_user: SignIn
) -> None:
    client, address = as_user(admin), reverse("applications:units")

    def asked() -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    before = asked()
    for nth in range(2, 5):
        old_studio(
            "urumqi", studio.founding_ruleset, number=f"OLD-{nth}", occupation=f"工种{nth}",
            unit_name=f"示例单位{nth}", unit_uscc=make_uscc(f"91500103MA510000{nth}"),
            leader_id=id_number(f"5001031975030701{nth}"),
        )  # fmt: skip
    assert (asked(), client.get(address).content.decode().count("尚未邀请")) == (before, 4)
