"""Score sheets, hearings and places: tables of the ruleset, exact aggregates, ranks."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from applications.models import SheetEntry
from portal.common.errors import DomainError
from portal.common.models import OutboxMail
from reviews.domain import gathering, hearings, panelpaper, results, seating, sheets, sittings
from reviews.domain.stages import SAVE, SIGN, take_action
from reviews.models import Case, ListItem, PanelDraw, PanelResult, ScoreSheet, Seat, StageRun
from tests.reviews import factories as make
from tests.reviews import panel_factories as panels

pytestmark = pytest.mark.django_db


def scoring(**more: Any) -> tuple[make.City, Case, StageRun]:
    """A city whose panel fills a score table, and a filing that stands there."""
    city = make.make_city("urumqi", change=partial(panels.with_scores, **more))
    case = make.submitted(city)
    return city, case, panels.at_panel(city, case)


def newest() -> PanelResult:
    row = PanelResult.objects.order_by("pk").last()
    assert row is not None
    return row


def test_the_mean_is_kept_exactly_and_the_grade_is_not_rounded_up() -> None:
    city, case, run = scoring()
    seats = panels.seated(city, run, panels.pool(city, 3))
    for seat, (place, craft) in zip(seats, [("27.5", "27.5"), ("27.5", "27.5"), ("27.5", "27.48")],
                                    strict=True):  # fmt: skip
        panels.score(seat, place, craft)
    row = newest()
    assert (row.exact, row.score, row.count) == ("11249/150", Decimal("74.99"), 3)
    with pytest.raises(DomainError, match="专家评审结果为“不予通过”"):
        make.sign_all(city, run, outcome="pass")
    make.sign_all(city, run, outcome="pass", data={"deviations": {"case": "综合考虑，予以通过。"}})
    entry = SheetEntry.objects.get(application=case.application, box="expert_opinion")
    assert entry.text == "专家 3 人评审，得分 74.99 分（不合格）。"


def test_a_lost_point_needs_its_reason_and_every_line_an_entry() -> None:
    city, _, run = scoring()
    seat = panels.seated(city, run, panels.pool(city, 1))[0]
    user = seat.expert.user

    def sign(lines: dict[str, Any]) -> None:
        version = ScoreSheet.objects.get(seat=seat).version
        sheets.sign(seat, {"lines": lines}, by=user, version=version)

    full = {"place": {"points": "40", "reason": ""}, "rules": True}
    for lines, said in (
        (full, "“技艺”：待填写"),
        (full | {"craft": {"points": "39.5", "reason": " "}}, "“技艺”：扣分须写明理由"),
        (full | {"craft": {"points": "41", "reason": ""}}, "0 至 40 分之间"),
        (full | {"craft": {"points": "39.555", "reason": "略"}}, "最多保留 2 位小数"),
        (full | {"craft": {"points": "很好", "reason": "略"}}, "应填数字"),
        (full | {"other": {"points": "1", "reason": ""}}, "没有这些项"),
    ):
        with pytest.raises(DomainError, match=said):
            sign(lines)
    sign(full | {"craft": {"points": "39.5", "reason": "成果略少"}})
    assert ScoreSheet.objects.get(seat=seat).total == Decimal("99.5")


def test_an_unfinished_sheet_is_saved_with_its_running_total() -> None:
    city, _, run = scoring()
    seat = panels.seated(city, run, panels.pool(city, 1))[0]
    said = {"lines": {"place": {"points": "40", "reason": ""}}}
    sheet = sheets.save(seat, said, by=seat.expert.user, version=0)
    assert (sheet.total, sheet.signed_at) == (Decimal(40), None)
    assert not PanelResult.objects.exists()


def test_trimming_drops_the_extremes_and_a_late_relation_trims_anew() -> None:
    city, _, run = scoring(aggregate="trimmed")
    seats = panels.seated(city, run, panels.pool(city, 5))
    for seat, points in zip(seats, ("40", "10", "20", "30", "25"), strict=True):
        panels.score(seat, points, "40")
    assert newest().exact == "85/1"  # of 100, 70, 80, 90, 85 stay 80, 85, 90
    sheets.recuse(seats[0], by=seats[0].expert.user, reason="与领办人系亲属")
    assert newest().exact == "165/2"  # of 70, 80, 85, 90 stay 80, 85
    assert ScoreSheet.objects.get(seat=seats[0]).total == Decimal(100)


def test_weights_count_each_source_with_its_share() -> None:
    weights = {"院校": 50, "行业": 30, "企业": 20}
    seats = {"minimum": 3, "sources": [*weights], "weights": weights, "clause": ["urumqi-11-2"]}
    city, _, run = scoring(seats=seats)
    sat = panels.seated(city, run, panels.pool(city, 4))
    for seat, points in zip(sat, ("40", "30", "20", "20"), strict=True):
        panels.score(seat, points, "40")
    # 院校 100 and 80, 行业 90, 企业 80: 0.5 × 90 + 0.3 × 90 + 0.2 × 80.
    assert newest().exact == "88/1"


def test_the_deviation_is_no_part_of_the_papers_of_the_office() -> None:
    city, case, run = scoring()
    for seat, points in zip(panels.seated(city, run, panels.pool(city, 3)), ("40", "20", "10"),
                            strict=True):  # fmt: skip
        panels.score(seat, points, "40")
    document = panelpaper.paper_of(run, [case])
    assert document.title == "评审委员会审阅材料汇总表"
    assert panelpaper.paper_of(run, [case]).pk == document.pk
    stage = sheets.stage_of(run)
    said = panelpaper.summary(run, stage, [case], "表")
    assert said["items"][0]["score"] == "83.33"
    found = results.judged(sheets.policy_for(case), stage, results.counted(run, case), case)
    assert str(found.deviation) == "12.47"
    assert "12.47" not in str([item["rows"] for item in said["items"]])


def test_no_summary_before_everybody_has_signed() -> None:
    city, case, run = scoring()
    panels.score(panels.seated(city, run, panels.pool(city, 3))[0], "40", "40")
    with pytest.raises(DomainError, match="全部专家签署之后"):
        panelpaper.paper_of(run, [case])


# Hearings: a list, everybody in an order drawn by lot, judged by the table and ranked.


@pytest.fixture
def heard(db: None) -> tuple[make.City, StageRun]:
    """Three filings on a list that begins with a hearing."""
    city = make.make_city("urumqi", change=panels.with_hearing)
    for serial in range(1, 4):
        make.pass_check(city, make.run_of(make.another(city, serial)))
    first = Case.objects.first()
    assert first is not None
    assert first.office is not None
    listing = gathering.create_list(city.round, by=city.person(first.office))
    return city, make.list_run(listing)


def judge_all(
    city: make.City, run: StageRun, said: Callable[[ListItem], tuple[str, str]]
) -> list[ListItem]:
    """Three experts give every item the same points."""
    items = list(run.listing.items.order_by("position"))
    for seat in panels.seated(city, run, panels.pool(city, 3)):
        panels.score(seat, *said(ListItem.objects.get(listing=run.listing, case=seat.case)))
    return items


def test_the_order_of_a_hearing_is_drawn_once_and_kept_with_its_seed(
    heard: tuple[make.City, StageRun],
) -> None:
    city, run = heard
    by, begins = panels.handler(city, run), timezone.now() + timedelta(days=1)
    sitting = hearings.schedule(run, by=by, starts_at=begins, place="三楼会议室", seed="2026")
    record = PanelDraw.objects.get(kind="order")
    order = [str(row.case.public_id) for row in hearings.agenda(sitting)]
    assert [line["key"] for line in record.picked] == order
    assert record.seed == "2026"
    times = [row.starts_at for row in hearings.agenda(sitting)]
    assert times == [begins + n * timedelta(minutes=15) for n in range(3)]
    moved = hearings.schedule(run, by=by, starts_at=begins + timedelta(hours=2), place="四楼",
                              version=sitting.version)  # fmt: skip
    assert [str(row.case.public_id) for row in hearings.agenda(moved)] == order
    assert PanelDraw.objects.count() == 1
    with pytest.raises(DomainError, match="他人修改"):
        hearings.schedule(run, by=by, starts_at=begins, place="五楼", version=1)


def test_each_unit_is_told_its_own_time_and_turn_whenever_one_of_them_changes(
    heard: tuple[make.City, StageRun],
) -> None:
    city, run = heard
    by, begins = panels.handler(city, run), timezone.now() + timedelta(days=2)
    later, told, version = begins + timedelta(hours=2), [], None
    for moment in (begins, begins, later, begins):
        sitting = hearings.schedule(run, by=by, starts_at=moment, place="三楼", version=version)
        version = sitting.version
        told.append(OutboxMail.objects.filter(subject__startswith="答辩安排通知").count())
    assert told == [3, 3, 6, 9]
    last = hearings.agenda(sitting)[-1]
    mail = OutboxMail.objects.filter(subject__endswith=last.case.application.number).last()
    when = f"{timezone.localtime(last.starts_at):%Y年%m月%d日 %H:%M}"
    assert mail is not None
    assert f"定于{when}在三楼进行答辩，您单位排在第 3 位" in mail.body


def test_a_hearing_ranks_its_list_and_ends_with_the_signature(
    heard: tuple[make.City, StageRun],
) -> None:
    city, run = heard
    by = panels.handler(city, run)
    with pytest.raises(DomainError, match="答辩尚未安排"):
        take_action(run, SIGN, by=by, version=run.version, outcome="pass")
    hearings.schedule(run, by=by, starts_at=timezone.now() - timedelta(hours=1), place="三楼")
    craft = {1: "30", 2: "40", 3: "30"}
    items = judge_all(city, run, lambda item: ("40", craft[item.position]))
    done = make.sign_all(city, run, outcome="pass")
    kept = done.data["panel"]
    places = [kept[str(item.case.public_id)]["rank"] for item in items]
    assert places == [2, 1, 2]
    assert done.data["items"][str(items[1].pk)] == {
        "result": "pass", "text": "专家 3 人评审，得分 100 分（合格）。"}  # fmt: skip
    assert sittings.current(done).state == "closed"
    assert not ListItem.objects.exclude(state="in").exists()


def test_an_item_of_the_list_may_be_refused_with_its_reason(
    heard: tuple[make.City, StageRun],
) -> None:
    city, run = heard
    by = panels.handler(city, run)
    hearings.schedule(run, by=by, starts_at=timezone.now() - timedelta(hours=1), place="三楼")
    items = judge_all(city, run, lambda item: ("40", "40"))
    key = str(items[2].pk)
    data: dict[str, Any] = {"items": {key: {"result": "refuse", "text": "未到场答辩。"}}}
    run = take_action(run, SAVE, by=by, version=run.version, outcome="pass", data=data)
    with pytest.raises(DomainError, match="须写明理由"):
        take_action(run, SIGN, by=by, version=run.version, outcome="pass")
    data["deviations"] = {key: "未到场，按规定不予通过。"}
    make.sign_all(city, run, outcome="pass", data=data)
    struck = ListItem.objects.get(pk=items[2].pk)
    assert (struck.state, struck.reason) == ("struck", "未到场答辩。")


def test_on_a_list_an_expert_declares_for_each_filing(heard: tuple[make.City, StageRun]) -> None:
    city, run = heard
    people = panels.pool(city, 3)
    seats = seating.appoint(run, people, by=panels.handler(city, run))
    assert len(seats) == 9
    mine = [seat for seat in seats if seat.expert_id == people[0].pk]
    seating.declare(mine[0], by=people[0].user, clear=False, text="与该单位有合作。")
    seating.declare(mine[1], by=people[0].user, clear=True)
    states = {Seat.objects.get(pk=seat.pk).state for seat in mine}
    assert states == {"conflict", "seated", "pending"}


def test_an_expert_with_a_conflict_on_any_filing_is_left_out_of_the_draw_of_a_list(
    heard: tuple[make.City, StageRun],
) -> None:
    city, run = heard
    case = Case.objects.order_by("pk")[1]
    panels.pool(city, 3)
    barred = panels.expert(city, 8, employer_uscc=case.application.unit_uscc)
    record = seating.draw(run, 3, by=panels.handler(city, run))
    assert [line["name"] for line in record.excluded] == [barred.name]
    assert record.excluded[0]["reasons"][0].startswith(f"{case.application.number}：工作单位")
    with pytest.raises(DomainError, match="还差 1 人"):
        seating.draw(run, 1, by=panels.handler(city, run))


def test_places_order_the_list_that_is_drawn_up_next() -> None:
    city = make.make_city("urumqi", change=partial(panels.with_scores, outcome="rank"))
    people = panels.pool(city, 3)
    for serial, craft in ((1, "20"), (2, "40"), (3, "30")):
        case = make.another(city, serial)
        run = panels.at_panel(city, case)
        for seat in panels.seated(city, run, people):
            panels.score(seat, "40", craft)
        make.sign_all(city, run, outcome="pass")
        make.from_paper(city, make.run_of(case))
    cases = list(Case.objects.order_by("pk"))
    assert results.places_of(cases) == {cases[0].pk: 3, cases[1].pk: 1, cases[2].pk: 2}
    listing = gathering.create_list(city.round, by=city.person(cases[0].office))
    order = [item.case_id for item in listing.items.order_by("position")]
    assert order == [cases[1].pk, cases[2].pk, cases[0].pk]
