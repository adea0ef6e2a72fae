"""Rules made ready: every expression of a procedure compiled once per policy."""

from dataclasses import dataclass

from jurisdictions.engine.cel import Language, Program
from jurisdictions.engine.facts import language
from jurisdictions.engine.policy import Policy
from jurisdictions.schema.rules import Rule


@dataclass(frozen=True)
class Plan:
    """A rule with its compiled parts.

    Attributes:
        lets: intermediate values in order, each with its program.
        tests: the program of ``require``, or of each option or reading in order.
    """

    rule: Rule
    when: Program | None
    lets: tuple[tuple[str, Program], ...]
    tests: tuple[Program, ...]
    last_day: Program | None


def plans(policy: Policy, procedure: str) -> tuple[Plan, ...]:
    """The rules of a procedure, compiled; made once per policy.

    Raises:
        ExpressionError: a rule does not compile, which the check of the ruleset would tell.
    """
    key = ("plans", procedure)
    if key not in policy.cache:
        lang = language(policy, procedure)
        rules = policy.procedure(procedure).rules
        policy.cache[key] = tuple(plan_of(lang, rule) for rule in rules)
    found: tuple[Plan, ...] = policy.cache[key]
    return found


def plan_of(lang: Language, rule: Rule) -> Plan:
    """One rule compiled: ``let`` names are known to what comes after them.

    Raises:
        ExpressionError: a part does not compile.
    """
    kinds: dict[str, str] = {}
    lets: list[tuple[str, Program]] = []
    for name, source in rule.let.items():
        program = lang.compile(source, kinds)
        lets.append((name, program))
        kinds[name] = program.yields
    sources = [part.require for part in rule.readings]
    if rule.at_least is not None:
        sources = [part.require for part in rule.at_least.of]
    if rule.require is not None:
        sources = [rule.require]
    return Plan(
        rule=rule,
        when=None if rule.when is None else lang.compile(rule.when),
        lets=tuple(lets),
        tests=tuple(lang.compile(source, kinds) for source in sources),
        last_day=None if rule.last_day is None else lang.compile(rule.last_day, kinds),
    )
