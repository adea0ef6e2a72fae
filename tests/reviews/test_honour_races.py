"""Contests for what a call gives once: a table signed, an honour given. Need PostgreSQL."""

from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from applications.models import Application
from portal.common.errors import DomainError
from reviews.domain import rollups
from reviews.domain.stages import SIGN, take_action
from reviews.models import RollUp, RollUpLine, StageRun
from tests.races import ROUNDS, Kept, all_at_once
from tests.reviews import factories as make
from tests.reviews import lagoon as there
from tests.reviews import panel_factories as panels
from tests.reviews.standing import fresh, handler

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _real_database() -> None:
    if connection.vendor != "postgresql":
        pytest.fail("contests are decided on PostgreSQL: set DATABASE_URL")


def test_two_who_upload_one_signed_table_at_once_keep_it_once() -> None:
    city = there.lagoon()
    cases = [there.filed(city, number) for number in range(2)]
    run, _ = [there.propose(city, case) for case in cases]
    stage = make.stage_shape(city, run)
    second = make.make_user("second@example.gov.cn", name="第二经办")
    make.appoint(second, run.office, "handler", by=city.admin, reason="增加人手")
    digest, today = rollups.table_of(run, stage).digest, timezone.localdate().isoformat()
    for _ in range(ROUNDS):
        results = all_at_once([
            partial(rollups.keep, run, stage, make.paper_file("汇总表.pdf"), signed_on=today,
                    digest=digest, by=user)
            for user in (handler(city, run), second)
        ])  # fmt: skip
        (lost,) = [result for result in results if not isinstance(result, RollUp)]
        assert isinstance(lost, DomainError), lost
        assert lost.message == "还没有拟推荐的件：请先逐件选择“通过”并暂存。"
        table = RollUp.objects.get()
        assert set(table.lines.values_list("run__case", flat=True)) == {case.pk for case in cases}
        RollUpLine.objects.all().delete()
        RollUp.objects.all().delete()


def at_decision(city: make.City, serial: int, people: list[Any]) -> StageRun:
    """A list of one filing that waits for its result."""
    there.heard(city, there.filed(city, serial), people, 40, 50)
    listing = there.listed(city)
    make.sign_all(city, make.list_run(listing), outcome="pass")
    return fresh(make.list_run(listing))


def give_first(city: make.City, run: StageRun) -> StageRun:
    """The office enters the first honour for the one on the list."""
    data = there.decision({str(run.listing.items.get().pk): {"result": "chief"}})
    return take_action(run, SIGN, by=handler(city, run), version=run.version, outcome="pass",
                       opinion="同意。", data=data)  # fmt: skip


def test_an_honour_for_one_is_given_once_by_two_lists_signed_at_once() -> None:
    city = there.lagoon()
    for serial in (2, 3):
        # Places float with those who applied: two are there for four.
        there.filed(city, serial)
    people = [panels.expert(city, number) for number in range(3)]
    runs = [at_decision(city, serial, people) for serial in range(2)]
    before = Kept("applications", "reviews")
    for _ in range(ROUNDS):
        results = all_at_once([partial(give_first, city, run) for run in runs])
        (lost,) = [result for result in results if not isinstance(result, StageRun)]
        assert isinstance(lost, DomainError), lost
        assert lost.message == "“首席技师”名额 1 个，本批次已有 1 个，现选 1 个，请调整。"
        decided = Application.objects.filter(status="decided")
        assert [row.result for row in decided] == ["chief"]
        before.back()
