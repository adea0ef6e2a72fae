"""答辩: the day it was held; scores where there is a table."""

from reviews.domain import panels
from reviews.domain.decision import day_of
from reviews.domain.stages.panel import check_total
from reviews.domain.work import Kind, Work


def check_paper(work: Work) -> None:
    """The day of the hearing, and the score where a later stage weighs it."""
    day_of(work.data.get("held_on"), "请填写答辩日期。", "held_on")
    check_total(work)


KIND = Kind("hearing", interactive=True, own_page=True, check=panels.check,
            check_paper=check_paper)  # fmt: skip
