"""One value, one error: mobile numbers, social credit codes, passwords."""

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError as NumberError

MOBILE = re.compile(r"1[3-9]\d{9}")
PORTAL_WORDS = ("技能大师", "工作室", "口令", "密码", "password", "jinengdashi", "gongzuoshi")


def clean_mobile(value: str) -> str:
    """Return the eleven digits of a mainland mobile number.

    Full-width digits, blanks, hyphens and a leading +86 are accepted.

    Raises:
        ValidationError: not a mainland mobile number.
    """
    digits = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", value))
    digits = digits.removeprefix("+86").removeprefix("0086")
    if not MOBILE.fullmatch(digits):
        raise ValidationError("请填写11位手机号码，例如 13800000000。", code="mobile")
    return digits


def validate_mobile(value: str) -> None:
    """Refuse anything but the eleven stored digits of a mobile number."""
    if not MOBILE.fullmatch(value):
        raise ValidationError("请填写11位手机号码，例如 13800000000。", code="mobile")


def clean_uscc(value: str) -> str:
    """Return a unified social credit code in capital letters (GB 32100-2015, check digit included).

    Raises:
        ValidationError: wrong length, letter or check digit.
    """
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", value)).upper()
    try:
        return str(uscc.validate(text))
    except NumberError as error:
        raise ValidationError(
            "统一社会信用代码不正确：应为18位数字或大写字母，末位为校验码，请对照营业执照核对。",
            code="uscc",
        ) from error


def validate_uscc(value: str) -> None:
    """Refuse a social credit code that GB 32100-2015 would not issue."""
    if clean_uscc(value) != value:
        raise ValidationError("统一社会信用代码应为18位数字或大写字母。", code="uscc")


class NotAboutThePortal:
    """Refuses passwords made of this portal's own words or of the person's unit."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError when the password contains a forbidden word."""
        text = unicodedata.normalize("NFKC", password).lower()
        words = [*PORTAL_WORDS, *getattr(user, "forbidden_password_words", [])]
        if any(word and word.lower() in text for word in words):
            raise ValidationError(
                "密码中不要包含单位名称或“工作室”“密码”等容易猜到的词。", code="password_word"
            )

    def get_help_text(self) -> str:
        """Return the rule as a sentence for forms."""
        return "密码中不要包含单位名称或“工作室”“密码”等容易猜到的词。"
