"""The right half of the review page: findings, points, faults, conclusion, signatures."""

from collections.abc import Mapping
from typing import Any

from applications.models import Finding
from jurisdictions.engine.policy import Policy
from jurisdictions.interfaces.clauses import clause_refs, first_clause
from reviews.domain.corrections import targets_of
from reviews.domain.judging import RULE, points_of, reasons_given
from reviews.domain.work import PASS, REFUSE, RESERVE, RETURN, kind_of
from reviews.models import StageRun

_VERBS = {
    PASS: "提交：通过", RETURN: "提交：退回补正", REFUSE: "提交：不予通过", RESERVE: "提交：候补",
}  # fmt: skip
_LABELS = {PASS: "通过", RETURN: "退回补正", REFUSE: "不予通过", RESERVE: "候补"}
_HELP = {
    RETURN: "一次告知全部问题，仅被标记的内容可修改",
    REFUSE: "须写明理由，系统生成告知书",
}
_STATES = {"pass": "pass", "fail": "fail", "missing": "missing", "person": "person",
           "error": "missing", "not_applicable": "na"}  # fmt: skip


def rules_of(policy: Policy, findings: list[Finding]) -> list[dict[str, Any]]:
    """Findings for ``components/rules.html``; what is met goes last."""
    order = {"fail": 0, "error": 1, "missing": 2, "person": 3, "pass": 4, "not_applicable": 5}
    ranked = sorted(findings, key=lambda f: (order.get(f.outcome, 9), f.position))
    return [_rule(policy, finding) for finding in ranked]


def _rule(policy: Policy, finding: Finding) -> dict[str, Any]:
    details = finding.details
    state = _STATES.get(finding.outcome, "na")
    if state == "fail" and finding.severity == "warn":
        state = "warn"
    values = details.get("values") or {}
    facts = [f"{_label(policy, name)} {value}" for name, value in values.items()]
    says = finding.sentence or finding.title
    return {
        "state": state,
        "says": says if finding.title in says else f"{finding.title}：{says}",
        "fact": "，".join(facts),
        "clauses": clause_refs(policy, finding.clauses),
        "assumption": details.get("assumption", ""),
        "open": state in ("fail", "warn"),
    }


def _label(policy: Policy, name: str) -> str:
    definition = policy.catalogue.field(name)
    fact = policy.catalogue.facts.get(name)
    return definition.label if definition else fact.label if fact else name


def counts_of(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """How many findings of each state, as tags."""
    words = (("pass", "符合", "green"), ("fail", "不符合", "red"), ("warn", "须说明", "gold"),
             ("person", "待核", "gold"), ("missing", "待填写", "gold"))  # fmt: skip
    return [
        {"label": f"{label} {count}", "tone": tone}
        for state, label, tone in words
        if (count := sum(1 for rule in rules if rule["state"] == state))
    ]


def judged_of(run: StageRun, typed: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Verdicts as typed just now, else as kept."""
    said = {j.point: (j.verdict, j.reason) for j in run.judgements.all()}
    for key, value in typed.items():
        if key.startswith("point-"):
            name = key.removeprefix("point-")
            said[name] = (value, typed.get(f"reason-{name}", ""))
    return said


def points_for(
    policy: Policy, stage: Any, run: StageRun, said: Mapping[str, tuple[str, str]]
) -> list[dict[str, Any]]:
    """Points and overall verdicts, each with its clause and what the system found.

    The first of the verdicts says so; without every one of them nothing passes.
    """
    overall = next((verdict.id for verdict in getattr(stage, "verdicts", ())), None)
    findings = {f.rule: f for f in run.submission.findings.all()} if run.submission else {}
    found = []
    for point in points_of(stage):
        verdict, reason = said.get(point.id, ("", ""))
        hints = [findings[rule].sentence for rule in point.rules if rule in findings]
        found.append({
            "id": point.id, "name": f"point-{point.id}", "label": point.text,
            "clause": first_clause(policy, point.clause), "value": verdict, "reason": reason,
            "hint": "；".join(filter(None, hints))[:300], "opens_verdicts": point.id == overall,
        })  # fmt: skip
    return found


def reasons_for(
    policy: Policy, run: StageRun, said: Mapping[str, tuple[str, str]]
) -> list[dict[str, Any]]:
    """Reasons the unit gave for soft conditions, to be accepted or refused in writing."""
    found = []
    for finding in reasons_given(run):
        name = f"{RULE}{finding.rule}"
        verdict, reason = said.get(name, ("", ""))
        found.append({
            "id": name, "name": f"point-{name}", "title": finding.title,
            "sentence": finding.sentence, "given": finding.details.get("reason", ""),
            "clauses": clause_refs(policy, finding.clauses), "value": verdict, "reason": reason,
        })  # fmt: skip
    return found


def issues_for(
    policy: Policy, procedure: str, run: StageRun, typed: Mapping[str, str], flags: list[str] | None
) -> list[dict[str, str]]:
    """Faults flagged just now, else as kept."""
    known = targets_of(policy, procedure)
    kept = {f["target"]: f.get("text", "") for f in run.data.get("faults", [])}
    names = flags if flags is not None else list(kept)
    return [
        {"name": name, "label": known[name][0],
         "note": typed.get(f"note-{name}", kept.get(name, ""))}
        for name in names
        if name in known
    ]  # fmt: skip


def options_for(stage: Any, chosen: str, *, dropped: str = "") -> list[dict[str, Any]]:
    """Conclusions for ``components/decision.html``.

    Args:
        stage: the stage.
        chosen: the one that is ticked.
        dropped: of an inquiry of an office's own, what a refusal comes to: no letter says so.
    """
    helps = {**_HELP, REFUSE: f"须写明理由；就此结案，结果为“{dropped}”"} if dropped else _HELP
    return [
        {"value": value, "label": _LABELS[value], "help": helps.get(value, ""),
         "verb": _VERBS[value], "checked": value == chosen}
        for value in kind_of(stage.kind).outcomes(stage)
        if value in _LABELS
    ]  # fmt: skip


def signatures_for(run: StageRun) -> list[dict[str, Any]]:
    """Who signed this passage, newest first."""
    rows = run.signatures.select_related("user", "deputy_for").order_by("-pk")
    return [
        {
            "title": f"{row.get_post_display()}{'签署' if row.agrees else '退回经办'}"
                     f"{'（已撤回）' if row.recalled_at and row.agrees else ''}",
            "who": row.signer, "when": row.at, "says": row.text,
            "state": "good" if row.agrees and not row.recalled_at else "bad",
        }
        for row in rows
    ]  # fmt: skip
