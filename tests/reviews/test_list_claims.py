"""Lists are taken up, put back and given to a colleague, as single filings are."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import User
from portal.common.errors import DomainError
from portal.common.models import Notice
from reviews.domain import assigning, claiming, digest, lists
from reviews.domain.stages import SIGN, take_action
from reviews.models import Case, List
from tests.factories import make_member
from tests.kept import made_once
from tests.reviews import factories as make
from tests.reviews.standing import list_at
from tests.reviews.test_reminding import a_working_day, morning

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def one_list() -> tuple[make.City, List, User]:
    """A list at the shortlist, and a second handler of its office."""
    city = make.make_city("rongchang", quota=5)
    run = list_at(city, [make.submitted(city)], "shortlist")
    second = make.make_user("second@example.gov.cn", name="第二位", staff=True)
    make.appoint(second, run.office, "handler", by=city.admin, reason="增加人手")
    return city, run.listing, second


kept, standing = made_once(one_list)


@pytest.fixture
def city(standing: Any) -> make.City:
    found: make.City = standing[0]
    return found


@pytest.fixture
def listing(standing: Any) -> List:
    return now(standing[1])


@pytest.fixture
def second(standing: Any) -> User:
    found: User = standing[2]
    return found


def now(listing: List) -> List:
    return List.objects.get(pk=listing.pk)


def person(city: make.City, listing: List, post: str = "handler") -> User:
    return city.person(make.list_run(listing).office, post)


def page(listing: List) -> str:
    return reverse("reviews:list", args=[listing.public_id])


def on_the_worklist(client: Any) -> list[str]:
    rows = client.get(reverse("reviews:worklist")).context["lists"]["rows"]
    return [row["cells"][-1]["text"] for row in rows]


def give(client: Any, listing: List, **more: str) -> Any:
    said = {"of": "lists", "selected": str(listing.public_id), **more}
    return client.post(reverse("reviews:assign"), said)


def test_a_list_that_is_taken_up_is_left_alone_by_colleagues_until_the_claim_runs_out(
    city: make.City, listing: List, second: User, as_user: Any
) -> None:
    first = person(city, listing)
    mine, other = as_user(first), as_user(second)
    assert (on_the_worklist(mine), on_the_worklist(other)) == (["—"], ["—"])
    assert mine.get(page(listing)).context["may_claim"] is True
    answer = mine.post(reverse("reviews:list-claim", args=[listing.public_id]))
    assert answer["Location"] == page(listing)
    assert claiming.holder(now(listing)) == first
    assert (on_the_worklist(mine), on_the_worklist(other)) == ([str(first)], [])
    assert mine.get(page(listing)).context["mine"] is True
    shown = other.get(page(listing)).context
    assert (shown["may"], shown["handles"], shown["editable"]) == (False, False, False)
    assert shown["busy"].startswith(f"该名单由{first}领取（至 ")
    with pytest.raises(DomainError, match=f"该名单已由{first}领取"):
        claiming.claim(listing, by=second)
    List.objects.filter(pk=listing.pk).update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert claiming.claim(listing, by=second).claimed_by == second
    assert on_the_worklist(other) == [str(second)]


@pytest.mark.parametrize("act", ["sign", "order", "hold"])
def test_what_a_colleague_has_taken_up_is_not_worked_on(
    city: make.City, listing: List, second: User, act: str
) -> None:
    claiming.claim(listing, by=second)
    run, by, item = make.list_run(listing), person(city, listing), listing.items.get()
    tries = {
        "sign": lambda: take_action(run, SIGN, by=by, version=run.version, outcome="pass"),
        "order": lambda: lists.reorder(listing, [item.pk], by=by, version=listing.version),
        "hold": lambda: lists.set_item(item, "held", by=by, reason="待核"),
    }
    with pytest.raises(DomainError, match="该名单已由第二位领取"):
        tries[act]()


def test_working_on_a_list_takes_it_up_and_the_next_post_finds_it_free(
    city: make.City, listing: List
) -> None:
    handler, item = person(city, listing), listing.items.get()
    lists.set_item(item, "held", by=handler, reason="待核")
    assert claiming.holder(now(listing)) == handler
    lists.set_item(item, "in", by=handler)
    run = make.list_run(listing)
    take_action(run, SIGN, by=handler, version=run.version, outcome="pass", opinion="同意。")
    assert claiming.holder(now(listing)) is None


def test_a_list_is_put_back_by_who_has_it_alone(
    city: make.City, listing: List, second: User, as_user: Any
) -> None:
    claiming.claim(listing, by=second)
    address = reverse("reviews:list-release", args=[listing.public_id])
    assert as_user(person(city, listing)).post(address).status_code == 403
    assert as_user(second).post(address).status_code == 302
    assert (now(listing).claimed_by, now(listing).claimed_until) == (None, None)


def test_an_approver_gives_a_list_to_a_colleague_and_it_is_on_record(
    city: make.City, listing: List, second: User, as_user: Any
) -> None:
    boss = person(city, listing, "approver")
    client = as_user(boss)
    index = client.get(reverse("reviews:lists")).content.decode()
    assert f'value="{listing.public_id}"' in index
    asked = give(client, listing, **{"from": "lists"})
    assert [line["name"] for line in asked.context["lines"]] == [listing.title]
    assert asked.context["back"] == reverse("reviews:lists")
    claiming.claim(listing, by=person(city, listing))
    kept = give(client, listing, to=str(second.public_id))
    assert [line["says"] for line in kept.context["refused"]] == [
        f"已由{person(city, listing)}领取，未改动。确需改派的请写明理由后重新分派。"
    ]
    done = give(client, listing, to=str(second.public_id), reason="同事请假")
    assert (done.context["count"], done.context["refused"]) == (1, [])
    assert now(listing).claimed_until == assigning.until_when()
    said = f"分派给第二位办理（原由{person(city, listing)}领取，同事请假）"
    assert now(listing).history.first().history_change_reason == said
    assert now(listing).history.first().history_user == boss
    event = listing.items.get().case.application.events.get(kind="assigned")
    assert event.text == f"名单“{listing.title}”{said}"
    assert Notice.objects.get(user=second, kind="assigned").title == f"{boss}分派给您 1 份名单"
    assert on_the_worklist(as_user(second)) == ["第二位"]


def test_who_may_not_gives_nothing_and_nobody_is_given_a_list_with_his_own_unit(
    city: make.City, listing: List, second: User, as_user: Any
) -> None:
    to = str(second.public_id)
    handler = as_user(person(city, listing))
    assert give(handler, listing, to=to).context["count"] == 0
    assert 'id="bulk-lists"' not in handler.get(reverse("reviews:worklist")).content.decode()
    nothing = as_user(city.admin).post(reverse("reviews:assign"), {"of": "lists", "from": "lists"})
    assert (nothing.status_code, nothing.context["error"].message) == (
        422, "请先勾选要分派的名单。",
    )  # fmt: skip
    make_member(second, listing.items.get().case.application.enterprise)
    (row,) = assigning.assign([listing], second, by=city.admin)
    assert (row.done, row.says) == (False, "第二位应当回避，不能分派给其办理。")
    with pytest.raises(DomainError, match="您应当回避，不能领取"):
        claiming.claim(listing, by=second)
    assert as_user(second).post(page(listing) + "claim/").status_code == 404


def test_the_digest_leaves_out_a_list_that_a_colleague_has(
    city: make.City, listing: List, second: User
) -> None:
    claiming.claim(listing, by=second)
    digest.send_all(morning(a_working_day()))
    told = Notice.objects.filter(kind="digest", user__in=[second, person(city, listing)])
    assert [notice.user for notice in told if listing.title in notice.text] == [second]


def test_the_database_knows_no_claim_without_an_end(listing: List, second: User) -> None:
    for model, key in ((List, listing.pk), (Case, listing.items.get().case_id)):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.filter(pk=key).update(claimed_by=second, claimed_until=None)
