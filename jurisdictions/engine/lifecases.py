"""Kinds of policy cases about life after naming."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from jurisdictions.engine.cases import Case, Suite, compare
from jurisdictions.engine.changing import (
    Seen,
    change_event,
    change_events,
    clock_last_day,
    hinted_grounds,
    late_days,
    usable,
)
from jurisdictions.engine.grading import (
    GradeError,
    award_of,
    cap_for,
    check_cap,
    give_grade,
)
from jurisdictions.engine.ledger import (
    Movement,
    Paid,
    Span,
    balances,
    clawback_amount,
    warnings,
)
from jurisdictions.engine.life import (
    Due,
    PeriodError,
    assessments_due,
    ban_until,
    grant_due,
    mending_until,
    papers_due,
    window_last_day,
    window_open,
)
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.scoring import ScoreInputError, as_dict, full_marks
from jurisdictions.engine.scoring import score as work_out
from jurisdictions.schema.effects import BanEffect, Clawback, Grant


def score(policy: Policy, suite: Suite, case: Case) -> list[str]:
    """Lines, subtotals, total and grade of a score table.

    ``base: full`` starts from full marks; ``lines`` are laid over it. ``expect.table`` is a
    subset of the table itself.
    """
    table = policy.ruleset.score_tables[str(case.data["table"])]
    lines = full_marks(table) if case.data.get("base") == "full" else {}
    lines |= dict(case.data.get("lines", {}))
    try:
        found = as_dict(work_out(table, lines))
    except ScoreInputError as error:
        return _contains("error", case.expect.get("error", ""), str(error))
    rows = {line["id"]: line for group in found["groups"] for line in group["lines"]}
    found["points"] = {name: row["points"] for name, row in rows.items()}
    found["texts"] = {name: row["text"] for name, row in rows.items()}
    found["max"] = {name: row["max"] for name, row in rows.items()}
    found["why"] = {name: row["why"] for name, row in rows.items()}
    found["subtotals"] = {group["id"]: group["points"] for group in found["groups"]}
    found["titles"] = {group["id"]: group["title"] for group in found["groups"]}
    found["has_gap"] = bool(found["gap"])
    found["error"] = None
    shape = table.model_dump(mode="json", include={"title", "total", "draft_note"})
    return compare("score", case.expect, {**found, "table": shape})


def grade(policy: Policy, suite: Suite, case: Case) -> list[str]:
    """The grade of a total or a choice, and what it brings."""
    assessment = policy.ruleset.assessments[str(case.data["assessment"])]
    total = case.data.get("total")
    try:
        found = give_grade(
            policy,
            assessment,
            total=None if total is None else Decimal(str(total)),
            chosen=str(case.data.get("chosen", "")),
            reason=str(case.data.get("reason", "")),
        )
    except GradeError as error:
        return _contains("error", case.expect.get("error", ""), str(error))
    given = found.grade.model_dump(mode="json") if found.grade else {}
    plain = {
        **given,
        "grade": found.grade.label if found.grade else None,
        "advice": found.advice,
        "gap": bool(found.gap),
        "error": None,
    }
    return compare("grade", case.expect, plain)


def cap(policy: Policy, suite: Suite, case: Case) -> list[str]:
    """How many may have a grade or award; what an award says."""
    assessment = policy.ruleset.assessments[str(case.data["assessment"])]
    label = str(case.data["grade"])
    limit = cap_for(assessment, label)
    if limit is None:
        return [f"“{label}”没有比例限制"]
    verdict = check_cap(
        limit,
        chosen=int(case.data["chosen"]),
        passed=int(case.data["passed"]),
        assessed=int(case.data["assessed"]),
    )
    found: dict[str, Any] = asdict(verdict)
    if "award" in case.expect:
        found["award"] = award_of(assessment, label).model_dump(mode="json")
    return compare("cap", case.expect, found)


def calendar(policy: Policy, suite: Suite, case: Case) -> list[str]:
    """The yearly papers that have opened up to a day."""
    found = papers_due(
        policy,
        founded_on=_day(case.data["founded"]),
        until=_day(case.data["on"]),
        ended_on=_maybe(case.data.get("ended")),
        entered=_entered(case.data.get("entered", {})),
    )
    return _listed(case, found)


def due(policy: Policy, suite: Suite, case: Case) -> list[str]:
    """The assessments that have opened up to a day."""
    found = assessments_due(
        policy,
        founded_on=_day(case.data["founded"]),
        term_until=_maybe(case.data.get("term_until")),
        until=_day(case.data["on"]),
        ended_on=_maybe(case.data.get("ended")),
        entered=_entered(case.data.get("entered", {})),
    )
    return _listed(case, found)


def _listed(case: Case, found: list[Due]) -> list[str]:
    rows = {f"{row.item}.{row.period}": asdict(row) for row in found}
    plain: dict[str, Any] = {**rows, "list": list(rows)}
    return compare("due", case.expect, plain)


def mending(policy: Policy, suite: Suite, case: Case) -> list[str]:
    """The last day of a rectification."""
    rule = _grade_of(policy, case).rectification
    if rule is None:
        return ["这个等次没有限期整改"]
    asked = _maybe(case.data.get("asked"))
    try:
        until = mending_until(rule, _day(case.data["notified"]), asked)
    except PeriodError as error:
        return _contains("error", case.expect.get("error", ""), str(error))
    found = {"until": until, "error": None, "fails": rule.fails.model_dump(mode="json")}
    return compare("mending", case.expect, found)


def window(policy: Policy, suite: Suite, case: Case) -> list[str]:
    """Whether the grounds of revocation hold on a day."""
    founded = _day(case.data["founded"])
    found = {
        "open": window_open(policy, founded, _day(case.data["on"])),
        "last_day": window_last_day(policy, founded),
    }
    return compare("window", case.expect, found)


def clawback(policy: Policy, suite: Suite, case: Case) -> list[str]:
    """How much must be paid back; ``null`` where the text orders none."""
    rule = next((e for e in _effects(policy, case) if isinstance(e, Clawback)), None)
    amount = None
    if rule is not None:
        paid = [
            Paid(Decimal(str(p["amount"])), _day(p["on"]), bool(p.get("extra")))
            for p in case.data["paid"]
        ]
        amount = clawback_amount(
            rule,
            paid,
            founded_on=_day(case.data["founded"]),
            decided_on=_day(case.data["decided"]),
        )
    return compare("clawback", case.expect, {"amount": amount})


def ban(policy: Policy, suite: Suite, case: Case) -> list[str]:
    """Who is banned and until when; ``null`` where the text orders none."""
    rule = next((e for e in _effects(policy, case) if isinstance(e, BanEffect)), None)
    found: dict[str, Any] = {"until": None, "subjects": []}
    if rule is not None:
        found["until"] = ban_until(_day(case.data["decided"]), rule.years)
        found["subjects"] = list(rule.subjects)
    return compare("ban", case.expect, found)


def grant(policy: Policy, suite: Suite, case: Case) -> list[str]:
    """A grant of a result or grade: amount, whether again, last day of payment."""
    code = str(case.data["grant"])
    rules = [e for e in _effects(policy, case) if isinstance(e, Grant) and e.id == code]
    if not rules:
        return [f"没有资助 {code}"]
    last = grant_due(
        _day(case.data["decided"]),
        same_year=rules[0].same_year,
        within_months=rules[0].within_months,
    )
    return compare("grant", case.expect, {**rules[0].model_dump(mode="json"), "last_day": last})


def change(policy: Policy, suite: Suite, case: Case) -> list[str]:
    """The events that fit, the paths they open, the clocks that run."""
    events = change_events(
        policy, reason=case.data.get("reason"), same_group=case.data.get("same_group")
    )
    found: dict[str, Any] = {
        "events": [event.id for event in events],
        "paths": [f"{event.id}.{path.id}" for event in events for path in event.paths],
    }
    for event in events:
        found[event.id] = event.model_dump(mode="json")
        for path in event.paths:
            found[f"{event.id}.{path.id}"] = path.model_dump(mode="json")
    return compare("change", case.expect, found)


def clock(policy: Policy, suite: Suite, case: Case) -> list[str]:
    """The last day of a report or decision about a change."""
    event = change_event(policy, str(case.data["event"]))
    rule = event.report if case.data["clock"] == "report" else event.decide
    start = _day(case.data["start"])
    done = _maybe(case.data.get("done")) or start
    found: dict[str, Any] = {
        "last_day": clock_last_day(rule, start),
        "late_days": late_days(rule, start, done),
    }
    if rule is not None:
        found |= {"by": rule.by, "starts": rule.starts}
    return compare("clock", case.expect, found)


def ledger(policy: Policy, suite: Suite, case: Case) -> list[str]:
    """Balances and warnings of a ledger on a day."""
    moves = [_movement(row) for row in case.data.get("movements", [])]
    span = Span(
        _day(case.data["founded"]), _maybe(case.data.get("term_until")), _day(case.data["on"])
    )
    told = warnings(policy, moves, span)
    rules = policy.ruleset.ledger
    found = {
        "warnings": [warning.id for warning in told],
        "severity": {warning.id: warning.severity for warning in told},
        "balance": balances(rules, moves) if rules else {},
    }
    says = {warning.id: warning.text for warning in told}
    wanted = dict(case.expect)
    faults = [
        fault
        for name, text in wanted.pop("says", {}).items()
        for fault in _contains(name, text, says.get(name, ""))
    ]
    return faults + compare("ledger", wanted, found)


def ground(policy: Policy, suite: Suite, case: Case) -> list[str]:
    """Which grounds the records point to, and which may be used."""
    given = dict(case.data["seen"])
    for key in ("founded_on", "last_activity"):
        given[key] = _maybe(given.get(key))
    seen = Seen(**given)
    rules = policy.ruleset.revocations
    found = {
        "hinted": list(hinted_grounds(policy, seen, _day(case.data["on"]))),
        "usable": {g.id: usable(g, seen) for g in rules.grounds} if rules else {},
    }
    return compare("ground", case.expect, found)


def entry(policy: Policy, suite: Suite, case: Case) -> list[str]:
    """A part of the ruleset as it stands; ``at`` walks by key, and in lists by id or label."""
    node: Any = policy.ruleset.model_dump(mode="json")
    for step in str(case.data["at"]).split("."):
        node = _step(node, step)
    return compare(str(case.data["at"]), case.expect, node)


def _step(node: Any, step: str) -> Any:
    if not isinstance(node, list):
        return node[step]
    for row in node:
        if isinstance(row, Mapping) and step in (row.get("id"), row.get("label"), row.get("kind")):
            return row
    raise KeyError(step)


def _grade_of(policy: Policy, case: Case) -> Any:
    assessment = policy.ruleset.assessments[str(case.data["assessment"])]
    return next(g for g in assessment.grades if g.label == case.data["grade"])


def _effects(policy: Policy, case: Case) -> tuple[Any, ...]:
    """The effects of a grade, of failed mending, of a revocation, or of a result."""
    if "grade" in case.data:
        found = _grade_of(policy, case)
        if case.data.get("after_mending") and found.rectification:
            effects: tuple[Any, ...] = found.rectification.fails.effects
            return effects
        return tuple(found.effects)
    if case.data.get("revocation"):
        rules = policy.ruleset.revocations
        return rules.effects if rules else ()
    return policy.procedure(case.procedure).results[str(case.data["result"])].effects


def _movement(row: Mapping[str, Any]) -> Movement:
    given = dict(row)
    given["amount"], given["on"] = Decimal(str(given["amount"])), _day(given["on"])
    return Movement(**given)


def _entered(given: Mapping[str, Mapping[Any, Any]]) -> dict[tuple[str, int], date]:
    return {
        (name, int(year)): _day(day) for name, days in given.items() for year, day in days.items()
    }


def _contains(name: str, wanted: str, found: str) -> list[str]:
    return [] if wanted and wanted in found else [f"{name}：应含“{wanted}”，实为“{found}”"]


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _maybe(value: Any) -> date | None:
    return None if value is None else _day(value)


LIFE_KINDS = (
    score, grade, cap, calendar, due, mending, window, clawback, ban, grant, change, clock,
    ledger, ground, entry,
)  # fmt: skip
