"""Document numbers: the form of GB/T 9704-2012 7.2.5 and advice that mends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jurisdictions.engine.docnumber import DocNumber, DocNumberError, check_document_number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("渝中人社〔2023〕26号", DocNumber("渝中人社", 2023, 26)),
        ("荣人社发〔2025〕77号", DocNumber("荣人社发", 2025, 77)),
        ("资人社规〔2025〕2号", DocNumber("资人社规", 2025, 2)),
        ("乌人社规〔2023〕1号", DocNumber("乌人社规", 2023, 1)),
        (" 国发〔2022〕5号 ", DocNumber("国发", 2022, 5)),
    ],
)
def test_official_numbers_are_read(text: str, expected: DocNumber) -> None:
    assert check_document_number(text) == expected


@pytest.mark.parametrize(
    ("text", "faults", "corrected"),
    [
        ("渝中人社[2023]26号", ("年份应使用六角括号〔〕，不应使用[]",), "渝中人社〔2023〕26号"),
        ("渝中人社（2023）26号", ("年份应使用六角括号〔〕，不应使用（）",), "渝中人社〔2023〕26号"),
        ("渝中人社【2023】26号", ("年份应使用六角括号〔〕，不应使用【】",), "渝中人社〔2023〕26号"),
        ("渝中人社〔2023]26号", ("年份应使用六角括号〔〕，不应使用〔]",), "渝中人社〔2023〕26号"),
        ("渝中人社〔2023〕第26号", ("序号前不加“第”字",), "渝中人社〔2023〕26号"),
        ("渝中人社〔2023〕026号", ("序号不编虚位，前面不加0",), "渝中人社〔2023〕26号"),
        ("渝中人社〔23〕26号", ("年份应写四位全称",), "渝中人社〔2023〕26号"),
        ("渝中人社〔98〕26号", ("年份应写四位全称",), "渝中人社〔1998〕26号"),
        ("渝中人社〔202〕26号", ("年份应写四位全称",), None),
        ("渝中人社〔2023年〕26号", ("年份后不加“年”字",), "渝中人社〔2023〕26号"),
        ("渝中人社〔2023〕26", ("末尾缺少“号”字",), "渝中人社〔2023〕26号"),
        ("渝中人社 〔2023〕 26号", ("中间不应有空格",), "渝中人社〔2023〕26号"),
        ("渝中人社〔２０２３〕26号", ("年份应使用半角阿拉伯数字",), "渝中人社〔2023〕26号"),
        ("渝中人社〔2023〕二十六号", ("序号应使用半角阿拉伯数字",), "渝中人社〔2023〕26号"),
        ("渝中人社〔2023〕十号", ("序号应使用半角阿拉伯数字",), "渝中人社〔2023〕10号"),
        ("渝中人社〔2023〕十二十号", ("序号应使用半角阿拉伯数字",), None),
        ("渝中人社2023-26号", ("年份没有用六角括号〔〕括起",), "渝中人社〔2023〕26号"),
        ("渝中人社〔2023〕0号", ("序号应从1编起",), None),
        ("渝1〔2023〕26号", ("发文机关代字中不应有数字或符号",), None),
        ("〔2023〕26号", ("缺少发文机关代字",), None),
        ("〔2023〕号", ("缺少发文机关代字",), None),
        ("国务院令第716号", ("缺少四位年份",), None),
        ("渝中人社〔2023〕一百号", ("不能辨认出机关代字、年份和序号三部分",), None),
        ("  ", ("没有填写",), None),
        (
            "渝中人社(二〇二三)第０26",
            (
                "年份应使用六角括号〔〕，不应使用()",
                "年份应使用半角阿拉伯数字",
                "序号前不加“第”字",
                "序号应使用半角阿拉伯数字",
                "序号不编虚位，前面不加0",
                "末尾缺少“号”字",
            ),
            "渝中人社〔2023〕26号",
        ),
    ],
)
def test_every_fault_is_named_and_mended(
    text: str, faults: tuple[str, ...], corrected: str | None
) -> None:
    with pytest.raises(DocNumberError) as caught:
        check_document_number(text)
    assert caught.value.faults == faults
    assert caught.value.corrected == corrected


def test_the_message_says_what_is_wrong_and_how_it_is_written() -> None:
    with pytest.raises(DocNumberError) as caught:
        check_document_number("渝中人社[2023]第26号")
    assert str(caught.value) == (
        "文号“渝中人社[2023]第26号”不符合公文格式：年份应使用六角括号〔〕，不应使用[]；"
        "序号前不加“第”字。应写作“渝中人社〔2023〕26号”。"
    )
    with pytest.raises(DocNumberError, match="请按“机关代字〔年份〕×号”的样式填写"):
        check_document_number("随便")


@given(
    st.text(st.sampled_from("渝中人社发规函京资荣乌"), min_size=1, max_size=8),
    st.integers(1000, 9999),
    st.integers(1, 99999),
)
def test_a_number_written_out_is_read_back(agency: str, year: int, number: int) -> None:
    document = DocNumber(agency, year, number)
    assert check_document_number(str(document)) == document


@given(st.text(st.sampled_from("渝〔[（】〕2013年第零十号 ０"), max_size=14))
def test_advice_is_always_in_form(text: str) -> None:
    faults, corrected = _faults(text)
    if corrected is not None:
        assert _faults(corrected) == ((), None)
    assert bool(faults) or str(check_document_number(text)) == text.strip()


def _faults(text: str) -> tuple[tuple[str, ...], str | None]:
    try:
        check_document_number(text)
    except DocNumberError as error:
        return error.faults, error.corrected
    return (), None
