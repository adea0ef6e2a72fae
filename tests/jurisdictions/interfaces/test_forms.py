"""The dynamic form of a section, and reading what was typed."""

import copy
import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from jurisdictions.engine.policy import Policy
from jurisdictions.interfaces.forms import (
    LOCKED,
    SectionForm,
    declaration_section,
    find_section,
    read_section,
    section_form,
    sections_of,
)
from tests.jurisdictions.factories import ESTABLISH, shiyan

DAY = dt.date(2026, 7, 31)
SEALED = {
    "sealed": "3f0e", "shown": "650102********3117", "birth": "1975-10-20", "sex": "男",
}  # fmt: skip
ANSWERS: dict[str, Any] = {
    "unit.name": "示例公司",
    "unit.district": "东区",
    "unit.has_branches": True,
    "unit.branch": "一分厂",
    "unit.bank_account": {"sealed": "aa", "shown": "************1234"},
    "unit.match_amount": "86000.5",
    "unit.systems": ["培养", "激励"],
    "leader.name": "张三",
    "leader.sex": "男",
    "leader.id_number": SEALED,
    "leader.work_start": "1996-07",
    "leader.occupation": "焊工",
    "leader.skill_level": "技师",
    "leader.achievements": "革新三项",
    "team": [
        {"row_id": "a1", "name": "甲", "id_number": None, "age": 30, "is_formal": True},
        {"row_id": "b2", "name": "乙", "id_number": SEALED, "age": 51, "is_formal": False},
    ],
}


@pytest.fixture(scope="module")
def policy() -> Policy:
    return shiyan()


def form_of(
    policy: Policy, section: str, answers: Mapping[str, Any], **options: Any
) -> SectionForm:
    found = find_section(policy, ESTABLISH, section)
    assert found is not None
    return section_form(policy, ESTABLISH, found, answers=answers, ref_date=DAY, **options)


def sent(form: SectionForm, **changes: Any) -> QueryDict:
    """What a browser sends back when nothing, or only ``changes``, is touched."""
    data = QueryDict(mutable=True)
    data[form.hidden_marker["name"]] = form.hidden_marker["value"]
    for bound in form:
        if not bound.field.disabled:
            put(data, bound.html_name, bound.value())
    for table in form.tables:
        for row in table.rows:
            data.appendlist(f"{table.group}-rows", row["id"])
            for cell in row["cells"]:
                put(data, cell.html_name, cell.value())
    for name, value in changes.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def put(data: QueryDict, name: str, value: Any) -> None:
    if isinstance(value, list):
        data.setlist(name, value)
    elif value not in (None, False):
        data[name] = "on" if value is True else str(value)


def read(policy: Policy, section: str, data: QueryDict, answers: Mapping[str, Any]) -> Any:
    found = find_section(policy, ESTABLISH, section)
    assert found is not None
    return read_section(policy, ESTABLISH, found, data, answers=answers)


def test_sections_come_in_order_with_the_declarations_last(policy: Policy) -> None:
    assert [section.id for section in sections_of(policy, ESTABLISH)] == [
        "unit", "leader", "declarations",
    ]  # fmt: skip
    assert find_section(policy, ESTABLISH, "nothing") is None


@pytest.mark.parametrize("section", ["unit", "leader"])
def test_answers_go_through_the_form_and_back_unchanged(policy: Policy, section: str) -> None:
    form = form_of(policy, section, ANSWERS)
    raw = read(policy, section, sent(form), ANSWERS)
    names = {use.field for use in find_section(policy, ESTABLISH, section).fields}
    names |= {use.table for use in find_section(policy, ESTABLISH, section).tables}
    expected = {path: value for path, value in ANSWERS.items() if path in names}
    if section == "unit":
        expected["studio.name"] = "张三焊工技能大师工作室"
    assert raw.errors == {}
    assert {k: v for k, v in raw.answers.items() if v is not None} == expected


def test_a_field_knows_its_label_clause_unit_and_assumption(policy: Policy) -> None:
    form = form_of(policy, "unit", ANSWERS)
    amount = form.fields["unit.match_amount"]
    assert (amount.label, amount.unit, amount.half) == ("承诺配套资金", "元", True)
    assert (amount.clause.label, amount.clause.url) == ("第七条", "/policies/shiyan/#art-7-1")
    achievements = form_of(policy, "leader", ANSWERS).fields["leader.achievements"]
    assert achievements.assumed == "字数上限由系统拟制"
    assert achievements.widget.attrs["data-max"] == 20


def test_a_field_with_a_condition_is_only_asked_when_it_holds(policy: Policy) -> None:
    assert "unit.branch" in form_of(policy, "unit", ANSWERS).fields
    without = {**ANSWERS, "unit.has_branches": False}
    assert "unit.branch" not in form_of(policy, "unit", without).fields


def test_an_answer_that_is_not_asked_now_is_kept(policy: Policy) -> None:
    form = form_of(policy, "unit", {**ANSWERS, "unit.has_branches": False})
    raw = read(policy, "unit", sent(form), {**ANSWERS, "unit.has_branches": False})
    assert raw.answers["unit.branch"] == "一分厂"


def test_a_wrong_value_is_kept_and_explained(policy: Policy) -> None:
    data = sent(form_of(policy, "unit", ANSWERS), **{"unit.match_amount": "五万"})
    raw = read(policy, "unit", data, ANSWERS)
    assert raw.answers["unit.match_amount"] == "五万"
    assert raw.errors == {"unit.match_amount": "“五万”不是数字，请只填数字，如 50000 或 86.5"}
    bound = form_of(policy, "unit", ANSWERS, data=data)
    assert not bound.is_valid()
    text = str(bound)
    assert 'value="五万"' in text
    assert "不是数字" in text


@pytest.mark.parametrize(
    ("path", "typed", "stored"),
    [
        ("unit.match_amount", "86,000.50", "86000.50"),
        ("unit.has_branches", "false", False),
        ("unit.name", "  示例公司  ", "示例公司"),
        ("unit.name", "", None),
    ],
)
def test_values_are_stored_as_the_answers_have_them(
    policy: Policy, path: str, typed: str, stored: Any
) -> None:
    data = sent(form_of(policy, "unit", ANSWERS), **{path: typed})
    assert read(policy, "unit", data, ANSWERS).answers[path] == stored


def test_months_are_written_by_hand_in_any_usual_way(policy: Policy) -> None:
    data = sent(form_of(policy, "leader", ANSWERS), **{"leader.work_start": "1996年7月"})
    assert read(policy, "leader", data, ANSWERS).answers["leader.work_start"] == "1996-07"


def test_unticking_every_box_is_an_answer(policy: Policy) -> None:
    data = sent(form_of(policy, "unit", ANSWERS), **{"unit.systems": []})
    assert read(policy, "unit", data, ANSWERS).answers["unit.systems"] == []


def test_a_sealed_answer_is_shown_masked_and_kept_when_left_alone(policy: Policy) -> None:
    form = form_of(policy, "leader", ANSWERS)
    text = str(form)
    assert "650102********3117" in text
    assert "更换" in text
    assert "3f0e" not in text
    assert read(policy, "leader", sent(form), ANSWERS).answers["leader.id_number"] == SEALED


def test_a_sealed_answer_is_replaced_by_what_is_typed(policy: Policy) -> None:
    number = "650102197510203117"
    data = sent(form_of(policy, "leader", ANSWERS), **{"leader.id_number": number})
    raw = read(policy, "leader", data, ANSWERS)
    assert raw.answers["leader.id_number"] == number
    assert raw.errors == {}


def test_a_wrong_id_number_is_explained_and_nothing_of_it_kept(policy: Policy) -> None:
    data = sent(form_of(policy, "leader", ANSWERS), **{"leader.id_number": "650102197510203118"})
    raw = read(policy, "leader", data, ANSWERS)
    assert raw.answers["leader.id_number"] == SEALED
    assert "leader.id_number" in raw.errors


def test_a_token_sent_from_outside_is_no_answer(policy: Policy) -> None:
    data = sent(form_of(policy, "leader", ANSWERS), **{"leader.id_number": "{'sealed': 'x'}"})
    assert "leader.id_number" in read(policy, "leader", data, ANSWERS).errors


def test_rows_keep_their_ids_through_adding_moving_and_removing(policy: Policy) -> None:
    form = form_of(policy, "leader", ANSWERS)

    def rows(action: str) -> list[str]:
        data = sent(form, row_action=action)
        return [row["row_id"] for row in read(policy, "leader", data, ANSWERS).answers["team"]]

    assert rows("up:team:b2") == ["b2", "a1"]
    assert rows("down:team:b2") == ["a1", "b2"]
    assert rows("remove:team:a1") == ["b2"]
    assert rows("remove:awards:a1") == ["a1", "b2"]
    added = rows("add:team")
    assert added[:2] == ["a1", "b2"]
    assert len(added) == 3
    assert len(added[2]) == 16


def test_row_ids_that_are_no_ids_are_dropped(policy: Policy) -> None:
    data = sent(form_of(policy, "leader", ANSWERS))
    data.setlist("team-rows", ["a1", "a1", "../x", "b2"])
    found = read(policy, "leader", data, ANSWERS).answers["team"]
    assert [row["row_id"] for row in found] == ["a1", "b2"]


def test_a_wrong_cell_is_named_by_its_row(policy: Policy) -> None:
    data = sent(form_of(policy, "leader", ANSWERS), **{"team-b2-age": "三十"})
    raw = read(policy, "leader", data, ANSWERS)
    assert raw.errors == {"team.b2.age": "“三十”不是整数，请只填数字"}
    bound = form_of(policy, "leader", ANSWERS, data=data)
    assert not bound.is_valid()
    cells = {cell.name: cell for cell in bound.tables[0].rows[1]["cells"]}
    assert list(cells["age"].errors) == ["“三十”不是整数，请只填数字"]
    assert cells["age"].value() == "三十"


def test_a_table_draws_with_its_component(policy: Policy) -> None:
    table = form_of(policy, "leader", ANSWERS).tables[0]
    text = render_to_string(
        "components/rows_table.html",
        {
            "group": table.group, "title": table.title, "columns": table.columns,
            "rows": table.rows, "blank": table.blank, "min": table.min, "max": table.max,
        },
    )  # fmt: skip
    assert 'name="team-a1-name"' in text
    assert 'name="team-__row__-name"' in text
    assert text.count('name="team-rows"') == 3
    assert "至多 4 行" in text


def test_a_computed_name_is_shown_and_never_typed(policy: Policy) -> None:
    form = form_of(policy, "unit", ANSWERS)
    assert form.fields["studio.name"].disabled
    assert "studio.name" not in form.asked
    data = sent(form, **{"studio.name": "别的名称"})
    raw = read(policy, "unit", data, ANSWERS)
    assert raw.answers["studio.name"] == "张三焊工技能大师工作室"
    nobody = {k: v for k, v in ANSWERS.items() if k != "leader.name"}
    assert read(policy, "unit", data, nobody).answers["studio.name"] is None


def test_while_returned_only_what_was_flagged_is_open(policy: Policy) -> None:
    asked = {"unit.name": "请写全称"}
    form = form_of(policy, "unit", ANSWERS, unlocked=asked)
    assert form.asked == ("unit.name",)
    assert form.fields["unit.name"].asked == "请写全称"
    assert form.fields["unit.district"].locked_reason == LOCKED
    data = sent(form, **{"unit.name": "示例公司全称", "unit.district": "西区"})
    raw = read(policy, "unit", data, ANSWERS)
    assert raw.answers["unit.name"] == "示例公司全称"
    assert raw.answers["unit.district"] == "东区"


def test_a_flagged_cell_opens_its_table(policy: Policy) -> None:
    form = form_of(policy, "leader", ANSWERS, unlocked=["team.b2.age"])
    assert form.asked == ("team",)
    assert form.tables[0].locked == ""
    locked = form_of(policy, "leader", ANSWERS, unlocked=["leader.name"])
    assert locked.tables[0].locked == LOCKED


def test_declarations_carry_their_sentence_and_are_ticked(policy: Policy) -> None:
    section = declaration_section(policy, ESTABLISH)
    form = section_form(policy, ESTABLISH, section, answers={}, ref_date=DAY)
    assert form.fields["declare.truthful"].label == "以上内容真实。"
    ticked = sent(form, **{"declare.truthful": "on"})
    assert read_section(policy, ESTABLISH, section, ticked).answers == {"declare.truthful": True}
    assert read_section(policy, ESTABLISH, section, sent(form)).answers == {
        "declare.truthful": False
    }


def test_an_option_no_longer_offered_stays_choosable(policy: Policy) -> None:
    form = form_of(policy, "unit", {**ANSWERS, "unit.district": "南区"})
    choices = [value for value, _ in form.fields["unit.district"].widget.choices]
    assert choices == ["东区", "西区", "南区"]


def test_reading_leaves_the_stored_answers_alone(policy: Policy) -> None:
    before = copy.deepcopy(ANSWERS)
    data = sent(form_of(policy, "leader", ANSWERS), row_action="up:team:b2")
    read(policy, "leader", data, ANSWERS)
    assert before == ANSWERS


def test_a_live_form_draws_what_is_not_asked_but_does_not_judge_it(policy: Policy) -> None:
    answers = {**ANSWERS, "unit.has_branches": False}
    form = form_of(policy, "unit", answers, live=True)
    assert form.concealed == {"unit.branch"}
    assert (form.fields["unit.branch"].conditional, form.fields["unit.branch"].concealed) == (
        True, True,
    )  # fmt: skip
    assert "unit.branch" in form.asked
    shown = form_of(policy, "unit", ANSWERS, live=True)
    assert shown.concealed == frozenset()


def test_names_that_no_office_covers_are_refused_with_those_that_are(policy: Policy) -> None:
    offers = {"unit.name": ("甲局", "乙局")}
    form = form_of(policy, "unit", ANSWERS, offers=offers)
    assert form.fields["unit.name"].widget.choices == [
        ("", "请选择"), ("甲局", "甲局"), ("乙局", "乙局"), ("示例公司", "示例公司"),
    ]  # fmt: skip
    wrong = form_of(policy, "unit", ANSWERS, offers=offers, data=sent(form))
    assert wrong.errors["unit.name"] == [
        "没有机构受理“示例公司”的申报，请从下列名称中选择：甲局、乙局。"
    ]
    right = form_of(
        policy, "unit", ANSWERS, offers=offers, data=sent(form, **{"unit.name": "乙局"})
    )
    assert right.is_valid()


def test_an_optional_name_may_be_none(policy: Policy) -> None:
    form = form_of(policy, "unit", ANSWERS, offers={"unit.bank_account": ("甲局",)})
    assert form.fields["unit.bank_account"].widget.choices[0] == ("", "无")
