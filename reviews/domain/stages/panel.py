"""专家评审: who sat, what each item got."""

from decimal import Decimal, InvalidOperation
from typing import Any

from jurisdictions.engine.scoring import plain
from portal.common.errors import DomainError
from reviews.domain import panels, weighing
from reviews.domain.decision import day_of
from reviews.domain.results import table_of
from reviews.domain.work import PASS, Kind, Work, judged_outcomes, need


def experts_of(value: Any) -> list[dict[str, str]]:
    """Experts typed one a line: name, then the source (院校、行业、企业) after a blank or comma."""
    if isinstance(value, list):
        return [dict(row) for row in value]
    found = []
    for line in str(value or "").splitlines():
        parts = line.replace("，", " ").replace(",", " ").split()
        if parts:
            found.append({"name": parts[0], "source": " ".join(parts[1:])})
    return found


def check_paper(work: Work) -> None:
    """Enough experts, every source present, the day of the review.

    Raises:
        DomainError: says what the seats of the ruleset lack.
    """
    seats = work.stage.seats
    experts = experts_of(work.data.get("experts"))
    work.run.data["experts"] = experts
    need(experts, "请填写评审专家，每行一人，姓名后写来源。", "experts")
    if len({e["name"] for e in experts}) < seats.minimum:
        raise DomainError(f"评审专家不少于 {seats.minimum} 人，现 {len(experts)} 人。",
                          field="experts", status=422)  # fmt: skip
    missing = [s for s in seats.sources if not any(s in e["source"] for e in experts)]
    if missing:
        raise DomainError(f"评审专家中缺少来源：{'、'.join(missing)}。",
                          field="experts", status=422)  # fmt: skip
    day_of(work.data.get("held_on"), "请填写评审日期。", "held_on")
    check_total(work)


def check_total(work: Work) -> None:
    """The verified score that stands in the minutes, where grades or a later stage need it.

    Raises:
        DomainError: it is missing, or no score of the table.
    """
    if not weighing.needs_total(work.policy, work.applications[0].procedure, work.stage):
        return
    table = table_of(work.policy, work.stage)
    top = table.total if table else Decimal(0)
    text = str(work.data.get("total") or "").strip()
    need(text, "请填写核定总分。", "total")
    try:
        total = Decimal(text)
    except InvalidOperation:
        total = Decimal(-1)
    if not total.is_finite() or not 0 <= total <= top:
        raise DomainError(f"核定总分应为 0 至 {plain(top)} 之间的数。", field="total", status=422)
    work.run.data["total"] = plain(total)


def outcomes(stage: Any) -> tuple[str, ...]:
    """Where grades are given to the list later, nobody can fail here."""
    return (PASS,) if stage.outcome == "grade" else judged_outcomes(stage)


KIND = Kind("panel", interactive=True, own_page=True, outcomes=outcomes, check=panels.check,
            check_paper=check_paper)  # fmt: skip
