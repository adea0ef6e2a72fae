"""Offices, their duties, and people at posts."""

import pytest

from jurisdictions import queries
from jurisdictions.domain.offices import (
    appoint,
    bind,
    let_reply,
    make_administrator,
    relieve,
    remove_administrator,
    save_office,
    unbind,
)
from jurisdictions.models import Jurisdiction, Office, Post
from jurisdictions.permissions import can_act_for, can_administer, can_reply_for, works_for
from jurisdictions.signals import acted
from portal.common.doors import grant
from portal.common.errors import DomainError
from tests.factories import make_user
from tests.jurisdictions.factories import publish_shiyan, shiyan

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Jurisdiction:
    return publish_shiyan().jurisdiction


@pytest.fixture
def office(place: Jurisdiction) -> Office:
    return save_office(place, code="dong", name="东区人社局", by=None)


def test_an_office_is_found_by_role_and_district(place: Jurisdiction, office: Office) -> None:
    city = save_office(place, code="shi", name="市人社局", by=None)
    bind(office, "district", covers="东区", by=None)
    bind(city, "bureau", by=None)
    policy = shiyan()
    assert queries.office_for(policy, "district", {"unit.district": "东区"}, place) == office
    assert queries.office_for(policy, "bureau", {}, place) == city
    with pytest.raises(DomainError, match="还没有机构承担“区人社局”（西区）的职责"):
        queries.office_for(policy, "district", {"unit.district": "西区"}, place)


def test_an_office_for_the_whole_place_stands_in_where_no_district_has_its_own(
    place: Jurisdiction, office: Office
) -> None:
    city = save_office(place, code="shi", name="市人社局", by=None)
    bind(city, "district", by=None)
    bind(office, "district", covers="东区", by=None)
    policy = shiyan()
    assert queries.office_for(policy, "district", {"unit.district": "东区"}, place) == office
    assert queries.office_for(policy, "district", {"unit.district": "西区"}, place) == city


def test_one_duty_has_one_office(place: Jurisdiction, office: Office) -> None:
    city = save_office(place, code="shi", name="市人社局", by=None)
    row = bind(office, "district", covers="东区", by=None)
    with pytest.raises(DomainError, match="已由东区人社局承担"):
        bind(city, "district", covers="东区", by=None)
    unbind(row, by=None)
    assert bind(city, "district", covers="东区", by=None).office == city


def test_roles_nobody_fills_are_told(place: Jurisdiction, office: Office) -> None:
    bind(office, "district", covers="东区", by=None)
    assert queries.roles_without_office(shiyan(), place) == [("bureau", "市人社局")]


def test_a_code_is_used_once_in_a_place(place: Jurisdiction, office: Office) -> None:
    with pytest.raises(DomainError, match="代码“dong”已用于另一机构"):
        save_office(place, code="dong", name="另一机构", by=None)


def test_a_post_gives_exactly_its_own_grant(office: Office) -> None:
    person = make_user("jing@example.gov.cn")
    appoint(person, office, "reviewer", by=None, reason="任免文件")
    assert can_act_for(person, office, "reviewer")
    assert not can_act_for(person, office, "approver")
    assert works_for(person, office)
    assert can_reply_for(person, office)
    assert person.is_staff_member


def test_a_relieved_person_keeps_other_posts(office: Office) -> None:
    person = make_user("jing@example.gov.cn")
    first = appoint(person, office, "handler", by=None, reason="任免文件")
    appoint(person, office, "approver", by=None, reason="任免文件")
    relieve(first, by=None, reason="分工调整")
    person.refresh_from_db()
    assert person.is_staff_member
    assert not can_act_for(person, office, "handler")
    assert can_act_for(person, office, "approver")
    assert [post.kind for post in queries.posts_of(person)] == ["approver"]


def test_a_relieved_expert_stays_staff(office: Office) -> None:
    person = make_user("jing@example.gov.cn")
    post = appoint(person, office, "handler", by=None, reason="任免文件")
    grant(person, "consult", office)
    relieve(post, by=None, reason="分工调整")
    person.refresh_from_db()
    assert person.is_staff_member


def test_a_post_ends_once_and_its_row_stays(office: Office) -> None:
    by = make_user("gao@example.gov.cn")
    post = appoint(make_user("jing@example.gov.cn"), office, "handler", by=by, reason="任免文件")
    ended = relieve(post, by=by, reason="调离本单位")
    assert ended.active_until is not None
    with pytest.raises(DomainError, match="已离岗"):
        relieve(post, by=by, reason="调离本单位")
    last = Post.objects.get().history.latest()
    assert (last.history_change_reason, last.history_user) == ("调离本单位", by)


@pytest.mark.parametrize("switched_off", ["person", "office"])
def test_nobody_is_appointed_where_something_is_switched_off(
    office: Office, switched_off: str
) -> None:
    person = make_user("jing@example.gov.cn")
    target = {"person": person, "office": office}[switched_off]
    target.is_active = False
    target.save()
    with pytest.raises(DomainError, match="已停用，不能任岗"):
        appoint(person, office, "handler", by=None, reason="任免文件")


def test_an_appointment_needs_a_reason(office: Office) -> None:
    with pytest.raises(DomainError, match="请写明理由"):
        appoint(make_user("jing@example.gov.cn"), office, "handler", by=None, reason=" ")


def test_an_administrator_comes_and_goes(place: Jurisdiction) -> None:
    person = make_user("gao@example.gov.cn")
    make_administrator(person, place, by=None)
    assert can_administer(person, place)
    assert list(queries.administered_by(person)) == [place]
    remove_administrator(person, place, by=None)
    person.refresh_from_db()
    assert can_administer(person, place).reason == "只有本地区管理员可以办理。"
    assert not person.is_staff_member


def test_a_superuser_administers_nothing_by_being_one(place: Jurisdiction) -> None:
    person = make_user("root@example.gov.cn")
    person.is_superuser = True
    person.save()
    assert not can_administer(person, place)


def test_others_hear_of_an_appointment(office: Office) -> None:
    heard: list[dict[str, object]] = []

    def listen(sender: object, **told: object) -> None:
        heard.append(told)

    acted.connect(listen)
    try:
        appoint(
            make_user("jing@example.gov.cn", name="经办人"),
            office,
            "handler",
            by=None,
            reason="任免文件",
        )
    finally:
        acted.disconnect(listen)
    assert [(told["kind"], told["text"]) for told in heard] == [
        ("post_appointed", "经办人任东区人社局经办")
    ]


def test_nobody_gives_himself_work(place: Jurisdiction, office: Office) -> None:
    boss = make_user("boss@example.gov.cn")
    make_administrator(boss, place, by=None)
    for act in (
        lambda: appoint(boss, office, "approver", by=boss, reason="分工安排"),
        lambda: let_reply(boss, office, by=boss, reason="分工安排"),
    ):
        with pytest.raises(DomainError, match="不能为自己任岗") as refused:
            act()
        assert (refused.value.status, refused.value.field) == (403, "login")
    assert (Post.objects.count(), bool(can_reply_for(boss, office))) == (0, False)
