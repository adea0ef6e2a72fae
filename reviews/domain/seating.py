"""席位: experts appointed by hand or drawn by lot, their statements, and how seats end."""

import secrets
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from applications.domain import events
from jurisdictions.queries import bulky
from portal.common.doors import grant, revoke
from portal.common.errors import DomainError
from portal.common.history import signed
from portal.common.notifying import notify
from reviews.domain import clock, drawing, drawrecord
from reviews.domain.avoidance import Subject, possible, reasons
from reviews.domain.conflicts import conflicts, judge_of, subject_of
from reviews.domain.panelnews import tell_avoided
from reviews.domain.sittings import handled_work, lock_run
from reviews.domain.work import Work, tell
from reviews.enums import SeatState
from reviews.models import Case, Expert, PanelDraw, ScoreSheet, Seat, StageRun

LIVE = (SeatState.PENDING, SeatState.SEATED)
KINDS = ("panel", "hearing")
_MIN_REASON = 4
_SEED_BYTES = 16


def cases_of(work: Work) -> list[Case]:
    """The case, or those that are in on the list, in order."""
    return [work.case] if work.case is not None else [item.case for item in work.present]


def live_seats(run: StageRun, case: Case | None = None) -> list[Seat]:
    """Seats that count, of one case or of all."""
    rows = Seat.objects.filter(run=run, state__in=LIVE).select_related(
        "expert__user", "sheet", "case"
    )
    return list(rows.filter(case=case) if case is not None else rows)


def pool(run: StageRun) -> list[Expert]:
    """Experts of the jurisdiction who may be asked."""
    rows = Expert.objects.filter(jurisdiction=run.office.jurisdiction_id, is_active=True)
    return list(rows.select_related("user", "office").filter(user__is_active=True))


def roles_of(expert: Expert) -> list[str]:
    """Office roles an expert stands for."""
    if expert.office is None:
        return []
    return sorted(set(expert.office.bindings.values_list("role", flat=True)))


def candidates(
    run: StageRun, experts: Iterable[Expert], subjects: dict[str, Subject]
) -> list[drawing.Candidate]:
    """Experts as the draw sees them; whoever may not judge one of the filings has its reasons.

    Args:
        run: the passage.
        experts: of the pool.
        subjects: number of the filing to what avoidance looks at.
    """
    found = []
    for expert in experts:
        judge = judge_of(expert)
        why, perhaps = (
            tuple(
                f"{number}：{reason}" if len(subjects) > 1 else reason
                for number, subject in subjects.items()
                for reason in told(judge, subject)
            )
            for told in (reasons, possible)
        )
        found.append(drawing.Candidate(
            str(expert.public_id), expert.source, frozenset(roles_of(expert)), why, perhaps,
            expert.specialities,
        ))  # fmt: skip
    return found


def subjects_of(run: StageRun, cases: Iterable[Case]) -> dict[str, Subject]:
    """What avoidance looks at, for each filing."""
    return {str(case.application.number): subject_of(case, run) for case in cases}


def _judged_work(run: StageRun, *, by: Any) -> Work:
    work = handled_work(run, by=by)
    if work.stage.kind not in KINDS:
        raise DomainError("这个环节不设专家席位。")
    return work


@transaction.atomic
def appoint(run: StageRun, experts: list[Expert], *, by: Any, despite: str = "") -> list[Seat]:
    """Give experts their seats by hand: on each case that is judged.

    Args:
        run: the passage.
        experts: of the pool of this jurisdiction.
        by: a handler of the office.
        despite: why somebody is appointed against whom something may stand; kept on his seat.

    Raises:
        DomainError: the ruleset wants a draw, somebody may not judge (says why), or perhaps may
            not and no reason is given, nobody given.
    """
    work = _judged_work(run, by=by)
    if work.stage.seats.appoint == "draw":
        raise DomainError("本环节的专家须随机抽取，不能指定。")
    if not experts:
        raise DomainError("请选择专家。", field="experts", status=422)
    known = {expert.pk for expert in pool(work.run)}
    if {expert.pk for expert in experts} - known:
        raise DomainError("所选专家不在本地区在库专家中，请刷新页面。", field="experts")
    cases = cases_of(work)
    rows = candidates(work.run, experts, subjects_of(work.run, cases))
    doubtful = _require_free(experts, rows, despite)
    seats = [
        _seat(work, case, expert, despite=despite.strip() if expert.name in doubtful else "")
        for expert in experts
        for case in cases
    ]
    names = "、".join(expert.name for expert in experts)
    more = f"；{_listed(doubtful)}，仍予安排的理由：{despite.strip()}" if doubtful else ""
    tell(work, "experts_appointed", f"{work.stage.label}：指定专家 {names}{more}")
    clock.follow(work)
    return seats


def _require_free(
    experts: list[Expert], rows: list[drawing.Candidate], despite: str
) -> dict[str, tuple[str, ...]]:
    """Nobody who must avoid the filing; whoever perhaps must needs a reason.

    Returns:
        Name to what may stand against him.
    """
    pairs = list(zip(experts, rows, strict=True))
    barred = {expert.name: row.reasons for expert, row in pairs if row.reasons}
    if barred:
        raise DomainError(f"下列专家须回避，不能安排。{_listed(barred)}",
                          field="experts", status=422)  # fmt: skip
    doubtful = {expert.name: row.possible for expert, row in pairs if row.possible}
    if doubtful and len(despite.strip()) < _MIN_REASON:
        raise DomainError(
            f"下列专家可能须回避，请先核实；确无利害关系、仍要安排的，请写明理由。{_listed(doubtful)}",
            field="despite", status=422,
        )  # fmt: skip
    return doubtful


def _listed(found: dict[str, tuple[str, ...]]) -> str:
    return "；".join(f"{name}：{'、'.join(why)}" for name, why in found.items())


@transaction.atomic
def draw(run: StageRun, count: int, *, by: Any, seed: str = "", speciality: str = "") -> PanelDraw:
    """Draw experts by lot and give them their seats; seed and pool are kept.

    Args:
        run: the passage.
        count: how many.
        by: a handler of the office.
        seed: only to repeat a draw; a fresh one is made otherwise.
        speciality: only among experts whose specialities have this word; sources and offices of
            the ruleset must be present all the same.

    Raises:
        DomainError: the ruleset wants appointment, or too few may be drawn (says who and why).
    """
    work = _judged_work(run, by=by)
    needs = work.stage.seats
    if needs.appoint == "appoint":
        raise DomainError("本环节的专家由主管部门指定，不能抽取。")
    if count < 1:
        raise DomainError("请填写抽取人数。", field="count", status=422)
    cases, seed = cases_of(work), seed or secrets.token_hex(_SEED_BYTES)
    wanted = drawing.Needs(count, needs.sources, needs.offices, speciality.strip())
    by_key = {str(expert.public_id): expert for expert in pool(work.run)}
    drawn = drawing.draw(
        candidates(work.run, by_key.values(), subjects_of(work.run, cases)), wanted, seed,
        seated=_seated(live_seats(work.run)),
    )  # fmt: skip
    _require_complete(work, drawn, by_key, wanted.speciality)
    record = drawrecord.keep(work.run, drawn, wanted, by_key, seed=seed, by=by)
    for expert in (by_key[key] for key in drawn.picked):
        _seat_on_all(work, cases, expert, record)
    names = "、".join(by_key[key].name for key in drawn.picked)
    within = f"专业领域含“{wanted.speciality}”，" if wanted.speciality else ""
    tell(work, "experts_drawn", f"{work.stage.label}：抽取专家 {names}（{within}种子 {seed}）",
         seed=seed)  # fmt: skip
    clock.follow(work)
    return record


def _seated(seats: Iterable[Seat]) -> list[drawing.Candidate]:
    return [
        drawing.Candidate(str(seat.expert.public_id), seat.source, frozenset(seat.roles))
        for seat in seats
    ]


def _require_complete(
    work: Work, drawn: drawing.Drawn, by_key: dict[str, Expert], word: str
) -> None:
    if not drawn.unmet and not drawn.short:
        return
    barred = "；".join(
        f"{by_key[row.key].name}（{'、'.join(row.against)}）" for row in drawn.excluded
    )
    unmet = "、".join(need_labels(work.policy, drawn.unmet))
    text = f"缺少：{unmet}。" if unmet else f"还差 {drawn.short} 人。"
    whom = f"专业领域含“{word}”的可抽取专家" if word else "可抽取的专家"
    raise DomainError(
        f"{whom}不够，{text}" + (f"因回避不能抽取：{barred}。" if barred else ""),
        field="count", status=422,
    )  # fmt: skip


def need_labels(policy: Any, needs: Iterable[str]) -> list[str]:
    """Sources as they are; office roles by their label."""
    offices = policy.ruleset.offices
    return [offices[need].label if need in offices else need for need in needs]


def _seat_on_all(
    work: Work, cases: list[Case], expert: Expert, record: PanelDraw | None = None
) -> list[Seat]:
    return [_seat(work, case, expert, record) for case in cases]


def _seat(
    work: Work, case: Case, expert: Expert, record: PanelDraw | None = None, despite: str = ""
) -> Seat:
    """A seat for a case; somebody who has had one there in this passage gets no second."""
    taken = Seat.objects.filter(run=work.run, case=case, expert=expert)
    earlier = taken.exclude(state=SeatState.RELEASED).first()
    if earlier is not None:
        raise DomainError(f"{expert.name}已安排评审本件（{earlier.get_state_display()}）。",
                          field="experts", status=422)  # fmt: skip
    seat = Seat(run=work.run, case=case, expert=expert, draw=record, source=expert.source,
                roles=roles_of(expert), seated_by=work.by, despite=despite[:300])  # fmt: skip
    signed(seat, by=work.by, reason="抽取" if record else "指定").save()
    ScoreSheet.objects.create(seat=seat)
    grant(expert.user, "declare", seat)
    notify(
        [expert.user], "panel", "参加评审的通知",
        f"{work.run.office}请您参加评审。请登录门户，在“专家评审”中先签署回避声明。",
        link=reverse("reviews:panel"), key=f"seat:{seat.public_id}",
    )  # fmt: skip
    return seat


@transaction.atomic
def declare(seat: Seat, *, by: Any, clear: bool, text: str = "") -> Seat:
    """The statement: no relation opens the filing; a relation ends the seat.

    Args:
        seat: the expert's own seat.
        by: the expert.
        clear: declares that there is no relation.
        text: what the relation is, when there is one.

    Raises:
        DomainError: not his seat, signed already, or the relation is not described.
    """
    locked = own_seat(seat, by)
    if locked.state != SeatState.PENDING:
        raise DomainError("回避声明已经签署，不能再改。发现须回避的，请用“申请回避”。")
    if not clear and not text.strip():
        raise DomainError("请说明与申报方的关系。", field="text", status=422)
    found = conflicts(locked.expert, locked.case, locked.run)
    locked.statement = text.strip() or "本人与申报单位、领办人及团队成员无利害关系。"
    locked.declared_at = timezone.now()
    if clear and not found:
        locked.state = SeatState.SEATED
        signed(locked, by=by, reason="签署回避声明").save()
        grant(by, "score", locked)
        return locked
    reason = text.strip() or "；".join(found)
    note(locked, "expert_avoids", f"专家{locked.expert}回避：{reason}", by=by)
    clock.look_again(locked.run)
    ended = end(locked, SeatState.CONFLICT, by=by, reason=reason)
    tell_avoided(ended)
    return ended


def note(seat: Seat, kind: str, text: str, *, by: Any, **data: Any) -> None:
    """Write a line about a seat into the record of its case."""
    events.record(
        seat.case.application, kind, text, actor=by, office=seat.run.office,
        data={"run": str(seat.run.public_id), "seat": str(seat.public_id), **data},
    )  # fmt: skip


def own_seat(seat: Seat, by: Any) -> Seat:
    """A person's own seat, locked behind its passage, which is still open.

    Raises:
        DomainError: somebody else's, or the passage is being signed or over.
    """
    lock_run(seat.run_id)
    locked = lock_seat(seat.pk)
    if locked.expert.user_id != by.pk:
        raise DomainError("这不是您的席位。", status=404)
    return locked


def lock_seat(pk: int) -> Seat:
    """A seat, locked, with all that is read of it."""
    return (
        Seat.objects.select_for_update(of=("self",))
        .select_related("expert__user", "expert__office", "run__office", "run__submission",
                        "case__application__ruleset", "case__application__jurisdiction",
                        "case__application__enterprise", "case__application__studio")
        .defer(*bulky("case__application__ruleset"))
        .get(pk=pk)
    )  # fmt: skip


def end(seat: Seat, state: str, *, by: Any, reason: str) -> Seat:
    """End a locked seat; its grants go at once, the row stays."""
    seat.state, seat.ended_at, seat.reason = state, timezone.now(), reason.strip()[:300]
    seat.chair = False
    signed(seat, by=by, reason=f"{SeatState(state).label}：{reason.strip()}"[:100]).save()
    for perm in Seat.allowed_permissions:
        revoke(seat.expert.user, perm, seat)
    return seat


@transaction.atomic
def release(seat: Seat, *, by: Any, reason: str) -> Seat:
    """The office takes back a seat whose sheet is not signed.

    Raises:
        DomainError: the reason is missing, or the sheet is signed (then only 回避 ends it).
    """
    work = _judged_work(seat.run, by=by)
    locked = lock_seat(seat.pk)
    require_reason(reason)
    if locked.state not in LIVE:
        raise DomainError("该席位已经结束。")
    if locked.sheet.signed_at is not None:
        raise DomainError("该专家已签署评审意见，不能撤换；须回避的请登记回避。")
    tell(work, "expert_released", f"{work.stage.label}：撤换专家{locked.expert}，{reason.strip()}")
    end(locked, SeatState.RELEASED, by=by, reason=reason)
    clock.follow(work)
    return locked


def require_reason(reason: str) -> None:
    """Refuse an empty or token reason.

    Raises:
        DomainError: too short.
    """
    if len(reason.strip()) < _MIN_REASON:
        raise DomainError(f"请写明理由（不少于 {_MIN_REASON} 个字）。",
                          field="reason", status=422)  # fmt: skip


@transaction.atomic
def set_chair(run: StageRun, expert: Expert, *, by: Any) -> None:
    """Make an expert the head of the panel, on every case where he sits.

    Raises:
        DomainError: he has no seat.
    """
    work = _judged_work(run, by=by)
    live = [lock_seat(seat.pk) for seat in live_seats(work.run)]
    if not any(seat.expert_id == expert.pk for seat in live):
        raise DomainError("组长须从已安排的专家中确定。", field="chair", status=422)
    for seat in sorted(live, key=lambda row: row.expert_id == expert.pk):
        wanted = seat.expert_id == expert.pk
        if seat.chair != wanted:
            seat.chair = wanted
            signed(seat, by=by, reason="确定组长").save()
    tell(work, "panel_chair", f"{work.stage.label}：组长{expert}")
