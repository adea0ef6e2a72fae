"""Numbers of people are found in whatever is about to become public."""

import pytest

from portal.common.errors import DomainError
from portal.common.personal import private_numbers, refuse_numbers


def test_numbers_are_found_however_they_are_spaced() -> None:
    assert private_numbers("身份证 650102 1975 1020 3117") == ["650102197510203117"]
    assert private_numbers("电话１３８０００００００９") == ["13800000009"]
    assert private_numbers("编号91650100MA7EXAMP00，0991-4500000") == []


def test_a_refusal_names_the_place_and_does_not_repeat_the_number() -> None:
    refuse_numbers([("公示的标题", "关于名单的公示", "title")])
    with pytest.raises(DomainError) as refused:
        refuse_numbers([("公示的标题", "公示", "title"), ("公示的正文", "电话13800000009", "body")])
    assert (refused.value.field, refused.value.status) == ("body", 422)
    assert refused.value.message == (
        "公示的正文含有疑似身份证号或手机号码（138…09），不能公开。请删去后再办理。"
    )
