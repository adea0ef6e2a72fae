"""The other side of 征求意见: an office replies, on its page or on paper; reminders."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from jurisdictions.engine.dates import format_date
from jurisdictions.enums import PostKind
from jurisdictions.permissions import can_reply_for
from portal.common.errors import DomainError
from portal.common.files import CheckedFile, check_upload, storage_name
from portal.common.history import signed
from portal.common.sealed import unseal
from reviews.domain import consulting
from reviews.domain.notices import tell_post
from reviews.domain.sittings import handled_work, lock_run
from reviews.domain.work import need
from reviews.enums import ReplyResult, RunState
from reviews.models import Case, Consultation, ConsultReply
from reviews.permissions import is_impartial

FILE_KINDS = frozenset({"pdf", "jpg", "png", "docx"})
#: Habits of the house, in no regulation: a word before the day and one after it each week.
DAYS_BEFORE = 2
DAYS_BETWEEN = 7


@dataclass(frozen=True)
class Answer:
    """What is said about one subject.

    Attributes:
        result: a ``ReplyResult``; empty while undecided.
        text: needed when it is against.
        upload: a file that belongs to it, or None.
    """

    result: str
    text: str = ""
    upload: Any = None


@dataclass(frozen=True)
class Cover:
    """The reply as a whole: a letter on paper where there is one.

    Attributes:
        number: 文号 of the reply.
        on: its day; today for a reply in the portal.
        upload: the scanned letter, or None.
    """

    number: str = ""
    on: date | None = None
    upload: Any = None


Checked = dict[int, CheckedFile]


def reply(
    row: Consultation,
    answers: dict[int, Answer],
    *,
    by: Any,
    version: int,
    complete: bool,
    cover: Cover | None = None,
) -> Consultation:
    """An office replies; it may save what it has and complete it later.

    Args:
        row: the consultation.
        answers: primary key of each subject asked about to what is said.
        by: somebody who may reply for the office.
        version: of the consultation as the page showed it.
        complete: whether this is the reply; else it is kept for later.
        cover: letter of the reply.

    Raises:
        StaleActionError: a colleague changed the reply meanwhile.
        DomainError: the reply is in already, something is missing, or no right.
    """
    letter = cover or Cover()
    files, scan = _check_files(answers), _check(letter.upload)
    with transaction.atomic():
        lock_run(row.run_id)
        locked = consulting.lock(row.pk)
        if locked.office is None or not can_reply_for(by, locked.office):
            raise DomainError("只有被征求意见的机构可以回复。", status=404)
        _require_impartial(row, by)
        consulting.require_version(locked, version)
        _write(locked, answers, files, by)
        if complete:
            _complete(locked, Cover(letter.number, timezone.localdate()), scan, by, paper=False)
        return consulting.touch(locked, by, "回复" if complete else "暂存回复")


def _require_impartial(row: Consultation, by: Any) -> None:
    """Nobody answers for his office about a unit of his own.

    Raises:
        DomainError: he would.
    """
    verdict = is_impartial(by, row.run)
    if not verdict:
        raise DomainError(verdict.reason, status=403)


def reply_from_paper(
    row: Consultation, answers: dict[int, Answer], cover: Cover, *, by: Any, version: int
) -> Consultation:
    """The office that asked enters a reply that came on paper.

    Args:
        row: the consultation.
        answers: primary key of each subject asked about to what is said.
        cover: the letter; day and scan are needed.
        by: a handler of the office that asked.
        version: of the consultation as the page showed it.

    Raises:
        StaleActionError: the office replied meanwhile.
        DomainError: something is missing, or no right.
    """
    need(cover.upload, "请上传书面回复。", "file")
    files, scan = _check_files(answers), _check(cover.upload)
    with transaction.atomic():
        handled_work(row.run, by=by)
        locked = consulting.lock(row.pk)
        consulting.require_version(locked, version)
        if cover.on is None or cover.on > timezone.localdate():
            raise DomainError("请填写回复日期，不能晚于今天。", field="replied_on", status=422)
        _write(locked, answers, files, by)
        _complete(locked, cover, scan, by, paper=True)
        return consulting.touch(locked, by, "录入书面回复")


def _check(upload: Any) -> CheckedFile | None:
    """Parsed before any lock is taken: that may last seconds."""
    return check_upload(upload, name=upload.name, allowed=FILE_KINDS) if upload else None


def _check_files(answers: dict[int, Answer]) -> Checked:
    found = {pk: _check(answer.upload) for pk, answer in answers.items()}
    return {pk: file for pk, file in found.items() if file is not None}


def _write(row: Consultation, answers: dict[int, Answer], files: Checked, by: Any) -> None:
    if row.replied_at is not None:
        raise DomainError(f"{row.name}已经回复，不能修改。确需修改的请联系征求意见的机构退回。")
    for asked in row.replies.select_for_update(of=("self",)):
        answer = answers.get(asked.pk)
        if answer is None:
            continue
        if answer.result and answer.result not in ReplyResult.values:
            raise DomainError("意见只能是无异议或有异议。", field=f"reply-{asked.pk}", status=422)
        asked.result, asked.text = answer.result, answer.text.strip()
        file = files.get(asked.pk)
        if file is not None:
            asked.file.save(storage_name(file.kind), ContentFile(file.content), save=False)
            asked.file_name = file.download_name[:200]
        signed(asked, by=by, reason="填写回复").save()


def _complete(
    row: Consultation, cover: Cover, scan: CheckedFile | None, by: Any, *, paper: bool
) -> None:
    for asked in row.replies.select_related("case__application").order_by("pk"):
        _need_answer(asked)
    row.replied_at, row.replied_by, row.from_paper = timezone.now(), by, paper
    row.replied_on, row.reply_number = cover.on, cover.number.strip()[:80]
    if scan is not None:
        row.file.save(storage_name(scan.kind), ContentFile(scan.content), save=False)
        row.file_name = scan.download_name[:200]
    negative = row.replies.filter(result=ReplyResult.AGAINST).count()
    word = f"有 {negative} 条不同意见，请处理" if negative else "无异议"
    tell_post(row.run.office, [PostKind.HANDLER], "consult", f"{row.name}已回复征求意见",
              f"{row.name}已回复：{word}。请登录门户办理。", about=row.run,
              link=reverse("reviews:run", args=[row.run.public_id]),
              key=f"consult:{row.public_id}:replied{row.version}")  # fmt: skip


def _need_answer(asked: ConsultReply) -> None:
    who = consulting.name_of(asked)
    if not asked.result:
        raise DomainError(f"请就{who}填写意见（无异议或有异议）。",
                          field=f"reply-{asked.pk}", status=422)  # fmt: skip
    if asked.result == ReplyResult.AGAINST and not asked.text:
        raise DomainError(f"{who}：有异议的请写明情况。", field=f"text-{asked.pk}", status=422)


@transaction.atomic
def show_number(row: Consultation, case: Case, *, by: Any) -> str:
    """The leader's whole ID number for an office that is asked about him; each look is on record.

    Raises:
        DomainError: the office is not asked about him, or the consultation is over.
    """
    allowed = row.office is not None and bool(can_reply_for(by, row.office))
    asked = row.replies.filter(case=case, subject="leader").exists()
    token = consulting.leader_number(case)
    if not allowed or not asked or token is None:
        raise DomainError("没有可查看的号码。", status=404)
    _require_impartial(row, by)
    if row.run.state != RunState.OPEN or row.replied_at is not None:
        raise DomainError("征求意见已结束，不能再查看完整号码。", status=403)
    return unseal(token, by=by, reason=f"征求意见核查：{row.letter.body.get('filing', '')}"[:200])


def remind(today: date | None = None) -> int:
    """Remind offices that have not replied: before the day, and weekly after it.

    Each occasion is mailed once to each person, however often this runs.

    Args:
        today: the present day.

    Returns:
        How many letters were found to be due for a reminder.
    """
    day = today or timezone.localdate()
    waiting = Consultation.objects.filter(
        replied_at__isnull=True, run__state=RunState.OPEN,
        due_on__lte=day + timedelta(days=DAYS_BEFORE),
    ).select_related("run__office", "office")  # fmt: skip
    count = 0
    for row in waiting:
        with transaction.atomic():
            _remind(row, day)
        count += 1
    return count


def _remind(row: Consultation, day: date) -> None:
    until, late = format_date(row.due_on), (day - row.due_on).days
    if late <= 0:
        consulting.mail(row, "征求意见即将到期", f"请于{until}前登录门户回复。",
                         f"before:{row.due_on}")  # fmt: skip
        return
    week = (late - 1) // DAYS_BETWEEN
    consulting.mail(row, "征求意见已逾期", f"回复期限为{until}，请尽快登录门户回复。",
                     f"after:{row.due_on}:{week}")  # fmt: skip
    tell_post(row.run.office, [PostKind.HANDLER], "consult", f"{row.name}逾期未回复",
              f"向{row.name}征求意见的期限为{until}，尚未收到回复，请催办。", about=row.run,
              link=reverse("reviews:run", args=[row.run.public_id]),
              key=f"consult:{row.public_id}:late:{row.due_on}:{week}")  # fmt: skip
