"""``make_administrator``: the first people of a fresh installation."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from applications.models import Event
from jurisdictions.models import Jurisdiction, StaffInvitation
from jurisdictions.permissions import can_administer
from portal.accounts.domain.security import give_duty
from portal.accounts.enums import Duty
from portal.accounts.models import User
from tests.factories import make_user
from tests.jurisdictions.factories import publish_shiyan

pytestmark = pytest.mark.django_db
JOIN = {"name": "高管", "password": "yi ju hen chang de hua"}


@pytest.fixture
def place() -> Jurisdiction:
    return publish_shiyan().jurisdiction


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("make_administrator", *arguments, stdout=out)
    return out.getvalue()


def test_an_account_becomes_administrator_and_ceases_to_be(place: Jurisdiction) -> None:
    person = make_user("gao@example.gov.cn", name="高管")
    assert run("shiyan", "GAO@example.gov.cn") == f"高管：{place}管理员。登录后须启用两步验证。\n"
    person = User.objects.get(pk=person.pk)
    assert (bool(can_administer(person, place)), person.is_staff_member) == (True, True)
    assert run("shiyan", "gao@example.gov.cn") == f"高管已是{place}管理员。\n"
    assert run("shiyan", "gao@example.gov.cn", "--end") == f"高管不再任{place}管理员。\n"
    assert not can_administer(User.objects.get(pk=person.pk), place)
    kinds = Event.objects.filter(kind__startswith="administrator_").order_by("pk")
    assert list(kinds.values_list("kind", flat=True)) == [
        "administrator_made", "administrator_removed",
    ]  # fmt: skip


@pytest.mark.parametrize("login", ["gao@example.gov.cn", "138 0000 0051"])
def test_who_has_no_account_comes_in_by_the_printed_link(
    place: Jurisdiction, login: str, settings: object
) -> None:
    settings.STAFF_MFA_REQUIRED = False  # type: ignore[attr-defined]  # pytest-django's settings
    said = run("shiyan", login)
    assert ("邮件同时寄出" in said) == ("@" in login)
    (link,) = re.findall(r"/staff-invitations/\S+", said)
    visitor = Client()
    assert visitor.post(link, JOIN).status_code == 302
    person = User.objects.get(name="高管")
    assert (bool(can_administer(person, place)), person.is_staff_member) == (True, True)
    assert visitor.get("/manage/shiyan/posts/").status_code == 200
    assert Client().post(link, JOIN).status_code == 404


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nowhere", "gao@example.gov.cn"), "没有代码为 nowhere 的地区（已有：shiyan）"),
        (("shiyan", "gao"), "请填写正确的邮箱或11位手机号码"),
        (("shiyan", "none@example.gov.cn", "--end"), "none@example.gov.cn 不是.*管理员"),
        (("shiyan", "an@example.gov.cn"), "不得兼任业务岗位"),
        (("shiyan", "off@example.gov.cn"), "账号已停用"),
    ],
)
def test_the_command_says_what_is_wrong(
    place: Jurisdiction, arguments: tuple[str, ...], says: str
) -> None:
    give_duty(make_user("an@example.gov.cn"), Duty.SECURITY, reason="任免文件")
    off = make_user("off@example.gov.cn")
    off.is_active = False
    off.save(update_fields=["is_active"])
    with pytest.raises(CommandError, match=says):
        run(*arguments)
    assert StaffInvitation.objects.count() == 0
