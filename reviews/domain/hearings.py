"""答辩: when and where, in which order (drawn by lot), how long each."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from applications.domain import events
from portal.common.errors import DomainError
from portal.common.history import signed
from reviews.domain import drawing, sittings
from reviews.domain.notices import mail_unit
from reviews.domain.seating import cases_of
from reviews.domain.work import Work, need
from reviews.enums import DrawKind, SittingState
from reviews.models import AgendaItem, PanelDraw, Sitting, StageRun

_SEED_BYTES = 16


@transaction.atomic
def schedule(
    run: StageRun,
    *,
    by: Any,
    starts_at: datetime,
    place: str,
    version: int | None = None,
    seed: str = "",
) -> Sitting:
    """Fix day, place and order of a hearing.

    The order is drawn by lot once; changing day or place keeps it. When the list changed, the
    order is drawn anew and both draws stay.

    Args:
        run: the passage.
        by: a handler of the office.
        starts_at: when the first one begins.
        place: where.
        version: of the sitting as the page showed it; None for the first time.
        seed: only to repeat a draw; a fresh one is made otherwise.

    Raises:
        DomainError: no place, or the hearing is over.
    """
    work = sittings.handled_work(run, by=by)
    if work.stage.kind != "hearing":
        raise DomainError("这个环节没有答辩安排。")
    need(place.strip(), "请填写地点。", "place")
    sitting = sittings.planned(work, version)
    sittings.require_state(sitting, SittingState.PLANNED)
    told = _told(sitting)
    sitting.starts_at, sitting.place = starts_at, place.strip()[:200]
    sittings.touch(sitting, by=by, reason="安排答辩")
    _set_order(work, sitting, seed)
    _set_times(work, sitting)
    for row in sittings.open_agenda(sitting):
        if told.get(row.case_id) != (row.starts_at, row.position, sitting.place):
            _tell_unit(work, sitting, row)
    return sitting


def _told(sitting: Sitting) -> dict[int, tuple[Any, int, str]]:
    """Time, turn and place that each unit knows."""
    rows = sittings.open_agenda(sitting) if sitting.pk else []
    return {row.case_id: (row.starts_at, row.position, sitting.place) for row in rows}


def _tell_unit(work: Work, sitting: Sitting, row: AgendaItem) -> None:
    """A unit learns its own time and turn."""
    application, label = row.case.application, work.stage.applicant_label
    when = f"{timezone.localtime(row.starts_at):%Y年%m月%d日 %H:%M}" if row.starts_at else ""
    said = f"{when}，{sitting.place}，第 {row.position} 位"
    events.record(application, "hearing_scheduled", f"{work.stage.label}：{said}", actor=work.by,
                  office=work.run.office, applicant_text=f"{label}：{said}",
                  data={"run": str(work.run.public_id)})  # fmt: skip
    mail_unit(
        application, f"{label}安排通知",
        f"{work.run.office}定于{when}在{sitting.place}进行{label}，您单位排在第 {row.position} 位，"
        f"请提前到场。联系电话：{work.run.office.phone or '见门户'}。",
        key=f"hearing:{row.public_id}:{sitting.version}",
    )  # fmt: skip


def _set_order(work: Work, sitting: Sitting, seed: str) -> None:
    """Everybody on the agenda; drawn anew when the list is another one than before."""
    before = {row.case_id for row in sittings.open_agenda(sitting)}
    rows = sittings.set_agenda(work, sitting)
    if work.stage.draw_order and before != {row.case_id for row in rows}:
        _draw_order(work, rows, seed or secrets.token_hex(_SEED_BYTES))


def _draw_order(work: Work, rows: list[AgendaItem], seed: str) -> PanelDraw:
    by_key = {str(row.case.public_id): row for row in rows}
    order = drawing.in_order(by_key, seed)
    for position, key in enumerate(order, 1):
        row = by_key[key]
        row.position = position
        signed(row, by=work.by, reason="抽取答辩顺序").save()
    lines = [{"key": key, "name": by_key[key].case.application.number} for key in order]
    return PanelDraw.objects.create(
        run=work.run, kind=DrawKind.ORDER, seed=seed, by=work.by,
        wanted={"count": len(order)}, candidates=lines, picked=lines,
    )  # fmt: skip


def _set_times(work: Work, sitting: Sitting) -> None:
    """Everybody's time, one after the other; the order drawn last stands."""
    last = PanelDraw.objects.filter(run=work.run, kind=DrawKind.ORDER).last()
    places = {line["key"]: n for n, line in enumerate(last.picked, 1)} if last else {}
    rows = sittings.open_agenda(sitting)
    rows.sort(key=lambda row: (places.get(str(row.case.public_id), row.position), row.pk))
    for number, row in enumerate(rows):
        row.position = number + 1
        if sitting.starts_at is not None:
            row.starts_at = sitting.starts_at + number * timedelta(minutes=work.stage.minutes_each)
        signed(row, by=work.by, reason="安排时间").save()


def require_held(work: Work) -> None:
    """The hearing was scheduled for all and its day has come; it is over now.

    Raises:
        DomainError: it was not, or somebody joined the list since.
    """
    sitting = sittings.current(work.run)
    if sitting is None or sitting.starts_at is None:
        raise DomainError("答辩尚未安排，请先在本环节页面登记时间和地点。")
    if sitting.starts_at > timezone.now():
        raise DomainError("答辩尚未开始，不能提交结果。")
    there = {row.case_id for row in sittings.open_agenda(sitting)}
    if {case.pk for case in cases_of(work)} - there:
        raise DomainError("名单在安排答辩之后有变动，请重新保存答辩安排。")
    work.run.data["held_on"] = timezone.localdate(sitting.starts_at).isoformat()
    if sitting.state == SittingState.PLANNED:
        sittings.finish_sitting(sittings.lock_sitting(sitting.pk), by=work.by, reason="答辩结束")


def agenda(sitting: Sitting) -> list[AgendaItem]:
    """Who is heard, in order."""
    return sittings.open_agenda(sitting)
