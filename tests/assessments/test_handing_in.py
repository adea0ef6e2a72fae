"""Handing in: once, complete, and late when it is late."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from applications.models import Event
from assessments.domain import calendar
from assessments.domain.handing_in import hand_in, settle
from assessments.models import Obligation
from portal.common.errors import DomainError
from portal.common.pdf import render_pdf
from tests.assessments.factories import member_of, old_studio

pytestmark = pytest.mark.django_db
ON = dt.date(2024, 12, 31)


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("责任书.pdf", render_pdf("<p>示例</p>", title="示例").content)


def opened(code: str, item: str) -> Obligation:
    studio = old_studio(code)
    calendar.open_for(studio, ON)
    return Obligation.objects.get(studio=studio, item=item)


def test_a_plan_on_the_last_day_is_in_time() -> None:
    row = hand_in(opened("yuzhong", "plan"), by=None, on=ON, text=" 示例计划 ")
    assert (row.text, row.done_on) == ("示例计划", ON)
    assert Event.objects.get(kind="paper_handed_in").data["late"] is False


def test_a_plan_after_the_last_day_is_marked_late() -> None:
    hand_in(opened("yuzhong", "plan"), by=None, on=dt.date(2025, 1, 1), text="示例计划")
    assert Event.objects.get(kind="paper_handed_in").data["late"] is True


def test_nothing_is_handed_in_twice_or_empty_or_early() -> None:
    row = opened("yuzhong", "plan")
    with pytest.raises(DomainError, match="填写内容或上传文件"):
        hand_in(row, by=None, on=ON, text="  ")
    with pytest.raises(DomainError, match="起方可报送"):
        hand_in(row, by=None, on=dt.date(2024, 10, 1), text="示例计划")
    hand_in(row, by=None, on=ON, text="示例计划")
    with pytest.raises(DomainError, match="不能重复报送"):
        hand_in(row, by=None, on=ON, text="示例计划")


def test_what_is_too_long_is_refused_and_never_cut() -> None:
    row = opened("yuzhong", "plan")
    with pytest.raises(DomainError, match="现有 20001 字；全文请作为文件上传") as refusal:
        hand_in(row, by=None, on=ON, text="长" * 20_001)
    assert refusal.value.field == "text"
    assert hand_in(row, by=None, on=ON, text="长" * 20_000).text == "长" * 20_000


def test_a_part_that_is_too_long_is_named() -> None:
    row = opened("chaoyang", "agreement")
    parts = {"support": "长" * 20_001, "duties": "带徒", "tasks": "攻关", "outputs": "专利"}
    with pytest.raises(DomainError, match="现有 20001 字") as refusal:
        hand_in(row, by=None, on=ON, parts=parts, upload=scan())
    assert refusal.value.field == "part_support"


@pytest.mark.clause("chaoyang-9-2", "chaoyang-9-3")
def test_an_agreement_needs_its_signed_scan() -> None:
    row = opened("chaoyang", "agreement")
    parts = {"support": "经费和场地", "duties": "带徒", "tasks": "攻关", "outputs": "专利"}
    with pytest.raises(DomainError, match="上传签字盖章的扫描件"):
        hand_in(row, by=None, on=ON, parts=parts)
    with pytest.raises(DomainError, match="单位给予的支持"):
        hand_in(row, by=None, on=ON, parts={"duties": "带徒"})
    done = hand_in(row, by=member_of(row.studio), on=ON, parts=parts, upload=scan())
    assert (done.file_name, done.parts) == ("责任书.pdf", parts)
    assert len(done.sha256) == 64


def test_an_office_settles_its_own_with_a_word() -> None:
    row = opened("yuzhong", "plan")
    with pytest.raises(DomainError, match="写明办理情况"):
        settle(row, by=None, on=ON, text="")
    assert settle(row, by=None, on=ON, text="已收回").done_on == ON
    with pytest.raises(DomainError, match="已经办理"):
        settle(row, by=None, on=ON, text="已收回")
