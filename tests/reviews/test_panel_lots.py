"""Avoidance and draws by lot, as pure values: whatever the pool, no conflict is ever seated."""

import hashlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.common.errors import DomainError
from reviews.domain import seating
from reviews.domain.avoidance import Judge, Subject, reasons
from reviews.domain.drawing import Candidate, Needs, draw, in_order
from tests.reviews import factories as make
from tests.reviews import panel_factories as panels

UNITS, PEOPLE, USERS, NAMES = "ABCD", "wxyz", range(6), ("张一", "李二", "王三")
SOURCES = ("院校", "行业", "企业")

judges = st.builds(
    Judge,
    expert=st.integers(0, 9), user=st.sampled_from(USERS), name=st.sampled_from(NAMES),
    employer=st.sampled_from(UNITS),
    person=st.frozensets(st.sampled_from(PEOPLE), max_size=1),
    related=st.frozensets(st.sampled_from(UNITS), max_size=2),
)  # fmt: skip
subjects = st.builds(
    Subject,
    units=st.dictionaries(st.sampled_from(UNITS), st.just("单位"), max_size=2),
    people=st.dictionaries(st.sampled_from(PEOPLE), st.just("领办人"), max_size=2),
    names=st.dictionaries(st.sampled_from(NAMES), st.just("领办人"), max_size=1),
    known=st.frozensets(st.sampled_from(NAMES), max_size=2),
    contacts=st.frozensets(st.sampled_from(USERS), max_size=2),
    signers=st.dictionaries(st.sampled_from(USERS), st.just("初审"), max_size=2),
    declared=st.dictionaries(st.integers(0, 9), st.just("师徒"), max_size=2),
)


def conflicting(judge: Judge, subject: Subject) -> bool:
    """The rule once more, written down independently of the code under test."""
    return (
        judge.employer in subject.units
        or bool(judge.person & set(subject.people))
        or judge.user in subject.contacts
        or judge.user in subject.signers
        or bool(judge.related & set(subject.units))
        or judge.expert in subject.declared
    )


@given(judges, subjects)
def test_every_conflict_has_a_reason(judge: Judge, subject: Subject) -> None:
    if conflicting(judge, subject):
        assert reasons(judge, subject)


@settings(max_examples=300)
@given(
    st.lists(st.tuples(judges, st.sampled_from(SOURCES)), min_size=1, max_size=12),
    st.lists(subjects, min_size=1, max_size=3), st.integers(1, 8), st.text(max_size=8),
)  # fmt: skip
def test_no_assignment_ever_contains_a_conflict_pair(
    people: list[tuple[Judge, str]], filings: list[Subject], count: int, seed: str
) -> None:
    by_key = {str(number): judge for number, (judge, _) in enumerate(people)}
    pool = [
        Candidate(str(number), source, frozenset(),
                  tuple(why for subject in filings for why in reasons(judge, subject)))
        for number, (judge, source) in enumerate(people)
    ]  # fmt: skip
    drawn = draw(pool, Needs(count, SOURCES), seed)
    pairs = [(by_key[key], subject) for key in drawn.picked for subject in filings]
    assert not [pair for pair in pairs if conflicting(*pair)]
    assert len(set(drawn.picked)) == len(drawn.picked) <= count
    left_out = {row.key for row in drawn.excluded}
    assert left_out | set(drawn.order) == set(by_key)
    assert all(row.reasons for row in drawn.excluded)


@given(st.lists(st.uuids().map(str), max_size=10), st.text(max_size=8), st.randoms())
def test_a_draw_is_repeated_by_its_seed_whatever_the_order_of_the_pool(
    keys: list[str], seed: str, rng: object
) -> None:
    pool = [Candidate(key, SOURCES[n % 3]) for n, key in enumerate(dict.fromkeys(keys))]
    mixed = list(pool)
    rng.shuffle(mixed)  # type: ignore[attr-defined]  # a random.Random
    assert draw(pool, Needs(3, SOURCES), seed) == draw(mixed, Needs(3, SOURCES), seed)


def test_lots_can_be_worked_out_with_any_hash_tool() -> None:
    keys = ["a", "b", "c"]
    by_hand = sorted(keys, key=lambda key: hashlib.sha256(f"2026:{key}".encode()).hexdigest())
    assert list(in_order(keys, "2026")) == by_hand


@given(st.integers(0, 200).map(str))
def test_each_source_is_present_when_the_pool_has_it(seed: str) -> None:
    pool = [Candidate(f"s{n}", "院校") for n in range(8)]
    pool += [Candidate("i", "行业"), Candidate("e", "企业")]
    drawn = draw(pool, Needs(3, SOURCES), seed)
    assert {"i", "e"} < set(drawn.picked)
    assert (drawn.unmet, drawn.short, len(drawn.picked)) == ((), 0, 3)


def test_what_is_lacking_is_named_and_those_seated_count() -> None:
    pool = [Candidate("a", "院校"), Candidate("b", "行业", reasons=("同一单位",))]
    drawn = draw(pool, Needs(2, SOURCES), "x")
    assert (drawn.picked, drawn.unmet, drawn.short) == (("a",), ("行业", "企业"), 1)
    sat = [Candidate("c", "企业", frozenset({"finance"}))]
    again = draw(pool, Needs(1, ("院校", "企业"), ("finance",)), "x", seated=sat)
    assert (again.picked, again.unmet) == (("a",), ())


def test_the_same_name_without_both_numbers_cannot_be_told_apart() -> None:
    subject = Subject(people={"x": "领办人"}, names={"张一": "领办人"}, known=frozenset({"张一"}))
    named = {"expert": 1, "user": 1, "name": "张一", "employer": "Z"}
    assert "无法排除" in reasons(Judge(**named), subject)[0]
    assert reasons(Judge(**named, person=frozenset({"other"})), subject) == ()
    assert reasons(Judge(**named, person=frozenset({"x"})), subject) == (
        "与申报件的领办人为同一人",
    )


def test_the_ruleset_may_want_a_draw_or_an_appointment_alone(db: None) -> None:
    def drawn_only(document: dict[str, Any]) -> None:
        stages = document["procedures"]["establish"]["workflow"]["stages"]
        next(s for s in stages if s["kind"] == "panel")["seats"]["appoint"] = "draw"

    city = make.make_city("urumqi", change=drawn_only)
    run = panels.at_panel(city, make.submitted(city))
    with pytest.raises(DomainError, match="须随机抽取"):
        seating.appoint(run, panels.pool(city, 3), by=panels.handler(city, run))
