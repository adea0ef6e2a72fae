"""The administrator lets leaders read the figures of a place, and ends it."""

import pytest
from django.test import Client

from applications.models import Event
from jurisdictions.domain import overseeing
from jurisdictions.models import Jurisdiction, Ruleset
from portal.accounts.models import User
from portal.common.doors import grant, holds
from portal.common.errors import DomainError
from tests.factories import make_user

PAGE = "/manage/shiyan/posts/"
ADD = "/manage/shiyan/overseers/"


def leader() -> User:
    """Somebody who registered and holds nothing."""
    return make_user("leader@example.gov.cn", name="示例分管领导")


def test_a_leader_reads_the_place_from_his_appointment_until_its_end(
    admin_client: Client, ruleset: Ruleset
) -> None:
    person, place = leader(), ruleset.jurisdiction
    given = {"overseer-login": "leader@example.gov.cn", "overseer-reason": "分管领导"}
    assert admin_client.post(ADD, given).headers["Location"] == PAGE
    person = User.objects.get(pk=person.pk)
    assert (holds(person, "oversee", place), person.is_staff_member) == (True, True)
    assert "示例分管领导" in admin_client.get(PAGE).content.decode()
    end = f"{ADD}{person.public_id}/"
    assert admin_client.get(end).status_code == 200
    refused = admin_client.post(end, {"reason": ""})
    assert (refused.status_code, holds(person, "oversee", place)) == (200, True)
    assert admin_client.post(end, {"reason": "工作分工调整"}).headers["Location"] == PAGE
    person = User.objects.get(pk=person.pk)
    assert (holds(person, "oversee", place), person.is_staff_member) == (False, False)
    lines = Event.objects.filter(kind__startswith="overseer_").order_by("pk")
    assert [(row.text, row.data["reason"]) for row in lines] == [
        ("示例分管领导可查看总览（只读）：分管领导", "分管领导"),
        ("示例分管领导不再查看总览：工作分工调整", "工作分工调整"),
    ]
    assert admin_client.get(end).status_code == 404


def test_the_same_leader_is_not_appointed_twice_and_nothing_typed_is_lost(
    admin_client: Client, ruleset: Ruleset
) -> None:
    grant(leader(), "oversee", ruleset.jurisdiction)
    given = {"overseer-login": "leader@example.gov.cn", "overseer-reason": "分管领导"}
    answer = admin_client.post(ADD, given)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "该人员已可查看本地区总览，不需要再设。" in text
    assert 'value="leader@example.gov.cn"' in text


@pytest.mark.django_db
def test_only_the_administrator_of_the_place_appoints(ruleset: Ruleset) -> None:
    place: Jurisdiction = ruleset.jurisdiction
    with pytest.raises(DomainError, match="只有本地区管理员可以办理"):
        overseeing.let_oversee(leader(), place, by=make_user("x@example.gov.cn"), reason="分管领导")
