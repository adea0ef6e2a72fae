"""From a filing to facts: what expressions may use, and what is still asked."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jurisdictions.engine.cel import to_utc
from jurisdictions.engine.facts import (
    Facts,
    Filing,
    MaterialFact,
    asked_for,
    build_facts,
    language,
    material_gaps,
)
from jurisdictions.schema.materials import Material
from tests.jurisdictions.engine.places import ESTABLISH, REFERENCE, filing, small

NUMBER = "650102197510203117"


def facts_of(answers: dict[str, Any], **more: Any) -> Facts:
    return build_facts(small(), ESTABLISH, Filing(answers, **{"ref_date": REFERENCE, **more}))


def test_an_unanswered_field_is_no_fact() -> None:
    found = facts_of({"unit.name": "", "unit.systems": [], "leader.name": None})
    assert {"unit.name", "unit.systems", "leader.name"} & set(found.data) == set()
    assert found.data["team"] == []
    assert found.faults == {}


def test_no_and_nought_are_facts() -> None:
    found = facts_of({"unit.has_branches": False, "unit.match_amount": 0})
    assert found.data["unit.has_branches"] is False
    assert found.data["unit.match_amount"] == 0.0


def test_the_reference_day_is_a_fact_and_registers_are_as_given() -> None:
    found = facts_of({}, registers={"register.leader_active": 2})
    assert found.data["ref.date"] == to_utc(REFERENCE)
    assert found.data["ref.year"] == 2026
    assert found.data["register.leader_active"] == 2


@pytest.mark.parametrize(
    "answer", [NUMBER, {"sealed": "t", "shown": "6***7", "birth": "1975-10-20", "sex": "男"}]
)
def test_birth_and_age_come_from_the_number_and_the_number_is_never_a_fact(answer: Any) -> None:
    found = facts_of({"leader.id_number": answer, "unit.bank_account": "6222000011112222"})
    assert found.data["leader.birth_date"] == to_utc(date(1975, 10, 20))
    assert found.data["leader.age"] == 50
    assert "leader.id_number" not in found.data
    assert "unit.bank_account" not in found.data
    assert NUMBER not in repr(found.data)


def test_a_wrong_number_is_a_fault_of_its_field() -> None:
    found = facts_of({"leader.id_number": "650102197510203118"})
    assert "校验位不符" in found.faults["leader.id_number"]
    assert "leader.age" not in found.data


def test_a_passport_leaves_the_birth_to_be_typed() -> None:
    answers = {"leader.id_type": "护照", "leader.id_number": "E12345678"}
    assert "leader.age" not in facts_of(answers).data
    typed = facts_of({**answers, "leader.birth_date": "1975-10-20"})
    assert typed.data["leader.age"] == 50


def test_members_get_age_and_month_of_birth_from_their_number() -> None:
    row = {"name": "甲", "id_number": NUMBER}
    found = facts_of({"team": [row, {**row, "age": 49, "birth_month": "1976-01"}]})
    one, two = found.typed["team"]
    assert (one["age"], one["birth_month"]) == (50, date(1975, 10, 1))
    assert (two["age"], two["birth_month"]) == (49, date(1976, 1, 1))
    assert (one["row_id"], two["row_id"]) == ("0", "1")


def test_a_member_with_a_wrong_number_is_a_fault_of_the_cell() -> None:
    found = facts_of({"team": [{"id_number": "1"}, {"row_id": "b", "id_number": {"sealed": "t"}}]})
    assert list(found.faults) == ["team.0.id_number"]
    assert found.typed["team"][1]["row_id"] == "b"


@pytest.mark.parametrize(
    ("sex", "category", "dates"),
    [
        ("男", None, [date(2038, 7, 20)]),
        ("男", "50", [date(2038, 7, 20)]),
    ],
)
def test_a_mans_retirement_needs_no_category(
    sex: str, category: str | None, dates: list[date]
) -> None:
    found = facts_of(
        {"leader.sex": sex, "leader.id_number": NUMBER, "leader.women_category": category}
    )
    assert [result.date for _, _, result in found.retirement] == dates
    assert found.data["leader.retirement_date"] == to_utc(dates[0])
    assert found.faults == {}


def test_a_woman_has_two_possible_days_until_her_category_is_chosen() -> None:
    woman = {"leader.sex": "女", "leader.birth_date": "1980-05-01"}
    open_ = facts_of(woman)
    assert [code for code, _, _ in open_.retirement] == ["55", "50"]
    assert "leader.retirement_date" not in open_.data
    chosen = facts_of({**woman, "leader.women_category": "50"})
    assert [code for code, _, _ in chosen.retirement] == ["50"]
    assert chosen.data["leader.retirement_date"] == to_utc(chosen.retirement[0][2].date)


@pytest.mark.parametrize(
    ("missing", "typed", "asked"),
    [
        ((), {}, ()),
        (("unit.name",), {}, ("unit.name",)),
        (("leader.age",), {}, ("leader.id_number",)),
        (("leader.age", "leader.birth_date"), {}, ("leader.id_number",)),
        (("leader.retirement_date",), {}, ("leader.id_number", "leader.sex")),
        (
            ("leader.retirement_date",),
            {"leader.sex": "女", "leader.birth_date": date(1980, 5, 1)},
            ("leader.women_category",),
        ),
        (("leader.retirement_date",), {"leader.sex": "男"}, ("leader.id_number",)),
        (("materials.deeds.words",), {}, ("materials.deeds.words",)),
    ],
)
def test_people_are_asked_for_what_they_can_fill_in(
    missing: tuple[str, ...], typed: dict[str, Any], asked: tuple[str, ...]
) -> None:
    assert asked_for(small(), missing, typed) == asked


def test_files_are_facts_by_material() -> None:
    found = facts_of({}, materials={"deeds": MaterialFact(2, 1800)})
    assert found.data["materials.deeds.count"] == 2
    assert found.data["materials.deeds.words"] == 1800
    assert found.data["materials.deeds.complete"] is True
    scan = facts_of({}, materials={"deeds": MaterialFact(1)})
    assert "materials.deeds.words" not in scan.data
    assert facts_of({}).data["materials.deeds.complete"] is False


def material(**more: Any) -> Material:
    return Material.model_validate({"id": "card", "title": "身份证复印件", **more})


@pytest.mark.parametrize(
    ("item", "given_", "gap"),
    [
        ({}, {"count": 1}, ""),
        ({"min_files": 2}, {"count": 1}, "身份证复印件：至少上传 2 份，现有 1 份"),
        ({"per_row": {"table": "team"}}, {"rows": {"a": 1}}, "身份证复印件：缺乙、第3行的"),
        ({"per_row": {"table": "team"}}, {"rows": {"a": 1, "1": 1, "2": 1}}, ""),
        ({"per_row": {"table": "team", "when": "is_formal"}}, {"rows": {"b": 1}}, ""),
        ({"per_row": {"table": "team", "when": "is_formal"}}, {}, "身份证复印件：缺乙的"),
        (
            {"per_row": {"table": "team"}, "also_person": "leader"},
            {"rows": {"a": 1, "b": 1, "c": 1}},
            "身份证复印件：缺领办人本人的",
        ),
        (
            {"per_row": {"table": "team"}, "also_person": "leader"},
            {"rows": {"a": 1, "b": 1, "c": 1}, "person": 1},
            "",
        ),
    ],
)
def test_what_is_lacking_of_a_material_is_named(
    item: dict[str, Any], given_: dict[str, Any], gap: str
) -> None:
    team = [
        {"row_id": "a", "name": "甲", "is_formal": False},
        {"row_id": "b", "name": "乙", "is_formal": True},
        {"row_id": "c", "name": None},
    ]
    assert material_gaps(material(**item), MaterialFact(**given_), {"team": team}) == gap


def test_the_language_of_a_procedure_is_made_once() -> None:
    assert language(small(), ESTABLISH) is language(small(), ESTABLISH)


@given(st.dates(min_value=date(1900, 1, 1), max_value=REFERENCE))
def test_age_grows_by_one_on_every_birthday_and_is_never_negative(birth: date) -> None:
    age = facts_of({"leader.birth_date": birth}).data["leader.age"]
    tomorrow = facts_of({"leader.birth_date": birth}, ref_date=date(2027, 7, 31)).data["leader.age"]
    assert age >= 0
    assert tomorrow == age + 1


def test_building_facts_changes_no_answer() -> None:
    given_ = filing()
    before = repr(given_)
    build_facts(small(), ESTABLISH, given_)
    assert repr(given_) == before
