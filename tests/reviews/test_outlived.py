"""A filing held for an objection is looked into wherever its list is by now, and after its end."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.interfaces.progress import reasons_of
from applications.models import Application
from portal.common.models import Notice
from reviews.domain import lists, objections, publicity
from reviews.interfaces.listwork import waiting
from reviews.models import List, Objection
from tests.reviews import factories as make
from tests.reviews.test_objections import CONTACT, at
from tests.reviews.test_publicity import officer, show

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def outlived(code: str) -> tuple[make.City, List, Objection]:
    """A list that is closed, while one filing is held for an objection nobody has looked into."""
    city, listing, notice = show(code, cases=2)
    item, handler = listing.items.first(), officer(city, listing)
    assert item is not None
    row = objections.object_to(item, name="示例反映人", contact=CONTACT, text="业绩不实")
    objections.hold_objected(item, by=handler, reason="核实需时")
    publicity.close(listing, by=handler, today=notice.last_day + timedelta(days=1))
    while listing.runs.filter(state="open").exists():
        make.from_paper(city, make.list_run(listing))
    return city, List.objects.get(pk=listing.pk), row


def found(client: Client, listing: List, row: Objection, **said: Any) -> list[str]:
    """The fields of the form in which an objection is decided, after it was sent."""
    page = client.get(reverse("reviews:list", args=[listing.public_id])).content.decode()
    form = page.partition(f'action="{at("list-objection", listing, row)}"')[2].partition("</form")
    answer = client.post(at("list-objection", listing, row), {"finding": "情况属实", **said})
    assert answer.status_code == 302
    row.refresh_from_db()
    return [
        name for name in ("upheld", "flags", "due_on", "finding") if f'name="{name}"' in form[0]
    ]


def test_an_objection_is_looked_into_after_its_list_is_closed(as_user: Any) -> None:
    city, listing, row = outlived("urumqi")
    assert listing.closed_at is not None
    client = as_user(city.person(row.publicity.run.office))
    assert found(client, listing, row, upheld="no") == ["upheld", "finding"]
    assert [item.pk for item in lists.releasable(listing)] == [row.item_id]


def test_who_is_struck_after_the_list_was_decided_is_refused_and_told(as_user: Any) -> None:
    city, listing, row = outlived("urumqi")
    client = as_user(city.person(row.publicity.run.office))
    found(client, listing, row, upheld="yes")
    row.item.refresh_from_db()
    filing = Application.objects.get(pk=row.item.case.application_id)
    assert (row.item.state, filing.result, row.item.case.state) == ("struck", "refused", "closed")
    assert list(reasons_of(filing)) == ["异议成立：情况属实"]


def test_what_is_to_be_corrected_is_flagged_wherever_the_list_is_by_now(as_user: Any) -> None:
    city, listing, row = outlived("chaoyang")
    client = as_user(city.person(row.publicity.run.office))
    due = (timezone.localdate() + timedelta(days=9)).isoformat()
    assert found(client, listing, row, upheld="yes", flags="leader.position", due_on=due) == [
        "upheld", "flags", "due_on", "finding"
    ]  # fmt: skip
    make.resubmit(row.item.case)
    assert [item.pk for item in lists.releasable(listing)] == [row.item_id]
    told = Notice.objects.get(title=f"补正已提交：{listing.title}")
    assert (told.user, told.link) == (
        city.person(row.publicity.run.office),
        reverse("reviews:list", args=[listing.public_id]),
    )


def test_what_is_held_stays_among_the_work_of_the_office_wherever_its_list_is_by_now() -> None:
    city, listing, row = outlived("urumqi")
    office = row.publicity.run.office
    handler, others = city.person(office), (city.person(office, "approver"), city.admin)

    def asked(user: Any) -> list[tuple[str, str]]:
        found = [[cell["text"] for cell in line["cells"][:3]] for line in waiting(user)["rows"]]
        return [(stage, what) for title, stage, what in found if title == listing.title]

    assert asked(handler) == [("已办结", "核实暂缓件的异议")]
    objections.decide_objection(row, upheld=False, finding="不属实", by=handler)
    assert asked(handler) == [("已办结", "暂缓件转补充名单")]
    assert [asked(user) for user in others] == [[], []]
    lists.supplement(listing, by=handler)
    assert asked(handler) == []
