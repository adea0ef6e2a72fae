"""The wizard of changes: what is allowed, two units, what officers and strangers see."""

from typing import Any

import pytest
from django.urls import reverse

from applications.domain import parties
from applications.models import Application, Studio
from portal.accounts.models import User
from tests.applications.factories import applicant, call, publish_city
from tests.applications.studios import named
from tests.applications.test_changing import owner

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


def test_a_path_of_two_units_asks_for_a_registered_one(as_user: Any, studio: Studio) -> None:
    client = as_user(owner(studio))
    for code in ("", "91500103MA5000001X"):
        answer = client.post(wizard(studio), {"path": CO_BUILD, "partner": code})
        assert answer.status_code == 422
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


def test_a_path_under_way_says_so(as_user: Any, studio: Studio) -> None:
    client = as_user(owner(studio))
    assert client.post(wizard(studio), {"path": "change_other_end"}).status_code == 302
    page = client.get(wizard(studio))
    blocked = {p["code"]: p["blocked"] for e in page.context["events"] for p in e["paths"]}
    assert "正在办理中" in blocked["change_other_end"]
    assert blocked["change_other_confirm"] == ""
