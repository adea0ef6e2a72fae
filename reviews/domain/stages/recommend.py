"""推荐 / 函报: upward in a letter with number, day and the parts it must have."""

from typing import Any

from jurisdictions.engine.docnumber import DocNumberError, check_document_number
from portal.common.errors import DomainError
from reviews.domain import judging, letters, rollups
from reviews.domain.decision import day_of
from reviews.domain.work import (
    PASS,
    REFUSE,
    RETURN,
    Kind,
    Step,
    Work,
    finish_judged,
    judged_outcomes,
    need,
)


def check_letter(work: Work) -> None:
    """A recommendation has a letter where the ruleset asks for one."""
    if work.run.outcome != PASS:
        need(work.run.opinion.strip(), "不予推荐须写明理由。", "opinion")
        return
    if not work.stage.letter:
        return
    try:
        number = check_document_number(str(work.data.get("number") or ""))
    except DocNumberError as error:
        raise DomainError(str(error), field="number", status=422) from error
    work.run.data["number"] = str(number)
    day_of(work.data.get("dated_on"), "请填写推荐函日期。", "dated_on")


def check(work: Work) -> None:
    """Points, letter and each of its parts."""
    judging.check(work)
    check_letter(work)
    if work.run.outcome == PASS:
        given = work.data.get("parts", {})
        for part in work.stage.letter_parts:
            need(str(given.get(part.id) or "").strip(), f"推荐函须写明：{part.title}。",
                 f"part-{part.id}")  # fmt: skip


def finish(work: Work) -> Step:
    """Write the letter and go on, once the case stands on a signed table where one is asked."""
    rollups.require(work)
    if work.run.outcome == PASS and work.stage.letter and work.case is not None and not work.paper:
        given = work.data.get("parts", {})
        parts = [{"title": p.title, "text": given.get(p.id, "")} for p in work.stage.letter_parts]
        letters.recommendation(work, work.data["number"], parts)
    return finish_judged(work)


def outcomes(stage: Any) -> tuple[str, ...]:
    """A case may also be sent back to the unit, to be completed before it goes up."""
    return (PASS, RETURN, REFUSE) if stage.scope == "case" else judged_outcomes(stage)


KIND = Kind("recommend", interactive=True, outcomes=outcomes, check=check,
            check_paper=check_letter, finish=finish)  # fmt: skip
