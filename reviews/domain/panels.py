"""专家评审 and 答辩: from the signed sheets to what the office proposes."""

from typing import Any

from django.utils import timezone

from jurisdictions.engine.policy import Policy
from jurisdictions.schema.stages.panel import Seats
from portal.common.errors import DomainError
from reviews.domain import drawing, hearings, results
from reviews.domain.conflicts import conflicts
from reviews.domain.results import Judged
from reviews.domain.seating import cases_of, live_seats, need_labels
from reviews.domain.work import OUTCOME_LABELS, PASS, Work
from reviews.models import Case, ListItem, PanelResult, Seat

CASE_KEY = "case"


def subjects(work: Work) -> list[tuple[str, Case, ListItem | None]]:
    """What is judged: key in forms, case, item of the list."""
    if work.case is not None:
        return [(CASE_KEY, work.case, None)]
    return [(str(item.pk), item.case, item) for item in work.present]


def check(work: Work) -> None:
    """The panel is complete, everybody has signed, and what is proposed has its reasons.

    Raises:
        DomainError: says who or what is missing, or that the signer sits on the panel himself.
    """
    _not_a_member(work)
    if work.stage.kind == "hearing":
        hearings.require_held(work)
    frozen: dict[str, Any] = {}
    for key, case, item in subjects(work):
        _require_panel(work, case)
        found = results.judged(work.policy, work.stage, results.counted(work.run, case), case)
        if found.short:
            raise DomainError(f"{_name(case)}：{found.short}。")
        row = results.refresh(work.run, case, work.policy, work.stage, by=work.by,
                              reason="提交签批")  # fmt: skip
        _take(work, key, case, item, found)
        frozen[str(case.public_id)] = _frozen(row)
    if work.listing is not None and work.run.outcome != PASS:
        raise DomainError("名单不能整体不予通过，逐项结果以评审结果为准。",
                          field="outcome", status=422)  # fmt: skip
    for case_id, place in places(work).items():
        frozen[case_id]["rank"] = place
    work.run.data["panel"] = frozen
    work.run.data["held_on"] = work.run.data.get("held_on") or timezone.localdate().isoformat()


def _not_a_member(work: Work) -> None:
    if work.by is not None and any(
        seat.expert.user_id == work.by.pk for seat in live_seats(work.run)
    ):
        raise DomainError("您是本次评审的专家，不能再签署机构意见，请由其他人员办理。", status=403)


def _name(case: Case) -> str:
    return case.application.number or case.application.unit_name


def _require_panel(work: Work, case: Case) -> None:
    """Seats, sources and offices of the ruleset, all signed, nobody to be avoided."""
    live, needs, name = live_seats(work.run, case), work.stage.seats, _name(case)
    waiting = [seat.expert.name for seat in live if seat.sheet.signed_at is None]
    if waiting:
        raise DomainError(f"{name}：{'、'.join(waiting)}尚未签署评审意见。")
    if short := shortage(work.policy, needs, live):
        raise DomainError(f"{name}：{short[0]}。")
    for seat in live:
        found = conflicts(seat.expert, case, work.run)
        if found:
            raise DomainError(f"{name}：专家{seat.expert}须回避（{'；'.join(found)}），"
                              "请先登记回避。")  # fmt: skip


def shortage(policy: Policy, needs: Seats, live: list[Seat]) -> list[str]:
    """What the live seats of a case lack of what the ruleset asks; empty when nothing.

    Args:
        policy: the version.
        needs: what the stage asks of its seats.
        live: seats of the case that count.
    """
    found = []
    if len(live) < needs.minimum:
        found.append(f"评审专家不少于 {needs.minimum} 人，现 {len(live)} 人")
    sat = [drawing.Candidate(str(seat.pk), seat.source, frozenset(seat.roles)) for seat in live]
    if missing := drawing.lacking(sat, needs.sources, needs.offices):
        found.append(f"评审专家中缺少：{'、'.join(need_labels(policy, missing))}")
    return found


def _take(work: Work, key: str, case: Case, item: ListItem | None, found: Judged) -> None:
    """Result and text of one subject: as proposed, else as the sheets point to."""
    points_to = results.suggested(work.policy, work.stage, found)
    text = results.proposed_text(work.stage, found)
    if item is None:
        result = work.run.outcome
        work.run.opinion = work.run.opinion.strip() or text
    else:
        given = work.data.get("items", {}).get(key, {})
        result = str(given.get("result") or points_to)
        kept = {"result": result, "text": str(given.get("text") or "").strip() or text}
        work.run.data["items"] = {**work.data.get("items", {}), key: kept}
    if not result:
        raise DomainError(f"{_name(case)}：请选择结论。", field=f"result-{key}", status=422)
    reason = str(work.data.get("deviations", {}).get(key) or "").strip()
    if points_to and result != points_to and not reason:
        raise DomainError(
            f"{_name(case)}：专家评审结果为“{OUTCOME_LABELS[points_to]}”，拟办结论与其不同的须写明理由。",
            field=f"why-{key}", status=422,
        )  # fmt: skip


def _frozen(row: PanelResult | None) -> dict[str, Any]:
    if row is None:
        return {}
    return {"number": row.number, "count": row.count, "agree": row.agree,
            "against": row.against, "exact": row.exact}  # fmt: skip


def places(work: Work) -> dict[str, int]:
    """Place of each case of a list; a passage of one case is ranked when its list is drawn up."""
    if work.stage.outcome != "rank" or work.listing is None:
        return {}
    cases = {case.pk: str(case.public_id) for case in cases_of(work)}
    rows = PanelResult.objects.filter(run=work.run, case__in=cases).order_by("number")
    return {cases[pk]: place for pk, place in results.ranking(rows).items()}


def all_signed(seats: list[Seat]) -> bool:
    """Whether there are seats and each of them has signed."""
    return bool(seats) and all(seat.sheet.signed_at is not None for seat in seats)
