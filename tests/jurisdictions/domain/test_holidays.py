"""The calendar of days off."""

import datetime as dt

import pytest

from jurisdictions import queries
from jurisdictions.domain.holidays import (
    missing_year,
    remove_day,
    seed_holidays,
    set_day,
    tell_missing,
)
from jurisdictions.models import Holiday
from portal.accounts.domain.security import give_duty
from portal.common.errors import DomainError
from portal.common.models import Notice
from tests.factories import make_user
from tests.jurisdictions.factories import administrator, publish_shiyan, shiyan

pytestmark = pytest.mark.django_db


def test_the_shipped_days_are_entered_once_and_never_overwritten() -> None:
    national = shiyan().national
    first = national.holidays.items[0]
    set_day(first.code, "off", "本地改过的名称", by=None)
    assert seed_holidays(national) == len(national.holidays.items) - 1
    assert seed_holidays(national) == 0
    assert Holiday.objects.get(day=first.code).label == "本地改过的名称"


def test_working_days_follow_the_rows() -> None:
    seed_holidays(shiyan().national)
    assert not queries.work_calendar().is_working_day(dt.date(2026, 10, 1))
    row = set_day(dt.date(2026, 11, 25), "off", "临时放假", by=None)
    assert not queries.work_calendar().is_working_day(dt.date(2026, 11, 25))
    remove_day(row, by=None)
    assert queries.work_calendar().is_working_day(dt.date(2026, 11, 25))


def test_a_weekday_is_no_make_up_day() -> None:
    with pytest.raises(DomainError, match="只能是星期六或星期日"):
        set_day(dt.date(2026, 11, 25), "work", "", by=None)
    assert set_day(dt.date(2026, 11, 28), "work", "", by=None).kind == "work"


@pytest.mark.parametrize(
    ("today", "missing"),
    [
        (dt.date(2031, 6, 1), None),
        (dt.date(2031, 10, 31), None),
        (dt.date(2031, 11, 1), 2032),
        (dt.date(2032, 1, 1), 2032),
    ],
)
def test_a_year_without_days_off_is_warned_of_from_november(
    today: dt.date, missing: int | None
) -> None:
    set_day(dt.date(2031, 10, 1), "off", "国庆节", by=None)
    assert missing_year(today) == missing


def told() -> list[tuple[str, str]]:
    rows = Notice.objects.filter(kind="calendar").select_related("user").order_by("user__name")
    return [(str(row.user), row.title) for row in rows]


def test_administrators_are_told_once_a_year_from_november_that_a_year_is_missing() -> None:
    place, city = administrator(publish_shiyan().jurisdiction), "gao@example.gov.cn"
    system = make_user("system@example.gov.cn", name="系统管理员", staff=True)
    give_duty(system, "system", reason="平台运维")
    make_user("clerk@example.gov.cn", name="经办员", staff=True)
    set_day(dt.date(2031, 10, 1), "off", "国庆节", by=None)
    assert tell_missing(dt.date(2031, 10, 31)) == 0
    assert [tell_missing(dt.date(2031, 11, day)) for day in (1, 1, 2, 30)] == [2, 0, 0, 0]
    title = "尚未录入 2032 年节假日安排"
    assert (place.email, told()) == (city, [("系统管理员", title), ("高管", title)])
    assert Notice.objects.get(user=place).link == "/manage/holidays/?year=2032"
    set_day(dt.date(2032, 1, 1), "off", "元旦", by=None)
    assert tell_missing(dt.date(2032, 1, 2)) == 0
    assert tell_missing(dt.date(2032, 11, 1)) == 2
