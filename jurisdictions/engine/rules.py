"""Evaluates the rules of a procedure on facts. Advises; a person decides."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jurisdictions.engine.cel import Outcome, Program, to_utc
from jurisdictions.engine.dates import format_date
from jurisdictions.engine.facts import (
    RETIREMENT_DATE,
    Facts,
    Filing,
    asked_for,
    build_facts,
    language,
)
from jurisdictions.engine.findings import Evaluation, Finding, Part, Result
from jurisdictions.engine.formcheck import check_form, check_materials
from jurisdictions.engine.plans import Plan, plans
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.values import show_value
from jurisdictions.schema.rules import AtLeast, Severity

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_.]*)\}")
_DEFAULT = {
    "pass": "符合：{title}",
    "fail": "不符合：{title}",
    "missing": "待填写：{missing}",
    "person": "由受理机关核实：{title}",
    "error": "系统未能核对，请联系受理机关",
    "not_applicable": "不适用",
}


def evaluate(
    policy: Policy, procedure: str, filing: Filing, *, on: str = "application"
) -> Evaluation:
    """Check the form, the materials and every rule of a procedure.

    Args:
        policy: the city's policy.
        procedure: code of the procedure.
        filing: answers, files, registers and reference day.
        on: which rules: application, round, list or studio.
    """
    facts = build_facts(policy, procedure, filing)
    findings: list[Finding] = []
    if on == "application":
        findings += check_form(policy, procedure, facts)
        findings += check_materials(policy, procedure, filing, facts)
    findings += evaluate_rules(policy, procedure, facts, on=on)
    return Evaluation(tuple(findings))


def evaluate_rules(
    policy: Policy, procedure: str, facts: Facts, *, on: str = "application"
) -> list[Finding]:
    """Only the rules, for the public self-check and for lists and rounds."""
    return [
        _Judge(policy, facts, plan).finding()
        for plan in plans(policy, procedure)
        if plan.rule.on == on
    ]


def condition_holds(
    policy: Policy, procedure: str, source: str | None, facts: Facts
) -> bool | None:
    """Whether a ``when`` holds; None while it cannot be decided. No condition holds."""
    if source is None:
        return True
    outcome = language(policy, procedure).compile(source).run(facts.data)
    return None if outcome.missing or outcome.error else bool(outcome.value)


class _Judge:
    """Works out one rule on one set of facts."""

    def __init__(self, policy: Policy, facts: Facts, plan: Plan) -> None:
        self.policy, self.facts, self.plan, self.rule = policy, facts, plan, plan.rule
        self.data: Mapping[str, Any] = facts.data
        self.lets: set[str] = set()
        self.broken: set[str] = set()
        self.applies = True
        self.missing: list[str] = []
        self.used: list[str] = []
        self.parts: tuple[Part, ...] = ()

    def finding(self) -> Finding:
        """The finding of this rule."""
        outcome, severity = self._decide()
        rule = self.rule
        missing = asked_for(self.policy, tuple(dict.fromkeys(self.missing)), self.facts.typed)
        values = self._values()
        return Finding(
            rule=rule.id,
            title=rule.title,
            outcome=outcome,
            severity=severity,
            check=rule.check,
            clauses=rule.clause,
            sentence=self._sentence(outcome, missing, values),
            values=values,
            missing=missing if outcome == "missing" else (),
            fields=rule.fields or missing,
            last_day=self._last_day(),
            parts=self.parts,
            priority=rule.priority,
            assumption=rule.assumption,
            compared=rule.compared,
        )

    def _decide(self) -> tuple[Result, Severity]:
        rule = self.rule
        if self.plan.when is not None:
            applies = self._run(self.plan.when)
            if applies.value is not True:
                self.applies = False
                return self._not_applying(applies)
        for name, program in self.plan.lets:
            self._bind(name, program)
        result, severity = self._test()
        if rule.check == "human" and result == "pass":
            return "person", severity
        return result, severity

    def _not_applying(self, applies: Outcome) -> tuple[Result, Severity]:
        """A condition that is false, undecided (stops nobody) or broken (a person looks)."""
        if applies.error:
            return "error", self.rule.severity
        if applies.missing:
            return "missing", "info"
        return "not_applicable", self.rule.severity

    def _test(self) -> tuple[Result, Severity]:
        results = [self._result(self._run(program)) for program in self.plan.tests]
        if self.rule.readings:
            return self._readings(results)
        if self.rule.at_least is not None:
            return self._at_least(self.rule.at_least, results), self.rule.severity
        return (results[0] if results else "pass"), self.rule.severity

    def _readings(self, results: list[Result]) -> tuple[Result, Severity]:
        self.parts = tuple(
            Part(str(number), reading.label, reading.clause, result)
            for number, (reading, result) in enumerate(
                zip(self.rule.readings, results, strict=True), 1
            )
        )
        for result in results:
            if result in ("missing", "error"):
                return result, self.rule.severity
        if all(result == "pass" for result in results):
            return "pass", self.rule.severity
        return "fail", ("warn" if "pass" in results else self.rule.severity)

    def _at_least(self, group: AtLeast, results: list[Result]) -> Result:
        self.parts = tuple(
            Part(option.id, option.title, option.clause, result)
            for option, result in zip(group.of, results, strict=True)
        )
        passed, open_ = results.count("pass"), results.count("missing")
        if passed >= group.n:
            self.missing.clear()
            return "pass"
        if passed + open_ >= group.n:
            return "missing"
        return "error" if passed + open_ + results.count("error") >= group.n else "fail"

    def _run(self, program: Program) -> Outcome:
        self.used.extend(program.names)
        outcome = program.run(self.data)
        if self.broken.intersection(outcome.missing):
            return Outcome(error="let")
        self.missing.extend(name for name in outcome.missing if name not in self.lets)
        return outcome

    def _bind(self, name: str, program: Program) -> None:
        outcome = self._run(program)
        self.lets.add(name)
        if outcome.error:
            self.broken.add(name)
        elif not outcome.missing:
            value = to_utc(outcome.value) if program.yields == "date" else outcome.value
            self.data = {**self.data, name: value}

    @staticmethod
    def _result(outcome: Outcome) -> Result:
        if outcome.missing:
            return "missing"
        if outcome.error:
            return "error"
        return "pass" if outcome.value else "fail"

    def _last_day(self) -> Any:
        if self.plan.last_day is None or not self.applies:
            return None
        outcome = self.plan.last_day.run(self.data)
        return outcome.value if not outcome.missing and not outcome.error else None

    def _values(self) -> dict[str, str]:
        values: dict[str, str] = {}
        for name in dict.fromkeys(self.used):
            if name in self.data and name not in self.policy.catalogue.tables:
                values[name] = self._shown(name)
        if RETIREMENT_DATE in self.used and len(self.facts.retirement) > 1:
            for _, label, result in self.facts.retirement:
                values[label] = f"{format_date(result.date)}（{result.age_text}）"
        return values

    def _shown(self, name: str) -> str:
        definition = self.policy.catalogue.fields.get(name)
        value = self.facts.typed.get(name) if definition else self.data[name]
        plain = value.date() if isinstance(value, datetime) else value
        return show_value(definition, plain)

    def _sentence(
        self, outcome: Result, missing: tuple[str, ...], values: Mapping[str, str]
    ) -> str:
        says = {
            "pass": self.rule.says.passed,
            "fail": self.rule.says.fail,
            "missing": self.rule.says.missing,
            "person": self.rule.says.person,
        }.get(outcome, "")
        labels = "、".join(self._label(path) for path in missing)
        text = says or _DEFAULT[outcome].format(title=self.rule.title, missing=labels)

        def fill(match: re.Match[str]) -> str:
            name = match.group(1)
            if name in values:
                return values[name]
            return self._shown(name) if name in self.data else "（未填）"

        return _PLACEHOLDER.sub(fill, text)

    def _label(self, path: str) -> str:
        definition = self.policy.catalogue.field(path)
        fact = self.policy.catalogue.facts.get(path)
        return definition.label if definition else fact.label if fact else path
