"""Evaluates the rules of a procedure on facts. Advises; a person decides."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jurisdictions.engine.cel import ExpressionError, Language, Outcome, Program, to_utc
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
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.values import show_value
from jurisdictions.schema.rules import Rule

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
    lang = language(policy, procedure)
    rules = policy.procedure(procedure).rules
    return [_Judge(policy, lang, facts, rule).finding() for rule in rules if rule.on == on]


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

    def __init__(self, policy: Policy, lang: Language, facts: Facts, rule: Rule) -> None:
        self.policy, self.lang, self.facts, self.rule = policy, lang, facts, rule
        self.data: dict[str, Any] = dict(facts.data)
        self.kinds: dict[str, str] = {}
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

    def _decide(self) -> tuple[Result, Any]:
        rule = self.rule
        if rule.when is not None:
            applies = self._run(rule.when)
            if applies.value is not True:
                undecided = bool(applies.missing)
                return ("missing" if undecided else "not_applicable"), (
                    "info" if undecided else rule.severity
                )
        for name, source in rule.let.items():
            self._bind(name, source)
        if rule.readings:
            return self._readings()
        result = self._at_least() if rule.at_least else self._require()
        if rule.check == "human" and result == "pass":
            return "person", rule.severity
        return result, rule.severity

    def _require(self) -> Result:
        if self.rule.require is None:
            return "pass"
        return self._result(self._run(self.rule.require))

    def _readings(self) -> tuple[Result, Any]:
        results = [self._result(self._run(reading.require)) for reading in self.rule.readings]
        self.parts = tuple(
            Part(str(number), reading.label, reading.clause, result)
            for number, (reading, result) in enumerate(
                zip(self.rule.readings, results, strict=True), 1
            )
        )
        if any(result in ("missing", "error") for result in results):
            return next(r for r in results if r in ("missing", "error")), self.rule.severity
        if all(result == "pass" for result in results):
            return "pass", self.rule.severity
        return "fail", ("warn" if "pass" in results else self.rule.severity)

    def _at_least(self) -> Result:
        group = self.rule.at_least
        if group is None:
            return "pass"
        results = [self._result(self._run(option.require)) for option in group.of]
        self.parts = tuple(
            Part(option.id, option.title, option.clause, result)
            for option, result in zip(group.of, results, strict=True)
        )
        passed = results.count("pass")
        if passed >= group.n:
            self.missing.clear()
            return "pass"
        if passed + results.count("missing") >= group.n:
            return "missing"
        return "error" if "error" in results else "fail"

    def _run(self, source: str) -> Outcome:
        program = self._program(source)
        self.used.extend(program.names)
        outcome = program.run(self.data)
        self.missing.extend(name for name in outcome.missing if name not in self.kinds)
        return outcome

    def _program(self, source: str) -> Program:
        return self.lang.compile(source, self.kinds)

    def _bind(self, name: str, source: str) -> None:
        program = self._program(source)
        outcome = self._run(source)
        self.kinds[name] = program.yields
        if not outcome.missing and not outcome.error:
            value = outcome.value
            self.data[name] = to_utc(value) if program.yields == "date" else value

    @staticmethod
    def _result(outcome: Outcome) -> Result:
        if outcome.missing:
            return "missing"
        if outcome.error:
            return "error"
        return "pass" if outcome.value else "fail"

    def _last_day(self) -> Any:
        if self.rule.last_day is None:
            return None
        try:
            outcome = self._program(self.rule.last_day).run(self.data)
        except ExpressionError:
            return None
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
