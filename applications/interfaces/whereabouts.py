"""Who has a filing, since when, until when, and what is next; for every status."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from applications.enums import Status
from applications.interfaces import progress
from applications.interfaces.stage_words import result_words
from applications.interfaces.standing import Standing
from jurisdictions.engine.workflow import road
from jurisdictions.queries import closing_day

UNIT = "申报单位"


@dataclass(frozen=True)
class Whereabouts:
    """Where a filing is, for the page that tells the unit.

    Attributes:
        holder: who has it.
        doing: what is being done.
        since: since when.
        until: day by which it should be done; None when the text names none, or nothing waits.
        until_label: what that day is.
        until_words: why that day cannot be told now.
        open_ended: somebody is at work and no time limit is laid down.
        next_step: what follows.
        held: why it stands still; empty when it moves.
    """

    holder: str
    doing: str
    since: datetime | None = None
    until: date | None = None
    until_label: str = "办理期限"
    until_words: str = ""
    open_ended: bool = False
    next_step: str = ""
    held: str = ""


def whereabouts(standing: Standing) -> Whereabouts:
    """Where a filing is."""
    status = Status(standing.application.status)
    if status == Status.DRAFT:
        return _draft(standing)
    if status == Status.RETURNED:
        return _returned(standing)
    if status == Status.SUBMITTED:
        return _submitted(standing)
    return _ended(standing, status)


def _draft(standing: Standing) -> Whereabouts:
    application = standing.application
    call, first = application.round, _first_label(standing)
    return Whereabouts(
        holder=UNIT, doing="填报申请", since=application.created_at,
        until=closing_day(standing.policy, call.closes_at) if call else None,
        until_label="申报截止",
        next_step=f"提交后进入“{first}”" if first else "",
    )  # fmt: skip


def _first_label(standing: Standing) -> str:
    steps = road(standing.policy, standing.application.procedure, standing.facts)
    return next((step.stage.applicant_label for step in steps if not step.skipped), "")


def _returned(standing: Standing) -> Whereabouts:
    notice = progress.notice_of(standing.application)
    if notice is None:
        return Whereabouts(holder=UNIT, doing="补正材料")
    return Whereabouts(
        holder=UNIT, doing=f"补正材料（{len(notice.faults)} 处）", since=notice.sent_at,
        until=notice.due_on, until_label="补正期限", open_ended=notice.due_on is None,
        next_step=f"补正提交后由{notice.office}继续办理",
    )  # fmt: skip


def _submitted(standing: Standing) -> Whereabouts:
    place = progress.place_of(standing.application)
    if place is None:
        return Whereabouts(holder="受理机关", doing="等待受理",
                           since=standing.application.submitted_at)  # fmt: skip
    return Whereabouts(
        holder=place.holder, doing=place.doing, since=place.since, until=place.until,
        until_label=place.until_label, until_words=place.until_words,
        open_ended=place.until is None and not place.until_words, held=place.held,
        next_step=place.next_step or "办结并告知结果",
    )  # fmt: skip


def _ended(standing: Standing, status: Status) -> Whereabouts:
    application = standing.application
    if status == Status.DECIDED and not application.result_released_at:
        return Whereabouts(holder="主管部门", doing=result_words(application),
                           next_step="告知办理结果")  # fmt: skip
    if status == Status.DECIDED:
        read = progress.result_reading(application)
        following = "" if read else "请阅知办理结果"
        return Whereabouts(holder="已办结", doing=result_words(application),
                           since=application.result_released_at, next_step=following)  # fmt: skip
    call = application.round
    again = "本批次申报期内可以重新申报" if call and timezone.now() < call.closes_at else ""
    return Whereabouts(holder="已结束", doing=application.get_status_display(),
                       since=application.status_changed_at, next_step=again)  # fmt: skip
