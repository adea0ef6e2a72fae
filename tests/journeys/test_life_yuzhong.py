"""渝中: a prize, a failure, three months to mend, and the end."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from assessments.models import Clawback, Permit
from portal.common.clock import Clock
from tests.applications.factories import applicant
from tests.journeys.life import Life
from tests.reviews import factories as make

pytestmark = pytest.mark.django_db

CO_BUILD = "change_leader_moved_co_build"


@pytest.mark.clause(
    "yuzhong-10-1-a",
    "yuzhong-10-2-b",
    "yuzhong-11-3",
    "yuzhong-11-4",
    "yuzhong-11-5",
    "yuzhong-11-6",
    "yuzhong-11-7",
    "yuzhong-11-8",
    "yuzhong-11-9",
    "yuzhong-13-2",
    "yuzhong-13-4",
    "yuzhong-13-5",
    "yuzhong-14-1",
    "yuzhong-14-2",
    "yuzhong-16-2",
    "yuzhong-16-5",
)
def test_a_prize_then_a_failure_three_months_to_mend_and_the_end(clock: Clock) -> None:
    story = Life("yuzhong", clock, dt.date(2023, 4, 3))
    begun(story)
    plans(story)
    built_together(story)
    prize(story)
    led_anew(story)
    ended(story)


def begun(story: Life) -> None:
    """The plaque waits for the agreement; permits and grant go out, money is matched."""
    story.go_to(2023, 5, 8)
    bureau = story.officer("bureau")
    early = story.desk.client(bureau).get(story.at("plaque"))
    assert early.status_code == 403
    story.hand_in("agreement", to="bureau")
    story.send(bureau, "plaque", on="2023-05-08", to="示例经办人")
    for permit in Permit.objects.filter(studio=story.studio):
        story.send(bureau, "permit", permit.number, on="2023-05-08")
    assert story.pay("bureau") == 50_000
    story.book("in", "match", 50_000, "2023-05-08")
    story.book("out", "grant", 8_000, "2023-05-08", purpose="training", voucher="记-1号")
    # The naming made the expert the head; the unit names whom to ring.
    story.enter("members", name="示例联系", post="contact", phone="023-60000001",
                joined_on="2023-05-08")  # fmt: skip


def plans(story: Life) -> None:
    """The first plan in time with the experts' word, the second one late."""
    story.go_to(2023, 12, 20)
    assert story.mails("次年工作计划（2024年度）即将到期") == 1
    plan = story.hand_in("plan", to="bureau")
    story.send(story.officer("bureau"), "opinion_new", plan.public_id, expert="示例专家",
               employer="示例院校", on="2023-12-20", text="计划可行。")  # fmt: skip
    assert "计划可行。" in story.see(story.unit, "obligation", plan.public_id).content.decode()
    story.go_to(2025, 1, 2)
    assert story.mails("次年工作计划（2025年度）已逾期") == 1
    assert story.hand_in("plan").done_on == dt.date(2025, 1, 2)
    story.send(story.unit, "dossier", part="summaries", title="2024年度工作总结",
               upload=make.paper_file("总结.pdf"))  # fmt: skip
    filled = {line.id: line.filled for line in story.see(story.unit, "dossier").context["lines"]}
    assert filled == {"application": True, "approval": True, "members": True, "activities": False,
                      "achievements": False, "summaries": True, "media": False}  # fmt: skip


def built_together(story: Life) -> None:
    """The expert moved: old and new unit agree, both bodies decide, both host from then on."""
    partner, other = applicant("示例共建有限公司")
    filing = story.change(CO_BUILD, {"change.reason": "调离"}, partner=partner.uscc)
    early = filing.submit()
    waiting = "还须示例共建有限公司确认申请内容"
    assert (early.status_code, str(early.context["problem"])[:16]) == (422, waiting)
    parties = reverse("applications:parties", args=[filing.application.public_id])
    assert story.desk.client(other).post(parties).status_code == 302
    story.carried(filing.hand_in())
    hosts = story.fresh().hosts.filter(until=None).order_by("pk")
    assert [row.enterprise for row in hosts][1:] == [partner]
    assert story.desk.client(other).get(story.at("studio")).status_code == 200


def prize(story: Life) -> None:
    """The books feed the sheet; the prize goes beyond its fifth with a reason, and upward."""
    story.go_to(2025, 3, 3)
    story.book("in", "match", 5_000, "2024-06-03")
    story.trained(2, since="2023-06-01", level="高级工", on="2024-12-02")
    story.enter("activities", category="problems", title="工艺改进", on="2024-03-04")
    application = story.self_score("biennial", 1)
    books = story.verified(application, "118")
    fed = {"agreement": "6", "people": "4", "reported": "4", "matching": "10", "yearly": "4"}
    assert {line: books[line] for line in fed} == fed
    best = story.graded(application, "g1_a1", reason="业绩突出，经会议研究")
    assert (best.grade, best.award, best.total) == ("合格", "优秀奖", Decimal(118))
    assert story.recommended("bureau") == ["上一层次工作室"]
    assert story.public()[0] == "在册"


def led_anew(story: Life) -> None:
    """The expert retires: another one walks the whole road of the naming, the name follows him."""
    story.go_to(2026, 5, 11)
    story.carried(story.another_leader("change_leader_unable_new_leader").hand_in())
    now = story.fresh()
    assert [row.name for row in now.leaders.filter(until=None)] == ["示例李新"]
    assert (now.name[:4], now.number) == ("示例李新", story.studio.number)


def ended(story: Life) -> None:
    """74 or less: three months, not mended, plaque and permits back; nothing owed, no ban."""
    story.go_to(2027, 3, 1)
    application = story.self_score("biennial", 2)
    story.verified(application, "60")
    assert story.graded(application).passed is False
    assert story.public()[0] == "整改中"
    assert story.due("biennial", kind="mending").due_on == dt.date(2027, 6, 1)
    story.go_to(2027, 5, 31)
    assert story.mend("70", "failed").passed is False
    assert (story.fresh().ended_on, story.public()[0]) == (dt.date(2027, 5, 31), "已终止")
    for item in ("plaque", "permits"):
        assert story.settle(item, "bureau").done_on == dt.date(2027, 5, 31)
    assert Clawback.objects.count() == 0
    assert story.taken_at_once(dt.date(2027, 6, 30)).status == "submitted"
