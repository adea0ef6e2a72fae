"""申报条件自查: every finding in plain words, with values used, clause text and where to mend."""

from typing import Any

from django.urls import reverse

from applications.interfaces.clauses_of import law
from applications.interfaces.standing import Standing
from jurisdictions.engine.findings import Finding
from jurisdictions.engine.policy import Policy
from jurisdictions.interfaces.forms import DECLARATIONS

_STATES = {"pass": "pass", "missing": "missing", "person": "person", "not_applicable": "na"}
_TALLY = (
    ("pass", "符合", "green"),
    ("fail", "不符合", "red"),
    ("warn", "须说明", "gold"),
    ("missing", "待填写", "gold"),
    ("person", "待核", "gold"),
)
#: Groups of the panel: what is to be mended stands open, long lists are folded.
_GROUPS = (
    ("", ("fail", "warn")),
    ("待填写", ("missing",)),
    ("由受理机关核实", ("person",)),
    ("符合", ("pass",)),
    ("不适用或不影响申报", ("na",)),
)
_TAGS = {key: (label, tone) for key, label, tone in _TALLY} | {"na": ("不适用", "gray")}
_OPEN_UP_TO = 5
#: Sentences of the engine that only repeat the title.
_BARE = ("符合：", "不符合：", "由受理机关核实：")


def is_condition(finding: Finding) -> bool:
    """Whether a finding is a condition of the regulation, not a gap of form or checklist."""
    return ":" not in finding.rule


def state_of(finding: Finding) -> str:
    """State as ``components/rules.html`` draws it."""
    if finding.outcome in ("fail", "error"):
        return {"block": "fail", "warn": "warn"}.get(finding.severity, "na")
    return _STATES[finding.outcome]


def panel(standing: Standing) -> dict[str, Any]:
    """The eligibility panel of a filing: tally and every condition, what stops first."""
    rules = [rule_line(standing, f) for f in standing.evaluation.findings if is_condition(f)]
    rules = [_conflict_line(standing, conflict) for conflict in standing.conflicts] + rules
    identity = standing.policy.ruleset.identity
    number = f"（{identity.document_number}）" if identity.document_number else ""
    return {
        "title": "办理条件核对" if standing.by_office else "申报条件自查",
        "use": "供办案参考" if standing.by_office else "仅供自查",
        "basis": f"《{identity.title}》{number}",
        "tally": tally(rules),
        "groups": _groups(rules),
        "url": reverse("jurisdictions:policy", args=[standing.policy.code]),
    }


def _groups(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for title, states in _GROUPS:
        mine = [rule for rule in rules if rule["state"] in states]
        mine.sort(key=lambda rule: states.index(rule["state"]))
        if mine:
            found.append(
                {
                    "title": title,
                    "rules": mine,
                    "fold": bool(title),
                    "open": len(mine) <= _OPEN_UP_TO,
                }
            )
    return found


def tally(rules: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Counts by state, those that are not zero."""
    counts = {key: sum(1 for rule in rules if rule["state"] == key) for key, _, _ in _TALLY}
    return [
        {"label": f"{label} {counts[key]}", "tone": tone}
        for key, label, tone in _TALLY
        if counts[key]
    ]


def rule_line(standing: Standing, finding: Finding) -> dict[str, Any]:
    """One condition as ``components/rules.html`` takes it."""
    state = state_of(finding)
    return {
        "state": state,
        "says": finding.title,
        "fact": fact_text(standing.policy, finding),
        "link": _link(standing, finding) if state in ("fail", "warn", "missing") else None,
        "law": law(standing.policy, finding.clauses),
        "assumption": finding.assumption,
        "open": state == "fail",
        "tag": _TAGS[state][0],
        "tone": _TAGS[state][1],
    }


def fact_text(policy: Policy, finding: Finding) -> str:
    """The sentence of a finding and the values it rests on."""
    parts = [] if _says_nothing_new(finding) else [_closed(finding.sentence)]
    used = [
        f"{_label(policy, name)}：{value}"
        for name, value in finding.values.items()
        if value and value not in finding.sentence and not _is_technical(policy, name)
    ]
    if used and finding.outcome in ("pass", "fail"):
        parts.append(f"{'；'.join(used)}。")
    if finding.last_day:
        day = finding.last_day
        parts.append(f"最后符合日：{day.year}年{day.month}月{day.day}日。")
    return "".join(part for part in parts if part)


def _says_nothing_new(finding: Finding) -> bool:
    bare = any(finding.sentence == f"{start}{finding.title}" for start in _BARE)
    return finding.outcome == "not_applicable" or bare


def _closed(sentence: str) -> str:
    return sentence if sentence.endswith(("。", "！", "？")) else f"{sentence}。"


def _label(policy: Policy, name: str) -> str:
    definition = policy.catalogue.field(name)
    fact = policy.catalogue.facts.get(name)
    return definition.label if definition else fact.label if fact else name


def _is_technical(policy: Policy, name: str) -> bool:
    """Intermediate values have no name that people know."""
    return policy.catalogue.field(name) is None and name not in policy.catalogue.facts


def _link(standing: Standing, finding: Finding) -> dict[str, str] | None:
    place = standing.place(finding)
    if not place:
        return None
    verb = "去填写" if finding.outcome == "missing" else "去修改"
    return {"label": f"{verb}“{place_title(standing, place)}”", "url": place_url(standing, place)}


def place_title(standing: Standing, place: str) -> str:
    """What the place is called on the task list."""
    if place == "files":
        return "证明材料"
    if place == DECLARATIONS:
        return "申报声明"
    return next(section.title for section in standing.sections if section.id == place)


def place_url(standing: Standing, place: str, target: str = "") -> str:
    """Address of the place, at a field or material when one is named."""
    public_id = standing.application.public_id
    if place == "files":
        return reverse("applications:files", args=[public_id]) + (f"#{target}" if target else "")
    if place == DECLARATIONS:
        return reverse("applications:check", args=[public_id])
    address = reverse("applications:section", args=[public_id, place])
    return f"{address}#{target}" if target else address


def _conflict_line(standing: Standing, conflict: Any) -> dict[str, Any]:
    """Somebody else's right, in kind words that reveal nobody."""
    return {
        "state": "fail" if conflict.exclusive else "person",
        "says": conflict.title,
        "fact": f"{conflict.sentence}提交前请与受理机关核实；核实解除后即可继续提交。"
        if conflict.exclusive
        else conflict.sentence,
        "link": None,
        "law": law(standing.policy, conflict.clauses),
        "assumption": "",
        "open": conflict.exclusive,
        "tag": _TAGS["fail" if conflict.exclusive else "person"][0],
        "tone": _TAGS["fail" if conflict.exclusive else "person"][1],
    }
