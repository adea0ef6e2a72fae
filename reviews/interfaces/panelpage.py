"""专家评审 and 答辩 on the page of a passage: seats, pool, draws, progress, results, proposal."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from jurisdictions.engine.scoring import plain
from jurisdictions.permissions import works_for
from jurisdictions.queries import policy_of
from portal.common.xlsx import SheetColumn, SheetData, write_sheets
from reviews import queries
from reviews.domain import drawing, hearings, panels, results, seating, sittings
from reviews.domain.work import OUTCOME_LABELS, PASS, kind_of
from reviews.enums import DrawKind, SeatState
from reviews.interfaces.sittingpage import local_input
from reviews.models import Case, Seat, StageRun

Part = dict[str, Any]
_TONES = {SeatState.PENDING: "gold", SeatState.SEATED: "blue", SeatState.CONFLICT: "gray",
          SeatState.RECUSED: "gray", SeatState.RELEASED: "gray"}  # fmt: skip
#: So many items at most show their seats at once; of more, each is opened by itself.
_OPEN = 3
_OPINIONS = {"pass": "同意", "refuse": "不同意"}


def part(run: StageRun, stage: Any, user: Any, cases: list[Case], typed: Mapping[str, str]) -> Part:
    """The part of the page that is the panel's own.

    Args:
        run: the passage.
        stage: what the ruleset says of it.
        user: who reads.
        cases: what is judged.
        typed: what was typed just now and could not be kept.
    """
    policy = policy_of(_subject(run).ruleset)
    seats = list(queries.seats_on(run))
    inside = bool(works_for(user, run.office))
    blocks = [_block(run, stage, policy, case, seats, typed, inside) for case in cases]
    reads = _reads(run, user, blocks)
    word = typed.get("speciality", "").strip()
    people = _pool(run, cases, word) if run.state == "open" else []
    ranking = _ranking(blocks, places(run, stage) if reads else {})
    outcome = PASS if run.listing_id else str(run.outcome or blocks[0]["points_to"])
    found: Part = {
        "blocks": blocks, "outcome": outcome, "folded": len(blocks) > _OPEN,
        "ranking": ranking if len(blocks) > 1 else [],
        "needs": needs(policy, stage, _subject(run).procedure),
        "pool": people, "speciality": word, "despite": typed.get("despite", ""),
        "doubtful": any(one["possible"] and not one["reasons"] for one in people),
        "selectable": stage.seats.appoint != "draw"
        and any(not one["reasons"] and not one["taken"] for one in people),
        "draws": [_draw(row) for row in queries.draws_on(run)],
        "chairs": _chairs(seats), "complete": all(block["complete"] for block in blocks),
        "may_draw": stage.seats.appoint != "appoint",
        "default_count": typed.get("count") or max(stage.seats.minimum - len(_people(seats)), 1),
        "seated": any(seat.state in seating.LIVE for seat in seats),
        "ranked": stage.outcome == "rank", "inside": inside, "reads": reads,
        "signs_above": run.state == "open",
    }  # fmt: skip
    if stage.kind == "hearing":
        found |= _hearing(run, stage, typed)
        order = {row.case_id: row.position for row in found["agenda"]}
        blocks.sort(key=lambda block: order.get(block["case"].pk, 0))
    return found


def _reads(run: StageRun, user: Any, blocks: list[Part]) -> bool:
    """Whether the reader learns what the experts came to; else it is taken out of the blocks."""
    whole: Any = run.case or run.listing
    if queries.takes_part(user, whole):
        return True
    for block in blocks:
        block |= {"result": "", "points_to": "", "points_label": ""}
    return False


def _ranking(blocks: list[Part], rank: dict[int, int]) -> list[Part]:
    """Give each item its place once all have signed; returns those that have one, in order."""
    shared = Counter(rank.values())
    for block in blocks:
        place = rank.get(block["case"].pk) if block["complete"] else None
        block |= {"place": place, "tied": place is not None and shared[place] > 1}
    return sorted((b for b in blocks if b["place"]), key=lambda block: block["place"])


def _subject(run: StageRun) -> Any:
    return run.case.application if run.case else run.listing


def needs(policy: Any, stage: Any, procedure: str) -> str:
    """What the ruleset asks of the seats, in one sentence."""
    seats = stage.seats
    parts = [f"专家不少于 {seats.minimum} 人"]
    needed = seating.need_labels(policy, (*seats.sources, *seats.offices))
    if needed:
        parts.append(f"须有：{'、'.join(needed)}")
    ways = {
        "mean": "取平均分",
        "median": "取中位数",
        "trimmed": "去掉一个最高分和一个最低分后取平均",
    }
    if stage.mode == "score":
        parts.append(ways[stage.aggregate])
    if seats.weights:
        shares = "、".join(f"{source} {plain(w)}" for source, w in seats.weights.items())
        parts.append(f"来源权重：{shares}")
    if stage.weighs:
        labels = {row.id: row.label for row in policy.stages(procedure)}
        earlier = "、".join(
            f"“{labels[row.stage]}”得分占 {plain(row.weight)}%" for row in stage.weighs.earlier
        )
        parts.append(f"综合得分：{earlier}，本环节得分占 {plain(stage.weighs.own)}%")
    return "；".join(parts)


def _people(seats: list[Seat]) -> set[int]:
    return {seat.expert_id for seat in seats if seat.state in seating.LIVE}


def _chairs(seats: list[Seat]) -> list[Part]:
    chairs = {seat.expert_id for seat in seats if seat.chair}
    people = {seat.expert_id: seat.expert for seat in seats if seat.state in seating.LIVE}
    return [{"key": row.public_id, "name": row.name, "chosen": pk in chairs}
            for pk, row in people.items()]  # fmt: skip


def _block(
    run: StageRun, stage: Any, policy: Any, case: Case, seats: list[Seat],
    typed: Mapping[str, str], inside: bool,
) -> Part:  # fmt: skip
    """One case: its seats, and the result once everybody has signed.

    What single experts gave is shown ``inside`` the office that holds the passage alone.
    """
    own = [seat for seat in seats if seat.case_id == case.pk]
    live = [seat for seat in own if seat.state in seating.LIVE]
    complete = panels.all_signed(live)
    found = results.judged(policy, stage, results.counted(run, case), case) if complete else None
    key = panels.CASE_KEY if run.case_id else str(case.items.get(listing=run.listing_id).pk)
    points_to = results.suggested(policy, stage, found) if found else ""
    kept = run.data.get("items", {}).get(key, {})
    chosen = (
        typed.get(f"result-{key}")
        or kept.get("result")
        or (run.outcome if run.case_id else "")
        or points_to
    )
    text = results.proposed_text(stage, found) if found else ""
    return {
        "case": case, "application": case.application, "key": key,
        "why_field": f"why-{key}", "result_field": f"result-{key}",
        "seats": [_seat(seat, shown=complete and inside) for seat in own], "complete": complete,
        "forms": [seat_form(seat) for seat in own],
        "signed": sum(1 for seat in live if seat.sheet.signed_at), "of": len(live),
        "short": panels.shortage(policy, stage.seats, live)
        if own and run.state == "open" else [],
        "result": _result(found) if found else "",
        "points_to": points_to, "points_label": _outcome(stage, points_to),
        "options": [{"value": o, "label": _outcome(stage, o), "checked": o == chosen}
                    for o in kind_of(stage.kind).outcomes(stage)],
        "text": typed.get(f"text-{key}") or kept.get("text") or run.opinion or text,
        "why": typed.get(f"why-{key}") or run.data.get("deviations", {}).get(key, ""),
        "kept": _history(run, case) if complete and inside else [],
    }  # fmt: skip


def _outcome(stage: Any, outcome: str) -> str:
    """What an outcome is called; where a grade is given later, scores pass or fail nobody."""
    if stage.outcome == "grade" and outcome == PASS:
        return "转入下一环节"
    return OUTCOME_LABELS.get(outcome, "")


def _history(run: StageRun, case: Case) -> list[Any]:
    """Every result a case had. Two that follow one another tell what one expert gave."""
    return list(queries.results_on(run).filter(case=case))


def seat_form(seat: Seat) -> str:
    """The name of the small form in which a seat is changed."""
    return f"seat-{seat.public_id}"


def _seat(seat: Seat, *, shown: bool) -> Part:
    """A seat as officers see it: what was given stays hidden until all have signed."""
    sheet = seat.sheet
    said = ""
    if shown and sheet.signed_at is not None:
        said = (f"{plain(sheet.total)} 分" if sheet.total is not None
                else _OPINIONS.get(sheet.verdict, ""))  # fmt: skip
    live = seat.state in seating.LIVE
    progress = "已签署" if sheet.signed_at else "评审中" if seat.declared_at else ""
    return {
        "key": seat.public_id, "form": seat_form(seat),
        "name": seat.expert.name, "employer": seat.expert.employer,
        "source": seat.source, "chair": seat.chair, "live": live,
        "state": progress if live and progress else seat.get_state_display(),
        "tone": "green" if live and sheet.signed_at else _TONES[SeatState(seat.state)],
        "how": "抽取" if seat.draw_id else "指定", "reason": seat.reason, "despite": seat.despite,
        "signed": sheet.signed_at is not None and sheet.voided_at is None,
        "voided": sheet.voided_at is not None, "said": said,
        "text": sheet.text if shown and sheet.signed_at else "",
    }  # fmt: skip


def _result(found: results.Judged) -> str:
    if found.score is not None:
        grade = f"（{found.grade}）" if found.grade else ""
        if not found.shares:
            return f"{found.count} 份有效，得分 {plain(found.score)}{grade}"
        return f"{found.count} 份有效，综合得分 {plain(found.score)}{grade}：{found.made_of}"
    if found.short:
        return f"{found.count} 份有效，{found.short}"
    return f"{found.count} 份有效，同意 {found.agree}，不同意 {found.against}"


def _pool(run: StageRun, cases: list[Case], word: str) -> list[Part]:
    """Who may be asked, and who may not and why; of one speciality where a word is given."""
    experts = [row for row in seating.pool(run) if drawing.has_speciality(row.specialities, word)]
    taken = _people(list(queries.seats_on(run)))
    rows = seating.candidates(run, experts, seating.subjects_of(run, cases))
    return [
        {"key": expert.public_id, "name": expert.name, "source": expert.source,
         "employer": expert.employer, "specialities": expert.specialities,
         "reasons": row.reasons, "possible": row.possible, "taken": expert.pk in taken}
        for expert, row in zip(experts, rows, strict=True)
    ]  # fmt: skip


def _draw(row: Any) -> Part:
    is_order = row.kind == DrawKind.ORDER
    return {
        "row": row, "is_order": is_order,
        "method": drawing.ORDER_METHOD if is_order else drawing.METHOD,
        "picked": (" → " if is_order else "、").join(line["name"] for line in row.picked),
        "candidates": row.candidates, "excluded": row.excluded,
    }  # fmt: skip


def _hearing(run: StageRun, stage: Any, typed: Mapping[str, str]) -> Part:
    sitting = sittings.current(run)
    kept = {"starts_at": local_input(sitting.starts_at), "place": sitting.place} if sitting else {}
    return {
        "sitting": sitting, "version": sitting.version if sitting else "",
        "minutes_each": stage.minutes_each, "draws_order": stage.draw_order,
        "schedule": {name: typed.get(name, kept.get(name, "")) for name in ("starts_at", "place")},
        "agenda": hearings.agenda(sitting) if sitting else [],
    }  # fmt: skip


def workbook(run: StageRun, stage: Any, cases: list[Case]) -> bytes:
    """Results and what each expert gave, as a workbook; only once everybody has signed."""
    policy = policy_of(_subject(run).ruleset)
    lines, sheets, rank = [], [], places(run, stage)
    for case in cases:
        seats = results.counted(run, case)
        found = results.judged(policy, stage, seats, case)
        application = case.application
        lines.append({
            "number": application.number, "unit": application.unit_name,
            "studio": application.studio_name, "leader": application.leader_name,
            "count": found.count, "score": found.score, "agree": found.agree,
            "against": found.against, "grade": found.grade or "",
            "place": rank.get(case.pk), "made_of": found.made_of,
        })  # fmt: skip
        sheets += [
            {"number": application.number, "expert": seat.expert.name, "source": seat.source,
             "total": seat.sheet.total, "verdict": _OPINIONS.get(seat.sheet.verdict, ""),
             "text": seat.sheet.text, "at": seat.sheet.signed_at}
            for seat in seats
        ]  # fmt: skip
    return write_sheets([SheetData("评审结果", _columns(stage), lines),
                         SheetData("专家意见", _sheet_columns(stage), sheets)])  # fmt: skip


def _sheet_columns(stage: Any) -> list[SheetColumn]:
    said = ("total", "评分", 10) if stage.mode == "score" else ("verdict", "意见", 10)
    return [("number", "申报编号", 22), ("expert", "专家", 20), ("source", "来源", 12), said,
            ("text", "评审意见", 60), ("at", "签署时间", 20)]  # fmt: skip


def _columns(stage: Any) -> list[SheetColumn]:
    first = [("number", "申报编号", 22), ("unit", "申报单位", 32), ("studio", "工作室名称", 34),
             ("leader", "领办人", 20), ("count", "有效份数", 10)]  # fmt: skip
    said = (
        [
            ("score", "得分", 10),
            ("grade", "等次", 10),
            *([("made_of", "得分构成", 40)] if stage.weighs else []),
        ]
        if stage.mode == "score"
        else [("agree", "同意", 8), ("against", "不同意", 8)]
    )
    return [*first, *said, *([("place", "名次", 8)] if stage.outcome == "rank" else [])]


def places(run: StageRun, stage: Any) -> dict[int, int]:
    """Place of each case: among those of the list, or of its round at this stage."""
    if stage.outcome != "rank":
        return {}
    if run.listing_id is not None:
        return results.ranking(queries.results_on(run))
    return results.places_in_round(run)
