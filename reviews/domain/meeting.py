"""党委会 / 局务会: a meeting that was held, its minutes and a result for each item."""

from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.common.errors import DomainError
from portal.common.history import signed
from reviews.domain.decision import day_of
from reviews.domain.sittings import (
    Person,
    finish_sitting,
    handled_work,
    minutes_of,
    need_reason,
    planned,
    require_state,
    set_agenda,
    set_people,
)
from reviews.domain.voting import title_of
from reviews.domain.work import Work, kind_of, need, tell
from reviews.enums import SittingState
from reviews.models import AgendaItem, Sitting, StageRun


@transaction.atomic
def record(
    run: StageRun,
    *,
    by: Any,
    held_on: date,
    minutes_number: str,
    results: dict[int, tuple[str, str]],
    people: list[Person] | None = None,
    text: str = "",
    version: int | None = None,
) -> Sitting:
    """Enter what a meeting decided; may be entered again until the first post signs.

    Args:
        run: the passage.
        by: a handler of its office.
        held_on: the day of the meeting.
        minutes_number: number of the minutes, or name and session of the meeting.
        results: primary key of each case to result and words.
        people: who attended, where that is recorded.
        text: what was said.
        version: of the record as the page showed it; None for the first.

    Raises:
        DomainError: the day is in the future, or number, result or reason is missing.
    """
    work = handled_work(run, by=by)
    day_of(held_on.isoformat(), "请填写会议日期。", "held_on")
    need(minutes_number.strip(), "请填写会议纪要编号或会议名称届次。", "minutes_number")
    sitting = planned(work, version)
    require_state(sitting, SittingState.PLANNED, SittingState.CLOSED)
    sitting.starts_at = timezone.make_aware(datetime.combine(held_on, time()))
    sitting.minutes_number, sitting.text = minutes_number.strip()[:120], text.strip()
    finish_sitting(sitting, by=by, reason="登记会议结果")
    set_people(sitting, people or [], by=by)
    _decide_all(work, sitting, results)
    tell(work, "meeting_recorded",
         f"{work.stage.label}：{held_on} {sitting.minutes_number}，已登记会议结果")  # fmt: skip
    return sitting


def _decide_all(work: Work, sitting: Sitting, results: dict[int, tuple[str, str]]) -> None:
    agenda = set_agenda(work, sitting)
    if not agenda:
        raise DomainError("名单中没有可审议的项目。")
    for item in agenda:
        _decide(work, item, *results.get(item.case_id, ("", "")))


def _decide(work: Work, item: AgendaItem, result: str, text: str) -> None:
    name = title_of(item)
    if result not in kind_of(work.stage.kind).outcomes(work.stage):
        raise DomainError(f"{name}：请选择会议结果。", field=f"result-{item.case_id}", status=422)
    need_reason(result, text, name, f"text-{item.case_id}")
    item.result, item.text = result, text.strip()
    signed(item, by=work.by, reason="会议结果").save()


def require_minutes(sitting: Sitting) -> None:
    """A meeting needs its signed minutes.

    Raises:
        DomainError: they are missing.
    """
    if not minutes_of(sitting):
        raise DomainError("请上传会议纪要。", field="minutes", status=422)


def summary(sitting: Sitting) -> dict[str, Any]:
    """The meeting in the words a paper of the same stage would use."""
    day = timezone.localdate(sitting.starts_at) if sitting.starts_at else None
    return {"held_on": day.isoformat() if day else "", "minutes_number": sitting.minutes_number}
