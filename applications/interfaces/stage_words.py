"""The list of filings: where each stands in the applicant's words, and what to do next."""

from typing import Any

from django.urls import reverse

from applications.enums import Status
from applications.interfaces import progress
from applications.models import Application, Statement
from jurisdictions.engine.dates import format_date
from jurisdictions.queries import policy_of

_VERBS = {
    Status.DRAFT: ("继续填报", "tasks"),
    Status.RETURNED: ("去补正", "corrections"),
    Status.SUBMITTED: ("查看进度", "timeline"),
    Status.DECIDED: ("查看结果", "timeline"),
    Status.WITHDRAWN: ("查看记录", "timeline"),
    Status.LAPSED: ("查看记录", "timeline"),
}

_TONES = {
    Status.DRAFT: "gray",
    Status.RETURNED: "gold",
    Status.SUBMITTED: "blue",
    Status.DECIDED: "green",
    Status.WITHDRAWN: "gray",
    Status.LAPSED: "gray",
}


def line(
    application: Application, place: progress.Place | None, *, still_open: bool
) -> dict[str, Any]:
    """One filing of the list.

    Args:
        application: the filing.
        place: where it is, None while nobody has it.
        still_open: whether the unit may still change it.
    """
    status, asked = Status(application.status), statement_awaited(application)
    # A result that is not told yet is nothing to look at: for its unit it is still under way.
    verb, page = _VERBS[Status.SUBMITTED if application.result_waits else status]
    verb, page = ("陈述申辩", "statement") if asked else (verb, page)
    if status == Status.DRAFT and not still_open:
        verb = "查看"
    address = reverse(f"applications:{page}", args=[application.public_id])
    urgent = asked is not None or status == Status.RETURNED
    urgent = urgent or (status == Status.DRAFT and still_open)
    return {
        "application": application,
        "name": application.studio_name or "（工作室名称待生成）",
        "round": application.round.title if application.round else _label(application),
        "stage": _stage(application, place, still_open=still_open),
        "next": _next(application, place, still_open=still_open),
        "deadline": _deadline(application, place, still_open=still_open),
        "action": {"label": verb, "url": address},
        "urgent": urgent,
        "tone": _tone(application, urgent=urgent),
    }


def _tone(application: Application, *, urgent: bool) -> str:
    status = Status(application.status)
    if application.result_waits or (urgent and status == Status.DRAFT):
        return "blue"
    return "gold" if urgent else _TONES[status]


def statement_awaited(application: Application) -> Statement | None:
    """What the unit was asked to say and has not said yet, while the procedure goes on.

    Args:
        application: the filing, with its statement as ``reach.of_units`` reads it.
    """
    asked: Statement | None = getattr(application, "statement", None)
    open_ = application.status == Status.SUBMITTED
    return asked if open_ and asked is not None and asked.given_at is None else None


def _label(application: Application) -> str:
    label: str = policy_of(application.ruleset).procedure(application.procedure).label
    return label


def _stage(application: Application, place: progress.Place | None, *, still_open: bool) -> str:
    status = Status(application.status)
    if statement_awaited(application):
        return "等待陈述申辩"
    if status == Status.DRAFT:
        return "正在填报" if still_open else "申报期已截止，未提交"
    if status == Status.RETURNED:
        return "已退回，等待补正"
    if status == Status.DECIDED:
        return result_words(application)
    if status == Status.SUBMITTED and place:
        return f"{place.doing}{'（暂停）' if place.held else ''}"
    return "已提交，等待受理" if status == Status.SUBMITTED else application.get_status_display()


def result_words(application: Application) -> str:
    """The result as the unit may know it."""
    shape = policy_of(application.ruleset).procedure(application.procedure)
    if not application.result_released_at:
        named = shape.subject == "unit"
        return "评审中，结果公布后可见" if named else "办理中，结果告知后可见"
    result = shape.results[application.result]
    return result.applicant_label or result.label


def _next(application: Application, place: progress.Place | None, *, still_open: bool) -> str:
    status = Status(application.status)
    if status == Status.DRAFT:
        return "填完各项后核对提交" if still_open else "可关注下一批次"
    if status == Status.RETURNED:
        return f"按告知修改 {len(application.unlocked)} 处后重新提交"
    if status != Status.SUBMITTED:
        return "无需操作"
    if asked := statement_awaited(application):
        return f"请于{format_date(asked.due_on)}前陈述申辩"
    holder = f"由{place.holder}办理，" if place and place.holder else ""
    return f"{holder}暂不需要您操作"


def _deadline(application: Application, place: progress.Place | None, *, still_open: bool) -> Any:
    if application.status == Status.DRAFT and application.round and still_open:
        return application.round.closes_at
    if asked := statement_awaited(application):
        return asked.due_on
    waiting = application.status in (Status.RETURNED, Status.SUBMITTED)
    return place.until if place and waiting else None
