"""Opening, extending and closing calls."""

import datetime as dt
from dataclasses import replace

import pytest
from django.utils import timezone

from jurisdictions import queries
from jurisdictions.domain.rounds import (
    asked_of_round,
    close_due,
    close_round,
    extend_round,
    opening_warnings,
)
from jurisdictions.enums import RoundState
from jurisdictions.models import Round, Ruleset
from jurisdictions.schema.workflow import Deadline
from portal.common.errors import DomainError
from tests.jurisdictions.factories import BEIJING, call, publish_shiyan, shiyan

pytestmark = pytest.mark.django_db


@pytest.fixture
def ruleset() -> Ruleset:
    return publish_shiyan()


def test_the_reference_date_is_the_closing_day_as_first_announced(ruleset: Ruleset) -> None:
    last = timezone.localdate() + dt.timedelta(days=5)
    closes = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), BEIJING)
    assert call(ruleset, closes_at=closes).reference_date == last
    noon = dt.datetime.combine(last, dt.time(12), BEIJING)
    assert call(ruleset, closes_at=noon, reason="增开第二批").reference_date == last


def test_what_the_text_leaves_open_is_asked(ruleset: Ruleset) -> None:
    assert asked_of_round(shiyan(), "establish") == ("closes_at", "publicity_days")
    with pytest.raises(DomainError, match="没有写明公示天数"):
        call(ruleset, publicity_days=None)


@pytest.mark.clause("shiyan-2-1")
def test_the_number_of_places_has_a_hard_limit(ruleset: Ruleset) -> None:
    assert call(ruleset, quota=5).quota == 5
    with pytest.raises(DomainError, match="名额为 5 个以内，已选 6 个，不能开放"):
        call(ruleset, quota=6, reason="理由再充分也不行")


def test_a_second_call_of_the_year_is_opened_with_a_reason_only(ruleset: Ruleset) -> None:
    call(ruleset)
    with pytest.raises(DomainError, match="请写明理由"):
        call(ruleset)
    assert call(ruleset, reason="追加一批").history.get().history_change_reason == "追加一批"


def test_a_cancelled_call_does_not_count_for_the_year(ruleset: Ruleset) -> None:
    first = call(ruleset, opens_at=timezone.now() + dt.timedelta(days=1))
    close_round(first, by=None, reason="计划调整")
    assert Round.objects.get().state == RoundState.CANCELLED
    assert call(ruleset).state == RoundState.OPEN


def test_no_call_opens_before_the_policy_holds(ruleset: Ruleset) -> None:
    with pytest.raises(DomainError, match="此前不能开放申报"):
        call(ruleset, opens_at=dt.datetime(2025, 12, 31, 23, tzinfo=BEIJING))


@pytest.mark.parametrize(
    ("opens", "closes", "says"),
    [(2, 1, "须晚于开始时间"), (-3, -1, "截止时间已过")],
)
def test_moments_out_of_order_are_refused(
    ruleset: Ruleset, opens: int, closes: int, says: str
) -> None:
    now = timezone.now()
    with pytest.raises(DomainError, match=says):
        call(
            ruleset,
            opens_at=now + dt.timedelta(days=opens),
            closes_at=now + dt.timedelta(days=closes),
        )


def test_an_ended_call_is_not_extended(ruleset: Ruleset) -> None:
    ended = close_round(call(ruleset), by=None, reason="名额已满")
    with pytest.raises(DomainError, match="批次已截止，不能延期"):
        extend_round(ended, timezone.now() + dt.timedelta(days=9), by=None, reason="再等几天")


def test_closing_early_moves_the_closing_moment_but_not_the_reference_date(
    ruleset: Ruleset,
) -> None:
    running = call(ruleset)
    ended = close_round(running, by=None, reason="名额已满")
    assert ended.closes_at < running.closes_at
    assert ended.reference_date == running.reference_date
    assert list(queries.open_rounds()) == []


def test_the_clock_closes_what_is_due(ruleset: Ruleset) -> None:
    running = call(ruleset)
    assert close_due() == 0
    Round.objects.filter(pk=running.pk).update(
        opens_at=timezone.now() - dt.timedelta(days=3),
        closes_at=timezone.now() - dt.timedelta(days=1),
    )
    assert close_due() == 1
    assert Round.objects.get().state == RoundState.CLOSED


def test_open_rounds_are_those_inside_their_clock(ruleset: Ruleset) -> None:
    running = call(ruleset)
    call(ruleset, opens_at=timezone.now() + dt.timedelta(days=1), reason="增开第二批")
    assert list(queries.open_rounds()) == [running]
    assert queries.announced_rounds().count() == 2
    assert list(queries.open_rounds(running.closes_at)) == []


def test_a_closing_day_fixed_by_the_text_is_compared_in_its_own_year(ruleset: Ruleset) -> None:
    shipped = shiyan()
    procedure = shipped.procedure("establish")
    rules = procedure.rounds.model_copy(
        update={"deadline": Deadline(closes_on="2027-07-31"), "quota": ()}
    )
    fixed = {"establish": procedure.model_copy(update={"rounds": rules})}
    policy = replace(shipped, ruleset=shipped.ruleset.model_copy(update={"procedures": fixed}))
    opens = dt.datetime(2027, 7, 1, tzinfo=BEIJING)

    def said(day: dt.date) -> list[str]:
        found = opening_warnings(
            policy, ruleset.jurisdiction, "establish", opens_at=opens, quota=None, last_day=day
        )
        return [item.sentence for item in found]

    assert said(dt.date(2027, 7, 31)) == []
    assert said(dt.date(2027, 8, 5)) == [
        "文件规定的截止日期为 2027-07-31，本批次截止日期为 2027-08-05"
    ]
    assert said(dt.date(2028, 8, 5)) == []
