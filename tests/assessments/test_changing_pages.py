"""The wizard of changes: what is allowed, two units, what officers and strangers see."""

from typing import Any

import pytest
from django.urls import reverse

from applications.domain import parties
from applications.models import Application, Studio
from portal.accounts.models import User
from tests.applications.factories import applicant, call, publish_city
from tests.applications.studios import complete, hand_in, named
from tests.applications.test_changing import begun, decided, happened, owner

pytestmark = pytest.mark.django_db
CO_BUILD = "change_leader_moved_co_build"


@pytest.fixture
def studio() -> Studio:
    return named("ziyang", call(publish_city("ziyang")))


def wizard(studio: Studio) -> str:
    """Address of the wizard."""
    return reverse("assessments:change_new", args=[studio.public_id])


@pytest.mark.clause("ziyang-11-5", "ziyang-11-6")
def test_the_wizard_shows_each_path_with_its_text_and_clocks(as_user: Any, studio: Studio) -> None:
    page = as_user(owner(studio)).get(wizard(studio))
    events = {event["id"]: event for event in page.context["events"]}
    assert list(events) == ["leader_unable", "leader_moved", "other"]
    path = events["other"]["paths"][0]
    assert path["clocks"] == [
        "单位自变动之日起 30 日内报告", "市人力资源社会保障局自收到之日起 30 日内审定",
    ]  # fmt: skip
    assert path["clauses"][0]["text"].startswith("市人力资源社会保障局收到报告或申请后")
    one = as_user(owner(studio)).get(f"{wizard(studio)}?what=other")
    assert [event["id"] for event in one.context["events"]] == ["other"]


@pytest.mark.clause("ziyang-10-2", "ziyang-11-6")
def test_whoever_leaves_outside_the_group_may_be_followed_within_the_thirty_days(
    as_user: Any, studio: Studio
) -> None:
    page = as_user(owner(studio)).get(f"{wizard(studio)}?what=other")
    (event,) = page.context["events"]
    path = next(p for p in event["paths"] if p["code"] == "change_other_new_leader")
    assert ("离职" in event["reasons"], path["clocks"][0]) == (
        True, "单位自变动之日起 30 日内报告",
    )  # fmt: skip
    assert path["follows"] == ["登记新领办人，原领办人任期至决定之日止"]


def test_a_reason_the_text_does_not_name_is_marked_as_ours(as_user: Any) -> None:
    studio = named("yuzhong", call(publish_city("yuzhong")))
    page = as_user(owner(studio)).get(f"{wizard(studio)}?what=leader_moved")
    (event,) = page.context["events"]
    assert (event["reasons"], event["assumption"]) == (
        ("调离", "离职"), "原文只写调离，离职的按调离办理，由系统拟制",
    )  # fmt: skip


def test_a_path_of_two_units_asks_for_a_registered_one(as_user: Any, studio: Studio) -> None:
    client = as_user(owner(studio))
    for code, says in (("", "请填写新单位"), ("91500103MA5000001X", "没有找到")):
        answer = client.post(wizard(studio), {"path": CO_BUILD, "partner": code})
        shown = answer.content.decode()
        assert (answer.status_code, says in shown, code in shown) == (422, True, True)
    assert Application.objects.filter(procedure=CO_BUILD).count() == 0


def test_the_other_unit_reads_and_confirms_but_does_not_write(as_user: Any, studio: Studio) -> None:
    partner, other = applicant("示例共建有限公司")
    client = as_user(owner(studio))
    assert (
        client.post(wizard(studio), {"path": CO_BUILD, "partner": partner.uscc}).status_code == 302
    )
    change = Application.objects.get(procedure=CO_BUILD)
    address = reverse("applications:parties", args=[change.public_id])
    assert client.post(address).status_code == 409
    section = reverse("applications:section", args=[change.public_id, "change"])
    theirs = as_user(other)
    assert theirs.post(section, {"version": "1"}).status_code == 409
    assert theirs.get(address).context["may_confirm"] is True
    assert theirs.post(address).status_code == 302
    party = parties.partner_of(change)
    assert party is not None
    assert party.confirmed_by == other


def test_a_stranger_finds_neither_wizard_nor_filing(
    as_user: Any, studio: Studio, bob: User
) -> None:
    assert as_user(bob).get(wizard(studio)).status_code == 404
    assert as_user(bob).post(wizard(studio), {"path": CO_BUILD}).status_code == 404


@pytest.mark.parametrize("code", ["yuzhong", "rongchang", "chaoyang"])
def test_where_the_text_is_silent_the_paths_are_marked_as_ours(as_user: Any, code: str) -> None:
    studio = named(code, call(publish_city(code)))
    page = as_user(owner(studio)).get(wizard(studio))
    ours = {path["code"]: path["assumption"] for event in page.context["events"]
            for path in event["paths"] if not path["clauses"]}  # fmt: skip
    units = {"change_unit_changed_rename", "change_unit_changed_move"}
    # The text of 朝阳 knows what becomes of a unit, and is silent about a leader who stays on.
    expected = {"change_rehired_stay"} | (set() if code == "chaoyang" else units)
    assert set(ours) - {"change_leader_left_report"} == expected
    assert ["由系统拟制" in text for text in ours.values()] == [True] * len(ours)


@pytest.mark.parametrize("code", ["yuzhong", "rongchang"])
def test_the_register_follows_a_move_the_office_has_verified(code: str) -> None:
    studio = named(code, call(publish_city(code)))
    change = begun(studio, "change_unit_changed_move")
    complete(change, happened(**{"change.reason": "搬迁", "change.new_address": "示例路9号",
                                 "change.new_area": "99"}), by=owner(studio))  # fmt: skip
    hand_in(change, by=owner(studio))
    after = decided(change)
    assert (after.address, after.area) == ("示例路9号", 99)


def test_a_leader_who_left_is_told_to_the_office_and_the_studio_goes_on() -> None:
    studio = named("rongchang", call(publish_city("rongchang")))
    change = begun(studio, "change_leader_left_report")
    complete(change, happened(**{"change.reason": "离职"}), by=owner(studio))
    hand_in(change, by=owner(studio))
    assert decided(change).ended_on is None
    assert change.submissions.get().answers["change.explanation"] == "情况属实。"


def without_changes(document: dict[str, Any]) -> None:
    """The city as if its text knew no change."""
    document["changes"] = {"events": []}


def test_a_city_that_knows_no_change_says_so(as_user: Any) -> None:
    studio = named("rongchang", call(publish_city("rongchang", without_changes)))
    page = as_user(owner(studio)).get(wizard(studio))
    assert (page.status_code, page.context["nothing"]) == (200, True)
    assert page.content.decode().count("本地区文件没有规定工作室的变更和撤销申请") == 1


def test_a_path_under_way_says_so(as_user: Any, studio: Studio) -> None:
    client = as_user(owner(studio))
    assert client.post(wizard(studio), {"path": "change_other_end"}).status_code == 302
    page = client.get(wizard(studio))
    blocked = {p["code"]: p["blocked"] for e in page.context["events"] for p in e["paths"]}
    assert "正在办理中" in blocked["change_other_end"]
    assert blocked["change_other_confirm"] == ""
