"""Values between paper, JSON and expressions."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jurisdictions.engine.identity import CITIZEN, IdError, IdFacts
from jurisdictions.engine.values import (
    ValueWrongError,
    id_facts,
    is_empty,
    read_value,
    show_value,
)
from jurisdictions.schema.fields import FieldDef


def field(kind: str, **more: Any) -> FieldDef:
    return FieldDef.model_validate({"type": kind, "label": "项目", **more})


SEALED = field("id_number", sensitivity="sealed")


@pytest.mark.parametrize("value", [None, "", [], ()])
def test_nothing_is_no_answer(value: Any) -> None:
    assert is_empty(value)
    assert read_value(field("text"), value) is None
    assert show_value(None, value) == ""


@pytest.mark.parametrize("value", [False, 0, 0.0, " ", {}, "0"])
def test_no_and_nought_are_answers(value: Any) -> None:
    assert not is_empty(value)


@pytest.mark.parametrize(
    ("kind", "typed", "read"),
    [
        ("text", "  示例公司 ", "示例公司"),
        ("text", 2024, "2024"),
        ("date", "2026年7月31日", date(2026, 7, 31)),
        ("date", date(2026, 7, 31), date(2026, 7, 31)),
        ("month", "1996.7", date(1996, 7, 1)),
        ("year", "2024", 2024),
        ("integer", "-3", -3),
        ("integer", "１２", 12),
        ("decimal", "86.50", Decimal("86.50")),
        ("money", "1，234,567.89", Decimal("1234567.89")),
        ("money", 0.1, Decimal("0.1")),
        ("money", "-0", Decimal("-0")),
        ("yes_no", True, True),
        ("yes_no", "是", True),
        ("yes_no", "ON", True),
        ("yes_no", "否", False),
        ("declaration", "false", False),
        ("choices", "培养", ["培养"]),
        ("choices", ("培养", " 评价 ", ""), ["培养", "评价"]),
        ("choices", ["", " "], None),
        ("mobile", "138 0000 0001", "13800000001"),
    ],
)
def test_an_answer_is_read_as_its_type(kind: str, typed: Any, read: Any) -> None:
    found = read_value(field(kind), typed)
    assert found == read
    assert type(found) is type(read)


@pytest.mark.parametrize(
    ("kind", "typed", "says"),
    [
        ("integer", "四十", "“四十”不是整数，请只填数字"),
        ("integer", "4.5", "“4.5”不是整数，请只填数字"),
        ("integer", "²", "“²”不是整数，请只填数字"),
        ("integer", "--5", "“--5”不是整数，请只填数字"),
        ("integer", "9" * 50, f"“{'9' * 40}…”不是整数，请只填数字"),
        ("integer", True, "内容格式不对，请重新填写"),
        ("year", "24", "年份应在 1900 至 2199 之间，请核对"),
        ("year", "2200", "年份应在 1900 至 2199 之间，请核对"),
        ("year", "99999", "年份应在 1900 至 2199 之间，请核对"),
        ("date", "1899-12-31", "年份应在 1900 至 2199 之间，请核对"),
        ("date", "2026-02-29", "“2026-02-29”中的日期不存在，请核对年、月、日。"),
        ("date", "昨天", "“昨天”不是日期。请按“2026-07-31”或“2026年7月31日”的样式填写。"),
        ("money", "五万", "“五万”不是数字，请只填数字，如 50000 或 86.5"),
        ("money", "inf", "“inf”不是有效的数字"),
        ("money", "1e15", "“1e15”超出能够填写的范围，请核对"),
        ("money", "1e-16", "“1e-16”超出能够填写的范围，请核对"),
        ("money", "0." + "1" * 30, f"“0.{'1' * 30}”超出能够填写的范围，请核对"),
        ("yes_no", "也许", "“也许”不是“是”或“否”，请重新选择"),
        ("choices", [{"a": 1}], "内容格式不对，请重新填写"),
        ("text", {"sealed": "t"}, "内容格式不对，请重新填写"),
        ("text", "a\udfff", "含有无法保存的字符，请删去后重新填写"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_in_words(kind: str, typed: Any, says: str) -> None:
    with pytest.raises(ValueWrongError) as caught:
        read_value(field(kind), typed)
    assert str(caught.value) == says


@pytest.mark.parametrize("number", ["1e14", "999999999999999", "-1", "1e-15", "0e99"])
def test_numbers_at_the_edge_of_the_range_are_read(number: str) -> None:
    assert read_value(field("money"), number) == Decimal(number)


def test_a_text_longer_than_its_field_is_refused_at_the_first_character_too_many() -> None:
    assert read_value(field("text", max_length=3), "𠮷𠮷𠮷") == "𠮷𠮷𠮷"
    with pytest.raises(ValueWrongError, match="最多 3 个字符，现有 4 个"):
        read_value(field("text", max_length=3), "示例公司")


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_money_typed_is_money_read_to_the_last_cent(amount: Decimal) -> None:
    assert read_value(field("money"), f"{amount:,f}") == amount


@given(st.integers(-(10**14), 10**14))
def test_whole_numbers_come_back_as_they_are(number: int) -> None:
    assert read_value(field("integer"), str(number)) == number


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)))
def test_days_come_back_from_how_they_are_printed(day: date) -> None:
    assert read_value(field("date"), show_value(field("date"), day)) == day


def test_a_sealed_answer_passes_through_a_sealed_field() -> None:
    held = {"sealed": "3f0e", "shown": "650102********3117", "birth": "1975-10-20", "sex": "男"}
    assert read_value(SEALED, held) is held
    assert show_value(SEALED, held) == "650102********3117"
    assert id_facts(held) == IdFacts("", CITIZEN, date(1975, 10, 20), "男")


@pytest.mark.parametrize(
    ("held", "birth", "sex"),
    [
        ({"sealed": "t"}, None, None),
        ({"sealed": "t", "birth": "1975-13-20", "sex": "无"}, None, None),
        ({"sealed": "t", "birth": 19751020, "sex": ["男"]}, None, None),
        ({"sealed": "t", "birth": "1975-10-20"}, date(1975, 10, 20), None),
    ],
)
def test_what_is_kept_beside_a_sealed_number_is_read_with_care(
    held: dict[str, Any], birth: date | None, sex: str | None
) -> None:
    found = id_facts(held, "护照")
    assert found == IdFacts("", "护照", birth, sex)


def test_an_identity_number_says_birth_and_sex_or_why_it_is_wrong() -> None:
    found = id_facts("650102197510203117")
    assert found is not None
    assert (found.birth, found.sex) == (date(1975, 10, 20), "男")
    assert id_facts("") is None
    with pytest.raises(IdError, match="校验位不符"):
        id_facts("650102197510203118")


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("650102197510203117", "65**************17"),
        ("12345678", "12****78"),
        ("1234567", "*******"),
        ("1", "*"),
    ],
)
def test_a_number_that_is_not_sealed_yet_is_shown_masked_and_a_short_one_not_at_all(
    number: str, masked: str
) -> None:
    assert show_value(SEALED, number) == masked


@pytest.mark.parametrize(
    ("definition", "value", "shown"),
    [
        (None, True, "是"),
        (None, False, "否"),
        (None, ["培养", "评价"], "培养、评价"),
        (None, "示例公司", "示例公司"),
        (None, date(2026, 7, 1), "2026年7月1日"),
        (field("month"), date(2026, 7, 1), "2026年7月"),
        (field("money", unit="元"), Decimal("50000.00"), "50,000 元"),
        (field("money", unit="元"), Decimal("1234567.80"), "1,234,567.8 元"),
        (field("decimal", unit="平方米"), 86.5, "86.5 平方米"),
        (field("integer", unit="人"), 100, "100 人"),
        (None, Decimal("1E+3"), "1000"),
        (None, 50000.0, "50000"),
        (SEALED, {"sealed": "t"}, "已填写"),
    ],
)
def test_a_value_is_shown_as_people_write_it(
    definition: FieldDef | None, value: Any, shown: str
) -> None:
    assert show_value(definition, value) == shown


def test_a_unit_may_be_left_out() -> None:
    assert show_value(field("money", unit="元"), Decimal(50000), unit=False) == "50,000"
