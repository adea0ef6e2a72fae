"""党委会 / 局务会: the day, the number of the minutes, a result for each item."""

from reviews.domain import meeting, sittings
from reviews.domain.decision import day_of
from reviews.domain.work import Kind, Work, need


def check(work: Work) -> None:
    """The meeting is recorded with its minutes, and what is proposed is what it decided.

    Raises:
        DomainError: record or minutes are missing.
    """
    sitting = sittings.closed_sitting(work, "会议结果登记")
    meeting.require_minutes(sitting)
    sittings.take_results(work, sitting)
    row = sitting.agenda.first()
    if work.case is not None and row is not None:
        work.run.opinion = work.run.opinion.strip() or row.text
    work.run.data |= meeting.summary(sitting)


def check_paper(work: Work) -> None:
    """Day and minutes of the meeting."""
    day_of(work.data.get("held_on"), "请填写会议日期。", "held_on")
    need(str(work.data.get("minutes_number") or "").strip(),
         "请填写会议纪要编号或会议名称届次。", "minutes_number")  # fmt: skip


KIND = Kind("committee", interactive=True, own_page=True, check=check, check_paper=check_paper)
