"""逐件办理结果: what a decision on a list gives each item, chosen by a person."""

from datetime import date
from typing import Any

from portal.common.errors import DomainError
from reviews.domain import grading, honours, optional
from reviews.domain.work import PASS, REFUSE, Work, need
from reviews.models import ListItem


def possible(stage: Any) -> tuple[str, ...]:
    """What officers may choose for one item of a list that is decided.

    A single item is refused only where the text names what a refusal is, or other results.

    Args:
        stage: what the ruleset says of it.
    """
    refused = (REFUSE,) if stage.choices or stage.refusal else ()
    return (PASS, *stage.choices, *refused)


def check(work: Work) -> None:
    """Each item has a result that a person chose and the stage knows; a refusal is explained.

    Where only one is possible nothing is asked; a signed paper says one for all items.

    Raises:
        DomainError: names the item.
    """
    for item in work.present:
        name = item.case.application.studio_name or item.case.application.unit_name
        if _chosen(work, item, name) != REFUSE:
            _check_day(work, item, name)
            _check_optional(work, item, name)
        elif not work.paper:
            need(work.text_of(item).strip(), f"{name}：请写明理由。", f"text-{item.pk}")
    honours.check(work.listing_in_hand, codes(work))


def _chosen(work: Work, item: ListItem, name: str) -> str:
    known = (PASS, *work.stage.choices, REFUSE) if work.paper else possible(work.stage)
    field = f"result-{item.pk}"
    if len(known) > 1 and not work.paper:
        said = work.data.get("items", {}).get(str(item.pk), {})
        need(said.get("result"), f"{name}：请选择办理结果，系统不预先选定。", field)
    result = work.result_of(item)
    if result not in known:
        raise DomainError(f"{name}：没有这种办理结果，请重新选择。", field=field, status=422)
    return result


def _check_day(work: Work, item: ListItem, name: str) -> None:
    if not meaning(work, item).needs_day:
        return
    field, until = f"until-{item.pk}", day_with(work, item)
    need(until, f"{name}：请填写期限。", field)
    if until is not None and until <= decided_on(work):
        raise DomainError(f"{name}：期限须晚于发文日期。", field=field, status=422)


def codes(work: Work) -> list[str]:
    """The result of each item that is not refused."""
    kept = [item for item in work.present if work.result_of(item) != REFUSE]
    return [result_code(work, item) for item in kept]


def _check_optional(work: Work, item: ListItem, name: str) -> None:
    said = work.data.get("items", {}).get(str(item.pk), {})
    code = result_code(work, item)
    optional.choices(work.policy, work.listing_in_hand.procedure, code, said, pk=item.pk, name=name)


def result_code(work: Work, item: ListItem) -> str:
    """The result of the procedure that an item gets."""
    said = work.result_of(item)
    return said if said in work.stage.choices else str(work.stage.result)


def meaning(work: Work, item: ListItem) -> Any:
    """What the ruleset says of the result that an item gets."""
    results = work.policy.procedure(work.listing_in_hand.procedure).results
    return results[result_code(work, item)]


def day_with(work: Work, item: ListItem) -> date | None:
    """The day that comes with the result of an item."""
    given = work.data.get("items", {}).get(str(item.pk), {})
    return date.fromisoformat(given["until"]) if given.get("until") else None


def details(work: Work, item: ListItem) -> dict[str, Any]:
    """What effects must know of one item: its grading, or the day that comes with its result."""
    said = work.data.get("items", {}).get(str(item.pk), {})
    found = grading.details(work, item) or {"given": said.get("given") or {}}
    until = day_with(work, item) if meaning(work, item).needs_day else None
    return {**found, "until": until.isoformat()} if until else found


def decided_on(work: Work) -> date:
    """The day proposed for the decision."""
    return date.fromisoformat(str(work.data["decided_on"]))
