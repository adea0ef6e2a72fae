"""A recorded amendment takes a decided change back: the register is exactly as before."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from applications.domain import lifecycle, parties
from applications.domain.undoing import AmendContext, CannotUndoError, redate_all
from applications.models import Application, Claim, Studio
from jurisdictions.domain.offices import save_office
from jurisdictions.models import Office, Ruleset
from portal.accounts.models import User
from tests.applications.factories import applicant, call, publish_city
from tests.applications.studios import complete, hand_in, named
from tests.applications.test_changing import (
    MOVE,
    RENAME,
    begun,
    decided,
    happened,
    owner,
    reported,
    taken,
)
from tests.factories import make_uscc, make_user

pytestmark = pytest.mark.django_db
NEW_LEADER, KEEP = "change_leader_unable_new_leader", "change_leader_unable_keep_plaque"
TODAY = timezone.localdate


@pytest.fixture
def urumqi(db: None) -> Ruleset:
    return publish_city("urumqi")


def take_back(change: Application, result: str = "refused") -> list[str]:
    """The office amends the result of a change; what was undone."""
    change = Application.objects.get(pk=change.pk)
    office = Office.objects.filter(jurisdiction=change.jurisdiction, code="clerks").first()
    clerk = User.objects.filter(email="clerk@example.gov.cn").first()
    clerk = clerk or make_user("clerk@example.gov.cn", name="示例经办", staff=True)
    office = office or save_office(change.jurisdiction, code="clerks", name="示例科", by=clerk)
    amendment = AmendContext(TODAY(), clerk, "复核后认定材料有误", "示人社函〔2026〕9号")
    done = lifecycle.amend_result(change, result, amendment=amendment, office=office)
    return [row.text for row in done]


def register(studio: Studio) -> dict[str, Any]:
    """What the register says of a studio, and its rights."""
    found = Studio.objects.get(pk=studio.pk)
    plain = {name: getattr(found, name) for name in ("name", "occupation", "address", "area",
                                                     "title", "plaque_text", "status")}  # fmt: skip
    held = Claim.objects.filter(released_at__isnull=True).order_by("kind", "key")
    return {
        **plain,
        "hosts": list(found.hosts.order_by("pk").values_list("pk", "name", "since", "until")),
        "leaders": list(found.leaders.order_by("pk").values_list("pk", "name", "since", "until")),
        "rights": list(held.values_list("kind", "key", "studio")),
    }


def renamed(studio: Studio, name: str) -> Application:
    """A decided change of the unit's name."""
    change = begun(studio, RENAME)
    complete(change, happened(**{"change.new_name": name}), by=owner(studio))
    hand_in(change, by=owner(studio))
    decided(change)
    return change


def test_the_former_leader_leads_again_with_name_trade_and_rights(urumqi: Ruleset) -> None:
    studio = named("urumqi", call(urumqi))
    before = register(studio)
    change = begun(studio, NEW_LEADER)
    taken(change, studio)
    after = decided(change, "named")
    assert after.name != before["name"]
    assert f"领办人恢复为{before['leaders'][0][1]}" in take_back(change)
    assert register(studio) == before
    assert change.claims.filter(released_at__isnull=True).count() == 0


def test_a_unit_has_its_former_name_and_a_studio_its_former_address(urumqi: Ruleset) -> None:
    studio = named("urumqi", call(urumqi))
    before = register(studio)
    first = renamed(studio, "示例重组集团有限公司")
    move = begun(studio, MOVE)
    moved = {"change.new_address": "示例路9号", "change.new_area": "45.5"}
    complete(move, happened(**moved), by=owner(studio))
    hand_in(move, by=owner(studio))
    decided(move)
    take_back(move)
    take_back(first)
    assert register(studio) == before


@pytest.mark.parametrize("ticked", [[], ["name", "address"], ["code"]])
def test_what_a_confirmed_report_entered_is_as_before(ticked: list[str]) -> None:
    studio = named("ziyang", call(publish_city("ziyang")))
    before = register(studio)
    change = reported(studio, ticked, **{
        "change.new_name": "示例重组有限公司", "change.new_uscc": make_uscc("91512002MA5007777"),
        "change.new_address": "示例路9号"})  # fmt: skip
    assert (register(studio) == before) == (not ticked)
    day = TODAY() - dt.timedelta(days=1)
    assert redate_all(change, day) == ([f"变更日期改为 {day}"] if {"name", "code"} & {*ticked}
                                       else [])  # fmt: skip
    take_back(change)
    assert register(studio) == before


def test_what_rests_on_a_change_is_put_right_first(urumqi: Ruleset) -> None:
    studio = named("urumqi", call(urumqi))
    first = renamed(studio, "示例重组集团有限公司")
    second = renamed(studio, "示例再重组有限公司")
    with pytest.raises(CannotUndoError, match="请先更正以后的变更，再更正本次变更"):
        take_back(first)
    take_back(second)
    later = begun(studio, MOVE)
    with pytest.raises(CannotUndoError, match="变更以后发起的事项还在办理"):
        take_back(first)
    lifecycle.lapse(later, reason="示例到期")
    take_back(first)
    assert studio.hosts.count() == 1


def test_an_ended_studio_does_not_go_back_to_before_a_change(urumqi: Ruleset) -> None:
    studio = named("urumqi", call(urumqi))
    first = renamed(studio, "示例重组集团有限公司")
    end = begun(studio, KEEP)
    complete(end, happened(**{"change.reason": "退休"}), by=owner(studio))
    hand_in(end, by=owner(studio))
    decided(end)
    with pytest.raises(CannotUndoError, match="终止，变更前的情况不能恢复"):
        take_back(first)


@pytest.mark.parametrize(
    ("city", "path", "answers"),
    [("ziyang", "change_leader_moved_new_host", {"change.leader_consents": True}),
     ("yuzhong", "change_leader_moved_co_build", {})],
)  # fmt: skip
def test_a_studio_is_with_its_former_unit_alone_again(
    city: str, path: str, answers: dict[str, Any]
) -> None:
    studio = named(city, call(publish_city(city)))
    before = register(studio)
    partner, other = applicant("示例新单位有限公司")
    change = begun(studio, path, partner=partner)
    complete(change, happened(**{"change.reason": "调离", **answers}), by=owner(studio))
    party = parties.partner_of(change)
    assert party is not None
    parties.confirm(change, party, by=other)
    hand_in(change, by=owner(studio))
    decided(change)
    assert studio.hosts.filter(until=None, enterprise=partner).count() == 1
    take_back(change)
    assert register(studio) == before


def test_the_lines_of_a_change_follow_the_corrected_day(urumqi: Ruleset) -> None:
    studio = named("urumqi", call(urumqi))
    change = renamed(studio, "示例重组集团有限公司")
    day = TODAY() - dt.timedelta(days=2)
    assert redate_all(change, day) == [f"变更日期改为 {day}"]
    old, new = studio.hosts.order_by("pk")
    assert (old.until, new.since) == (day, day)
