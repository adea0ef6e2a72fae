"""党委会 / 局务会: the day, the number of the minutes, a result for each item."""

from reviews.domain.decision import day_of
from reviews.domain.work import Kind, Work, need


def check_paper(work: Work) -> None:
    """Day and minutes of the meeting."""
    day_of(work.data.get("held_on"), "请填写会议日期。", "held_on")
    need(str(work.data.get("minutes_number") or "").strip(),
         "请填写会议纪要编号或会议名称届次。", "minutes_number")  # fmt: skip


KIND = Kind("committee", check_paper=check_paper)
