"""评分表: filled in by the expert alone, saved as he types, signed, locked, unlocked, voided."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from jurisdictions.engine.policy import Policy
from jurisdictions.engine.scoring import Score, ScoreInputError, number, score
from jurisdictions.queries import policy_of
from jurisdictions.schema.scoring import ScoreTable
from portal.common.errors import DomainError
from portal.common.history import signed
from reviews.domain import clock, opening, results, road
from reviews.domain.conflicts import conflicts
from reviews.domain.panelnews import tell_avoided, tell_complete
from reviews.domain.panels import all_signed
from reviews.domain.seating import (
    LIVE,
    end,
    live_seats,
    lock_seat,
    note,
    own_seat,
    require_reason,
)
from reviews.domain.sittings import lock_run
from reviews.domain.work import PASS, REFUSE, StaleActionError, Work, open_work
from reviews.enums import RunState, SeatState
from reviews.models import Case, ScoreSheet, Seat, StageRun
from reviews.permissions import can_handle_run

VERDICTS = (PASS, REFUSE)
_PLACES = 2


def stage_of(run: StageRun) -> Any:
    """What the ruleset says of the stage of a passage."""
    subject: Any = run.case.application if run.case else run.listing
    return road.stage_of(subject.ruleset, subject.procedure, run.stage)


def policy_for(case: Case) -> Policy:
    """The version a case is judged under."""
    return policy_of(case.application.ruleset)


def worked_out(seat: Seat) -> Score | None:
    """The table as filled in so far; None where experts give opinions."""
    table = results.table_of(policy_for(seat.case), stage_of(seat.run))
    return None if table is None else score(table, seat.sheet.lines)


@transaction.atomic
def save(seat: Seat, said: Mapping[str, Any], *, by: Any, version: int) -> ScoreSheet:
    """Keep what was typed; nobody else sees it.

    Args:
        seat: the expert's own seat.
        said: ``lines`` (line id to input), ``verdict`` and ``text``.
        by: the expert.
        version: of the sheet as the page showed it.

    Raises:
        StaleActionError: the sheet was saved elsewhere meanwhile.
        DomainError: no right, signed already, or an input that does not fit.
    """
    locked = _writable(seat, by, version)
    sheet = locked.sheet
    _take(sheet, said, results.table_of(policy_for(locked.case), stage_of(locked.run)))
    sheet.version += 1
    sheet.saved_at = timezone.now()
    # Autosaves are no decisions: an update stays out of the history.
    ScoreSheet.objects.filter(pk=sheet.pk).update(
        lines=sheet.lines, verdict=sheet.verdict, text=sheet.text, total=sheet.total,
        version=sheet.version, saved_at=sheet.saved_at,
    )  # fmt: skip
    return sheet


def _writable(seat: Seat, by: Any, version: int) -> Seat:
    locked = own_seat(seat, by)
    if locked.state != SeatState.SEATED:
        raise DomainError("签署回避声明后才能评审。", status=403)
    if locked.sheet.signed_at is not None:
        raise DomainError("评审意见已签署并锁定。确需修改的，请由组长或组织机构经办人解锁。")
    if locked.sheet.version != version:
        raise StaleActionError("本表已在另一窗口保存过，这次的内容没有保存。请刷新页面后核对。")
    return locked


def _take(sheet: ScoreSheet, said: Mapping[str, Any], table: ScoreTable | None) -> None:
    verdict = str(said.get("verdict") or "")
    if verdict and verdict not in VERDICTS:
        raise DomainError("意见只能是同意或不同意。", field="verdict", status=422)
    sheet.verdict, sheet.text = verdict, str(said.get("text") or "").strip()
    if table is None:
        sheet.lines, sheet.total = {}, None
        return
    lines = dict(said.get("lines") or {})
    try:
        _whole_hundredths(table, lines)
        sheet.total = score(table, lines).total
    except ScoreInputError as error:
        raise DomainError(f"{error}。", field="lines", status=422) from error
    sheet.lines = lines


def _whole_hundredths(table: ScoreTable, lines: Mapping[str, Any]) -> None:
    """Points given by hand have at most two decimals."""
    for group in table.groups:
        for item in group.items:
            given = lines.get(item.id)
            if isinstance(given, Mapping) and "points" in given:
                points = number(item, given["points"])
                if points != points.quantize(Decimal(1).scaleb(-_PLACES)):
                    raise ScoreInputError(f"“{item.text}”最多保留 {_PLACES} 位小数")


@transaction.atomic
def sign(seat: Seat, said: Mapping[str, Any], *, by: Any, version: int) -> ScoreSheet:
    """Sign the sheet: it is locked and counts.

    Raises:
        StaleActionError: the sheet was saved elsewhere meanwhile.
        DomainError: something is missing (says what), or the expert must now avoid the case.
    """
    locked = _writable(seat, by, version)
    stage, policy = stage_of(locked.run), policy_for(locked.case)
    found = conflicts(locked.expert, locked.case, locked.run)
    if found:
        raise DomainError(f"您须回避本件：{'；'.join(found)}。请用“申请回避”。")
    table = results.table_of(policy, stage)
    _take(locked.sheet, said, table)
    _require_complete(locked.sheet, table)
    locked.sheet.signed_at = timezone.now()
    locked.sheet.version += 1
    signed(locked.sheet, by=by, reason="签署评审意见").save()
    results.refresh(locked.run, locked.case, policy, stage, by=by, reason="专家签署")
    note(locked, "sheet_signed", f"专家{locked.expert}签署评审意见", by=by)
    clock.look_again(locked.run)
    if all_signed(live_seats(locked.run)):
        tell_complete(locked)
    return locked.sheet


def _require_complete(sheet: ScoreSheet, table: ScoreTable | None) -> None:
    if table is None:
        if not sheet.verdict:
            raise DomainError("请选择同意或不同意。", field="verdict", status=422)
        if not sheet.text:
            raise DomainError("请填写评审意见。", field="text", status=422)
        return
    worked = score(table, sheet.lines)
    for group in worked.groups:
        for line in group.lines:
            if line.open:
                raise DomainError(f"“{line.text}”：{line.open}。",
                                  field=f"line-{line.id}", status=422)  # fmt: skip


@transaction.atomic
def unlock(seat: Seat, *, by: Any, reason: str) -> ScoreSheet:
    """The head of the panel, or a handler of the office, opens a signed sheet again.

    Raises:
        DomainError: no right, no reason, or the sheet is not signed.
    """
    lock_run(seat.run_id)
    locked = lock_seat(seat.pk)
    if not may_unlock(locked, by):
        raise DomainError("只有组长或组织机构的经办人可以解锁。", status=403)
    require_reason(reason)
    if locked.state != SeatState.SEATED or locked.sheet.signed_at is None:
        raise DomainError("该专家的评审意见没有签署，无须解锁。")
    locked.sheet.signed_at = None
    locked.sheet.version += 1
    signed(locked.sheet, by=by, reason=f"解锁：{reason.strip()}"[:100]).save()
    results.refresh(locked.run, locked.case, policy_for(locked.case), stage_of(locked.run),
                    by=by, reason=f"解锁：{reason.strip()}")  # fmt: skip
    note(locked, "sheet_unlocked", f"解锁专家{locked.expert}的评审意见：{reason.strip()}", by=by)
    clock.look_again(locked.run)
    return locked.sheet


def may_unlock(seat: Seat, user: Any) -> bool:
    """Whether a person is the head of the panel on this case, or handles for the office."""
    heads = Seat.objects.filter(
        run=seat.run, case=seat.case, chair=True, state=SeatState.SEATED, expert__user=user
    )
    return heads.exists() or bool(can_handle_run(user, seat.run))


@transaction.atomic
def recuse(seat: Seat, *, by: Any, reason: str) -> Seat:
    """A relation came to light late: the seat ends, its sheet is void, the result is new.

    Everything stays in the record. A proposal on its way is taken back to the first post; a
    passage that has ended keeps its conclusion until it is corrected (更正), and the office is
    told.

    Args:
        seat: a living seat.
        by: the expert himself, or a handler of the office.
        reason: what the relation is.

    Raises:
        DomainError: no right, no reason, or the seat has ended.
    """
    work = open_work(seat.run, by=by)
    locked = lock_seat(seat.pk)
    if locked.expert.user_id != by.pk and not can_handle_run(by, work.run):
        raise DomainError("只有专家本人或组织机构的经办人可以登记回避。", status=403)
    require_reason(reason)
    if locked.state not in LIVE:
        raise DomainError("该席位已经结束。")
    before = results.newest(work.run, locked.case)
    if locked.sheet.signed_at is not None:
        locked.sheet.voided_at, locked.sheet.void_reason = timezone.now(), reason.strip()[:300]
        signed(locked.sheet, by=by, reason=f"作废：{reason.strip()}"[:100]).save()
    end(locked, SeatState.RECUSED, by=by, reason=reason)
    after = results.refresh(work.run, locked.case, work.policy, work.stage, by=by,
                            reason=f"专家回避：{reason.strip()}")  # fmt: skip
    note(locked, "expert_recused", f"专家{locked.expert}回避，评审意见作废：{reason.strip()}",
         by=by, before=_numbers(before), after=_numbers(after))  # fmt: skip
    _take_back(work, reason)
    clock.look_again(work.run)
    tell_avoided(locked, over=work.run.state not in (RunState.OPEN, RunState.SIGNING))
    return locked


def _numbers(row: Any) -> dict[str, Any]:
    if row is None:
        return {}
    return {"number": row.number, "count": row.count, "agree": row.agree,
            "against": row.against, "exact": row.exact}  # fmt: skip


def _take_back(work: Work, reason: str) -> None:
    """A proposal that rested on the voided sheet goes back to the first post."""
    run = work.run
    if run.state != RunState.SIGNING:
        return
    run.signatures.filter(recalled_at=None).update(recalled_at=timezone.now())
    run.state, run.waiting_for, run.outcome = RunState.OPEN, work.stage.signoff[0], ""
    run.version += 1
    signed(run, by=work.by, reason=f"专家回避，退回经办：{reason.strip()}"[:100]).save()
    if work.case is not None:
        opening.copy_to_case(work.case, run)
