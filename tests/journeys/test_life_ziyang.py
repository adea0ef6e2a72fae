"""资阳: two studios; one is accepted and recommended, the other fails and pays everything back."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from applications.models import Ban
from assessments.models import Clawback
from portal.common.clock import Clock
from reviews.models import StageRun
from tests.journeys.filing import Filing
from tests.journeys.life import OTHER, Life, happened
from tests.reviews import factories as make

pytestmark = pytest.mark.django_db

#: Who led the studio that failed.
SAME = {key.replace("__", "."): value for key, value in OTHER.items()}


@pytest.mark.clause(
    "ziyang-8-4",
    "ziyang-9-3-c",
    "ziyang-10-0",
    "ziyang-10-2",
    "ziyang-11-1",
    "ziyang-11-2",
    "ziyang-11-5",
    "ziyang-11-6",
    "ziyang-14-1",
    "ziyang-14-2",
    "ziyang-14-3",
    "ziyang-14-4",
    "ziyang-14-5",
    "ziyang-14-6",
    "ziyang-14-7",
)
def test_one_studio_is_accepted_the_other_fails_and_pays_everything_back(clock: Clock) -> None:
    named_on = dt.date(2025, 11, 3)
    good = Life("ziyang", clock, named_on)
    failing = Life("ziyang", clock, named_on, beside=good)
    good.go_to(2025, 12, 1)
    assert (good.pay("city_bureau"), failing.pay("city_bureau")) == (30_000, 30_000)
    good.book("in", "own", 20_000, "2025-12-01")
    good.book("out", "grant", 12_000, "2025-12-01", purpose="research", voucher="记-5号")
    clocks(good)
    accepted(good, failing)
    failed(failing)
    ended(failing)
    nobody_follows(good)


def clocks(good: Life) -> None:
    """Both clocks of thirty days: the unit's report, and the decision after its receipt."""
    good.go_to(2026, 8, 3)
    filing = good.another_leader("change_leader_unable_new_leader")
    decided_in_time(good, filing)
    assert [row.name for row in good.fresh().leaders.filter(until=None)] == ["示例李新"]
    good.go_to(2026, 11, 2)
    filing = good.change("change_other_confirm", {"change.reason": "其他变动", **NOTHING})
    assert [point["rule"] for point in filing.check()["soft"]] == []
    filing.fill(happened(31) | {"change.reason": "其他变动"})
    assert [point["rule"] for point in filing.check()["soft"]] == ["change_reported"]
    decided_in_time(good, filing)
    assert good.public()[0] == "在册"
    good.go_to(2027, 3, 1)
    left = {
        "change.reason": "离职",
        "leader.name": "示例周接",
        "leader.id_number": make.id_number(8),
    }
    decided_in_time(good, good.another_leader("change_other_new_leader", **left))
    assert [row.name for row in good.fresh().leaders.filter(until=None)] == ["示例周接"]


NOTHING: dict[str, Any] = {"change.what": ["以上均无变化"]}


def decided_in_time(good: Life, filing: Filing) -> None:
    """The passage at the offices ends thirty days after the receipt."""
    application = filing.hand_in()
    run = StageRun.objects.get(case__application=application)
    due = timezone.localdate() + dt.timedelta(days=30)
    good.carried(application)
    days = StageRun.objects.filter(listing__items__case__application=application)
    assert due in {run.due_on, *days.values_list("due_on", flat=True)}


def accepted(good: Life, failing: Life) -> None:
    """The books feed the five outputs; with audit and self-evaluation the studio is accepted."""
    good.go_to(2028, 1, 10)
    waiting = "建设期满考核验收（第1次）即将到期"
    assert (good.mails(waiting), failing.mails(waiting)) == (1, 1)
    for day in ("2026-06-01", "2027-06-01"):
        for category in ("projects", "promotion"):
            good.enter("activities", category=category, title="示例活动", on=day)
    good.trained(1, since="2026-03-02", level="高级工", on="2027-09-01")
    for part in ("audit", "self_evaluation"):
        good.send(good.unit, "ledger_paper", part, upload=make.paper_file("报告.pdf"))
    application = good.self_score("acceptance", 1)
    books = good.verified(application, "5")
    fed = {"promotion": "1", "innovation": "1"}
    assert {line: books[line] for line in fed} == fed
    assert good.graded(application, "g1").grade == "合格"
    assert good.recommended("city_bureau") == ["四川省技能大师工作室"]


def failed(failing: Life) -> None:
    """Nothing is filed by the day: the county takes it over; at most six months to mend."""
    failing.go_to(2028, 2, 4)
    assert failing.mails("建设期满考核验收（第1次）已逾期") == 1
    row = failing.due("acceptance")
    failing.send(failing.officer("county_bureau"), "take_over", row.public_id,
                 reason="两次书面催办，单位未报送")  # fmt: skip
    row.refresh_from_db()
    assert row.application is not None
    failing.verified(row.application, "2")
    failing.graded(row.application, "g2", until="2028-08-01")
    assert failing.public()[0] == "整改中"


def ended(failing: Life) -> None:
    """Not mended: the qualification goes, all the money is owed, no ban stands in the way."""
    failing.go_to(2028, 7, 28)
    assert failing.mend("4", "failed").passed is False
    assert (failing.fresh().ended_on, failing.public()[0]) == (dt.date(2028, 7, 28), "已终止")
    owed = failing.pay_back("city_bureau", 10_000)
    assert (owed.amount, owed.closed_on) == (30_000, None)
    failing.go_to(2028, 9, 1)
    assert failing.pay_back("city_bureau", 20_000).closed_on == dt.date(2028, 9, 1)
    again = failing.taken_at_once(dt.date(2028, 9, 30), **SAME)
    assert again.status == "submitted"


def nobody_follows(good: Life) -> None:
    """Four years on the leader retires without a successor: the end is made known to all."""
    good.go_to(2029, 11, 5)
    begun = good.revoked("city_bureau", "leader_gone", **{"revoke.needs": [
        "领衔人不再从事技能岗位工作、退休或离开申报单位", "无符合要求的人员接替领衔",
    ]})  # fmt: skip
    assert (begun.result, good.fresh().ended_on) == ("revoked", dt.date(2029, 11, 5))
    assert good.public()[0] == "已终止"
    announced = StageRun.objects.filter(listing__items__case__application=begun).latest("pk")
    assert announced.data["where"] == "示例门户网站"
    # The text claims money back after a failed acceptance only, and nobody is kept out.
    assert (Clawback.objects.filter(studio=good.studio).count(), Ban.objects.count()) == (0, 0)
