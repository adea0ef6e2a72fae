"""陈述申辩: an office tells the unit, the unit answers by a day."""

import datetime as dt
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from applications.domain import events
from applications.domain.lifecycle import lock
from applications.domain.visibility import show_to_unit
from applications.enums import Status
from applications.models import Application, Statement
from applications.signals import stated
from jurisdictions.engine.dates import add_years, format_date
from jurisdictions.models import Office
from jurisdictions.queries import policy_of
from portal.accounts.queries import MANAGING_ROLES, members_of
from portal.common.errors import DomainError
from portal.common.files import check_upload, storage_name
from portal.common.history import signed
from portal.common.notifying import notify
from portal.common.queue import post_mail

MOST = 5000
KINDS = frozenset({"pdf", "jpg", "png", "docx"})


@transaction.atomic
def ask(application: Application, *, by: Any, office: Office, due_on: dt.date) -> Statement:
    """Tell the unit what it is about and until when it may state its view.

    Asking again gives a later day, and never an earlier one than the unit was told.

    Args:
        application: the procedure, with the office.
        by: the officer.
        office: the office that hears.
        due_on: the last day, later than today.

    Raises:
        DomainError: the day is not ahead, a year away, or earlier than the unit was told; the unit
            has answered, or the procedure is over.
    """
    locked = lock(application)
    _open(locked)
    today = timezone.localdate()
    if due_on <= today:
        raise DomainError("陈述期限须晚于今天。", field="due_on", status=422)
    if due_on > add_years(today, 1):
        # A slip in the year would hold up the case for as long, and cannot be taken back.
        raise DomainError("陈述期限不得晚于一年以后，请核对年份。", field="due_on", status=422)
    row = Statement.objects.select_for_update(of=("self",)).filter(application=locked).first()
    if row is None:
        row = Statement(application=locked, office=office, asked_by=by, asked_on=today)
    elif row.given_at is not None:
        raise DomainError("单位已经提交陈述申辩，不需要再告知。")
    elif due_on <= row.due_on:
        told = format_date(row.due_on)
        raise DomainError(f"已告知单位的陈述期限是{told}，只能延长，不能缩短。",
                          field="due_on", status=422)  # fmt: skip
    row.due_on = due_on
    signed(row, by=by, reason="告知单位陈述申辩").save()
    show_to_unit(locked, by=by, in_words=False)
    _tell(locked, row, by)
    return row


def _tell(application: Application, row: Statement, by: Any) -> None:
    """The record, and a word to everybody who may answer, in the portal and by mail."""
    label = policy_of(application.ruleset).procedure(application.procedure).label
    until = format_date(row.due_on)
    events.record(
        application, "unit_heard", f"告知单位陈述申辩，期限{until}", actor=by, office=row.office,
        applicant_text=f"{row.office}告知：{label}。请于{until}前陈述申辩",
        data={"due_on": row.due_on.isoformat()},
    )  # fmt: skip
    title = f"请陈述申辩：{application.number}"
    body = (
        f"{application.unit_name}：\n{row.office}拟办理“{label}”（{application.studio_name}）。"
        f"你单位可在{until}前登录门户查看事由并陈述申辩；逾期视为放弃。"
    )
    link = reverse("applications:statement", args=[application.public_id])
    key = f"heard:{application.public_id}:{row.due_on}"
    unit = application.enterprise
    people = [row.user for row in members_of(unit).filter(role__in=MANAGING_ROLES)]
    notify(people, "heard", title, body, link=link, key=key)
    if unit.contact_email and unit.contact_email not in {user.email for user in people}:
        post_mail(unit.contact_email, title, f"{body}\n（本邮件由系统发出，请勿直接回复）",
                  key=f"{key}:contact")  # fmt: skip


@transaction.atomic
def give(application: Application, *, by: Any, text: str, upload: Any = None) -> Statement:
    """The unit states its view, once; after the last day it is kept and marked late.

    Args:
        application: the procedure.
        by: handler or principal of the unit.
        text: what it says.
        upload: evidence or a signed paper as uploaded, or None.

    Raises:
        DomainError: nothing was asked, it is empty or too long, it was given, it is over, or the
            file is not acceptable.
    """
    # The parse runs before any lock is taken: it may last seconds.
    checked = check_upload(upload, name=upload.name, allowed=KINDS) if upload else None
    locked = lock(application)
    _open(locked)
    row = Statement.objects.select_for_update(of=("self",)).filter(application=locked).first()
    if row is None:
        raise DomainError("现在没有需要陈述申辩的事项。", status=404)
    if row.given_at is not None:
        raise DomainError("陈述申辩已经提交，不能重复提交。")
    plain = text.strip()
    if not plain or len(plain) > MOST:
        raise DomainError(f"请填写陈述申辩内容，不超过 {MOST} 字。", field="text", status=422)
    row.text, row.given_by, row.given_at = plain, by, timezone.now()
    if checked is not None:
        row.file.save(storage_name(checked.kind), ContentFile(checked.content), save=False)
        row.file_name, row.sha256 = checked.download_name, checked.sha256
    signed(row, by=by, reason="单位陈述申辩").save()
    late = "（逾期）" if is_late(row) else ""
    with_file = "，附件 1 份" if checked is not None else ""
    events.record(
        locked, "unit_stated", f"单位提交陈述申辩{with_file}{late}", actor=by,
        applicant_text=f"已提交陈述申辩{with_file}{late}",
        data={"late": bool(late), "sha256": row.sha256},
    )  # fmt: skip
    stated.send(sender=Application, application=locked, statement=row)
    return row


def is_late(row: Statement) -> bool:
    """Whether the unit answered after the last day, which itself is in time."""
    return row.given_at is not None and timezone.localdate(row.given_at) > row.due_on


def require_heard(application: Application) -> None:
    """The unit has answered, or its day has passed.

    Raises:
        DomainError: says what is missing.
    """
    row = Statement.objects.filter(application=application).first()
    if row is None:
        raise DomainError("请先告知单位并给予陈述申辩的期限。", field="decision", status=422)
    if row.given_at is None and timezone.localdate() <= row.due_on:
        raise DomainError(
            f"单位的陈述期限至{format_date(row.due_on)}，届满前未收到陈述不能通过本环节。",
            field="decision", status=422,
        )  # fmt: skip


def _open(application: Application) -> None:
    if application.status != Status.SUBMITTED:
        raise DomainError("该事项不在办理中，请刷新页面查看最新情况。")
