"""Template tags and filters write what an official would write."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import Context, RequestContext, Template
from django.test import RequestFactory

from portal.common.templatetags import portal_ui

TODAY = date(2026, 7, 9)


@pytest.mark.parametrize(
    ("when", "says"),
    [
        (date(2026, 7, 31), "还有 22 天"),
        (date(2026, 7, 9), "今天截止"),
        (date(2026, 7, 6), "已过 3 天"),
        (datetime(2026, 7, 31, 9, 0, tzinfo=UTC), "还有 22 天"),
        (None, ""),
    ],
)
def test_days_left_says_how_far_away_the_deadline_is(when: date | None, says: str) -> None:
    assert portal_ui.days_left(when, TODAY) == says


def test_a_deadline_late_in_the_utc_day_counts_as_the_next_day_in_beijing() -> None:
    assert portal_ui.days_until(datetime(2026, 7, 9, 16, 30, tzinfo=UTC), TODAY) == 1


def test_dates_are_written_in_chinese_and_in_beijing_time() -> None:
    moment = datetime(2026, 7, 31, 9, 5, tzinfo=UTC)
    assert portal_ui.cn_date(date(2026, 7, 1)) == "2026年7月1日"
    assert portal_ui.cn_datetime(moment) == "2026年7月31日 17:05"
    assert portal_ui.short_datetime(moment) == "2026-07-31 17:05"
    assert portal_ui.cn_date(None) == ""
    assert portal_ui.cn_datetime(None) == ""
    assert portal_ui.short_datetime(None) == ""


def test_midnight_ends_the_day_before() -> None:
    midnight = datetime(2026, 7, 31, 16, 0, tzinfo=UTC)
    assert portal_ui.cn_deadline(midnight) == "2026年7月31日 24:00"
    assert portal_ui.cn_deadline(datetime(2026, 7, 31, 9, 5, tzinfo=UTC)) == "2026年7月31日 17:05"
    assert portal_ui.cn_deadline(None) == ""
    assert portal_ui.days_until(midnight, date(2026, 7, 30)) == 1


def test_amounts_are_grouped_and_carry_their_unit() -> None:
    assert portal_ui.money(100000) == "100,000 元"
    assert portal_ui.money(Decimal("1234.50")) == "1,234.5 元"
    assert portal_ui.money("") == ""
    assert portal_ui.money("无") == ""
    assert portal_ui.wan(105000) == "10.5 万元"
    assert portal_ui.wan(None) == ""
    assert portal_ui.points(Decimal("74.50")) == "74.5"
    assert portal_ui.points("") == ""


def test_file_sizes_are_written_in_the_nearest_unit() -> None:
    assert portal_ui.file_size(900) == "900 字节"
    assert portal_ui.file_size(831488) == "812 KB"
    assert portal_ui.file_size(10 * 1024 * 1024) == "10.0 MB"
    assert portal_ui.file_size(None) == ""


@pytest.mark.parametrize(
    ("number", "written"),
    [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (35, "三十五"), (120, "120")],
)
def test_headings_are_numbered_in_chinese(number: int, written: str) -> None:
    assert portal_ui.cn_number(number) == written


def test_an_error_that_names_its_field_is_not_named_twice() -> None:
    assert portal_ui.named("请填写姓名。", "姓名") == "请填写姓名。"
    assert portal_ui.named("请勾选。", "我承诺属实。") == "请勾选。"
    assert portal_ui.named("请填写正确的日期。", "发证日期") == "发证日期：请填写正确的日期。"


def test_a_clause_is_a_link_only_when_it_has_an_address() -> None:
    assert portal_ui.clause_ref("第七条") == "第七条"
    assert portal_ui.clause_ref({"label": "第七条", "url": ""}) == "第七条"
    linked = portal_ui.clause_ref({"label": "第七条<", "url": "/p/#a-7"})
    assert linked == '<a href="/p/#a-7">第七条&lt;</a>'


def test_an_icon_points_into_the_sprite_of_the_same_origin() -> None:
    assert portal_ui.icon("check") == (
        '<svg class="gj-i" aria-hidden="true" focusable="false">'
        '<use href="/static/icons.svg#i-check"/></svg>'
    )


def test_lookup_returns_entries_with_hyphens_and_nothing_for_missing_ones() -> None:
    assert portal_ui.lookup({"data-max": 300}, "data-max") == 300
    assert portal_ui.lookup({}, "data-max") == ""
    assert portal_ui.lookup(None, "data-max") == ""


def test_security_token_reaches_components_included_with_only(rf: RequestFactory) -> None:
    template = Template("{% load portal_ui %}{% csrf_field %}")
    written = template.render(RequestContext(rf.get("/")))
    assert written.startswith('<input type="hidden" name="csrfmiddlewaretoken" value="')
    assert template.render(Context()) == ""
