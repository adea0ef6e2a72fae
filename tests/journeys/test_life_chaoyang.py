"""朝阳: excellent and paid again, then failed, not mended, and this cycle's money back."""

import datetime as dt

import pytest
from django.urls import reverse

from portal.common.clock import Clock
from tests.journeys.life import Life

pytestmark = pytest.mark.django_db


@pytest.mark.clause(
    "chaoyang-9-2",
    "chaoyang-9-5",
    "chaoyang-11-3",
    "chaoyang-11-4",
    "chaoyang-11-5",
    "chaoyang-12-2",
    "chaoyang-12-3",
    "chaoyang-13-0-b",
    "chaoyang-13-2-a",
    "chaoyang-13-2-b",
    "chaoyang-15-2",
    "chaoyang-17-2",
    "chaoyang-18-1",
)
def test_excellent_and_paid_again_then_not_mended_and_this_cycles_money_back(clock: Clock) -> None:
    story = Life("chaoyang", clock, dt.date(2024, 3, 4))
    money(story)
    papers(story)
    story.go_to(2025, 6, 2)
    story.carried(story.another_leader("change_leader_unable_new_leader").hand_in())
    assert [row.name for row in story.fresh().leaders.filter(until=None)] == ["示例李新"]
    excellent(story)
    failed(story)
    ended(story)


def money(story: Life) -> None:
    """The grant is paid; the unit names its account, matches and spends with marked vouchers."""
    story.go_to(2024, 4, 8)
    assert story.pay("district_bureau") == 100_000
    story.send(story.unit, "account", account="技能大师工作室专账")
    story.book("in", "match", 100_000, "2024-04-08")
    story.book("out", "grant", 70_000, "2024-04-08", purpose="research", voucher="记-3号",
               marked="on")  # fmt: skip
    shown = story.see(story.unit, "ledger").content.decode()
    assert "技能大师工作室专账" in shown


def papers(story: Life) -> None:
    """The bureau sets the day of the yearly report; the agreement comes late and is told so."""
    day = {"item": "yearly", "day": "2024-11-30"}
    bureau = story.desk.client(story.officer("district_bureau"))
    sent = bureau.post(reverse("assessments:set_day", args=["chaoyang"]), day)
    assert sent.status_code == 302
    story.go_to(2024, 11, 20)
    assert story.mails("全年工作计划和运行成果（2024年度）即将到期") == 1
    assert story.hand_in("yearly", to="district_bureau").done_on == dt.date(2024, 11, 20)
    story.go_to(2025, 1, 2)
    assert story.mails("目标任务责任书（2024年度）已逾期") == 1
    assert story.mails("全年工作计划和运行成果（2024年度）已逾期") == 0
    assert story.hand_in("agreement", to="service_centre").done_on == dt.date(2025, 1, 2)


def excellent(story: Life) -> None:
    """The books stand beside the lines; beyond the fifth of those assessed a reason is asked."""
    story.go_to(2025, 12, 1)
    story.trained(2, since="2024-06-03", level="高级工", on="2025-11-20")
    for category in ("research", "exchange", "service"):
        story.enter("activities", category=category, title="示例活动", on="2025-10-08")
    story.go_to(2026, 3, 4)
    application = story.self_score("biennial", 1)
    books = story.verified(application, "96")
    assert set(books) >= {"research", "teaching", "exchange", "service", "grant", "matching"}
    best = story.graded(application, "g1", reason="仅一家参评，经会议研究",
                        may={"extra_grant": "yes"})  # fmt: skip
    assert (best.grade, best.public) == ("优秀", True)
    assert story.public() == ("在册", ["考核评估：优秀"])
    story.go_to(2026, 6, 1)
    assert story.pay("district_bureau") == 100_000


def failed(story: Life) -> None:
    """The next assessment fails; the public page says that the studio is being put right."""
    story.go_to(2028, 3, 6)
    application = story.self_score("biennial", 2)
    story.verified(application, "40")
    story.graded(application, "g3", until="2028-05-31")
    status, results = story.public()
    assert (status, sorted(results)) == ("整改中", ["考核评估：不合格", "考核评估：优秀"])


def ended(story: Life) -> None:
    """Not mended: the title goes, this cycle's grant is owed, a new filing is taken at once."""
    story.go_to(2028, 5, 10)
    assert story.mend("45", "failed").passed is False
    assert (story.fresh().ended_on, story.public()[0]) == (dt.date(2028, 5, 10), "已终止")
    story.settle("plaque", "district_bureau")
    story.go_to(2028, 6, 5)
    owed = story.pay_back("district_bureau", 30_000, 70_000)
    # The first grant belongs to a cycle that is over.
    assert (owed.amount, owed.closed_on) == (100_000, dt.date(2028, 6, 5))
    assert story.taken_at_once(dt.date(2028, 6, 30)).status == "submitted"
