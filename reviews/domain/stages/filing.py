"""备案: sent above, with the receipt where the text asks for one."""

from typing import Any

from reviews.domain.decision import day_of
from reviews.domain.work import PASS, Kind, Step, Work, need


def outcomes(stage: Any) -> tuple[str, ...]:
    """Sent is all there is."""
    return (PASS,)


def check(work: Work) -> None:
    """The day it was sent, to whom, and the receipt; until then the stage stays open."""
    work.run.data["to"] = str(work.data.get("to") or "").strip() or work.stage.to
    check_paper(work)


def check_paper(work: Work) -> None:
    """The day it was sent, and the receipt."""
    day_of(work.data.get("sent_on"), "请填写报送日期。", "sent_on")
    if work.stage.receipt:
        need(str(work.data.get("receipt") or "").strip(), "请填写备案回执编号或回执说明。",
             "receipt")  # fmt: skip


def finish(work: Work) -> Step:
    """Go on."""
    return Step.ADVANCE


KIND = Kind("filing", interactive=True, own_page=True, outcomes=outcomes, check=check,
            check_paper=check_paper, finish=finish)  # fmt: skip
