"""评定等次 on the page of a list: scores, grades proposed, shares beside what is chosen."""

from collections.abc import Callable
from typing import Any

from jurisdictions.engine.grading import table_of
from jurisdictions.interfaces.clauses import grouped_refs
from jurisdictions.queries import policy_of
from reviews.domain import grading
from reviews.domain.grading import Scored
from reviews.enums import ItemState
from reviews.interfaces import optionalpart
from reviews.models import List, ListItem, StageRun

Part = dict[str, Any]


def part(
    listing: List, run: StageRun, stage: Any, items: list[ListItem], typed: Any,
    named: Callable[[str], str],
) -> Part:  # fmt: skip
    """Rows of the grading and its caps; empty for a stage that gives no grades.

    Args:
        listing: the list.
        run: its passage.
        stage: what the ruleset says of it.
        items: all items.
        typed: what was typed just now and could not be kept.
        named: what people call a result.
    """
    if not getattr(stage, "grading", None):
        return {"grading": None}
    policy = policy_of(listing.ruleset)
    rules = grading.rules_of(policy, listing.procedure)
    present = [item for item in items if item.state == ItemState.IN]
    totals = grading.scored(policy, listing.procedure, [item.case for item in present])
    first = (stage.result,) if stage.kind == "decision" else ()
    codes = list(dict.fromkeys((*first, *stage.choices)))
    rows = [
        _row(item, totals[item.case_id], codes, run, rules, listing.procedure, typed, named)
        | {"asked": optionalpart.of_stage(listing, stage, _said(run, item), typed, item.pk)}
        for item in present
    ]
    table = table_of(policy, rules)
    results = [row["result"] for row in rows if row["result"]]
    mending = grading.is_mending(listing.procedure)
    return {
        "grading": {
            "rows": rows, "by_choice": rules.grade_by != "points",
            "shares": [] if mending else _shares(rules, listing.procedure, results, rows),
            "draft_note": table.draft_note if table else "",
            "clauses": grouped_refs(policy, stage.clause),
        }
    }  # fmt: skip


def without_scores(found: Part | None, run: StageRun) -> None:
    """Leave the scores out, and what follows from them, for who takes no part in the list."""
    if found is None:
        return
    kept = run.data.get("items", {})
    for row in found["rows"]:
        row |= {"score": "", "gap": "", "advice": ""}
        if not kept.get(str(row["pk"]), {}).get("result"):
            row["result_label"] = ""
    for share in found["shares"]:
        share["tie"] = ""


def _said(run: StageRun, item: ListItem) -> Part:
    found: Part = run.data.get("items", {}).get(str(item.pk), {})
    return found


def _row(
    item: ListItem, found: Scored, codes: list[str], run: StageRun, rules: Any, procedure: str,
    typed: Any, named: Callable[[str], str],
) -> Part:  # fmt: skip
    said = _said(run, item)
    by_points = rules.grade_by == "points" and bool(found.label)
    advice = grading.code_for(rules, procedure, found.label)
    chosen = typed.get(f"result-{item.pk}", said.get("result") or (advice if by_points else ""))
    rule = grading.mended_grade(rules)
    asks_day = rule is not None and rule.months is None and not grading.is_mending(procedure)
    grade = grading.grade_of_result(rules, procedure, advice)[0]
    return {
        "pk": item.pk, "label": item.case.application.studio_name,
        "unit": item.case.application.unit_name, "score": found.shown, "gap": found.gap,
        "advice": found.label, "result": chosen, "result_label": named(chosen) if chosen else "",
        "exact": found.exact,
        "options": [
            {"value": code, "label": named(code)}
            for code in codes
            if not by_points or grading.grade_of_result(rules, procedure, code)[0] == grade
        ],
        "text": typed.get(f"text-{item.pk}", said.get("text", "")),
        "until": typed.get(f"until-{item.pk}", said.get("until", "")), "asks_day": asks_day,
    }  # fmt: skip


def _shares(rules: Any, procedure: str, results: list[str], rows: list[Part]) -> list[Part]:
    """Each cap in words, with a warning where equal scores stand at its edge.

    The numbers follow what is chosen on the page, kept or not.
    """
    waiting = len(rows) - len(results)
    return [
        {
            "text": f"“{share.label}”不超过 {share.allowed} 个：{share.of} 个的{share.share}，"
            f"向下取整；{_used(share, waiting)}",
            "over": share.over, "hard": share.hard, "tie": _tie(rows, share.allowed),
        }
        for share in grading.shares(rules, procedure, results, waiting)
    ]  # fmt: skip


def _used(share: grading.Share, waiting: int) -> str:
    left = share.allowed - share.chosen
    rest = f"还可评定 {left} 个" if left >= 0 else f"超出 {-left} 个"
    undecided = f"，尚未评定 {waiting} 个" if waiting else ""
    return f"现评定 {share.chosen} 个，{rest}{undecided}"


def _tie(rows: list[Part], places: int) -> str:
    """Where the last place and the first one out have the same score."""
    order = sorted((row for row in rows if row["exact"] is not None),
                   key=lambda row: row["exact"], reverse=True)  # fmt: skip
    if not 0 < places < len(order) or order[places - 1]["exact"] != order[places]["exact"]:
        return ""
    score = order[places]["exact"]
    same = [row for row in order if row["exact"] == score]
    names = "、".join(row["label"] for row in same)
    return f"得分并列（{same[0]['score']} 分）：{names}，由评定人员决定并写明理由"
