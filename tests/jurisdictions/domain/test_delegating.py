"""A deputy acts at another's post during the days that were named, and at no other time."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from jurisdictions import queries
from jurisdictions.domain.delegating import delegate, end
from jurisdictions.domain.offices import appoint, make_administrator, relieve, save_office
from jurisdictions.models import Delegation, Jurisdiction, Office, Post
from jurisdictions.permissions import can_act_for, signs_for, works_for
from portal.accounts.models import User
from portal.common.errors import DomainError
from portal.common.models import Notice, OutboxMail
from tests.factories import make_user
from tests.jurisdictions.factories import administrator, publish_shiyan

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def place() -> Jurisdiction:
    return publish_shiyan().jurisdiction


@pytest.fixture
def office(place: Jurisdiction) -> Office:
    return save_office(place, code="dong", name="东区人社局", by=None)


def seat(office: Office, kind: str, name: str) -> Post:
    user = make_user(f"{kind}@example.gov.cn", name=name)
    return appoint(user, office, kind, by=None, reason="分工安排")


@pytest.fixture
def absent(office: Office) -> Post:
    return seat(office, "approver", "刘审批")


@pytest.fixture
def deputy(office: Office) -> User:
    return seat(office, "reviewer", "周审核").user


def lend(post: Post, deputy: User, *, first: int = 0, last: int = 3) -> Delegation:
    day = TODAY()
    return delegate(
        post, deputy, starts_on=day + dt.timedelta(days=first),
        ends_on=day + dt.timedelta(days=last), reason="年休假", by=post.user,
    )  # fmt: skip


def test_a_deputy_acts_for_the_absent_during_the_days(
    office: Office, absent: Post, deputy: User
) -> None:
    assert not can_act_for(deputy, office, "approver")
    row = lend(absent, deputy)
    assert can_act_for(deputy, office, "approver")
    assert signs_for(deputy, office, "approver") == absent.user
    assert signs_for(absent.user, office, "approver") is None
    assert str(row) == f"周审核（代刘审批）{row.starts_on} 至 {row.ends_on}"
    assert OutboxMail.objects.get(to=deputy.email).subject == "岗位代理通知"
    assert Notice.objects.get(user=deputy).title == "岗位代理通知"


@pytest.mark.parametrize(("starts", "ends", "may"), [
    (-3, -1, False), (-3, 0, True), (0, 0, True), (0, 3, True), (1, 3, False),
])  # fmt: skip
def test_outside_the_days_there_is_nothing(
    office: Office, absent: Post, deputy: User, starts: int, ends: int, may: bool
) -> None:
    row, day = lend(absent, deputy), TODAY()
    Delegation.objects.filter(pk=row.pk).update(
        starts_on=day + dt.timedelta(days=starts), ends_on=day + dt.timedelta(days=ends)
    )
    assert bool(can_act_for(deputy, office, "approver")) is may
    assert bool(queries.deputyships_of(deputy)) is may


def test_it_ends_with_the_post_of_the_absent(office: Office, absent: Post, deputy: User) -> None:
    lend(absent, deputy)
    relieve(absent, by=None, reason="调离本单位")
    assert not can_act_for(deputy, office, "approver")


def test_it_ends_with_the_account_of_the_deputy(office: Office, absent: Post, deputy: User) -> None:
    lend(absent, deputy)
    deputy.is_active = False
    deputy.save()
    assert not works_for(deputy, office)


def test_the_absent_is_back_early(office: Office, absent: Post, deputy: User) -> None:
    end(lend(absent, deputy), by=absent.user)
    assert not can_act_for(deputy, office, "approver")
    with pytest.raises(DomainError, match="代理已经结束"):
        end(Delegation.objects.get(), by=absent.user)


def test_only_a_colleague_stands_in(place: Jurisdiction, absent: Post) -> None:
    other = save_office(place, code="xi", name="西区人社局", by=None)
    stranger = make_user("xi@example.gov.cn", name="外人")
    appoint(stranger, other, "reviewer", by=None, reason="分工安排")
    with pytest.raises(DomainError, match="代理人须为东区人社局的在岗人员"):
        lend(absent, stranger)
    with pytest.raises(DomainError, match="代理人不能是本人"):
        lend(absent, absent.user)


def test_only_the_holder_or_the_administrator_names_a_deputy(
    place: Jurisdiction, absent: Post, deputy: User
) -> None:
    day = TODAY()
    with pytest.raises(DomainError, match="只有本人或本地区管理员"):
        delegate(absent, deputy, starts_on=day, ends_on=day, reason="年休假", by=deputy)
    boss = administrator(place)
    delegate(absent, deputy, starts_on=day, ends_on=day, reason="年休假", by=boss)
    assert OutboxMail.objects.filter(subject="岗位代理通知").count() == 2


def test_days_and_reason_are_checked(absent: Post, deputy: User) -> None:
    with pytest.raises(DomainError, match="代理不能补办"):
        lend(absent, deputy, first=-1)
    with pytest.raises(DomainError, match="终止日不能早于起始日"):
        lend(absent, deputy, first=2, last=1)
    with pytest.raises(DomainError, match="一次代理最长"):
        lend(absent, deputy, last=200)


def test_one_deputy_at_a_time(office: Office, absent: Post, deputy: User) -> None:
    lend(absent, deputy)
    third = seat(office, "handler", "孙经办").user
    with pytest.raises(DomainError, match="已由周审核代理"):
        lend(absent, third, first=3, last=5)
    lend(absent, third, first=4, last=5)


def test_the_holder_names_a_deputy_in_the_browser(
    absent: Post, deputy: User, as_user: object, settings: object
) -> None:
    settings.STAFF_MFA_REQUIRED = False  # type: ignore[attr-defined]  # pytest-django's settings
    client: Client = as_user(absent.user)  # type: ignore[operator]  # the fixture is a function
    day = TODAY().isoformat()
    data = {"post": absent.pk, "deputy": deputy.pk, "starts_on": day, "ends_on": day,
            "reason": "出差"}  # fmt: skip
    assert client.post("/deputies/", data).headers["Location"] == "/deputies/"
    shown = client.get("/deputies/").content.decode()
    assert "周审核（代刘审批）" in shown
    row = Delegation.objects.get()
    assert client.post(f"/deputies/{row.public_id}/end/").status_code == 302
    other: Client = as_user(deputy)  # type: ignore[operator]  # the fixture is a function
    assert other.post(f"/deputies/{row.public_id}/end/").status_code == 404


def test_the_offices_page_lists_who_stands_in(
    place: Jurisdiction, absent: Post, deputy: User, as_user: object, settings: object
) -> None:
    settings.STAFF_MFA_REQUIRED = False  # type: ignore[attr-defined]  # pytest-django's settings
    boss = administrator(place)
    client: Client = as_user(boss)  # type: ignore[operator]  # the fixture is a function
    day = TODAY().isoformat()
    data = {"post": absent.pk, "deputy": deputy.pk, "starts_on": day, "ends_on": day,
            "reason": "脱产培训"}  # fmt: skip
    client.post("/manage/shiyan/deputies/", data)
    assert "代理中：周审核（代刘审批）" in client.get("/manage/shiyan/offices/").content.decode()
    row = Delegation.objects.get()
    client.post(f"/manage/shiyan/deputies/{row.public_id}/end/")
    assert "代理中" not in client.get("/manage/shiyan/offices/").content.decode()


def test_an_administrator_does_not_make_himself_the_deputy_of_another(
    place: Jurisdiction, absent: Post, deputy: User
) -> None:
    make_administrator(deputy, place, by=None)
    with pytest.raises(DomainError, match="不能指定自己为代理人"):
        delegate(absent, deputy, starts_on=TODAY(), ends_on=TODAY(), reason="年休假", by=deputy)
    assert Delegation.objects.count() == 0
