"""Who is still filling in learns that the closing moment of the call was moved."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from jurisdictions.domain.rounds import close_due, close_round, extend_round
from jurisdictions.models import Round
from portal.common.models import Notice
from portal.common.templatetags.portal_ui import cn_deadline
from tests.applications.factories import filled
from tests.reviews import factories as make

pytestmark = pytest.mark.django_db
REASON = "申报单位较多"


@pytest.fixture
def city(db: None) -> make.City:
    return make.make_city("urumqi")


def told() -> list[tuple[Any, str, str]]:
    rows = Notice.objects.filter(key__startswith="call:").order_by("pk")
    return [(row.user, row.title, row.text) for row in rows]


def test_drafters_are_told_of_an_extension_and_of_an_early_end_and_nobody_else(
    city: make.City,
) -> None:
    draft, handed_in = filled("urumqi", city.round), make.another(city, 2)
    later = city.round.closes_at + timedelta(days=5)
    call = extend_round(city.round, later, by=city.admin, reason=REASON)
    [(user, title, text)] = told()
    assert (user, title) == (draft.created_by, f"申报延期：{call.title}")
    assert text == f"{call.title}截止时间延至{cn_deadline(later)}，请在此之前提交。理由：{REASON}"
    close_round(call, by=city.admin, reason="名额已满")
    assert [row[0] for row in told()] == [draft.created_by] * 2
    assert "提前截止，不再受理提交。理由：名额已满" in told()[-1][2]
    assert handed_in.application.created_by not in [row[0] for row in told()]


def test_a_call_that_ends_at_its_hour_tells_nobody(city: make.City) -> None:
    filled("urumqi", city.round)
    Round.objects.filter(pk=city.round.pk).update(closes_at=timezone.now() - timedelta(minutes=1))
    assert close_due() == 1
    assert told() == []
