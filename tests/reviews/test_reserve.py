"""候补: who moves up when a place becomes free has been through every stage of the road."""

from typing import Any

import pytest
from django.urls import reverse

from applications.interfaces.progress import place_of
from applications.models import Application
from portal.common.errors import DomainError
from reviews.domain import lists
from reviews.models import List, ListItem, QuotaSlot
from tests.reviews import factories as make
from tests.reviews.test_kinds import to_list

pytestmark = pytest.mark.django_db
FREED = "材料不实"


def with_reserve(document: dict[str, Any]) -> None:
    stages = document["procedures"]["establish"]["workflow"]["stages"]
    next(stage for stage in stages if stage["kind"] == "shortlist")["reserve"] = True


@pytest.fixture
def city(db: None) -> make.City:
    """One place for two: the second is kept in reserve."""
    return make.make_city("rongchang", quota=1, change=with_reserve)


@pytest.fixture
def pair(city: make.City) -> tuple[ListItem, ListItem]:
    """The list has been cut and waits for the replies of the offices that are asked."""
    listing = to_list(city, "proposed_list", cases=2)
    one, two = listing.items.order_by("position")
    items = {str(two.pk): {"result": "reserve", "text": "排名第二，列为候补"}}
    make.sign_all(city, make.list_run(listing), outcome="pass", data={"items": items})
    one.refresh_from_db()
    two.refresh_from_db()
    assert (two.state, two.reserve, make.list_run(listing).stage) == ("held", True, "consultation")
    return one, two


def officer(city: make.City, listing: List) -> Any:
    return city.person(make.list_run(listing).office)


def test_a_reserve_moves_up_while_no_stage_is_over_that_it_missed(
    city: make.City, pair: tuple[ListItem, ListItem]
) -> None:
    one, two = pair
    lists.set_item(one, "struck", by=officer(city, one.listing), reason=FREED)
    lists.set_item(two, "in", by=officer(city, one.listing))
    two.refresh_from_db()
    assert (two.state, two.reserve, two.slot.number) == ("in", False, 1)
    with pytest.raises(DomainError, match="名额 1 个已用完"):
        lists.set_item(one, "in", by=officer(city, one.listing))


def test_a_unit_in_reserve_is_told_neither_that_nor_of_an_objection(
    pair: tuple[ListItem, ListItem],
) -> None:
    told = []
    for item in pair:
        place = place_of(Application.objects.get(pk=item.case.application_id))
        assert place is not None
        told.append(place.held)
    assert told == ["", ""]


def test_a_reserve_that_missed_a_stage_moves_up_with_a_list_of_its_own(
    city: make.City, pair: tuple[ListItem, ListItem], as_user: Any, settings: Any
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    one, two = pair
    listing = one.listing
    make.from_paper(city, make.list_run(listing))
    assert make.list_run(listing).stage == "party_committee"
    by = officer(city, listing)
    with pytest.raises(DomainError, match="没有可以递补的候补件"):
        lists.supplement(listing, by=by, reserve=True)
    lists.set_item(one, "struck", by=by, reason=FREED)
    with pytest.raises(DomainError, match="请用“递补”转入补充名单，补办其后各环节"):
        lists.set_item(two, "in", by=by)
    client, page = as_user(by), reverse("reviews:list", args=[listing.public_id])
    shown = client.get(page)
    assert "候补转入补充名单" in shown.content.decode()
    # Whoever missed a stage is not offered what would be refused.
    assert [line["stays_out"] for line in shown.context["items"]] == [False, True]
    assert shown.content.decode().count(">放回名单</button>") == 1
    sent = client.post(reverse("reviews:list-supplement", args=[listing.public_id]),
                       {"what": "reserve"})  # fmt: skip
    assert sent.status_code == 302
    made = List.objects.get(supplements=listing)
    assert make.list_run(made).stage == "proposed_list"
    make.sign_all(city, make.list_run(made), outcome="pass")
    assert make.list_run(made).stage == "consultation"
    assert QuotaSlot.objects.get().item == made.items.get()
    way = {"label": made.title, "url": reverse("reviews:list", args=[made.public_id])}
    assert client.get(page).context["links"][0] == way


def test_a_reserve_is_kept_only_where_the_ruleset_says_so(city: make.City) -> None:
    listing = to_list(city, "consultation")
    with pytest.raises(DomainError, match="本环节不设候补"):
        lists.set_item(listing.items.get(), "held", by=officer(city, listing), reason="候补",
                       reserve=True)  # fmt: skip


def test_what_missed_a_stage_is_not_brought_back_by_holding_it_once_more(
    city: make.City, pair: tuple[ListItem, ListItem]
) -> None:
    one, two = pair
    make.from_paper(city, make.list_run(one.listing))
    by = officer(city, one.listing)
    lists.set_item(one, "struck", by=by, reason=FREED)
    for state in ("held", "struck"):
        lists.set_item(two, state, by=by, reason="重新考虑")
        with pytest.raises(DomainError, match="未经其后各环节办理，不能直接放回名单"):
            lists.set_item(two, "in", by=by)


def test_who_was_chosen_and_is_held_keeps_his_place_from_the_reserve(
    city: make.City, pair: tuple[ListItem, ListItem]
) -> None:
    one, two = pair
    by = officer(city, one.listing)
    lists.set_item(one, "held", by=by, reason="有反映，正在核实")
    with pytest.raises(DomainError, match="已入选而暂缓的件仍占名额"):
        lists.set_item(two, "in", by=by)
    made = lists.supplement(one.listing, by=by)
    assert (made.items.get().case, lists.promotable(one.listing)) == (one.case, [])
    lists.set_item(made.items.get(), "struck", by=by, reason=FREED)
    lists.set_item(two, "in", by=by)
    assert QuotaSlot.objects.get().item == two


def test_who_was_chosen_and_is_held_keeps_his_place_from_other_lists_of_the_call(
    as_user: Any, settings: Any
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    city = make.make_city("rongchang", quota=2)
    first = to_list(city, "consultation")
    by = officer(city, first)
    lists.set_item(first.items.get(), "held", by=by, reason="有反映，正在核实")
    second = to_list(city, "proposed_list", cases=2, after=1)
    run = make.list_run(second)
    words = "名额 2 个，为其他名单已入选而暂缓的件保留 1 个，现选入 {} 个，"
    shown = as_user(city.person(run.office)).get(reverse("reviews:list", args=[second.public_id]))
    assert str(shown.context["cut"]) == words.format(0) + "还可选入 1 个"
    with pytest.raises(DomainError) as refused:
        make.sign_all(city, run, outcome="pass")
    assert refused.value.message == words.format(2) + "超出 1 个，请移出或列为候补。"
    one, two = second.items.order_by("position")
    lists.choose(one, by=by)
    with pytest.raises(DomainError, match="名额 2 个，已占 1 个，另为已入选而暂缓的件保留 1 个"):
        lists.choose(two, by=by)
    # It is his also while he is on his way with a list of his own.
    made = lists.supplement(first, by=by)
    with pytest.raises(DomainError, match="已占 1 个，另为已入选而暂缓的件保留 1 个"):
        lists.choose(two, by=by)
    lists.set_item(made.items.get(), "struck", by=by, reason=FREED)
    lists.choose(two, by=by)
    assert set(QuotaSlot.objects.values_list("item", flat=True)) == {one.pk, two.pk}
