"""批次: opening, extending, closing a call, and what is published with it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, TypedDict, Unpack
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from jurisdictions import queries
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.rounds import Allowed, check_quota, may_open
from jurisdictions.enums import RoundState
from jurisdictions.models import Jurisdiction, Round, RoundAttachment, Ruleset
from jurisdictions.signals import acted
from portal.common.errors import DomainError
from portal.common.files import ReadableFile, check_upload, storage_name
from portal.common.history import signed

ATTACHMENT_KINDS = frozenset({"pdf", "docx", "xlsx", "jpg", "png"})
_MIN_REASON = 4
_LABELS = {"publicity_days": "公示天数", "closes_at": "截止时间", "quota": "名额"}


@dataclass(frozen=True)
class Contact:
    """Whom applicants may ring."""

    office: str = ""
    name: str = ""
    phone: str = ""


class RoundDetails(TypedDict, total=False):
    """What else may be said when a call opens.

    Attributes:
        quota: most that may be named, where the ruleset asks for it.
        publicity_days: length of the public notice, where the text leaves it open.
        contact: whom to ring.
        notice: text shown with the call.
        reason: why a soft limit of the regulation is exceeded.
    """

    quota: int | None
    publicity_days: int | None
    contact: Contact
    notice: str
    reason: str


@transaction.atomic
def open_round(
    *,
    jurisdiction: Jurisdiction,
    ruleset: Ruleset,
    procedure: str,
    title: str,
    opens_at: dt.datetime,
    closes_at: dt.datetime,
    by: Any,
    **details: Unpack[RoundDetails],
) -> Round:
    """Announce a call; its version and reference date are frozen from now on.

    The reference date is the closing day as announced here, in the city's own time. An
    ``opens_at`` in the future announces the call beforehand; a ``closes_at`` of 24:00 is 00:00
    of the next day.

    Raises:
        DomainError: the version is not in force on the opening day, a number is missing, or a
            limit of the regulation is exceeded.
    """
    Jurisdiction.objects.select_for_update().get(pk=jurisdiction.pk)
    policy = queries.policy_of(ruleset)
    _check_open(policy, jurisdiction, ruleset, procedure, opens_at, closes_at)
    last_day = queries.closing_day(policy, closes_at)
    _check_limits(policy, jurisdiction, procedure, opens_at, last_day, details)
    reason = details.get("reason", "").strip()
    call = Round(
        jurisdiction=jurisdiction, ruleset=ruleset, procedure=procedure, title=title.strip(),
        year=_year(policy, opens_at), state=RoundState.OPEN, opens_at=opens_at,
        closes_at=closes_at, reference_date=last_day, opened_by=by, **_columns(details),
    )  # fmt: skip
    signed(call, by=by, reason=reason or "开放申报").save()
    _tell(call, "round_opened", f"开放批次“{call.title}”", by, {"reason": reason})
    return call


def _columns(details: RoundDetails) -> dict[str, Any]:
    """The details as columns of the row."""
    contact = details.get("contact") or Contact()
    return {
        "quota": details.get("quota"),
        "publicity_days": details.get("publicity_days"),
        "contact_office": contact.office,
        "contact_name": contact.name,
        "contact_phone": contact.phone,
        "notice": details.get("notice", "").strip(),
    }


def _check_limits(
    policy: Policy,
    jurisdiction: Jurisdiction,
    procedure: str,
    opens_at: dt.datetime,
    last_day: dt.date,
    details: RoundDetails,
) -> None:
    """Refuse what a hard limit forbids; a soft one asks for a reason."""
    quota = details.get("quota")
    _check_asked(policy, procedure, quota=quota, publicity_days=details.get("publicity_days"))
    for warning in opening_warnings(
        policy, jurisdiction, procedure, opens_at=opens_at, quota=quota, last_day=last_day
    ):
        if not warning.ok:
            raise DomainError(f"{warning.sentence}，不能开放。", field="quota")
        if len(details.get("reason", "").strip()) < _MIN_REASON:
            raise DomainError(
                f"{warning.sentence}。确需开放的，请写明理由。", field="reason", status=422
            )


def opening_warnings(
    policy: Policy,
    jurisdiction: Jurisdiction,
    procedure: str,
    *,
    opens_at: dt.datetime,
    quota: int | None,
    last_day: dt.date | None = None,
) -> list[Allowed]:
    """Limits of the regulation that one more call would exceed, hard and soft.

    Args:
        policy: the version of the call.
        jurisdiction: whose call.
        procedure: code of the procedure.
        opens_at: when it opens; its year is the year that counts.
        quota: the number wanted for the call.
        last_day: the closing day wanted, compared with the day the text fixes.
    """
    year = _year(policy, opens_at)
    held = queries.rounds_in_year(jurisdiction, procedure, year)
    found = [check_quota(policy, procedure, rounds_this_year=held + 1)]
    if quota is not None:
        found.append(check_quota(policy, procedure, chosen=quota))
    rules = policy.procedure(procedure).rounds
    deadline = rules.deadline if rules else None
    fixed = deadline.closes_on if deadline else ""
    # The day in the text speaks of its own year; later calls set their own.
    if deadline and last_day and fixed.startswith(f"{last_day.year}-") and fixed != str(last_day):
        sentence = f"文件规定的截止日期为 {deadline.closes_on}，本批次截止日期为 {last_day}"
        found.append(Allowed(ok=True, severity="warn", sentence=sentence, clauses=deadline.clause))
    return [item for item in found if item.sentence]


@transaction.atomic
def extend_round(call: Round, closes_at: dt.datetime, *, by: Any, reason: str) -> Round:
    """Move the closing moment to a later one. The reference date never moves.

    Raises:
        DomainError: the call has ended, the moment is not later, or the reason is missing.
    """
    call = _locked(call)
    _need_reason(reason)
    if call.state != RoundState.OPEN or call.closes_at <= timezone.now():
        raise DomainError("批次已截止，不能延期。请另行开放新批次。")
    if closes_at <= call.closes_at:
        raise DomainError("延期后的截止时间须晚于现在的截止时间。", field="closes_at", status=422)
    before, call.closes_at = call.closes_at, closes_at
    signed(call, by=by, reason=reason.strip()).save(update_fields=["closes_at"])
    moved = {"from": before.isoformat(), "to": closes_at.isoformat(), "reason": reason.strip()}
    _tell(call, "round_extended", f"批次“{call.title}”截止时间延期", by, moved)
    return call


@transaction.atomic
def close_round(call: Round, *, by: Any, reason: str = "") -> Round:
    """End a call. Before its closing moment this needs a reason; before its opening it cancels.

    Raises:
        DomainError: the call has ended already, or the reason is missing.
    """
    call = _locked(call)
    now = timezone.now()
    if call.state != RoundState.OPEN:
        raise DomainError("批次已经结束，无需再关闭。")
    if now < call.closes_at:
        _need_reason(reason)
    fields = ["state"]
    if now < call.opens_at:
        call.state = RoundState.CANCELLED
    else:
        call.state = RoundState.CLOSED
        if now < call.closes_at:
            call.closes_at = now
            fields.append("closes_at")
    signed(call, by=by, reason=reason.strip() or "到期截止").save(update_fields=fields)
    word = "取消" if call.state == RoundState.CANCELLED else "截止"
    _tell(call, f"round_{call.state}", f"批次“{call.title}”{word}", by, {"reason": reason.strip()})
    return call


def close_due(now: dt.datetime | None = None) -> int:
    """Close every call whose closing moment has come; returns how many."""
    due = Round.objects.filter(state=RoundState.OPEN, closes_at__lte=now or timezone.now())
    calls = list(due.order_by("pk"))
    for call in calls:
        close_round(call, by=None)
    return len(calls)


@transaction.atomic
def change_contact(
    call: Round, contact: Contact, *, notice: str | None = None, by: Any, reason: str = ""
) -> Round:
    """Change whom applicants may ring, and the text shown with the call."""
    call = _locked(call)
    call.contact_office, call.contact_name = contact.office.strip(), contact.name.strip()
    call.contact_phone = contact.phone.strip()
    if notice is not None:
        call.notice = notice.strip()
    signed(call, by=by, reason=reason.strip() or "修改咨询方式").save(
        update_fields=["contact_office", "contact_name", "contact_phone", "notice"]
    )
    return call


@transaction.atomic
def add_attachment(
    call: Round, file: ReadableFile, *, name: str, title: str, by: Any
) -> RoundAttachment:
    """Publish a file with a call.

    Args:
        call: the call.
        file: the upload, at its beginning.
        name: the file name as the browser sent it.
        title: name shown to applicants; empty takes the file's own.
        by: the administrator.

    Raises:
        DomainError: the file is not acceptable; says why.
    """
    checked = check_upload(file, name=name, allowed=ATTACHMENT_KINDS)
    shown = title.strip() or checked.download_name
    row = RoundAttachment(round=call, title=shown[:120], kind=checked.kind, sha256=checked.sha256)
    row.file.save(storage_name(checked.kind), ContentFile(checked.content), save=True)
    _tell(call, "round_attachment_added", f"批次“{call.title}”增加附件“{row.title}”", by, {})
    return row


@transaction.atomic
def remove_attachment(row: RoundAttachment, *, by: Any) -> None:
    """Take a published file back; the stored bytes go once the change is kept."""
    call, title, stored = row.round, row.title, row.file
    storage, name = stored.storage, stored.name or ""
    row.delete()
    transaction.on_commit(lambda: storage.delete(name))
    _tell(call, "round_attachment_removed", f"批次“{call.title}”撤下附件“{title}”", by, {})


def _check_open(
    policy: Policy,
    jurisdiction: Jurisdiction,
    ruleset: Ruleset,
    procedure: str,
    opens_at: dt.datetime,
    closes_at: dt.datetime,
) -> None:
    if ruleset.jurisdiction_id != jurisdiction.pk:
        raise DomainError("政策版本不属于本地区，请重新选择。", field="ruleset", status=422)
    if procedure not in policy.ruleset.procedures:
        raise DomainError("该政策版本没有这个事项，请重新选择。", field="procedure", status=422)
    if closes_at <= opens_at:
        raise DomainError("截止时间须晚于开始时间。", field="closes_at", status=422)
    if closes_at <= timezone.now():
        raise DomainError("截止时间已过，请重新填写。", field="closes_at", status=422)
    zone = ZoneInfo(policy.ruleset.identity.timezone)
    allowed = may_open(
        policy, opens_at.astimezone(zone).date(), jurisdiction.effective_from_entered
    )
    if not allowed.ok:
        raise DomainError(f"{allowed.sentence}。", field="opens_at")


def _check_asked(
    policy: Policy, procedure: str, *, quota: int | None, publicity_days: int | None
) -> None:
    given = {"quota": quota, "publicity_days": publicity_days, "closes_at": True}
    for name in asked_of_round(policy, procedure):
        if not given[name]:
            raise DomainError(
                f"文件没有写明{_LABELS[name]}，开放前须由主管部门确定，请填写。",
                field=name,
                status=422,
            )


def asked_of_round(policy: Policy, procedure: str) -> tuple[str, ...]:
    """What the administrator must say when opening: publicity_days, closes_at, quota."""
    rules = policy.procedure(procedure).rounds
    asked: list[str] = list(rules.asks) if rules else []
    for stage in policy.stages(procedure):
        if stage.kind == "publicity" and not (stage.period.days or stage.period.default_days):
            asked.append("publicity_days")
    return tuple(dict.fromkeys(asked))


def _year(policy: Policy, moment: dt.datetime) -> int:
    return moment.astimezone(ZoneInfo(policy.ruleset.identity.timezone)).year


def _locked(call: Round) -> Round:
    return Round.objects.select_for_update(of=("self",)).get(pk=call.pk)


def _need_reason(reason: str) -> None:
    if len(reason.strip()) < _MIN_REASON:
        raise DomainError("请写明理由。", field="reason", status=422)


def _tell(call: Round, kind: str, text: str, by: Any, data: dict[str, Any]) -> None:
    acted.send(
        Round,
        jurisdiction=call.jurisdiction,
        kind=kind,
        text=text,
        by=by,
        data={"round": str(call.public_id), **data},
    )
