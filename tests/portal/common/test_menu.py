"""Menus show what apps register, to those who may see it."""

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import reverse

from portal.common import menu
from portal.common.menu import MenuItem


@pytest.fixture(autouse=True)
def _own_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(menu, "_ITEMS", {"public": [], "staff": []})


def never(request: HttpRequest) -> bool:
    return False


def twelve(request: HttpRequest) -> int:
    return 12


def test_entries_are_grouped_in_order_and_hidden_from_those_without_the_right(
    rf: RequestFactory,
) -> None:
    late = MenuItem(label="进度", url_name="common:healthz", group="办理", order=2, count=twelve)
    first = MenuItem(label="首页", url_name="jurisdictions:home", order=1)
    hidden = MenuItem(label="日志", url_name="common:healthz", visible=never)
    menu.register("staff", late, first, hidden)
    menu.register("staff", first)
    shown = menu.groups(rf.get("/healthz"), "staff")
    assert [(g.title, [line.label for line in g.lines]) for g in shown] == [
        ("", ["首页"]),
        ("办理", ["进度"]),
    ]
    assert shown[1].lines[0].count == 12
    assert [line.current for g in shown for line in g.lines] == [False, True]


def test_a_page_is_marked_under_the_entry_its_way_back_begins_with(rf: RequestFactory) -> None:
    health = MenuItem(label="办理", url_name="common:healthz", order=1)
    inbox = MenuItem(label="消息", url_name="common:inbox", order=2)
    menu.register("staff", health, inbox)
    page = rf.get(reverse("common:healthz") + "7/")
    for under, marked in ((reverse("common:inbox"), "消息"), ("/elsewhere/", "办理"), ("", "办理")):
        lines = menu.groups(page, "staff", under)[0].lines
        assert [line.label for line in lines if line.current] == [marked]


def test_the_home_entry_is_current_on_the_home_page_only(rf: RequestFactory) -> None:
    menu.register("public", MenuItem(label="首页", url_name="jurisdictions:home"))
    assert menu.groups(rf.get("/"), "public")[0].lines[0].current is True
    assert menu.groups(rf.get("/elsewhere/"), "public")[0].lines[0].current is False
