"""What each kind of policy case asks of the engine."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from jurisdictions.engine.cases import Case, Suite, compare, filing_of
from jurisdictions.engine.claims import wanted_claims
from jurisdictions.engine.facts import Facts, build_facts
from jurisdictions.engine.findings import Evaluation
from jurisdictions.engine.formcheck import (
    is_required,
    visible_fields,
    visible_sections,
    visible_tables,
)
from jurisdictions.engine.lifecases import LIFE_KINDS
from jurisdictions.engine.names import render_name
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.publicity import notice_window
from jurisdictions.engine.rounds import check_quota, closing_moment, in_time, may_open
from jurisdictions.engine.rules import evaluate
from jurisdictions.engine.values import show_value
from jurisdictions.engine.workflow import road

Run = Callable[[Policy, Suite, Case], list[str]]


def _facts(policy: Policy, suite: Suite, case: Case) -> Facts:
    return build_facts(policy, case.procedure, filing_of(suite, case))


def application(policy: Policy, suite: Suite, case: Case) -> list[str]:
    """Findings, submit verdict, missing and optional items of a filing."""
    on = str(case.data.get("on", "application"))
    result = evaluate(policy, case.procedure, filing_of(suite, case), on=on)
    return [
        fault
        for key, value in case.expect.items()
        for fault in _application_key(policy, suite, case, result, key, value)
    ]


def _application_key(
    policy: Policy, suite: Suite, case: Case, result: Evaluation, key: str, value: Any
) -> list[str]:
    if key == "submit":
        stopping = [finding.rule for finding in result.stopping]
        return (
            []
            if result.submit == value
            else [f"提交：应为 {value}，实为 {result.submit} {stopping}"]
        )
    if key == "priority":
        return compare("priority", sorted(value), sorted(result.priorities))
    if key in ("missing_fields", "missing_materials", "optional_fields"):
        return _same_set(key, value, _gathered(policy, suite, case, result)[key])
    if key.startswith("sentence:"):
        finding = result.find(key.removeprefix("sentence:"))
        text = finding.sentence if finding else ""
        return [] if value in text else [f"{key}：应含“{value}”，实为“{text}”"]
    name, _, attribute = key.partition(".") if not key.startswith("field:") else (key, "", "")
    finding = result.find(name)
    if finding is None:
        return [] if value in (None, "none") else [f"没有结论 {name}"]
    return compare(key, value, getattr(finding, attribute or "outcome"))


def _gathered(policy: Policy, suite: Suite, case: Case, result: Evaluation) -> dict[str, set[str]]:
    materials = {
        f.rule.partition(":")[2]
        for f in result.findings
        if f.rule.startswith("material:") and f.outcome == "missing"
    }
    facts = _facts(policy, suite, case)
    optional = {
        use.field
        for use in visible_fields(policy, case.procedure, facts)
        if not is_required(policy, case.procedure, use, facts)
    }
    for table in visible_tables(policy, case.procedure, facts):
        optional |= {f"{table.table}.{c.column}" for c in table.columns if not c.required}
    fields = {
        f.rule.partition(":")[2]
        for f in result.findings
        if f.rule.startswith(("field:", "table:")) and f.outcome == "missing"
    }
    return {
        "missing_fields": fields,
        "missing_materials": materials,
        "optional_fields": optional,
    }


def _same_set(name: str, expected: list[str], found: set[str]) -> list[str]:
    faults = []
    if extra := sorted(found - set(expected)):
        faults.append(f"{name}：多出 {extra}")
    if absent := sorted(set(expected) - found):
        faults.append(f"{name}：缺少 {absent}")
    return faults


def form(policy: Policy, suite: Suite, case: Case) -> list[str]:
    """What the form shows and asks on these answers."""
    facts = _facts(policy, suite, case)
    uses = {use.field: use for use in visible_fields(policy, case.procedure, facts)}
    tables = {use.table: use for use in visible_tables(policy, case.procedure, facts)}
    sections = [s.id for s in visible_sections(policy, case.procedure, facts)]
    attributes: dict[str, Callable[[str], Any]] = {
        "shown": lambda path: path in uses or path in tables,
        "required": lambda path: is_required(policy, case.procedure, uses[path], facts),
        "label": lambda path: _label(policy, uses, tables, path),
        "options": lambda path: list(_options(policy, uses, tables, path)),
        "encouraged": lambda path: list(uses[path].encouraged),
        "columns": lambda path: [column.column for column in tables[path].columns],
    }
    faults: list[str] = []
    for key, value in case.expect.items():
        if key == "visible":
            faults += compare("visible", value, sections)
            continue
        read = attributes.get(key)
        for path, wanted in value.items():
            found = read(path) if read else _attribute(uses, tables, path, key)
            faults += compare(f"{key}.{path}", wanted, found)
    return faults


def _attribute(uses: Mapping[str, Any], tables: Mapping[str, Any], path: str, key: str) -> Any:
    """An attribute of a field, a table, or a column as ``team.years``."""
    if path in uses:
        return getattr(uses[path], key)
    if path in tables:
        return getattr(tables[path], key)
    table, _, name = path.partition(".")
    columns = {column.column: column for column in tables[table].columns}
    return getattr(columns[name], key)


def _label(policy: Policy, uses: Mapping[str, Any], tables: Mapping[str, Any], path: str) -> str:
    if path in tables:
        return tables[path].label or policy.catalogue.tables[path].label
    definition = policy.catalogue.field(path)
    own: str = _attribute(uses, tables, path, "label")
    return own or (definition.label if definition else "")


def _options(
    policy: Policy, uses: Mapping[str, Any], tables: Mapping[str, Any], path: str
) -> tuple[str, ...]:
    definition = policy.catalogue.field(path)
    if definition is None:
        return ()
    return policy.options(definition, _attribute(uses, tables, path, "options"))


def material(policy: Policy, suite: Suite, case: Case) -> list[str]:
    """What the checklist and the paper rules say."""
    procedure = policy.procedure(case.procedure)
    items = {item.id: item.model_dump(mode="json") for item in procedure.materials}
    faults: list[str] = []
    for key, value in case.expect.items():
        if key == "paper":
            found = procedure.paper.model_dump(mode="json") if procedure.paper else {}
            faults += compare("paper", value, found)
            continue
        item = items.get(key)
        if item is None:
            faults.append(f"没有材料 {key}")
            continue
        item["contains"] = [part["text"] for part in item["contains"]]
        words = item["words"]
        item["words"] = [words["minimum"], words["maximum"]] if words else None
        item["per_row"] = item["per_row"]["table"] if item["per_row"] else None
        faults += compare(key, value, item)
    return faults


def naming(policy: Policy, suite: Suite, case: Case) -> list[str]:
    """The name the formula gives."""
    facts = _facts(policy, suite, case)
    values = {
        path: show_value(policy.catalogue.field(path), value, unit=False)
        for path, value in facts.typed.items()
        if path not in policy.catalogue.tables
    }
    name = render_name(policy.procedure(case.procedure).studio_name, values)
    return compare("name", case.expect["name"], name)


def validity(policy: Policy, suite: Suite, case: Case) -> list[str]:
    """Whether a round may open on a day; what the identity says."""
    faults: list[str] = []
    if "open" in case.expect:
        entered = case.data.get("effective_from")
        allowed = may_open(policy, _day(case.data["on"]), _day(entered) if entered else None)
        faults += compare("open", case.expect["open"], allowed.ok)
    if "identity" in case.expect:
        found = policy.ruleset.identity.model_dump(mode="json")
        faults += compare("identity", case.expect["identity"], found)
    return faults


def workflow(policy: Policy, suite: Suite, case: Case) -> list[str]:
    """The road of this filing: stages taken, skipped, and who acts."""
    steps = road(policy, case.procedure, _facts(policy, suite, case))
    found = {
        "stages": [step.stage.id for step in steps if not step.skipped],
        "skipped": {step.stage.id: step.stage.box_skipped for step in steps if step.skipped},
        "offices": {step.stage.id: step.stage.office for step in steps},
        "kinds": {step.stage.id: step.stage.kind for step in steps},
    }
    return compare("workflow", case.expect, found)


def stage(policy: Policy, suite: Suite, case: Case) -> list[str]:
    """What one stage says; points and verdicts by their texts."""
    stages = {stage.id: stage for stage in policy.stages(case.procedure)}
    found = stages[str(case.data["stage"])].model_dump(mode="json")
    for key in ("points", "verdicts"):
        if key in found:
            found[key] = [point["text"] for point in found[key]]
    if "letter_parts" in found:
        found["letter_parts"] = [part["title"] for part in found["letter_parts"]]
    if found["kind"] == "consult":
        found["offices"] = [item["office"] for item in found["offices"]]
    return compare(found["id"], case.expect, found)


def publicity(policy: Policy, suite: Suite, case: Case) -> list[str]:
    """First and last day of the notice."""
    stages = {stage.id: stage for stage in policy.stages(case.procedure)}
    first, last = notice_window(
        stages[str(case.data["stage"])].period,
        _day(case.data["published"]),
        policy.national.calendar,
        case.data.get("days"),
    )
    found = {"first_day": first.isoformat(), "last_day": last.isoformat()}
    return compare("publicity", {k: str(v) for k, v in case.expect.items()}, found)


def claims(policy: Policy, suite: Suite, case: Case) -> list[str]:
    """Which rights to be the only one are taken, and from which answers."""
    wanted = wanted_claims(policy, case.procedure, _facts(policy, suite, case))
    taken = {w.claim.id: "exclusive" if w.exclusive else "shown" for w in wanted}
    keys = {w.claim.id: list(w.claim.key) for w in wanted}
    scopes = {w.claim.id: w.claim.scope for w in wanted}
    bans = {b.id: list(b.subjects) for b in policy.procedure(case.procedure).uniqueness.bans}
    faults: list[str] = []
    for name, value in case.expect.get("claims", {}).items():
        faults += compare(f"claims.{name}", value, taken.get(name, "none"))
    for name, found in (("keys", keys), ("scopes", scopes), ("bans", bans)):
        faults += compare(name, case.expect.get(name, {}), found)
    return faults


def deadline(policy: Policy, suite: Suite, case: Case) -> list[str]:
    """Whether a filing kept the deadline; the days of the round."""
    rounds = policy.procedure(case.procedure).rounds
    found: dict[str, Any] = {}
    if "in_time" in case.expect:
        closes = closing_moment(policy, _day(case.data["closes"]))
        arrived = case.data.get("arrived")
        found["in_time"] = in_time(
            policy,
            case.procedure,
            closes,
            _moment(policy, case.data["submitted"]),
            _moment(policy, arrived) if arrived else None,
        )
    if rounds and rounds.deadline:
        found["deadline"] = rounds.deadline.model_dump(mode="json")
    if rounds:
        found["asks"] = list(rounds.asks)
    return compare("deadline", case.expect, found)


def quota(policy: Policy, suite: Suite, case: Case) -> list[str]:
    """Whether so many may be named, or one more round opened."""
    allowed = check_quota(
        policy,
        case.procedure,
        chosen=case.data.get("chosen"),
        rounds_this_year=case.data.get("rounds_this_year"),
        round_quota=case.data.get("round_quota"),
        size=case.data.get("size"),
        result=case.data.get("result", ""),
    )
    wanted = case.expect["allowed"]
    found = allowed.ok if isinstance(wanted, bool) else allowed.severity
    return compare("allowed", wanted, found)


def result(policy: Policy, suite: Suite, case: Case) -> list[str]:
    """The effects of a result, in order."""
    found = policy.procedure(case.procedure).results[str(case.data["result"])]
    return compare(str(case.data["result"]), case.expect, found.model_dump(mode="json"))


def office(policy: Policy, suite: Suite, case: Case) -> list[str]:
    """What an office role says."""
    role = policy.ruleset.offices[str(case.data["role"])]
    return compare(str(case.data["role"]), case.expect, role.model_dump(mode="json"))


def sheet(policy: Policy, suite: Suite, case: Case) -> list[str]:
    """Opinion boxes of the sheet, by id, and whether it is a draft."""
    found = policy.procedure(case.procedure).sheet
    if found is None:
        return ["没有申报表"]
    plain = found.model_dump(mode="json")
    plain["boxes"] = {box["id"]: box for box in plain["boxes"]}
    return compare("sheet", case.expect, plain)


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _moment(policy: Policy, value: Any) -> datetime:
    zone = ZoneInfo(policy.ruleset.identity.timezone)
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


KINDS: dict[str, Run] = {
    run.__name__: run
    for run in (
        application, form, material, naming, validity, workflow, stage, publicity, claims,
        deadline, quota, result, office, sheet, *LIFE_KINDS,
    )
}  # fmt: skip
