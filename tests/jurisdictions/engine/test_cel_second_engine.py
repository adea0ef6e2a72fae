"""Every shipped expression gives the same on a second, independent engine.

The portal runs one engine behind one adapter; as long as another one agrees on every expression
and every policy case, it can be exchanged.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import cel
import pytest

from jurisdictions.engine.cases import Suite, filing_of, load_suite
from jurisdictions.engine.cel import Language
from jurisdictions.engine.dates import add_months, add_years, full_years, last_day_aged
from jurisdictions.engine.facts import Facts, Filing, build_facts, language
from jurisdictions.engine.occupation import normalise_occupation
from jurisdictions.engine.policy import Policy, load_policy
from jurisdictions.engine.walk import walk
from jurisdictions.schema.base import Expr
from jurisdictions.schema.rules import Rule
from portal.common.wordcount import count_like_word

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"
CITIES = sorted(file.stem for file in FIXTURES.glob("*.yaml"))
EMPTY = {"int": 0, "double": 0.0, "bool": False, "text": ""}


@lru_cache(maxsize=8)
def city(code: str) -> tuple[Policy, Suite]:
    return load_policy(FIXTURES / f"{code}.yaml")[0], load_suite(FIXTURES / code / "cases")


def midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def functions(policy: Policy) -> dict[str, Any]:
    def rank(table: str, value: str) -> int:
        found = policy.national.rank(table, value) if value else None
        return -1 if found is None else found

    return {
        "rank": rank,
        "add_years": lambda t, n: midnight(add_years(t.date(), n)),
        "add_months": lambda t, n: midnight(add_months(t.date(), n)),
        "add_days": lambda t, n: midnight(t.date() + dt.timedelta(days=n)),
        "age_on": lambda b, t: full_years(b.date(), t.date()),
        "last_day_of_age": lambda b, n: midnight(last_day_aged(b.date(), n)),
        "words": count_like_word,
        "year_of": lambda t: t.year,
        "occupation_key": normalise_occupation,
        "working_days": lambda a, b: sum(
            policy.national.calendar.is_working_day(a.date() + dt.timedelta(days=n))
            for n in range((b - a).days + 1)
        ),
    }


def nested(lang: Language, facts: Facts, extra: Mapping[str, Any]) -> dict[str, Any]:
    """Dotted names as maps in maps, rows as maps with every column."""
    tree: dict[str, Any] = {}
    for name, value in {**facts.data, **extra}.items():
        if name in lang.tables:
            tree[name] = [row_of(lang, name, row) for row in facts.typed.get(name, [])]
            continue
        node = tree
        *path, last = name.split(".")
        for step in path:
            node = node.setdefault(step, {})
        node[last] = value
    return tree


def row_of(lang: Language, table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for column, kind in lang.tables[table].items():
        value = row.get(column)
        if value in (None, ""):
            plain[column] = EMPTY[kind]
        elif kind == "double":
            plain[column] = float(value)
        else:
            plain[column] = value.isoformat() if isinstance(value, dt.date) else value
    return plain


def compare(
    policy: Policy, lang: Language, facts: Facts, source: str, bound: Mapping[str, Any]
) -> tuple[Any, Any] | None:
    """What both engines give; None where a fact is missing, so that nothing can be compared."""
    kinds = {name: kind for name, (kind, _) in bound.items()}
    values = {name: value for name, (_, value) in bound.items()}
    program = lang.compile(source, kinds)
    data = {**facts.data, **values}
    if any(name not in data for name in program.names):
        return None
    first = program.run(data)
    assert first.error == "", source
    context = cel.Context(variables=nested(lang, facts, values), functions=functions(policy))
    second = cel.evaluate(source, context)
    plain = second.date() if isinstance(second, dt.datetime) else second
    return first.value, plain


def expressions(policy: Policy, code: str) -> Iterator[tuple[str, Rule | None]]:
    """All expressions of a procedure; those of a rule with the rule, for its ``let``."""
    procedure = policy.procedure(code)
    for rule in procedure.rules:
        for path, value in walk(rule):
            if isinstance(value, Expr) and "let" not in path:
                yield str(value), rule
    for part in (procedure.form, procedure.materials, procedure.uniqueness, procedure.workflow):
        for _, value in walk(part):
            if isinstance(value, Expr):
                yield str(value), None


def bindings(
    policy: Policy, lang: Language, facts: Facts, rule: Rule | None
) -> tuple[dict[str, Any], list[tuple[Any, Any]]] | None:
    """Values of ``let`` by name with kind, and what both engines said; None when one is missing."""
    bound: dict[str, Any] = {}
    said = []
    for name, source in rule.let.items() if rule else ():
        both = compare(policy, lang, facts, str(source), bound)
        if both is None:
            return None
        said.append(both)
        kinds = {key: kind for key, (kind, _) in bound.items()}
        value = midnight(both[0]) if isinstance(both[0], dt.date) else both[0]
        bound[name] = (lang.compile(str(source), kinds).yields, value)
    return bound, said


def agreement(code: str) -> tuple[int, list[str]]:
    """How many evaluations were compared, and the expressions on which the engines differ."""
    policy, suite = city(code)
    compared, differing = 0, []
    for case in suite.cases:
        if case.kind != "application" or case.data.get("base", "complete") != "complete":
            continue
        lang = language(policy, case.procedure)
        facts = build_facts(policy, case.procedure, filing_of(suite, case))
        for source, rule in expressions(policy, case.procedure):
            found = bindings(policy, lang, facts, rule)
            both = compare(policy, lang, facts, source, found[0]) if found else None
            for one, two in [*(found[1] if found else []), *([both] if both else [])]:
                compared += 1
                if one != two:
                    differing.append(f"{case.title}: {source} -> {one!r} / {two!r}")
    return compared, differing


@pytest.mark.parametrize("code", CITIES)
def test_a_second_engine_agrees_on_every_expression_and_case(code: str) -> None:
    compared, differing = agreement(code)
    assert differing == []
    assert compared > 500


def undecided(
    policy: Policy, lang: Language, facts: Facts, source: str, rule: Rule | None
) -> str | None:
    """What differs on an expression that names facts nobody has given; None when nothing does."""
    kinds = {}
    for name, let in rule.let.items() if rule else ():
        kinds[name] = lang.compile(str(let), kinds).yields
    first = lang.compile(source, kinds).run(facts.data)
    context = cel.Context(variables=nested(lang, facts, {}), functions=functions(policy))
    try:
        second = cel.evaluate(source, context)
    except (KeyError, RuntimeError, ValueError):
        return None if first.missing else f"{source} -> {first.value!r} / nothing"
    plain = second.date() if isinstance(second, dt.datetime) else second
    if first.missing or first.value != plain:
        return f"{source} -> {first.missing or first.value!r} / {plain!r}"
    return None


@pytest.mark.parametrize("code", CITIES)
def test_a_second_engine_decides_an_empty_filing_where_this_one_does(code: str) -> None:
    policy, suite = city(code)
    day = suite.complete["ref_date"]
    on = day if isinstance(day, dt.date) else dt.date.fromisoformat(str(day))
    compared, differing = 0, []
    for procedure in policy.ruleset.procedures:
        lang = language(policy, procedure)
        facts = build_facts(policy, procedure, Filing({}, on))
        for source, rule in expressions(policy, procedure):
            compared += 1
            if (told := undecided(policy, lang, facts, source, rule)) is not None:
                differing.append(f"{procedure}: {told}")
    assert differing == []
    assert compared > 20
