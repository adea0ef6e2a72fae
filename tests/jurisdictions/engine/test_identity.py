"""Identity numbers, unit codes, contacts and names: form and check digits."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jurisdictions.engine.identity import (
    ID_KINDS,
    IdError,
    IdFacts,
    check_email,
    check_id_number,
    check_landline,
    check_mobile,
    check_person_name,
    check_phone,
    check_postcode,
    check_uscc,
    id_check_digit,
    parse_year_month,
)
from jurisdictions.engine.national import load_national

NATIONAL = load_national(Path(__file__).parents[3] / "fixtures" / "national")
BIRTHS = st.dates(date(1900, 1, 1), date(2026, 1, 1))


def number_of(region: str, birth: date, order: int) -> str:
    body = f"{region}{birth:%Y%m%d}{order:03d}"
    return body + id_check_digit(body)


def test_the_number_of_the_standard_is_valid() -> None:
    assert check_id_number("11010519491231002X") == IdFacts(
        "11010519491231002X", "居民身份证", date(1949, 12, 31), "女", "110105"
    )


def test_width_case_and_spaces_are_mended() -> None:
    assert check_id_number(" １１０１０５ 19491231 002x ").number == "11010519491231002X"


@pytest.mark.parametrize(
    ("region", "year"),
    [
        ("500103", 1975),
        ("512002", 1975),
        ("510202", 1975),
        ("511027", 1975),
        ("510102", 1970),
        ("330114", 1980),
        ("000000", 1980),
    ],
)
def test_the_region_need_not_have_existed_in_the_year_of_birth(region: str, year: int) -> None:
    number = number_of(region, date(year, 3, 4), 121)
    assert check_id_number(number) == IdFacts(number, "居民身份证", date(year, 3, 4), "男", region)


@given(BIRTHS, st.integers(0, 999), st.integers(110000, 829999))
def test_a_built_number_gives_back_what_it_was_built_from(
    birth: date, order: int, region: int
) -> None:
    facts = check_id_number(number_of(str(region), birth, order))
    assert (facts.birth, facts.sex) == (birth, "男" if order % 2 else "女")
    assert facts.region == str(region)


@given(BIRTHS, st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_never_passes(birth: date, order: int, place: int, shift: int) -> None:
    number = number_of("650102", birth, order)
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    with pytest.raises(IdError):
        check_id_number(wrong)


@given(BIRTHS, st.integers(0, 999), st.integers(0, 15))
def test_two_neighbours_swapped_never_pass(birth: date, order: int, place: int) -> None:
    number = number_of("650102", birth, order)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped == number:
        assert check_id_number(swapped).number == number
    else:
        with pytest.raises(IdError):
            check_id_number(swapped)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("", "请填写居民身份证号码"),
        ("110105491231002", "15位的旧身份证号码已停止使用"),
        ("1101051949123100", "应为18位，现为16位"),
        ("11010519491231002A", "前17位应为数字，最后一位应为数字或X"),
        ("1101051949123A002X", "前17位应为数字"),
        ("110105194902310020", "第7至14位“19490231”不是有效的出生日期"),
        ("110105194912310021", "校验位不符"),
    ],
)
def test_each_fault_of_a_number_is_named(value: str, message: str) -> None:
    with pytest.raises(IdError, match=message):
        check_id_number(value)


def test_a_birth_after_the_given_day_is_refused() -> None:
    number = number_of("650102", date(2026, 5, 1), 1)
    assert check_id_number(number, on=date(2026, 5, 1)).birth == date(2026, 5, 1)
    with pytest.raises(IdError, match="出生日期2026年5月1日晚于2026年4月30日"):
        check_id_number(number, on=date(2026, 4, 30))


@pytest.mark.parametrize("region", ["810000", "820000", "830000"])
def test_a_residence_permit_has_a_region_of_its_own(region: str) -> None:
    number = number_of(region, date(1980, 1, 2), 2)
    facts = check_id_number(number, "港澳台居民居住证")
    assert facts == IdFacts(number, "港澳台居民居住证", date(1980, 1, 2), "女", region)
    hints = check_id_number(number).hints
    assert hints == (f"号码前六位为{region}，属于港澳台居民居住证，请核对证件类型。",)


def test_a_citizen_number_is_no_residence_permit() -> None:
    with pytest.raises(IdError, match="应以810000、820000、830000之一开头"):
        check_id_number("11010519491231002X", "港澳台居民居住证")


def test_a_foreigners_number_is_read_in_both_forms() -> None:
    number = number_of("911276", date(1975, 6, 7), 15)
    assert check_id_number(number, "外国人永久居留身份证") == IdFacts(
        number, "外国人永久居留身份证", date(1975, 6, 7), "男"
    )
    old = check_id_number("usa110075060712", "外国人永久居留身份证")
    assert (old.number, old.birth, old.sex) == ("USA110075060712", None, None)
    assert old.hints == ("15位旧版号码在证件有效期内可用，出生日期和性别请另行填写。",)
    assert check_id_number(number).hints == (
        "号码首位为9，属于外国人永久居留身份证，请核对证件类型。",
    )


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("11010519491231002X", "首位应为9"),
        ("USA12345", "应为18位（首位为9），或旧版15位（3位字母加12位数字），现为8位"),
        ("911276197506070159"[:-1] + "A", "前17位应为数字"),
    ],
)
def test_a_foreigners_number_that_is_none_is_refused(value: str, message: str) -> None:
    with pytest.raises(IdError) as caught:
        check_id_number(value, "外国人永久居留身份证")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "value", "number"),
    [
        ("护照", "e1234 5678", "E12345678"),
        ("港澳居民来往内地通行证", "H12345678", "H12345678"),
        ("港澳居民来往内地通行证", "M1234567801", "M1234567801"),
        ("台湾居民来往大陆通行证", "12345678", "12345678"),
        ("台湾居民来往大陆通行证", "1234567890（B）", "1234567890(B)"),
        ("军官证", "军字第1234567号", "军字第1234567号"),
    ],
)
def test_other_documents_are_checked_by_shape(kind: str, value: str, number: str) -> None:
    assert check_id_number(value, kind) == IdFacts(number, kind)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("护照", "E12"),
        ("港澳居民来往内地通行证", "X12345678"),
        ("台湾居民来往大陆通行证", "1234"),
        ("军官证", "军"),
    ],
)
def test_other_documents_of_the_wrong_shape_are_refused(kind: str, value: str) -> None:
    with pytest.raises(IdError, match=f"^{kind}号码应为"):
        check_id_number(value, kind)


def test_the_kinds_are_those_of_the_national_table() -> None:
    assert tuple(label for _, label in NATIONAL.choices("identity_document")) == ID_KINDS
    with pytest.raises(IdError, match="证件类型“学生证”不在可选范围内"):
        check_id_number("1", "学生证")


@pytest.mark.parametrize(
    "value", ["91110000600037341L", " 9111 0000-6000 3734 1l", "９1110000600037341L"]
)
def test_a_unit_code_is_valid(value: str) -> None:
    assert check_uscc(value) == "91110000600037341L"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("9111000060003734", "应为18位，现为16位"),
        ("91110000600037341M", "校验位不符"),
        ("9111000060003734OL", "中有“O”"),
        ("91110000600037341@", "中有“@”"),
        ("911100A0600037341L", "第3至8位应为6位数字"),
    ],
)
def test_each_fault_of_a_unit_code_is_named(value: str, message: str) -> None:
    with pytest.raises(IdError, match=message):
        check_uscc(value)


def test_a_unit_code_may_begin_with_letters() -> None:
    # N2: 农村集体经济组织, registered by the agriculture authorities.
    start = "N2500103MF123456" + "7"
    valid = [start + char for char in UNIT_ALPHABET if _is_unit_code(start + char)]
    assert len(valid) == 1
    assert valid[0].startswith("N2500103")


def _is_unit_code(code: str) -> bool:
    try:
        return check_uscc(code) == code
    except IdError:
        return False


UNIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@given(st.text(UNIT_ALPHABET, min_size=9, max_size=9), st.integers(0, 999999))
def test_a_unit_code_has_exactly_one_check_character(body: str, region: int) -> None:
    start = f"91{region:06d}{body}"
    valid = [start + char for char in UNIT_ALPHABET if _is_unit_code(start + char)]
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    total = sum(w * UNIT_ALPHABET.index(c) for w, c in zip(weights, start, strict=True))
    assert valid == [start + UNIT_ALPHABET[(31 - total) % 31]]


@pytest.mark.parametrize(
    "value", ["13812345678", "+86 138-1234-5678", "１３８１２３４５６７８", "008613812345678"]
)
def test_a_mobile_number_is_mended(value: str) -> None:
    assert check_mobile(value) == "13812345678"


@pytest.mark.parametrize("value", ["12812345678", "1381234567", "138123456789", "手机", ""])
def test_a_number_that_is_no_mobile_is_refused(value: str) -> None:
    with pytest.raises(IdError, match="以1开头的11位数字"):
        check_mobile(value)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("023-63765432", "023-63765432"),
        ("02363765432", "023-63765432"),
        ("（0991）4681234转8012", "0991-4681234-8012"),
        ("+86-10-65432100", "010-65432100"),
        ("028 26655123", "028-26655123"),
        ("4008001234", "400-800-1234"),
    ],
)
def test_a_fixed_line_is_written_with_its_area_code(value: str, number: str) -> None:
    assert check_landline(value) == number


@pytest.mark.parametrize("value", ["63765432", "0001-1234567", "023-123", ""])
def test_a_fixed_line_without_area_code_is_refused(value: str) -> None:
    with pytest.raises(IdError, match="区号-号码"):
        check_landline(value)


def test_a_phone_is_a_mobile_or_a_fixed_line() -> None:
    assert check_phone("138 1234 5678") == "13812345678"
    assert check_phone("0991 4681234") == "0991-4681234"
    with pytest.raises(IdError, match="联系电话应为"):
        check_phone("12345")


def test_a_postcode_has_six_digits() -> None:
    assert check_postcode(" ４００010 ") == "400010"
    for value in ("40001", "000000", "40001a"):
        with pytest.raises(IdError, match="6位数字"):
            check_postcode(value)


def test_an_address_keeps_its_local_part_and_lowers_its_domain() -> None:
    assert check_email(" Zhang.San＠Example.CN ") == "Zhang.San@example.cn"


@pytest.mark.parametrize(
    "value", ["", "a@b", "a b@c", "a@@b.cn", ".a@b.cn", "a..b@c.cn", "a@-b.cn", "a@" + "b" * 260]
)
def test_an_address_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(IdError, match="名称@域名"):
        check_email(value)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("王明", "王明"),
        (" 王明\u3000", "王明"),
        ("买买提•艾力", "买买提·艾力"),
        ("买买提 ・ 艾力", "买买提·艾力"),
        (
            "阿不都热合曼·阿不都克里木·买买提托合提·吾斯曼江",
            "阿不都热合曼·阿不都克里木·买买提托合提·吾斯曼江",
        ),
        ("𠮷野", "𠮷野"),
        ("王\U000323af", "王\U000323af"),
        ("\ufa0e", "\ufa0e"),
        ("O'Brien-Smith J. Mary", "O'Brien-Smith J. Mary"),
        ("王〇", "王〇"),
        ("字" * 50, "字" * 50),
    ],
)
def test_names_of_every_people_pass(value: str, name: str) -> None:
    assert check_person_name(value) == name


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("  ", "请填写姓名"),
        ("字" * 51, "最多50个字，现为51个字"),
        ("王\u200b明", "看不见的控制字符"),
        ("王\x07明", "看不见的控制字符"),
        ("王\n明", "看不见的控制字符"),
        ("王\ue123", "本机自造字"),
        ("王明1", "不应出现“1”"),
        ("<王明>", "不应出现“<”"),
        ("··", "没有文字"),
    ],
)
def test_what_is_no_name_is_refused(value: str, message: str) -> None:
    with pytest.raises(IdError, match=message):
        check_person_name(value)


@given(st.text(st.characters(categories=["Lo", "Lu", "Ll"]), min_size=1, max_size=50))
def test_a_name_of_letters_stands_as_typed(name: str) -> None:
    assert check_person_name(name) == name


def test_months_are_read_here_too() -> None:
    assert parse_year_month("1990.07") == date(1990, 7, 1)
