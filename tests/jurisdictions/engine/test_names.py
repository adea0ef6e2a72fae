"""Naming formulas."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jurisdictions.engine.names import NamingError, clean_value, placeholders, render_name

FORMULA = "{leader.name}{leader.occupation}区级技能大师工作室"


def test_a_formula_joins_name_occupation_and_literal_text() -> None:
    values = {"leader.name": "王明", "leader.occupation": "数控车工"}
    assert render_name(FORMULA, values) == "王明数控车工区级技能大师工作室"


def test_printed_labels_and_blanks_do_not_enter_the_name() -> None:
    values = {"leader.name": " 买买提·艾力 ", "leader.occupation": "焊 工（工种）"}
    assert render_name(FORMULA, values) == "买买提·艾力焊工区级技能大师工作室"


def test_brackets_that_name_the_trade_stay() -> None:
    values = {"leader.name": "王明", "leader.occupation": "焊工（电焊工）"}
    assert render_name(FORMULA, values) == "王明焊工（电焊工）区级技能大师工作室"


def test_a_formula_may_be_literal_text_alone() -> None:
    assert render_name("“棠城工匠”技能大师工作室", {}) == "“棠城工匠”技能大师工作室"
    assert placeholders("“棠城工匠”技能大师工作室") == ()


def test_a_value_with_braces_is_not_a_placeholder() -> None:
    assert render_name("{a}室", {"a": "{b}", "b": "x"}) == "{b}室"


@pytest.mark.parametrize("occupation", ["", "  ", "（工种）"])
def test_a_missing_value_is_named(occupation: str) -> None:
    with pytest.raises(NamingError, match=r"生成名称时缺少：leader\.occupation") as caught:
        render_name(FORMULA, {"leader.name": "王明", "leader.occupation": occupation})
    assert caught.value.missing == ("leader.occupation",)


def test_all_missing_values_are_named_at_once() -> None:
    with pytest.raises(NamingError) as caught:
        render_name(FORMULA, {})
    assert caught.value.missing == ("leader.name", "leader.occupation")


def test_placeholders_are_listed_once_in_order() -> None:
    assert placeholders("{b.c}{a}{b.c}") == ("b.c", "a")


@pytest.mark.parametrize("formula", ["{}室", "{领办人}室", "{leader.}室", "{Leader}室", "{a b}室"])
def test_a_placeholder_must_be_a_path(formula: str) -> None:
    with pytest.raises(NamingError, match="不是字段路径"):
        placeholders(formula)


@pytest.mark.parametrize("formula", ["{leader.name室", "leader}室", "{a}}室"])
def test_braces_must_have_partners(formula: str) -> None:
    with pytest.raises(NamingError, match="花括号不成对"):
        placeholders(formula)


def test_blanks_between_latin_words_stay() -> None:
    assert clean_value("John  Smith") == "John Smith"
    assert clean_value("王 明") == "王明"


@given(st.text(st.characters(categories=["Lo"]), min_size=1, max_size=10))
def test_a_plain_value_stands_in_the_name_as_it_is(value: str) -> None:
    assert render_name("{a}室", {"a": value}) == f"{value}室"
