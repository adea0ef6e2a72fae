"""Numbers and names that identify people and units: form checks only, no look-ups.

Every failure is an `IdError` whose message says in Chinese what is wrong and what to do.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from stdnum.cn import uscc

from jurisdictions.engine.dates import format_date, parse_year_month
from jurisdictions.engine.retirement import Sex

__all__ = [
    "ID_KINDS",
    "IdError",
    "IdFacts",
    "check_email",
    "check_id_number",
    "check_landline",
    "check_mobile",
    "check_person_name",
    "check_phone",
    "check_postcode",
    "check_uscc",
    "id_check_digit",
    "parse_year_month",
]

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
CITIZEN, PERMIT, FOREIGNER = "居民身份证", "港澳台居民居住证", "外国人永久居留身份证"
PERMIT_REGIONS = ("810000", "820000", "830000")
USCC_ALPHABET, USCC_LENGTH = "0123456789ABCDEFGHJKLMNPQRTUWXY", 18
NAME_LIMIT = 50
EMAIL_LIMIT = 254


class IdError(ValueError):
    """A number or name is not well formed."""


@dataclass(frozen=True)
class IdFacts:
    """What an identity number says.

    Attributes:
        number: the number, upper case, half width, without spaces.
        kind: the type of document it was checked as.
        birth: date of birth, where the number carries one.
        sex: 男 or 女, where the number carries it.
        region: the six-digit region code of the first registration, where there is one.
        hints: remarks for a person; never a reason to refuse.
    """

    number: str
    kind: str
    birth: date | None = None
    sex: Sex | None = None
    region: str | None = None
    hints: tuple[str, ...] = ()


def id_check_digit(body: str) -> str:
    """The check character of the first 17 digits (GB 11643-1999, ISO 7064 MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, body, strict=True))
    return CHECK_DIGITS[total % len(CHECK_DIGITS)]


def check_id_number(value: str, kind: str = CITIZEN, *, on: date | None = None) -> IdFacts:
    """Check an identity number and read what it carries.

    Args:
        value: as typed; spaces, full-width digits and a small x are mended.
        kind: one of `ID_KINDS`.
        on: when given, a birth after that day is refused.

    Raises:
        IdError: the number is not well formed, or the kind is unknown.
    """
    number = _compact(value)
    if kind not in _CHECKS:
        raise IdError(f"证件类型“{kind}”不在可选范围内，请重新选择。")
    if not number:
        raise IdError(f"请填写{kind}号码。")
    facts = _CHECKS[kind](number)
    if on is not None and facts.birth is not None and facts.birth > on:
        raise IdError(f"号码中的出生日期{format_date(facts.birth)}晚于{format_date(on)}，请核对。")
    return facts


def _check_citizen(number: str) -> IdFacts:
    """GB 11643-1999: length, date, check digit. The region code is only a hint."""
    if re.fullmatch(r"\d{15}", number):
        raise IdError("15位的旧身份证号码已停止使用，请填写18位公民身份号码。")
    facts = _read_eighteen(number, CITIZEN)
    hints: tuple[str, ...] = ()
    if facts.region in PERMIT_REGIONS:
        hints = (f"号码前六位为{facts.region}，属于{PERMIT}，请核对证件类型。",)
    elif number.startswith("9"):
        hints = (f"号码首位为9，属于{FOREIGNER}，请核对证件类型。",)
    return IdFacts(number, CITIZEN, facts.birth, facts.sex, facts.region, hints)


def _check_permit(number: str) -> IdFacts:
    """港澳台居民居住证申领发放办法: a citizen-form number with a region of its own."""
    facts = _read_eighteen(number, PERMIT)
    if facts.region not in PERMIT_REGIONS:
        regions = "、".join(PERMIT_REGIONS)
        raise IdError(f"{PERMIT}号码应以{regions}之一开头，请核对号码和证件类型。")
    return facts


def _check_foreigner(number: str) -> IdFacts:
    """The 18-digit number issued since 2023-12-01, or the 15-character one before it."""
    if re.fullmatch(r"[A-Z]{3}\d{12}", number):
        hint = "15位旧版号码在证件有效期内可用，出生日期和性别请另行填写。"
        return IdFacts(number, FOREIGNER, hints=(hint,))
    if not number.startswith("9") and len(number) == len(WEIGHTS) + 1:
        raise IdError(f"新版{FOREIGNER}号码首位应为9，请核对号码和证件类型。")
    if len(number) != len(WEIGHTS) + 1:
        raise IdError(
            f"{FOREIGNER}号码应为18位（首位为9），或旧版15位（3位字母加12位数字），"
            f"现为{len(number)}位。"
        )
    facts = _read_eighteen(number, FOREIGNER)
    return IdFacts(number, FOREIGNER, facts.birth, facts.sex)


def _read_eighteen(number: str, kind: str) -> IdFacts:
    length = len(WEIGHTS) + 1
    if len(number) != length:
        raise IdError(f"{kind}号码应为{length}位，现为{len(number)}位，请核对是否漏填或多填。")
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise IdError(f"{kind}号码前17位应为数字，最后一位应为数字或X，请核对。")
    digits = number[6:14]
    try:
        birth = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError as error:
        raise IdError(f"{kind}号码第7至14位“{digits}”不是有效的出生日期，请核对。") from error
    if id_check_digit(number[:17]) != number[17]:
        raise IdError(f"{kind}号码的校验位不符，请逐位核对，常见原因是个别数字填错或颠倒。")
    sex: Sex = "男" if int(number[16]) % 2 else "女"
    return IdFacts(number, kind, birth, sex, number[:6])


def _loosely(kind: str, pattern: str, form: str) -> Callable[[str], IdFacts]:
    """A check by shape only, for documents whose issuers publish no check digit."""

    def check(number: str) -> IdFacts:
        if not re.fullmatch(pattern, number):
            raise IdError(f"{kind}号码应为{form}，请核对。")
        return IdFacts(number, kind)

    return check


_CHECKS: dict[str, Callable[[str], IdFacts]] = {
    CITIZEN: _check_citizen,
    PERMIT: _check_permit,
    FOREIGNER: _check_foreigner,
    "护照": _loosely("护照", r"[A-Z0-9]{5,20}", "5至20位字母或数字"),
    "港澳居民来往内地通行证": _loosely(
        "港澳居民来往内地通行证", r"[HM](\d{8}|\d{10})", "字母H或M加8位（或10位）数字"
    ),
    "台湾居民来往大陆通行证": _loosely(
        "台湾居民来往大陆通行证", r"\d{8}|\d{10}[A-Z]?|\d{10}\([A-Z]\)", "8位数字（旧版为10位）"
    ),
    "军官证": _loosely("军官证", r"[\u4e00-\u9fffA-Z0-9()-]{4,30}", "证件上的完整字号"),
}
ID_KINDS = tuple(_CHECKS)


def check_uscc(value: str) -> str:
    """A unified social credit code (GB 32100-2015), upper case and half width.

    The first two places may be letters (A, N, Y for their registers), so only the check
    digit is left to python-stdnum, whose own validation wants eight digits there.

    Raises:
        IdError: wrong length, a character that the standard leaves out, or a wrong check digit.
    """
    code = _compact(value).replace("-", "")
    if len(code) != USCC_LENGTH:
        raise IdError(
            f"统一社会信用代码应为{USCC_LENGTH}位，现为{len(code)}位，请对照营业执照或法人证书核对。"
        )
    left_out = [char for char in code if char not in USCC_ALPHABET]
    if left_out:
        raise IdError(
            f"统一社会信用代码中有“{left_out[0]}”。代码只用数字和大写字母，且不用I、O、S、V、Z，"
            "请核对是否把1、0误作字母。"
        )
    if not code[2:8].isdigit():
        raise IdError("统一社会信用代码第3至8位应为6位数字的行政区划码，请对照证照核对。")
    if uscc.calc_check_digit(code[:-1]) != code[-1]:
        raise IdError("统一社会信用代码的校验位不符，请对照证照逐位核对。")
    return code


def check_mobile(value: str) -> str:
    """A mainland mobile number as 11 digits; +86, spaces and hyphens are dropped.

    Raises:
        IdError: not a mobile number.
    """
    number = re.sub(r"^(\+|00)86", "", re.sub(r"-", "", _compact(value)))
    if not re.fullmatch(r"1[3-9]\d{9}", number):
        raise IdError("手机号码应为以1开头的11位数字，请核对。")
    return number


def check_landline(value: str) -> str:
    """A fixed line as 区号-号码 with an optional extension: 023-63765432-801.

    Raises:
        IdError: not a fixed line with its area code, nor a 400/800 number.
    """
    text = re.sub(r"转|#|分机", "-", _compact(value))
    text = re.sub(r"^(\+|00)86-?0?", "0", text)
    text = re.sub(r"^\((0\d{2,3})\)", r"\1-", text)
    found = re.fullmatch(r"(0(?:10|2\d|[3-9]\d{2}))-?([2-9]\d{6,7})(?:-(\d{1,6}))?", text)
    if found:
        return "-".join(part for part in found.groups() if part)
    service = re.fullmatch(r"([48]00)-?(\d{3})-?(\d{4})", text)
    if service:
        return "-".join(service.groups())
    raise IdError("固定电话应写作“区号-号码”，如“023-63765432”，分机写在后面，请核对。")


def check_phone(value: str) -> str:
    """A mobile number or a fixed line, whichever it is.

    Raises:
        IdError: neither of the two.
    """
    for check in (check_mobile, check_landline):
        try:
            return check(value)
        except IdError:
            continue
    raise IdError("联系电话应为11位手机号码，或带区号的固定电话（如“023-63765432”），请核对。")


def check_postcode(value: str) -> str:
    """A six-digit postcode.

    Raises:
        IdError: not six digits.
    """
    code = _compact(value)
    if not re.fullmatch(r"\d{6}", code) or code == "000000":
        raise IdError("邮政编码应为6位数字，请核对。")
    return code


_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)


def check_email(value: str) -> str:
    """An e-mail address with its domain in lower case.

    Raises:
        IdError: not an address.
    """
    address = "".join(unicodedata.normalize("NFKC", value).split())
    if len(address) > EMAIL_LIMIT or not _EMAIL.fullmatch(address):
        raise IdError("电子邮箱应写作“名称@域名”，如“office@example.cn”，请核对。")
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"


_DOTS = re.compile("[•‧・･∙⋅．]")
_NAME_MARKS = frozenset("·-'’. 〇")
# Planes 2 and 3 hold only ideographs; the newest of them are unknown to this Python's tables.
_IDEOGRAPH_PLANES = range(0x20000, 0x3FFFE)


def check_person_name(value: str) -> str:
    """A person's name of 1 to 50 characters; look-alike middle dots become “·”.

    Rare characters of every plane stand as typed: no normalisation that could swap one
    form of a character for another. Characters from the private use area are refused,
    since only the machine that typed them can show them.

    Raises:
        IdError: empty, too long, or with characters that no name has.
    """
    name = _DOTS.sub("·", " ".join(value.split(" ")).strip(" \u3000\t"))
    name = re.sub(r" *· *", "·", name)
    if not name:
        raise IdError("请填写姓名。")
    if len(name) > NAME_LIMIT:
        raise IdError(f"姓名最多{NAME_LIMIT}个字，现为{len(name)}个字，请核对。")
    for char in name:
        _check_name_character(char)
    if not any(_is_letter(char) for char in name):
        raise IdError("姓名中没有文字，请核对。")
    return name


def _check_name_character(char: str) -> None:
    if char in _NAME_MARKS or _is_letter(char):
        return
    category = unicodedata.category(char)
    if category == "Co":
        raise IdError(
            "姓名中有本机自造字，其他电脑无法显示和打印，请用国家标准（GB 18030）收录的字重新输入。"
        )
    if category.startswith(("C", "Z")):
        raise IdError("姓名中有看不见的控制字符或空白字符，请删除后重新输入。")
    raise IdError(f"姓名中不应出现“{char}”，请核对。")


def _is_letter(char: str) -> bool:
    return unicodedata.category(char)[0] in "LM" or ord(char) in _IDEOGRAPH_PLANES


def _compact(value: str) -> str:
    """Half width, upper case, without any white space."""
    return "".join(unicodedata.normalize("NFKC", value).split()).upper()
