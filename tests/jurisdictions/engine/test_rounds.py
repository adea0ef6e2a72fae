"""Whether a round may open, what its deadline binds, how many may be named."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from jurisdictions.engine.policy import Policy, load_policy
from jurisdictions.engine.rounds import (
    check_quota,
    closing_moment,
    floating_places,
    in_time,
    may_open,
)
from jurisdictions.schema.workflow import Floating
from tests.jurisdictions.engine.places import ESTABLISH, ROOT, changed, setting, small

CLOSES = closing_moment(small(), date(2025, 7, 31))
SECOND = timedelta(seconds=1)


def valid(**days: str | None) -> Policy:
    return changed(setting("identity.validity", {"clause": "shiyan-9-1", **days}))


@pytest.mark.parametrize(
    ("on", "ok", "says"),
    [
        (date(2025, 12, 31), False, "文件自 2026-01-01 起施行，此前不能开放申报"),
        (date(2026, 1, 1), True, ""),
        (date(2027, 12, 31), True, ""),
        (date(2028, 1, 1), False, "文件有效期至 2027-12-31，此后不能再开放申报"),
    ],
)
def test_a_round_opens_from_the_first_to_the_last_day_of_the_text(
    on: date, ok: bool, says: str
) -> None:
    policy = valid(effective_from="2026-01-01", effective_until="2027-12-31")
    found = may_open(policy, on)
    assert (found.ok, found.sentence) == (ok, says)
    assert found.clauses == (() if ok else ("shiyan-9-1",))


def test_a_text_without_a_first_day_waits_for_the_administrator() -> None:
    policy = valid()
    refused = may_open(policy, date(2026, 1, 1))
    assert (refused.ok, refused.severity) == (False, "block")
    assert refused.sentence == "文件缺施行日期，请管理员先补录施行日期"
    assert may_open(policy, date(2026, 1, 1), date(2026, 1, 1)).ok is True
    assert may_open(policy, date(2025, 12, 31), date(2026, 1, 1)).ok is False


def test_a_round_closes_at_midnight_beijing_time_after_its_last_day() -> None:
    assert CLOSES.astimezone(UTC) == datetime(2025, 7, 31, 16, tzinfo=UTC)
    assert CLOSES.isoformat() == "2025-08-01T00:00:00+08:00"


def test_a_submit_counts_up_to_the_last_second() -> None:
    assert in_time(small(), ESTABLISH, CLOSES, CLOSES - SECOND, None) is True
    assert in_time(small(), ESTABLISH, CLOSES, CLOSES, None) is False


def test_where_arrival_binds_the_submit_alone_is_not_enough() -> None:
    rounds = {"deadline": {"binds": "arrival"}}
    policy = changed(setting(f"procedures.{ESTABLISH}.rounds", rounds))
    early = CLOSES - timedelta(days=9)
    assert in_time(policy, ESTABLISH, CLOSES, early, None) is False
    assert in_time(policy, ESTABLISH, CLOSES, early, CLOSES) is False
    assert in_time(policy, ESTABLISH, CLOSES, early, CLOSES - SECOND) is True


def test_a_procedure_without_rounds_binds_the_submit_and_has_no_quota() -> None:
    policy = changed(setting(f"procedures.{ESTABLISH}.rounds", None))
    assert in_time(policy, ESTABLISH, CLOSES, CLOSES - SECOND, None) is True
    assert check_quota(policy, ESTABLISH, chosen=999, rounds_this_year=9).ok is True


@pytest.mark.parametrize(
    ("given", "ok", "severity", "says", "clauses"),
    [
        ({"chosen": 5}, True, "info", "", ()),
        ({"chosen": 6}, False, "block", "名额为 5 个以内，已选 6 个", ("shiyan-2-1",)),
        ({"rounds_this_year": 1}, True, "info", "", ()),
        ({"rounds_this_year": 2}, True, "warn", "每年开展 1 次，本年度已是第 2 次",
         ("shiyan-2-2",)),
        ({"chosen": 3, "round_quota": 3}, True, "info", "", ()),
        ({"chosen": 4, "round_quota": 3}, False, "block", "本批次名额 3 个，已选 4 个", ()),
        ({"chosen": 6, "round_quota": 9}, False, "block", "名额为 5 个以内，已选 6 个",
         ("shiyan-2-1",)),
        ({}, True, "info", "", ()),
    ],
)  # fmt: skip
def test_as_many_as_the_quota_may_be_named_and_no_more(
    given: dict[str, Any], ok: bool, severity: str, says: str, clauses: tuple[str, ...]
) -> None:
    found = check_quota(small(), ESTABLISH, **given)
    assert (found.ok, found.severity, found.sentence, found.clauses) == (
        ok,
        severity,
        says,
        clauses,
    )


@pytest.mark.parametrize(
    ("given", "size", "places"),
    [
        ({"rounding": "down"}, 9, 2),
        ({"rounding": "down"}, 10, 3),
        ({"rounding": "up"}, 9, 3),
        ({"rounding": "up"}, 10, 3),
        ({"rounding": "nearest"}, 5, 2),
        ({"rounding": "nearest"}, 4, 1),
        ({"rounding": "down", "minimum": 1}, 3, 1),
        ({"rounding": "down", "minimum": 1}, 0, 1),
        ({"rounding": "up", "maximum": 4}, 99, 4),
    ],
)
def test_places_float_with_the_size_of_the_set(
    given: dict[str, Any], size: int, places: int
) -> None:
    assert floating_places(Floating(share="30%", **given), size) == places


def test_a_share_is_exact_before_it_is_rounded() -> None:
    # 0.07 * 100 is a little more than 7 as a binary number.
    assert floating_places(Floating(share="7%", rounding="up"), 100) == 7
    assert floating_places(Floating(share="12.5%", rounding="down"), 8) == 1


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"chosen": 2, "size": 4}, ""),
        ({"chosen": 3, "size": 4}, "名额为 2 个（4 件的 60%），已选 3 个"),
        ({"chosen": 3}, ""),
        ({"chosen": 1, "result": "chief"}, ""),
        ({"chosen": 2, "result": "chief"}, "名额为 1 个以内，已选 2 个"),
    ],
)
def test_policy_cases_may_ask_for_floating_places_and_for_those_of_one_result(
    given: dict[str, Any], says: str
) -> None:
    policy, _ = load_policy(ROOT / "tests" / "data" / "lagoon.yaml")
    assert check_quota(policy, ESTABLISH, **given).sentence == says
