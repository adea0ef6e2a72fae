"""What the receiver does with a paper: take it in, send it back, have it judged."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.domain import calendar, receiving
from assessments.domain.handing_in import hand_in
from assessments.models import Obligation, Opinion
from portal.accounts.models import User
from portal.common.errors import DomainError
from portal.common.models import Notice
from tests.assessments.factories import member_of, named_studio, officer_of, old_studio
from tests.assessments.test_handing_in import scan

pytestmark = pytest.mark.django_db
ON = dt.date(2024, 12, 31)
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _no_second_factor(settings: object) -> None:
    settings.STAFF_MFA_REQUIRED = False  # type: ignore[attr-defined]


def plan(code: str = "yuzhong") -> Obligation:
    studio = old_studio(code)
    calendar.open_for(studio, ON)
    return Obligation.objects.get(studio=studio, item="plan")


def url(name: str, row: Obligation) -> str:
    return reverse(f"assessments:{name}", args=[row.studio.public_id, row.public_id])


def test_a_paper_is_received_once_and_only_when_it_is_in() -> None:
    row = plan()
    with pytest.raises(DomainError, match="尚未报送"):
        receiving.receive(row, by=None, on=ON)
    hand_in(row, by=None, on=ON, text="示例计划")
    officer = officer_of(row.studio.jurisdiction)
    done = receiving.receive(row, by=officer, on=ON)
    assert (done.received_on, done.received_by) == (ON, officer)
    with pytest.raises(DomainError, match="已经登记接收"):
        receiving.receive(row, by=officer, on=ON)
    with pytest.raises(DomainError, match="不能退回"):
        receiving.send_back(row, by=officer, reason="缺页")


def test_an_opinion_of_a_day_to_come_is_refused() -> None:
    row = plan()
    hand_in(row, by=None, on=ON, text="示例计划")
    officer, today = officer_of(row.studio.jurisdiction), timezone.localdate()
    given = {"by": officer, "expert": "示例专家", "text": "可行"}
    with pytest.raises(DomainError, match="不得晚于今天"):
        receiving.add_opinion(row, on=today + dt.timedelta(days=1), **given)
    assert receiving.add_opinion(row, on=today, **given).on == today


def test_a_paper_that_is_sent_back_is_due_again_with_its_reason() -> None:
    row = plan()
    unit = member_of(row.studio)
    hand_in(row, by=None, on=ON, text="示例计划")
    with pytest.raises(DomainError, match="写明退回的理由"):
        receiving.send_back(row, by=None, reason=" ")
    receiving.send_back(row, by=None, reason="没有写明带徒计划")
    row.refresh_from_db()
    assert (row.done_on, row.returned_reason) == (None, "没有写明带徒计划")
    told = Notice.objects.filter(user=unit).values_list("title", "text", "link")
    assert list(told) == [
        (f"{row.title}已退回：{row.studio.name}", "退回理由：没有写明带徒计划\n请修改后重新报送。",
         reverse("assessments:obligation", args=[row.studio.public_id, row.public_id])),
    ]  # fmt: skip
    again = hand_in(row, by=None, on=ON, text="改正后的计划")
    assert (again.done_on, again.returned_reason) == (ON, "")


@pytest.mark.clause("yuzhong-14-2")
def test_experts_say_what_they_think_of_a_plan_each_once() -> None:
    row = plan()
    officer = officer_of(row.studio.jurisdiction)
    hand_in(row, by=None, on=ON, text="示例计划")
    said = {"by": officer, "on": ON, "expert": "示例专家", "text": "目标明确"}
    receiving.add_opinion(row, **said)
    with pytest.raises(DomainError, match="已经登记"):
        receiving.add_opinion(row, **said)
    assert Opinion.objects.get().obligation == row


def test_no_opinion_is_kept_where_the_text_asks_for_none() -> None:
    row = plan("urumqi")
    hand_in(row, by=None, on=ON, text="示例计划")
    with pytest.raises(DomainError, match="没有规定"):
        receiving.add_opinion(row, by=None, on=ON, expert="示例专家", text="好")


def test_the_pages_of_the_receiver(as_user: SignIn) -> None:
    row = plan()
    client = as_user(officer_of(row.studio.jurisdiction))
    assert client.post(url("paper_receive", row)).status_code == 403
    hand_in(row, by=None, on=ON, text="示例计划")
    desk = client.get(reverse("assessments:desk") + "?view=receive").content.decode()
    assert "次年工作计划（2025年度）" in desk
    assert "登记接收" in client.get(url("obligation", row)).content.decode()
    opinion = {"expert": "示例专家", "text": "目标明确", "on": "2025-01-05"}
    assert client.post(url("opinion_new", row), opinion).status_code == 302
    assert "目标明确" in client.get(url("obligation", row)).content.decode()
    assert client.post(url("paper_return", row), {"reason": ""}).status_code == 422
    assert client.post(url("paper_return", row), {"reason": "缺页"}).status_code == 302
    assert "缺页" in as_user(member_of(row.studio)).get(url("obligation", row)).content.decode()
    hand_in(row, by=None, on=ON, text="补齐")
    assert client.post(url("paper_receive", row)).status_code == 302
    row.refresh_from_db()
    assert row.received_on is not None


@pytest.mark.clause("yuzhong-10-1-a", "yuzhong-10-1-b")
def test_an_agreement_is_drafted_signed_and_put_on_file(as_user: SignIn) -> None:
    studio = named_studio("yuzhong", dt.date(2026, 3, 10))
    row = Obligation.objects.get(studio=studio, kind="agreement")
    with pytest.raises(DomainError, match="签字盖章的扫描件"):
        hand_in(row, by=None, on=dt.date(2026, 4, 1), text="已签")
    client = as_user(member_of(studio))
    draft = client.get(url("agreement", row))
    assert (draft.status_code, draft.content[:5]) == (200, b"%PDF-")
    hand_in(row, by=None, on=dt.date(2026, 4, 1), upload=scan())
    officer = as_user(officer_of(studio.jurisdiction))
    assert "登记备案" in officer.get(url("obligation", row)).content.decode()
    assert officer.get(url("agreement", plan_of(studio))).status_code == 404


def plan_of(studio: object) -> Obligation:
    return Obligation.objects.create(
        studio=studio, kind="paper", item="plan", period=1, title="示例计划",
        opens_on=dt.date(2026, 4, 1),
    )  # fmt: skip
