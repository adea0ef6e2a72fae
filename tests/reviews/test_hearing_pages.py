"""The page of a hearing of a list: what was scheduled, the drawn order, places at a glance."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews.domain import drawing, gathering, hearings, panelpaper
from reviews.interfaces import runpage
from reviews.models import Case, PanelDraw, Seat, StageRun
from tests.reviews import factories as make
from tests.reviews import panel_factories as panels

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


@pytest.fixture
def city() -> make.City:
    return make.make_city("urumqi", change=panels.with_hearing)


def at_hearing(city: make.City, count: int) -> StageRun:
    """A list of so many filings whose hearing is set for tomorrow at nine."""
    for serial in range(1, count + 1):
        make.pass_check(city, make.run_of(make.another(city, serial)))
    listing = gathering.create_list(city.round, by=city.person(Case.objects.earliest("pk").office))
    run = make.list_run(listing)
    tomorrow = timezone.localtime().replace(hour=9, minute=0) + timedelta(days=1)
    hearings.schedule(run, by=panels.handler(city, run), starts_at=tomorrow, place="三楼")
    return run


def look(client: Client, run: StageRun) -> Any:
    return client.get(reverse("reviews:run", args=[run.public_id]))


def test_what_was_scheduled_stands_in_the_form_to_be_changed(city: make.City, as_user: Any) -> None:
    run = at_hearing(city, 2)
    client = as_user(panels.handler(city, run))
    starts = f"{timezone.localdate() + timedelta(days=1)}T09:00"
    assert look(client, run).context["schedule"] == {"starts_at": starts, "place": "三楼"}
    address = reverse("reviews:panel-run-schedule", args=[run.public_id])
    version = look(client, run).context["version"]
    sent = {"sitting_version": version, "starts_at": starts, "place": " "}
    refused = client.post(address, sent)
    assert (refused.status_code, refused.context["schedule"]["place"]) == (422, " ")


def test_items_stand_in_the_drawn_order_and_the_draw_says_how_it_was_made(
    city: make.City, as_user: Any
) -> None:
    run = at_hearing(city, 4)
    page = look(as_user(panels.handler(city, run)), run)
    drawn = [line["name"] for line in PanelDraw.objects.get(run=run).picked]
    assert [block["application"].number for block in page.context["blocks"]] == drawn
    (row,) = page.context["draws"]
    assert (row["picked"], row["method"]) == (" → ".join(drawn), drawing.ORDER_METHOD)


def test_seats_of_many_items_are_folded_and_the_refused_form_lies_open(
    city: make.City, as_user: Any
) -> None:
    run = at_hearing(city, 4)
    panels.seated(city, run, panels.pool(city, 3))
    client = as_user(panels.handler(city, run))

    def folds(answer: Any) -> list[str]:
        return re.findall('<details class="gj-seats"( open)?>', answer.content.decode())

    page = look(client, run)
    assert folds(page) == [""] * 4
    second = page.context["blocks"][1]["case"]
    seat = Seat.objects.filter(run=run, case=second).earliest("pk")
    address = reverse("reviews:panel-run-seat", args=[run.public_id, seat.public_id])
    assert folds(client.post(address, {"do": "release"})) == ["", " open", "", ""]


def test_places_are_listed_first_once_everybody_has_signed(city: make.City, as_user: Any) -> None:
    run = at_hearing(city, 2)
    seats = panels.seated(city, run, panels.pool(city, 3))
    client = as_user(panels.handler(city, run))
    assert look(client, run).context["ranking"] == []
    low = seats[0].case_id
    for seat in Seat.objects.filter(run=run):
        panels.score(seat, "20" if seat.case_id == low else "30", "30")
    page = look(client, run).context
    assert page["folded"] is False
    assert [(b["place"], b["case"].pk == low, b["result"]) for b in page["ranking"]] == [
        (1, False, "3 份有效，得分 80（合格）"), (2, True, "3 份有效，得分 70（不合格）"),
    ]  # fmt: skip
    assert [b["tied"] for b in page["ranking"]] == [False, False]


def test_who_shares_a_place_is_told_so_on_the_page_and_on_the_paper_to_be_signed(
    city: make.City, as_user: Any
) -> None:
    run = at_hearing(city, 2)
    for seat in panels.seated(city, run, panels.pool(city, 3)):
        panels.score(seat, "30", "30")
    page = look(as_user(panels.handler(city, run)), run)
    assert [(b["place"], b["tied"]) for b in page.context["ranking"]] == [(1, True), (1, True)]
    shape = make.stage_shape(city, run)
    printed = panelpaper.summary(run, shape, runpage.cases_of(run), "答辩汇总表")
    html = render_to_string("reviews/panel/summary.html", printed)
    assert [line.strip() for line in re.findall("<p>结果：(.*?)</p>", html)] == [
        "3 份有效，得分 80 分（合格），第 1 名（并列）。",
    ] * 2


def test_a_line_left_empty_is_named_above_and_at_the_line(city: make.City, as_user: Any) -> None:
    run = at_hearing(city, 1)
    seat = panels.seated(city, run, panels.pool(city, 3))[0]
    address = reverse("reviews:panel-seat", args=[seat.public_id])
    sent = {"version": "0", "action": "sign", "points-place": "40", "value-rules": "yes"}
    refused = as_user(seat.expert.user).post(address, sent)
    assert refused.status_code == 422
    assert refused.content.decode().count("“技艺”：待填写。") == 2
