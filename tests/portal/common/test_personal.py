"""Numbers of people are found in whatever is about to become public."""

import pytest

from portal.common.errors import DomainError
from portal.common.personal import masked, private_numbers, refuse_numbers


def test_numbers_are_found_however_they_are_spaced() -> None:
    assert private_numbers("身份证 650102 1975 1020 3117") == ["650102197510203117"]
    assert private_numbers("电话１３８０００００００９") == ["13800000009"]
    assert private_numbers("编号91650100MA7EXAMP00，0991-4500000") == []


@pytest.mark.parametrize(
    "text",
    [
        "+86 138 0000 0009", "86-13800000009", "138.0000.0009", "138·0000·0009", "138_0000_0009",
        "第 3 13800000009", "第 3 138 0000 0009", "138\u200b0000\u200b0009",
    ],
)  # fmt: skip
def test_a_mobile_number_is_found_in_disguise(text: str) -> None:
    assert private_numbers(text) == ["13800000009"]


def test_an_id_number_is_found_after_letters_and_a_code_of_a_unit_is_none() -> None:
    assert private_numbers("ID650102197510203117") == ["650102197510203117"]
    assert private_numbers("12\u200d6501021975102031170") == []
    assert private_numbers("代码 12510000MB04507123") == []
    assert private_numbers("2020-1-30至2020-12-31，1.30—2020.12.31") == []


def test_a_refusal_names_the_place_and_does_not_repeat_the_number() -> None:
    refuse_numbers([("公示的标题", "关于名单的公示", "title")])
    with pytest.raises(DomainError) as refused:
        refuse_numbers([("公示的标题", "公示", "title"), ("公示的正文", "电话13800000009", "body")])
    assert (refused.value.field, refused.value.status) == ("body", 422)
    assert refused.value.message == (
        "公示的正文含有疑似身份证号或手机号码（138…09），不能公开。请删去后再办理。"
    )


def test_a_text_for_the_public_hides_numbers_and_leaves_the_rest() -> None:
    assert masked("编号91650100MA7EXAMP00，0991-4500000") == "编号91650100MA7EXAMP00，0991-4500000"
    assert masked("（身份证 650102 1975 1020 311Ｘ）") == "（身份证 ＊＊＊）"
    assert masked("电话１３８０００００００９、138-0000-0010") == "电话＊＊＊、＊＊＊"
    assert masked("①③⑧⁰⁰⁰⁰⁰⁰⁰⁹") == "（内容含有疑似个人号码，不予显示）"
