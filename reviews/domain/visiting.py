"""实地考察: appointed with the unit, written down on the spot, concluded item by item."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from applications.domain import events
from portal.common.errors import DomainError
from portal.common.files import check_upload
from portal.common.history import signed
from portal.common.verdict import Verdict, deny
from reviews.domain import clock
from reviews.domain.notices import mail_unit
from reviews.domain.sittings import (
    Person,
    call_people,
    finish_sitting,
    handled_work,
    keep_file,
    lock_run,
    lock_sitting,
    need_reason,
    open_agenda,
    planned,
    require_state,
    set_agenda,
    set_people,
    touch,
)
from reviews.domain.voting import stage_of, title_of
from reviews.domain.work import PASS, Work, kind_of, need, tell
from reviews.enums import FileRole, Judged, SittingState
from reviews.models import AgendaItem, FieldNote, Judgement, Sitting, SittingFile, StageRun
from reviews.permissions import can_handle_run, is_impartial

PHOTO_KINDS = frozenset({"jpg", "png"})
GOING_ON = (SittingState.PLANNED, SittingState.OPEN)


@dataclass(frozen=True)
class Appointment:
    """When and where a unit is visited."""

    starts_at: datetime
    place: str


@dataclass(frozen=True)
class Said:
    """A verdict on a point as typed on the spot.

    Attributes:
        verdict: a ``Judged``.
        reason: needed unless the point is met.
        seen: token of the verdict that the page showed; empty when there was none.
    """

    verdict: str
    reason: str = ""
    seen: str = ""


def can_record(user: Any, sitting: Sitting) -> Verdict:
    """Allow the team and the handlers of the office to write down what they see."""
    if user.is_staff_member and sitting.people.filter(user=user).exists():
        return is_impartial(user, sitting.run)
    return can_handle_run(user, sitting.run) or deny("只有考察人员可以填写现场记录。")


@transaction.atomic
def appoint(
    run: StageRun,
    *,
    by: Any,
    people: list[Person],
    appointments: dict[int, Appointment],
    version: int | None = None,
) -> Sitting:
    """Name the team and appoint the visits; each unit is told its day and place.

    Args:
        run: the passage.
        by: a handler of its office.
        people: the team.
        appointments: primary key of each case to when and where.
        version: of the sitting as the page showed it; None for the first.

    Raises:
        DomainError: too few people, or a unit without day and place.
    """
    work = handled_work(run, by=by)
    _require_team(work, len(people))
    sitting = planned(work, version)
    require_state(sitting, *GOING_ON)
    touch(sitting, by=by, reason="安排考察")
    set_people(sitting, people, by=by)
    for item in set_agenda(work, sitting):
        given = appointments.get(item.case_id)
        if given is None or not given.place.strip():
            raise DomainError(f"{title_of(item)}：请填写考察时间和地点。",
                              field=f"place-{item.case_id}", status=422)  # fmt: skip
        _set_appointment(work, item, given)
    first = sitting.agenda.order_by("starts_at").first()
    if first is not None:
        sitting.starts_at, sitting.place = first.starts_at, first.place
        signed(sitting, by=by, reason="安排考察").save()
    call_people(work, sitting, work.stage.label)
    clock.follow(work)
    return sitting


def _require_team(work: Work, count: int) -> None:
    least = work.stage.minimum_team
    if count < least:
        raise DomainError(f"考察人员不少于 {least} 人，现 {count} 人。",
                          field="people", status=422)  # fmt: skip


def _set_appointment(work: Work, item: AgendaItem, given: Appointment) -> None:
    place = given.place.strip()[:200]
    if (item.starts_at, item.place) == (given.starts_at, place):
        return
    item.starts_at, item.place = given.starts_at, place
    signed(item, by=work.by, reason="约定考察").save()
    application = item.case.application
    when = f"{timezone.localtime(given.starts_at):%Y年%m月%d日 %H:%M}"
    text = f"{work.stage.applicant_label}：{when}，{place}"
    events.record(application, "visit_appointed", text, actor=work.by, office=work.run.office,
                  applicant_text=text, data={"run": str(work.run.public_id)})  # fmt: skip
    if application.shown_to_unit:
        mail_unit(
            application, "考察安排通知",
            f"{work.run.office}定于{when}到{place}进行{work.stage.applicant_label}，"
            f"请做好准备，并请领办人到场。联系电话：{work.run.office.phone or '见门户'}。",
            key=f"visit:{item.public_id}:{item.sitting.version}",
        )  # fmt: skip


def point_key(item: AgendaItem, point: str) -> str:
    """Name under which the verdict on a point is kept: of the case, or of an item of a list."""
    return point if item.item_id is None else f"{point}@{item.pk}"


def verdicts_of(item: AgendaItem) -> dict[str, Judgement]:
    """Verdicts on an item by point."""
    rows = {row.point: row for row in item.sitting.run.judgements.select_related("by")}
    points = stage_of(item.sitting).points
    return {
        point.id: rows[point_key(item, point.id)]
        for point in points
        if point_key(item, point.id) in rows
    }


def token_of(row: Judgement | None) -> str:
    """What a page keeps to notice that somebody else judged meanwhile."""
    return row.at.isoformat() if row is not None else ""


def _recording(item: AgendaItem, by: Any) -> AgendaItem:
    """The item with its passage and sitting locked, open for the team.

    Raises:
        DomainError: the visit is over, or the person is not of the team.
    """
    lock_run(item.sitting.run_id)
    sitting = lock_sitting(item.sitting_id)
    verdict = can_record(by, sitting)
    if not verdict:
        raise DomainError(verdict.reason, status=403)
    require_state(sitting, *GOING_ON)
    if sitting.state == SittingState.PLANNED:
        sitting.state, sitting.opened_at = SittingState.OPEN, timezone.now()
        touch(sitting, by=by, reason="开始考察")
    fresh = AgendaItem.objects.select_related("item", "case__application").get(pk=item.pk)
    fresh.sitting = sitting
    return fresh


@transaction.atomic
def judge(item: AgendaItem, said: dict[str, Said], *, by: Any) -> list[str]:
    """Write down verdicts on points. Sending the same again changes nothing.

    Args:
        item: of the agenda.
        said: point to verdict; points that are not named stay as they are.
        by: one of the team.

    Returns:
        A sentence for each point that was not written: another judged it since the page was
        shown, or the verdict is missing. All others are kept.

    Raises:
        DomainError: the visit is over, or there is no such point or verdict.
    """
    fresh = _recording(item, by)
    known = {point.id: point.text for point in stage_of(fresh.sitting).points}
    rows = verdicts_of(fresh)
    refused = []
    for point, given in said.items():
        if point not in known or given.verdict not in ("", *Judged.values):
            raise DomainError("判断只能是符合、不符合或存疑。", field=f"point-{point}", status=422)
        sentence = _judge_one(fresh, point, rows.get(point), given, by)
        if sentence:
            refused.append(f"“{known[point]}”{sentence}")
    return refused


def _judge_one(item: AgendaItem, point: str, row: Judgement | None, given: Said, by: Any) -> str:
    """Keep a verdict; tells why it was not kept."""
    reason = given.reason.strip()
    if not given.verdict:
        return "写了情况但没有选择判断，尚未保存。" if reason else ""
    if row is not None and (row.verdict, row.reason) == (given.verdict, reason):
        return ""
    if row is not None and row.by_id != by.pk and token_of(row) != given.seen:
        return f"已由{row.by}判为{row.get_verdict_display()}，您的判断没有写入，请核对。"
    Judgement.objects.update_or_create(
        run=item.sitting.run, point=point_key(item, point),
        defaults={"verdict": given.verdict, "reason": reason, "by": by},
    )  # fmt: skip
    return ""


@transaction.atomic
def write_note(item: AgendaItem, text: str, *, by: Any) -> FieldNote:
    """Keep what one of the team wrote down; each has a note of his own.

    Raises:
        DomainError: the visit is over, or the person is not of the team.
    """
    fresh = _recording(item, by)
    row, _ = FieldNote.objects.update_or_create(agenda=fresh, by=by, defaults={"text": text})
    return row


def add_photo(item: AgendaItem, upload: Any, *, by: Any, key: Any = None) -> SittingFile:
    """Keep a photo; a repeated send with the same key finds the first.

    Args:
        item: of the agenda.
        upload: the picture.
        by: one of the team.
        key: UUID made by the browser, or None.

    Raises:
        DomainError: no picture, the visit is over, or the person is not of the team.
    """
    need(upload, "请选择照片。", "photo")
    # Parsed before any lock is taken: that may last seconds.
    checked = check_upload(upload, name=upload.name, allowed=PHOTO_KINDS)
    with transaction.atomic():
        fresh = _recording(item, by)
        return keep_file(fresh.sitting, checked, FileRole.PHOTO, by=by, agenda=fresh, key=key)


@transaction.atomic
def remove_photo(photo: SittingFile, *, by: Any) -> None:
    """Take a photo out; the file stays in the record.

    Raises:
        DomainError: the visit is over, or the person is not of the team.
    """
    if photo.agenda is None:
        raise DomainError("这份文件不是现场照片。", status=404)
    _recording(photo.agenda, by)
    photo.removed_at = timezone.now()
    photo.save(update_fields=["removed_at"])


def photos_of(item: AgendaItem) -> list[SittingFile]:
    """Photos of an item."""
    return list(item.files.filter(role=FileRole.PHOTO, removed_at=None).select_related("by"))


@transaction.atomic
def close_visit(
    sitting: Sitting,
    results: dict[int, tuple[str, str]],
    went: set[int],
    *,
    by: Any,
    version: int | None = None,
) -> Sitting:
    """Conclude a visit: who went, and opinion and result of each item.

    Args:
        sitting: the sitting.
        results: primary key of each item of the agenda to result and opinion.
        went: primary keys of the people who were there.
        by: a handler of the office.
        version: of the sitting as the page showed it.

    Raises:
        DomainError: names the point, photo, person, opinion or result that is missing.
    """
    work = handled_work(sitting.run, by=by)
    locked = planned(work, version)
    require_state(locked, *GOING_ON)
    _set_team(work, locked, went)
    for item in open_agenda(locked):
        _conclude(work, item, *results.get(item.pk, ("", "")))
    finish_sitting(locked, by=by, reason="考察结束")
    tell(work, "visit_done", f"{work.stage.label}：考察结束")
    clock.follow(work)
    return locked


def _set_team(work: Work, sitting: Sitting, went: set[int]) -> None:
    people = list(sitting.people.all())
    count = sum(1 for person in people if person.pk in went)
    least = work.stage.minimum_team
    if count < least:
        raise DomainError(f"实际参加考察的不少于 {least} 人，现 {count} 人。",
                          field="went", status=422)  # fmt: skip
    for person in people:
        person.present = person.pk in went
        signed(person, by=work.by, reason="登记参加人员").save()


def _conclude(work: Work, item: AgendaItem, result: str, text: str) -> None:
    name = title_of(item)
    if item.starts_at is None or timezone.localdate(item.starts_at) > timezone.localdate():
        raise DomainError(f"{name}：约定的考察日期未到，不能结束考察。")
    said = verdicts_of(item)
    for point in work.stage.points:
        _need_verdict(name, point, said.get(point.id))
    photos = len(photos_of(item))
    if photos < work.stage.photos:
        raise DomainError(f"{name}：现场照片不少于 {work.stage.photos} 张，现 {photos} 张。",
                          field="photo", status=422)  # fmt: skip
    if result not in kind_of(work.stage.kind).outcomes(work.stage):
        raise DomainError(f"{name}：请选择考察结论。", field=f"result-{item.pk}", status=422)
    need_reason(result, text, name, f"text-{item.pk}")
    need(text.strip(), f"{name}：请填写考察意见。", f"text-{item.pk}")
    if result == PASS and any(row.verdict == Judged.DOUBT for row in said.values()):
        raise DomainError(f"{name}：还有存疑的要点，请核实后再通过。",
                          field=f"result-{item.pk}", status=422)  # fmt: skip
    item.result, item.text = result, text.strip()
    signed(item, by=work.by, reason="考察结论").save()


def _need_verdict(name: str, point: Any, row: Judgement | None) -> None:
    if row is None:
        raise DomainError(f"{name}：请逐项判断“{point.text}”。",
                          field=f"point-{point.id}", status=422)  # fmt: skip
    if row.verdict != Judged.YES and not row.reason:
        raise DomainError(f"{name}：“{point.text}”判为{row.get_verdict_display()}，须写明情况。",
                          field=f"reason-{point.id}", status=422)  # fmt: skip


def summary(sitting: Sitting) -> dict[str, Any]:
    """The visit in the words a paper of the same stage would use."""
    first = sitting.agenda.order_by("starts_at").first()
    day = timezone.localdate(first.starts_at) if first and first.starts_at else None
    photos = sitting.files.filter(role=FileRole.PHOTO, removed_at=None).count()
    return {
        "held_on": day.isoformat() if day else "", "place": first.place if first else "",
        "team": [person.name for person in sitting.people.filter(present=True)],
        "photos": photos,
    }  # fmt: skip
