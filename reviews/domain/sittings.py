"""开会和考察: convened, closed, annulled; what votes, visits and committees share."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import User
from portal.common.errors import DomainError
from portal.common.files import CheckedFile, check_upload, storage_name
from portal.common.history import signed
from portal.common.notifying import notify
from reviews.domain import claiming, clock
from reviews.domain.work import HOLD, PASS, StaleActionError, Work, need, open_work, tell
from reviews.enums import FileRole, RunState, SittingState
from reviews.models import AgendaItem, Attendance, Sitting, SittingFile, StageRun
from reviews.permissions import is_impartial

MINUTES_KINDS = frozenset({"pdf", "jpg", "png"})
#: Written for the unit of somebody who has an account and no unit.
NO_UNIT = "—"
_SEPARATOR = re.compile(r"[，,;；、\s]+")


@dataclass(frozen=True)
class Person:
    """Somebody to be called.

    Attributes:
        name: as printed in the minutes.
        unit: where the person works.
        user: the account with which he acts himself; None for paper only.
    """

    name: str
    unit: str = ""
    user: Any = None


def handled_work(run: StageRun, *, by: Any) -> Work:
    """The work on a passage whose first post has not signed yet, for a handler of its office.

    Raises:
        DomainError: it is being signed or has ended, or the person is no handler there.
    """
    work = open_work(run, by=by)
    claiming.handle(work)
    if work.run.state != RunState.OPEN:
        raise DomainError("本环节已提交签批或已办结，不能再修改。确需修改的请先退回经办。")
    return work


def lock_run(run_id: int) -> StageRun:
    """A passage, locked, that is still open: for people who are no officers of it.

    Raises:
        DomainError: it is being signed or has ended.
    """
    run = StageRun.objects.select_for_update(of=("self",)).select_related("office").get(pk=run_id)
    if run.state != RunState.OPEN:
        raise DomainError("本环节已提交签批或已办结，不能再修改。")
    return run


def lock_sitting(pk: int) -> Sitting:
    """A sitting, locked; after its passage."""
    return Sitting.objects.select_for_update(of=("self",)).select_related("run").get(pk=pk)


def current(run: StageRun) -> Sitting | None:
    """The sitting of a passage that counts."""
    return run.sittings.exclude(state=SittingState.ANNULLED).order_by("-pk").first()


def require_state(sitting: Sitting, *states: str) -> None:
    """Refuse what the state of a sitting does not allow.

    Raises:
        DomainError: names the state.
    """
    if sitting.state not in states:
        raise DomainError(f"会议（考察）{sitting.get_state_display()}，不能进行这项操作。")


def require_version(sitting: Sitting, version: int | None) -> None:
    """Refuse what was typed on a page that is out of date.

    Raises:
        StaleActionError: somebody changed the sitting meanwhile.
    """
    if version is not None and sitting.version != version:
        raise StaleActionError("内容已由他人修改，您的修改没有提交。请刷新页面查看最新情况。")


def touch(sitting: Sitting, *, by: Any, reason: str) -> Sitting:
    """Save a sitting under a new version."""
    sitting.version += 1
    signed(sitting, by=by, reason=reason[:100]).save()
    return sitting


def read_people(text: str, chosen: Iterable[User] = ()) -> list[Person]:
    """People typed one a line (name, unit, account) after those chosen from the office.

    Args:
        text: lines of ``name[, unit[, e-mail or mobile number]]``.
        chosen: people with accounts, chosen from a list.

    Raises:
        DomainError: an account that does not exist or may not work here, or a name twice.
    """
    found = [Person(str(user), "", user) for user in chosen]
    for line in text.splitlines():
        parts = [part for part in _SEPARATOR.split(line) if part]
        if not parts:
            continue
        user = _account(parts[2]) if len(parts) > 2 else None
        unit = parts[1][:120] if len(parts) > 1 and parts[1] != NO_UNIT else ""
        found.append(Person(parts[0][:60], unit, user))
    names = [person.name for person in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DomainError(f"{'、'.join(twice)}出现两次；确系同名的，请在姓名后加注单位以便区分。",
                          field="people", status=422)  # fmt: skip
    return found


def _account(login: str) -> User:
    login = login.strip().lower()
    field = "email" if "@" in login else "mobile"
    user = User.objects.filter(**{field: login}, is_active=True, is_staff_member=True).first()
    if user is None:
        raise DomainError(
            f"账号“{login}”不存在或不是工作端账号。没有账号的人员请只写姓名和单位。",
            field="people", status=422,
        )  # fmt: skip
    return user


@transaction.atomic
def convene(
    run: StageRun,
    *,
    by: Any,
    people: list[Person],
    starts_at: datetime,
    place: str,
    version: int | None = None,
) -> Sitting:
    """Call a sitting of a passage, or change one that has not begun.

    Args:
        run: the passage.
        by: a handler of its office.
        people: everybody who is called.
        starts_at: when.
        place: where.
        version: of the sitting as the page showed it; None calls the first.

    Raises:
        DomainError: too few people, no place, or it has begun.
    """
    work = handled_work(run, by=by)
    least = getattr(work.stage, "minimum_members", 0)
    if len(people) < least:
        raise DomainError(f"评审委员不少于 {least} 人，现 {len(people)} 人。",
                          field="people", status=422)  # fmt: skip
    need(place.strip(), "请填写地点。", "place")
    sitting = planned(work, version)
    require_state(sitting, SittingState.PLANNED)
    sitting.starts_at, sitting.place = starts_at, place.strip()[:200]
    touch(sitting, by=by, reason="召集")
    set_people(sitting, people, by=by)
    call_people(work, sitting, work.stage.label)
    when = f"{timezone.localtime(starts_at):%Y-%m-%d %H:%M}"
    tell(work, "sitting_called",
         f"{work.stage.label}：定于{when}在{sitting.place}，共 {len(people)} 人")  # fmt: skip
    return sitting


def planned(work: Work, version: int | None) -> Sitting:
    """The sitting of the passage that counts, locked; a new one when there is none."""
    known = current(work.run)
    if known is not None:
        sitting = lock_sitting(known.pk)
        require_version(sitting, version)
        return sitting
    return Sitting(run=work.run, number=work.run.sittings.count() + 1, kind=work.stage.kind,
                   called_by=work.by)  # fmt: skip


def set_people(sitting: Sitting, people: list[Person], *, by: Any) -> None:
    """Make the people of a sitting those given; whoever stays keeps his row.

    Raises:
        DomainError: a unit that the sitting is about is somebody's own (回避).
    """
    for person in people:
        if person.user is not None and not is_impartial(person.user, sitting.run):
            said = f"{person.name}任职或联系的单位在其中，应当回避，请由其他人员参加。"
            raise DomainError(said, field="people", status=422)
    rows = {row.name: row for row in sitting.people.all()}
    for name, row in rows.items():
        if name not in {person.name for person in people}:
            row.delete()
    for person in people:
        row = rows.get(person.name) or Attendance(sitting=sitting, name=person.name)
        row.unit, row.user = person.unit, person.user
        signed(row, by=by, reason="召集").save()


def call_people(work: Work, sitting: Sitting, what: str) -> None:
    """Write to those who have an account."""
    when = timezone.localtime(sitting.starts_at) if sitting.starts_at else None
    moment = f"{when:%Y-%m-%d %H:%M}" if when else "另行通知"
    people = [row.user for row in sitting.people.select_related("user") if row.user is not None]
    notify(
        people, "meeting", f"参加{what}的通知",
        f"请参加{what}。时间：{moment}；地点：{sitting.place}。\n"
        f"召集机构：{work.run.office}。届时请登录门户，在“我的会议”中办理。",
        link=reverse("reviews:meetings"), key=f"sitting:{sitting.public_id}:{sitting.version}",
    )  # fmt: skip


def set_agenda(work: Work, sitting: Sitting) -> list[AgendaItem]:
    """Put the case, or every item that is in, on the agenda in the order of the list.

    What left the list keeps its row, with whatever was written of it, and counts no more.
    """
    if work.case is not None:
        row, _ = AgendaItem.objects.get_or_create(sitting=sitting, case=work.case)
        return [row]
    found = []
    for position, item in enumerate(work.present, 1):
        row, _ = AgendaItem.objects.update_or_create(
            sitting=sitting, case=item.case, defaults={"item": item, "position": position}
        )
        found.append(row)
    return found


def open_agenda(sitting: Sitting) -> list[AgendaItem]:
    """What is on the agenda and still in on the list."""
    rows = sitting.agenda.select_related("item", "case__application").order_by("position", "pk")
    return [row for row in rows if row.is_current]


@transaction.atomic
def annul(sitting: Sitting, *, by: Any, reason: str) -> Sitting:
    """Declare a sitting void; it stays in the record and another may be called.

    Raises:
        DomainError: the reason is missing, or the passage is being signed.
    """
    work = handled_work(sitting.run, by=by)
    locked = lock_sitting(sitting.pk)
    need(reason.strip(), "请写明作废的理由。", "reason")
    require_state(locked, SittingState.PLANNED, SittingState.OPEN, SittingState.CLOSED)
    locked.state, locked.annulled_reason = SittingState.ANNULLED, reason.strip()[:300]
    locked.closed_at = None
    touch(locked, by=by, reason=f"作废：{reason.strip()}")
    tell(work, "sitting_annulled", f"{work.stage.label}：作废，{reason.strip()}")
    clock.follow(work)
    return locked


def finish_sitting(sitting: Sitting, *, by: Any, reason: str) -> Sitting:
    """Close a locked sitting; nothing in it changes afterwards."""
    sitting.state, sitting.closed_at = SittingState.CLOSED, timezone.now()
    return touch(sitting, by=by, reason=reason)


def keep_file(
    sitting: Sitting,
    checked: CheckedFile,
    role: str,
    *,
    by: Any,
    agenda: AgendaItem | None = None,
    key: Any = None,
) -> SittingFile:
    """Store a checked file of a locked sitting; the same key again finds the first."""
    known = sitting.files.filter(key=key).first() if key else None
    if known is not None:
        return known
    row = SittingFile(
        sitting=sitting, agenda=agenda, role=role, kind=checked.kind, sha256=checked.sha256,
        name=checked.download_name[:200], by=by, **({"key": key} if key else {}),
    )  # fmt: skip
    row.file.name = default_storage.save(storage_name(checked.kind), ContentFile(checked.content))
    row.save()
    return row


def attach_minutes(sitting: Sitting, upload: Any, *, by: Any) -> SittingFile:
    """Keep the signed minutes of a sitting.

    Raises:
        DomainError: no file, not a picture or PDF, or the passage is being signed.
    """
    need(upload, "请选择签字的纪要。", "minutes")
    # Parsed before any lock is taken: that may last seconds.
    checked = check_upload(upload, name=upload.name, allowed=MINUTES_KINDS)
    with transaction.atomic():
        handled_work(sitting.run, by=by)
        locked = lock_sitting(sitting.pk)
        require_state(locked, SittingState.PLANNED, SittingState.OPEN, SittingState.CLOSED)
        return keep_file(locked, checked, FileRole.MINUTES, by=by)


def minutes_of(sitting: Sitting) -> list[SittingFile]:
    """Signed minutes that were kept."""
    return list(sitting.files.filter(role=FileRole.MINUTES, removed_at=None))


def closed_sitting(work: Work, what: str) -> Sitting:
    """The sitting that a proposal rests on.

    Raises:
        DomainError: there is none, or it is not over.
    """
    sitting = current(work.run)
    if sitting is None or sitting.state != SittingState.CLOSED:
        raise DomainError(f"{what}尚未完成，请先在本环节页面办理。也可以用“纸质办理录入”。")
    return sitting


def take_results(work: Work, sitting: Sitting) -> None:
    """What the sitting came to is what the passage proposes, whatever was posted.

    Raises:
        DomainError: something is on the list that was not on the agenda, or the conclusion
            posted is another one.
    """
    rows = {row.case_id: row for row in open_agenda(sitting)}
    if work.case is not None:
        row = rows.get(work.case.pk)
        if row is None or row.result != work.run.outcome:
            raise DomainError("结论与本环节的办理结果不符，请从本环节页面提交。",
                              field="outcome", status=422)  # fmt: skip
        return
    missing = [item for item in work.present if item.case_id not in rows]
    if missing:
        raise DomainError("名单在此之后有变动，请作废后重新办理，使名单中每一项都有结果。")
    if work.run.outcome != PASS:
        raise DomainError("名单不能整体不予通过，逐项结果以本环节办理结果为准。",
                          field="outcome", status=422)  # fmt: skip
    work.run.data["items"] = {
        str(row.item_id): {"result": row.result, "text": row.text} for row in rows.values()
    }


def proposed_outcome(run: StageRun, sitting: Sitting | None) -> str:
    """What the first post signs: the result of the case, or that the list goes on."""
    if run.listing_id is not None or sitting is None:
        return PASS
    row = sitting.agenda.first()
    return row.result if row is not None else ""


def need_reason(result: str, text: str, name: str, field: str) -> None:
    """Whoever is held or refused is told why.

    Raises:
        DomainError: names him.
    """
    if result and result != PASS and not text.strip():
        word = "暂缓" if result == HOLD else "不予通过"
        raise DomainError(f"{name}：{word}须写明理由。", field=field, status=422)
